"""query: ask a graph file for relations."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import json_option, scene_argument

if TYPE_CHECKING:
    from ..types import Match


@click.command("query")
@scene_argument
@click.argument("pattern")
@click.option("--frame", help="Only relations of this frame of reference: viewer, world or object.")
@json_option
def command(scene_path: Path, pattern: str, frame: str | None, as_json: bool) -> None:
    """Print the relations of SCENE that fit PATTERN, surest first.

    PATTERN is subject, predicate and object; ? or * stands for anything. No match is an answer too: nothing
    is printed to stdout, a line to stderr says so, and the exit code is 0.

    \b
      scenegraph3d query scene.json 'cup on table'
      scenegraph3d query scene.json '? left_of chair'
      scenegraph3d query scene.json 'cup * table'
      scenegraph3d query scene.json 'ball between lamp and sofa'
    """
    from .. import load
    from ..query import query
    from ..view.table import aligned, evidence

    matches = query(load(scene_path), pattern, frame=frame)
    if as_json:
        click.echo(json.dumps([_facts(match) for match in matches], indent=1))
        return
    if not matches:
        click.echo(f"no match: no relation of {scene_path} fits {pattern!r}", err=True)
        return
    rows = [
        (str(m), f"score {m.score:.2f}", f"margin {m.margin_m:.3g}", m.frame, evidence(m.evidence)) for m in matches
    ]
    click.echo(aligned(rows))


def _facts(match: "Match") -> dict[str, Any]:
    return {
        "subject": str(match.subject),
        "predicate": match.predicate,
        "object": str(match.object),
        **({"third": str(match.third)} if match.third else {}),
        "frame": match.frame,
        "score": match.score,
        "margin_m": match.margin_m,
        "evidence": dict(match.evidence),
    }
