"""build: a picture, with whatever else is known of it, becomes a graph file; a folder of them becomes a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .inputs import Inputs, input_options
from .many import build_folder
from .options import (
    json_option,
    keep_inputs,
    model_file,
    output_file,
    output_picture,
    output_place,
    progress,
    value_of,
)
from .report import report

if TYPE_CHECKING:
    from ..types import Image, SceneGraph

ANY_INPUT = click.Path(exists=True, readable=True, path_type=Path)


@click.command("build")
@click.argument("image_paths", metavar="IMAGE...", type=ANY_INPUT, nargs=-1, required=True)
@input_options
@click.option("-o", "--output", required=True, type=output_place, metavar="FILE", help="The graph file, or folder.")
@click.option("--overlay", type=output_place, metavar="FILE", help="Also draw the graph over IMAGE, into this PNG.")
@click.option("--batch", type=click.IntRange(min=1), default=8, show_default=True, help="Pictures at a time.")
@json_option
def command(
    image_paths: tuple[Path, ...], output: Path, overlay: Path | None, batch: int, as_json: bool, **given: Any
) -> None:
    """Build a scene graph from IMAGE and write it to a file.

    A photo alone is enough: the preset chooses models for depth and detections (the extra `perception`). With --depth
    and no detector, objects are found in the depth alone and have no class. Without --intrinsics and --fov the camera
    comes from the EXIF data, from the depth model, or is assumed; the graph says which.

    Of several pictures or a folder, -o and --overlay are folders; a picture whose graph is there already is left out,
    so that a run that was stopped goes on where it was.
    """
    inputs = Inputs(**given)
    if len(image_paths) > 1 or image_paths[0].is_dir():
        build_folder(image_paths, inputs, output, overlay, batch, as_json)
        return
    with value_of("-o"):
        output_file(str(output))
    with value_of("--overlay"):
        _ = overlay and output_picture(str(overlay))
    _build_one(image_paths[0], inputs, output, overlay, as_json)


def _build_one(image_path: Path, inputs: Inputs, output: Path, overlay: Path | None, as_json: bool) -> None:
    from ..io.images import read_image

    models = tuple(model_file(spec) for spec in (inputs.depth_model, inputs.detector, *inputs.refiners))
    keep_inputs((image_path, *inputs.files(), *models), (output, overlay))
    with progress(3) as step:
        step("building")
        image = read_image(image_path)
        scene = inputs.recorded(inputs.builder().build(image, inputs.given(image)))
        step("drawing")
        drawn = _drawn(image, scene) if overlay else None
        step("writing")
        scene.save(output)
        if drawn is not None and overlay is not None:
            _save_picture(overlay, drawn)
    report(scene, (output, overlay), as_json)


def _drawn(image: "Image", scene: "SceneGraph") -> "Image":
    from ..view import draw_overlay

    return draw_overlay(image, scene)


def _save_picture(path: Path, picture: "Image") -> None:
    from ..view import save_picture

    save_picture(path, picture)
