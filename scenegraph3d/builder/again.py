"""A graph built again from its own file: the same picture, settings and given facts."""

from typing import Any

import numpy as np

from ..depth.calibrate import Known, SensorDepth
from ..errors import InputError, SchemaError, message
from ..types import Camera, DepthMap, Detections, SceneGraph
from .builder import Builder, Picture
from .config import BuildConfig
from .given import LENGTHS, SENSOR, Given
from .record import read


def rebuild(
    scene: SceneGraph,
    *,
    image: Picture | None = None,
    depth: DepthMap | None = None,
    detections: Detections | None = None,
    sensor: DepthMap | None = None,
    device: str | None = None,
) -> SceneGraph:
    """Build a graph again with the settings, the camera and the facts that it keeps.

    Numbers in a graph file have 10 digits, and so do a camera and an up that were given.

    Args:
        scene: a graph that `build` made, by settings that name its models.
        image: the picture; left out, the file that the graph names.
        depth, detections, sensor: what had been given as data, which a graph does not keep; see `source["given"]`.
        device: as for `Builder`.

    Raises:
        SchemaError: the graph was not built from a picture, or by another version.
        InputError: data that had been given is left out now; or as for `Builder.build`.
    """
    facts = scene.source.get("given")
    if not isinstance(facts, dict) or not isinstance(facts.get("data"), list):
        raise SchemaError(message("graph", "one that was built from a picture", "one without a record of it"))
    parts = {"depth": depth, "detections": detections, SENSOR: sensor}
    for name, part in parts.items():
        if (name in facts["data"]) != (part is not None):
            expected = "the data that was given" if part is None else "none, as when the graph was built"
            raise InputError(message(name, expected, "none" if part is None else "some", f"see {name}="))
    if image is None and not scene.source.get("image"):
        raise InputError(message("image", "the picture, which was no file", "none", "pass image="))
    config = BuildConfig.of(scene)
    camera = _camera(scene) if config.fov_rad is None else None
    given = Given(depth, camera, detections, _up(scene), _known(facts, sensor))
    return Builder(config, device=device).build(scene.source["image"] if image is None else image, given)


def _camera(scene: SceneGraph) -> Camera | None:
    camera = scene.camera
    if camera is None or camera.intrinsics_source != "given":
        return None
    if camera.pose_source == "given":
        return camera
    return Camera(camera.fx, camera.fy, camera.cx, camera.cy, camera.width, camera.height)


def _up(scene: SceneGraph) -> np.ndarray | None:
    return np.array(scene.up.camera) if scene.up.source == "given" else None


def _known(facts: dict[str, Any], sensor: DepthMap | None) -> Known | None:
    if sensor is not None:
        return SensorDepth(sensor)
    for name, kind in LENGTHS.items():
        if name in facts:
            known: Known = read(kind, facts[name], f"source.given.{name}")
            return known
    return None
