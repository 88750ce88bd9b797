"""build: the only composer. Image + depth + camera + detections -> gravity -> objects -> relations -> SceneGraph."""

from typing import Any

import numpy as np

from ..depth import DepthEstimator
from ..depth.calibrate import Known
from ..detect import Detector
from ..types import Camera, DepthMap, Detections, SceneGraph
from .again import rebuild
from .builder import Builder, Picture
from .config import PRESETS, BuildConfig
from .default import default_preset
from .given import Given

__all__ = ["PRESETS", "BuildConfig", "Builder", "Given", "build", "rebuild"]

DEFAULT_CONFIG = BuildConfig()


def build(
    image: Picture,
    *,
    depth: DepthMap | np.ndarray | DepthEstimator | None = None,
    camera: Camera | None = None,
    detections: Detections | Detector | None = None,
    up: Any = None,
    known: Known | None = None,
    config: BuildConfig | str | None = None,
) -> SceneGraph:
    """A scene graph of one picture. To build many with the same models, use `Builder`.

    Args:
        image: a picture, uint8 RGB of shape [H, W, 3], or the name of an image file.
        depth: a depth map of the picture's size, or metres as floating point [H, W] with 0 for no reading, or an
            estimator; left out, the estimator of the settings.
        camera: intrinsics, and the pose if it is known; left out, from the picture's EXIF data, else from the depth
            estimator, else a default field of view, and the graph says which.
        detections: what is in the picture, or a detector; left out, the detector of the settings.
        up: the direction against gravity if it is known: a vector [3] in the camera frame, a world-from-camera rotation
            [3, 3] or a quaternion (w, x, y, z); left out, it is estimated, and the graph says how.
        known: what makes estimated depth metric, or right: `SensorDepth`, `CameraHeight` or `KnownLength`.
        config: settings of every stage, or the name of a preset; left out, for a picture without depth, "indoor", or
            where neither its models nor a hub can be had, "rooms", with an `EmbeddedModelWarning`; for a picture with
            depth, settings that find class-agnostic objects in it.

    Returns:
        The graph, in the gravity-aligned world of the camera. `source["skipped"]` lists detections that had no depth.

    Raises:
        InputError: sizes that differ, depth without a reading, a box outside the picture, an `up` that is no direction,
            an unknown preset or model.
        MissingExtraError: a model needs a library that is not installed.
        ModelError: a model cannot be had, or does not fit into memory.
    """
    estimator = depth if isinstance(depth, DepthEstimator) else None
    detector = detections if isinstance(detections, Detector) else None
    if config is None:
        stages = ("depth", "detect") if detections is None else ("depth",)
        config = default_preset(stages) if depth is None else DEFAULT_CONFIG
    given = Given(
        depth=None if isinstance(depth, DepthEstimator) else depth,
        camera=camera,
        detections=None if isinstance(detections, Detector) else detections,
        up=up,
        known=known,
    )
    return Builder(config, depth=estimator, detector=detector).build(image, given)
