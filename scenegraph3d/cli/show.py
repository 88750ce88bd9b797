"""show: a graph file as tables."""

from pathlib import Path

import click

from .options import json_option, scene_argument

MOST_RELATIONS = 30


@click.command("show")
@scene_argument
@click.option("--all", "every", is_flag=True, help="All relations, inverses too.")
@json_option
def command(scene_path: Path, every: bool, as_json: bool) -> None:
    """Print the objects and the most informative relations of SCENE."""
    import numpy as np

    from .. import load
    from ..io import dumps
    from ..view import informative, objects_table, relations_table

    scene = load(scene_path)
    count = len(scene.relations)
    rows = np.arange(count) if every else informative(scene)[:MOST_RELATIONS]
    if as_json:
        click.echo(dumps(scene.with_relations(scene.relations.where(rows))), nl=False)
        return
    camera = f"camera {scene.camera.intrinsics_source}" if scene.camera else "no camera"
    facts = f"scale {scene.scale}, {camera}, up {scene.up.source}"
    click.echo(f"{len(scene.objects)} objects, {count} relations ({facts})\n")
    click.echo(objects_table(scene))
    if count:
        click.echo("\n" + relations_table(scene, rows.tolist()))
    if len(rows) < count:
        click.echo(f"\n{count - len(rows)} more relations, inverses among them: --all")
