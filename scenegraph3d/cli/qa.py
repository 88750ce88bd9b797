"""qa: question-answer pairs about graph files."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import INPUT_FILE, json_option, keep_inputs, output_file, progress

if TYPE_CHECKING:
    from ..query.qa import QA


@click.command("qa")
@click.argument("scene_paths", metavar="SCENE...", nargs=-1, required=True, type=INPUT_FILE)
@click.option("-o", "--output", required=True, type=output_file, metavar="FILE", help="The JSONL file to write.")
@click.option("--per-scene", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many each.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the choices.")
@json_option
def command(scene_paths: tuple[Path, ...], output: Path, per_scene: int, seed: int, as_json: bool) -> None:
    """Write questions about each SCENE, with sure answers and what they rest on, as lines of JSON.

    The answer depends on every word of its question that matters, and yes is the answer as often as no. The same
    scenes and seed give the same questions.

    \b
      scenegraph3d qa scene.json -o qa.jsonl
      scenegraph3d qa scenes/*.json -o qa.jsonl --per-scene 40 --seed 1
    """
    from ..io.atomic import replacing

    keep_inputs(scene_paths, (output,))
    families: Counter[str] = Counter()
    with (
        replacing(output) as temporary,
        temporary.open("w", encoding="utf-8") as stream,
        progress(len(scene_paths)) as begin,
    ):
        for path in scene_paths:
            begin(path.name)
            for one in _about(path, seed, per_scene):
                families[one.family] += 1
                stream.write(json.dumps({"scene": str(path), **one.to_dict()}) + "\n")
    if as_json:
        facts = {"files": [str(output)], "scenes": len(scene_paths), "questions": families.total()}
        click.echo(json.dumps({**facts, "families": dict(sorted(families.items()))}))
    else:
        click.echo(f"{output}: {families.total()} questions about {len(scene_paths)} scenes")


def _about(path: Path, seed: int, count: int) -> "Sequence[QA]":
    from .. import load
    from ..query.qa import questions

    return questions(load(path), seed, count)
