"""describe: a graph file in words."""

import json
from pathlib import Path

import click

from .options import json_option, scene_argument


@click.command("describe")
@scene_argument
@click.option(
    "--length",
    type=click.Choice(["short", "medium", "long"]),
    help="How much to say; medium where left out, long with --compact.",
)
@click.option(
    "--sentences", "form", flag_value="sentences", help="One sentence for every fact, instead of a paragraph."
)
@click.option("--compact", "form", flag_value="compact", help="Lines with ids and metres, for prompts.")
@json_option
def command(scene_path: Path, length: str | None, form: str | None, as_json: bool) -> None:
    """Print SCENE as English: large things first, then what is on them and how they stand to one another.

    With --json also what the text states: triples of nouns, and the rows of the scene's relations.

    \b
      scenegraph3d describe scene.json
      scenegraph3d describe scene.json --length short
      scenegraph3d describe scene.json --compact
    """
    from .. import load
    from ..language.describe import describe, sentences
    from ..language.outline import outline
    from ..view.table import printable

    if form == "compact" and as_json:
        raise click.UsageError("expected either --compact or --json")
    if form == "sentences" and length is not None:
        raise click.UsageError("expected either --sentences, which says everything, or --length")
    scene = load(scene_path)
    if form == "compact":
        for line in outline(scene, length or "long").splitlines():
            click.echo(printable(line))
        return
    found = sentences(scene) if form == "sentences" else describe(scene, length or "medium")
    if as_json:
        facts = {"text": found.text, "triples": [list(one) for one in found.triples], "relations": found.relations}
        click.echo(json.dumps(facts, indent=1))
    else:
        click.echo(printable(found.text))
