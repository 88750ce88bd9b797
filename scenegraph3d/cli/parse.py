"""parse: read what a text says of things and places."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import INPUT_FILE, json_option

if TYPE_CHECKING:
    from ..language import Mention, Statement, TextGraph


@click.command("parse")
@click.argument("text", required=False)
@click.option("--file", "file_path", type=INPUT_FILE, help="Read a file, each line a text of its own.")
@click.option("--jsonl", is_flag=True, help="Print one line of JSON for each line that is read.")
@json_option
def command(text: str | None, file_path: Path | None, jsonl: bool, as_json: bool) -> None:
    """Print the things of an English TEXT, and how it says that they are related.

    - as TEXT reads from stdin: one text, or one in each line with --jsonl.

    \b
      scenegraph3d parse 'A red cup on the table next to a lamp.'
      scenegraph3d parse 'a cat behind two chairs' --json
      scenegraph3d parse --file captions.txt --jsonl
    """
    from ..language import parse

    if (text is None) == (file_path is None):
        raise click.UsageError("expected either TEXT or --file")
    for number, line in enumerate(_texts(text, file_path, lines=jsonl or file_path is not None)):
        graph = parse(line)
        if jsonl:
            click.echo(json.dumps(graph.to_dict()))
        elif as_json:
            click.echo(json.dumps(graph.to_dict(), indent=1))
        else:
            click.echo(("\n" if number else "") + _readable(graph))


def _texts(text: str | None, file_path: Path | None, *, lines: bool) -> Iterator[str]:
    if file_path is not None:
        with file_path.open(encoding="utf-8", errors="replace") as stream:
            yield from (line.rstrip("\n") for line in stream)
    elif text == "-" and lines:
        yield from (line.rstrip("\n") for line in sys.stdin)
    elif text == "-":
        yield sys.stdin.read()
    elif text is not None:
        yield text


def _readable(graph: "TextGraph") -> str:
    from ..view.table import aligned, printable

    if not graph.objects:
        return "nothing is named"
    things = aligned([(str(thing.id), printable(_thing(thing))) for thing in graph.objects])
    names = [f"{thing.noun} {thing.id}" for thing in graph.objects]
    return "\n".join((things, *(printable(_said(names, row)) for row in graph.relations)))


def _thing(thing: "Mention") -> str:
    count = {None: "some", 0: "no", 1: "one"}.get(thing.count, str(thing.count))
    return " ".join((count, *thing.attributes, thing.noun))


def _said(names: list[str], row: "Statement") -> str:
    third = "" if row.third is None else f" and {names[row.third]}"
    denied = "not " if row.negated else ""
    return f"{names[row.subject]} {denied}{row.predicate} {names[row.object]}{third} ({row.phrase!r})"
