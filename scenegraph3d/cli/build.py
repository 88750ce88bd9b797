"""build: a picture, with depth and whatever else is known, becomes a graph file."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import (
    INPUT_FILE,
    json_option,
    keep_inputs,
    model_file,
    numbers,
    output_file,
    output_picture,
    progress,
    value_of,
)

if TYPE_CHECKING:
    from ..depth import DepthEstimator
    from ..detect import Detector
    from ..types import Camera, DepthMap, Detections, Image, SceneGraph


@click.command("build")
@click.argument("image_path", metavar="IMAGE", type=INPUT_FILE)
@click.option("--depth", "depth_path", type=INPUT_FILE, help="Depth of IMAGE: PNG, TIFF, NPY, PFM or EXR.")
@click.option("--depth-scale", type=float, help="Units of the depth file per metre: 1000 for millimetres.")
@click.option("--depth-model", metavar="SPEC", help="Instead: NAME:ARGUMENT of an estimator, such as onnx:depth.json.")
@click.option(
    "--intrinsics",
    type=numbers("fx,fy,cx,cy"),
    metavar="FX,FY,CX,CY",
    help="Pinhole camera, in pixels of IMAGE.",
)
@click.option("--fov", type=float, help="Instead: field of view over the longer side, degrees.")
@click.option(
    "--up", type=numbers("x,y,z"), metavar="X,Y,Z", help="Up in the camera frame; a level camera's is 0,-1,0."
)
@click.option("--detections", "detections_path", type=INPUT_FILE, help="Boxes or masks: COCO, KITTI or JSON.")
@click.option("--coco-image", metavar="NAME", help="Which picture of a COCO file that has several.")
@click.option("--detector", metavar="SPEC", help="Instead: NAME:ARGUMENT of a detector, such as onnx:boxes.json.")
@click.option("-o", "--output", required=True, type=output_file, metavar="FILE", help="The graph file to write.")
@click.option("--overlay", type=output_picture, metavar="FILE", help="Also draw the graph over IMAGE, into this PNG.")
@json_option
def command(image_path: Path, output: Path, overlay: Path | None, as_json: bool, **given: Any) -> None:
    """Build a scene graph from IMAGE and write it to a file.

    Without --detections and --detector, objects are found in the depth alone and have no class. Without --intrinsics
    and --fov the camera comes from the EXIF data or is assumed, and the graph says which.
    """
    cards = (model_file(given["depth_model"]), model_file(given["detector"]))
    keep_inputs((image_path, given["depth_path"], given["detections_path"], *cards), (output, overlay))
    with progress(3) as step:
        step("building")
        image, scene = _built(image_path, given)
        step("drawing")
        drawn = _drawn(image, scene) if overlay else None
        step("writing")
        scene.save(output)
        if drawn is not None and overlay is not None:
            _save_picture(overlay, drawn)
    _report(scene, output, overlay, as_json)


def _built(image_path: Path, given: Mapping[str, Any]) -> "tuple[Image, SceneGraph]":
    import numpy as np

    from .. import build
    from ..io.images import read_image

    if given["depth_scale"] is not None and not 0 < given["depth_scale"] < math.inf:
        raise click.BadParameter("expected a number above 0", param_hint="'--depth-scale'")
    image = read_image(image_path)
    camera = _camera(image, given["intrinsics"], given["fov"])
    depth = _depth(given["depth_path"], given["depth_scale"], given["depth_model"])
    detections = _detections(given["detections_path"], given["coco_image"], given["detector"], image)
    up = None if given["up"] is None else np.array(given["up"])
    if up is not None and not up.any():
        raise click.BadParameter("expected a direction, got 0,0,0", param_hint="'--up'")
    return image, build(image, depth=depth, camera=camera, detections=detections, up=up)


def _depth(path: Path | None, scale: float | None, model: str | None) -> "DepthMap | DepthEstimator | None":
    from ..depth import estimator
    from ..depth.files import read_depth

    if model is None:
        return None if path is None else read_depth(path, scale)
    if path is not None or scale is not None:
        raise click.UsageError("expected --depth (and its --depth-scale) or --depth-model, got both")
    with value_of("--depth-model"):
        return estimator(model)


def _detections(
    path: Path | None, coco_image: str | None, model: str | None, image: "Image"
) -> "Detections | Detector | None":
    from ..detect import detector
    from ..detect.given import read_detections

    if model is None:
        return None if path is None else read_detections(path, image.width, image.height, image=coco_image)
    if path is not None or coco_image is not None:
        raise click.UsageError("expected --detections (and its --coco-image) or --detector, got both")
    with value_of("--detector"):
        return detector(model)


def _camera(image: "Image", intrinsics: tuple[float, ...] | None, fov_deg: float | None) -> "Camera | None":
    from ..types import Camera

    if intrinsics is not None and fov_deg is not None:
        raise click.UsageError("expected --intrinsics or --fov, got both")
    if intrinsics is not None:
        with value_of("--intrinsics"):
            fx, fy, cx, cy = intrinsics
            return Camera(fx, fy, cx, cy, image.width, image.height)
    if fov_deg is not None:
        if not 0 < fov_deg < 180:
            text = f"expected degrees between 0 and 180, got {fov_deg:g}"
            raise click.BadParameter(text, param_hint="'--fov'")
        return Camera.from_fov(image.width, image.height, math.radians(fov_deg), source="given")
    return None


def _drawn(image: "Image", scene: "SceneGraph") -> "Image":
    from ..view import draw_overlay

    return draw_overlay(image, scene)


def _save_picture(path: Path, picture: "Image") -> None:
    from ..view import save_picture

    save_picture(path, picture)


def _report(scene: "SceneGraph", output: Path, overlay: Path | None, as_json: bool) -> None:
    skipped = [dict(row) for row in scene.source.get("skipped", ())]
    for row in skipped:
        click.echo(f"warning: detection {row['index']} ({row['label']}) skipped: {row['reason']}", err=True)
    files = [str(path) for path in (output, overlay) if path is not None]
    camera = scene.camera.intrinsics_source if scene.camera else "none"
    facts = {
        "files": files,
        "objects": len(scene.objects),
        "relations": len(scene.relations),
        "scale": scene.scale,
        "camera": camera,
        "up": scene.up.source,
        "skipped": skipped,
    }
    if as_json:
        click.echo(json.dumps(facts))
        return
    counts = f"{len(scene.objects)} objects, {len(scene.relations)} relations"
    click.echo(f"{', '.join(files)}: {counts} (scale {scene.scale}, camera {camera}, up {scene.up.source})")
