"""rebuild: a graph file is built again from the picture, the settings and the facts that it names."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import INPUT_FILE, json_option, keep_inputs, output_file, scene_argument

if TYPE_CHECKING:
    from ..types import SceneGraph


@click.command("rebuild")
@scene_argument
@click.option("--image", "image_path", type=INPUT_FILE, help="The picture, if it is not where the graph says.")
@click.option("-o", "--output", required=True, type=output_file, metavar="FILE", help="The graph file to write.")
@click.option("--device", metavar="NAME", help="Where models run: cuda, mps or cpu; the best one if left out.")
@json_option
def command(scene_path: Path, image_path: Path | None, output: Path, device: str | None, as_json: bool) -> None:
    """Build the graph in SCENE again, with the settings and the given facts that it keeps."""
    from ..builder import rebuild
    from ..io.images import read_image
    from ..io.json import load
    from .report import report

    scene = load(scene_path)
    image = read_image(image_path or _named(scene, "image"))
    keep_inputs((Path(image.source),), (output,))
    again = rebuild(scene, image=image, device=device, **_data(scene, image.width, image.height))
    if "files" in scene.source:
        again = replace(again, source={**again.source, "files": scene.source["files"]})
    again.save(output)
    report(again, (output,), as_json)


def _named(scene: "SceneGraph", key: str) -> str:
    from ..errors import InputError, message

    name = scene.source.get(key)
    if not isinstance(name, str) or not name:
        raise InputError(message("graph", f"the name of its {key}", "none", f"give --{key}"))
    return name


def _data(scene: "SceneGraph", width: int, height: int) -> dict[str, Any]:
    """What was read from the files that the graph names."""
    from ..depth.files import read_depth
    from ..detect.given import read_detections

    files = scene.source.get("files", {})
    out: dict[str, Any] = {
        name: read_depth(files[name], files.get("depth_scale")) for name in ("depth", "sensor") if name in files
    }
    if "detections" in files:
        found = read_detections(files["detections"], width, height, image=files.get("coco_image"))
        out["detections"] = found
    return out
