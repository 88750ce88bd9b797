"""relate: boxes that one has already become a graph file; no picture, no model."""

import json
from pathlib import Path

import click

from .options import INPUT_FILE, json_option, keep_inputs, output_file


@click.command("relate")
@click.argument("boxes_path", metavar="BOXES3D", type=INPUT_FILE)
@click.option("-o", "--output", required=True, type=output_file, metavar="FILE", help="The graph file to write.")
@json_option
def command(boxes_path: Path, output: Path, as_json: bool) -> None:
    """Find the relations between the 3D boxes in a JSON file.

    \b
    BOXES3D holds boxes in a world with z up, lengths in metres, camera optional:
      {"objects": [{"label": "cup", "center_m": [0, 1, 0.8], "size_m": [0.1, 0.1, 0.1], "yaw_rad": 0.0}]}
    """
    from .. import relate
    from ..io.boxes3d import read_boxes3d

    keep_inputs((boxes_path,), (output,))
    objects, camera = read_boxes3d(boxes_path)
    scene = relate(objects, camera=camera)
    scene.save(output)
    if as_json:
        facts = {"files": [str(output)], "objects": len(scene.objects), "relations": len(scene.relations)}
        click.echo(json.dumps(facts))
    else:
        click.echo(f"{output}: {len(scene.objects)} objects, {len(scene.relations)} relations")
