"""parse: read what a text says of things and places."""

import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import INPUT_FILE, json_option, value_of

if TYPE_CHECKING:
    from ..language import Mention, Statement, TextGraph
    from ..language.parsers import Parsed, TextParser

BATCH = 32  # lines that a model reads together


@click.command("parse")
@click.argument("text", required=False)
@click.option("--file", "file_path", type=INPUT_FILE, help="Read a file, each line a text of its own.")
@click.option("--jsonl", is_flag=True, help="Print one line of JSON for each line that is read.")
@click.option("--parser", default="grammar", metavar="SPEC", help="A model: factual-base, factual:MODEL, causal:MODEL.")
@click.option("--device", metavar="NAME", help="Where models run: cuda, mps or cpu; the best one if left out.")
@json_option
def command(
    text: str | None, file_path: Path | None, jsonl: bool, parser: str, device: str | None, as_json: bool
) -> None:
    """Print the things of an English TEXT, and how it says that they are related.

    - as TEXT reads from stdin: one text, or one in each line with --jsonl. Of several, one that cannot be read is a
    warning, and {"error": ...} in JSON; the exit code is 1 then. MODEL is a folder or a hub id.

    \b
      scenegraph3d parse 'A red cup on the table next to a lamp.'
      scenegraph3d parse 'a cat behind two chairs' --json
      scenegraph3d parse --file captions.txt --jsonl
      scenegraph3d parse --file captions.txt --jsonl --parser factual-base
    """
    from ..language.parsers import text_parser

    if (text is None) == (file_path is None):
        raise click.UsageError("expected either TEXT or --file")
    with value_of("--parser"):
        reader = text_parser(parser, device=device)
    if file_path is None and not jsonl:
        whole = sys.stdin.read() if text == "-" else text or ""
        click.echo(_shown(reader.parse(whole), indent=1) if as_json else _readable(reader.parse(whole)))
    elif _each(reader, _lines(text, file_path), _count(file_path), jsonl, as_json):
        raise click.exceptions.Exit(1)


def _each(reader: "TextParser", lines: Iterator[str], count: int | None, jsonl: bool, as_json: bool) -> int:
    """Print what is read of each line; the number of lines that failed."""
    from ..errors import SceneGraphError
    from ..language.parsers import BatchTextParser, parse_all
    from ..view.table import printable

    number = failures = 0
    size = BATCH if isinstance(reader, BatchTextParser) else 1
    hidden = count is None or not sys.stderr.isatty() or sys.stdout.isatty()
    with click.progressbar(length=count or 0, file=sys.stderr, hidden=hidden) as bar:
        while chunk := list(islice(lines, size)):
            for parsed in parse_all(reader, chunk):
                number += 1
                failed = isinstance(parsed, SceneGraphError)
                failures += failed
                if failed:
                    click.echo(f"warning: line {number}: {printable(str(parsed))}", err=True)
                if jsonl or as_json:
                    click.echo(_shown(parsed, indent=None if jsonl else 1))
                elif not isinstance(parsed, SceneGraphError):
                    click.echo(("\n" if number > 1 else "") + _readable(parsed))
            bar.update(len(chunk))
    return failures


def _lines(text: str | None, file_path: Path | None) -> Iterator[str]:
    if file_path is not None:
        with file_path.open(encoding="utf-8", errors="replace") as stream:
            yield from (line.rstrip("\n") for line in stream)
    elif text == "-":
        yield from (line.rstrip("\n") for line in sys.stdin)
    elif text is not None:
        yield text


def _count(file_path: Path | None) -> int | None:
    """How many lines a file has."""
    if file_path is None:
        return None
    with file_path.open("rb") as stream:
        return sum(1 for _ in stream)


def _shown(parsed: "Parsed", indent: int | None) -> str:
    from ..errors import SceneGraphError

    document = {"error": str(parsed)} if isinstance(parsed, SceneGraphError) else parsed.to_dict()
    return json.dumps(document, indent=indent)


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
