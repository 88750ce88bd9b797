"""check: hold a text against a graph file."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import INPUT_FILE, json_option, scene_argument

if TYPE_CHECKING:
    from ..query.check import Check


@click.command("check")
@scene_argument
@click.argument("text", required=False)
@click.option("--file", "file_path", type=INPUT_FILE, help="Check the text in a file instead.")
@json_option
def command(scene_path: Path, text: str | None, file_path: Path | None, as_json: bool) -> None:
    """Print which statements of a TEXT hold in SCENE, which fail, and which cannot be told.

    - as TEXT reads from stdin. That something fails is an answer too: the exit code is 0.

    \b
      scenegraph3d check scene.json 'The mug is left of the laptop.'
      scenegraph3d check scene.json 'two red cups on a table' --json
      scenegraph3d check scene.json --file caption.txt
    """
    from .. import load
    from ..query.check import check

    if (text is None) == (file_path is None):
        raise click.UsageError("expected either TEXT or --file")
    if file_path is not None:
        text = file_path.read_text(encoding="utf-8", errors="replace")
    elif text == "-":
        text = sys.stdin.read()
    found = check(load(scene_path), text or "")
    click.echo(json.dumps(found.to_dict(), indent=1) if as_json else _readable(found))


def _readable(found: "Check") -> str:
    from ..view.table import aligned, printable

    if not found.statements:
        return "nothing is stated"
    rows = [(one.status, printable(one.text), printable(one.reason)) for one in found.statements]
    share = "" if found.score is None else f", score {found.score:.2f}"
    counts = f"{found.holds} hold, {found.fails} fail, {found.untold} cannot be told{share}"
    return f"{aligned(rows)}\n{counts}"
