"""build: the only composer. Image + depth + camera + detections -> gravity -> objects -> relations -> SceneGraph."""

from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import numpy as np

from .depth import DepthEstimator
from .detect import Detector
from .detect.colors import ColorSettings, with_colors
from .detect.geometry import GeometrySettings, detect_geometry
from .detect.given import check_inside
from .errors import InputError, message
from .io.images import read_image
from .lift import COMMON_SIZES, Lifted, LiftSettings, SizePriors, lift
from .lift.gravity import GravitySettings, estimate_up
from .relate import RelationRules, find_relations
from .types import Camera, DepthMap, Detections, Image, SceneGraph


@dataclass(frozen=True)
class BuildConfig:
    """Settings of every stage.

    Attributes:
        rules: thresholds of the relations.
        lift: how detections become boxes.
        priors: usual sizes by label, to complete what is not seen.
        gravity: how up is estimated.
        geometry: how objects are found in depth alone.
        colors: how the attributes color and colors are found for what has neither; None leaves them out.
        relative_depth_m: for depth without a unit, the distance that its median is taken to be when the rules ask for
            metres: their lengths are scaled by it, and the graph's scale stays "relative".
    """

    rules: RelationRules = field(default_factory=RelationRules)
    lift: LiftSettings = field(default_factory=LiftSettings)
    priors: SizePriors = COMMON_SIZES
    gravity: GravitySettings = field(default_factory=GravitySettings)
    geometry: GeometrySettings = field(default_factory=GeometrySettings)
    colors: ColorSettings | None = field(default_factory=ColorSettings)
    relative_depth_m: float = 3.0


DEFAULT_CONFIG = BuildConfig()


def build(
    image: Image | np.ndarray | str | PathLike[str],
    *,
    depth: DepthMap | np.ndarray | DepthEstimator | None = None,
    camera: Camera | None = None,
    detections: Detections | Detector | None = None,
    up: Any = None,
    config: BuildConfig = DEFAULT_CONFIG,
) -> SceneGraph:
    """A scene graph of one picture with depth.

    Args:
        image: a picture, uint8 RGB of shape [H, W, 3], or the name of an image file.
        depth: a depth map of the picture's size, or metres as floating point [H, W] with 0 for no reading, or an
            estimator.
        camera: intrinsics, and the pose if it is known; left out, from the picture's EXIF data, else from the depth
            estimator, else a default field of view, and the graph says which.
        detections: what is in the picture, or a detector; left out, class-agnostic objects are found in the depth.
        up: the direction against gravity if it is known: a vector [3] in the camera frame, a world-from-camera rotation
            [3, 3] or a quaternion (w, x, y, z); left out, it is estimated, and the graph says how.
        config: settings of every stage.

    Returns:
        The graph, in the gravity-aligned world of the camera. `source["skipped"]` lists detections that had no depth.

    Raises:
        InputError: sizes that differ, depth without a reading, a box outside the picture, an `up` that is no direction.
    """
    picture = _as_image(image)
    depth_map = _as_depth(depth.estimate(picture, camera) if isinstance(depth, DepthEstimator) else depth, picture)
    grounded = estimate_up(depth_map, _as_camera(camera, picture, depth_map), up, settings=config.gravity)
    if detections is None:
        found = detect_geometry(depth_map, grounded.camera, settings=config.geometry)
    else:
        found = detections.detect(picture) if isinstance(detections, Detector) else detections
        check_inside(found, picture.width, picture.height)
    if config.colors is not None:
        found = with_colors(picture, found, config.colors)
    lifted = lift(found, depth_map, grounded.camera, config.lift, config.priors)
    metric = depth_map.kind == "metric"
    rules = config.rules if metric else config.rules.scaled(_unit(depth_map) / config.relative_depth_m)
    return SceneGraph(
        objects=lifted.objects,
        relations=find_relations(lifted.objects, grounded.camera, rules),
        camera=grounded.camera,
        up=grounded.up,
        scale="metric" if metric else "relative",
        source=_source(picture, depth_map, detections, lifted),
    )


def _as_image(image: Image | np.ndarray | str | PathLike[str]) -> Image:
    if isinstance(image, Image):
        return image
    return Image(image) if isinstance(image, np.ndarray) else read_image(image)


def _as_depth(depth: DepthMap | np.ndarray | None, image: Image) -> DepthMap:
    if depth is None:
        raise InputError(
            message("depth", "a depth map of the picture", "none", "pass depth=, or --depth or --depth-model")
        )
    depth_map = depth if isinstance(depth, DepthMap) else DepthMap(depth)
    _check_size("depth", depth_map, image, "register the depth to the picture, without interpolation")
    return depth_map


def _as_camera(camera: Camera | None, image: Image, depth: DepthMap) -> Camera:
    if camera is None:
        if image.focal_px is not None:
            return Camera.from_focal(image.width, image.height, image.focal_px, source="exif")
        if depth.focal_px is not None:
            return Camera.from_focal(image.width, image.height, depth.focal_px, source="estimated")
        return Camera.from_fov(image.width, image.height)
    _check_size("camera", camera, image, "give the intrinsics at the picture's size")
    return camera


def _check_size(subject: str, what: DepthMap | Camera, image: Image, do: str) -> None:
    if (what.width, what.height) != (image.width, image.height):
        expected = f"the picture's size, {image.width} x {image.height}"
        raise InputError(message(subject, expected, f"{what.width} x {what.height}", do))


def _unit(depth: DepthMap) -> float:
    return float(np.median(depth.values[depth.valid]))


def _source(image: Image, depth: DepthMap, detections: Detections | Detector | None, lifted: Lifted) -> dict[str, Any]:
    skipped = [{"index": one.index, "label": one.label, "reason": one.reason} for one in lifted.skipped]
    found = "geometry" if detections is None else "given" if isinstance(detections, Detections) else "model"
    return {"image": image.source, "depth": depth.source, "detections": found, "skipped": skipped}
