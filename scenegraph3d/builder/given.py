"""Given: what is known of a picture beside the picture, and what a graph keeps of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..depth.calibrate import CameraHeight, Known, KnownLength, SensorDepth
from ..types import Camera, DepthMap, Detections
from .record import document


@dataclass(frozen=True)
class Given:
    """What is known of one picture beside the picture itself.

    Attributes:
        depth: of the picture's size; None to estimate it.
        camera: intrinsics, and the pose if it is known.
        detections: what is in the picture; None to detect it.
        up: the direction against gravity, as `lift.gravity.estimate_up` takes it.
        known: what makes estimated depth metric, or right: a sensor's depth, a camera height, a length.
    """

    depth: DepthMap | np.ndarray | None = None
    camera: Camera | None = None
    detections: Detections | None = None
    up: Any = None
    known: Known | None = None


NOTHING = Given()
LENGTHS: dict[str, type] = {"camera_height": CameraHeight, "length": KnownLength}
SENSOR = "sensor"


def facts_of(given: Given) -> dict[str, Any]:
    """What a graph keeps of what was known beside its picture: which parts were given, and the lengths themselves."""
    parts = {"depth": given.depth, "detections": given.detections}
    out: dict[str, Any] = {"data": [name for name, part in parts.items() if part is not None]}
    if isinstance(given.known, SensorDepth):
        out["data"].append(SENSOR)
    for name, kind in LENGTHS.items():
        if isinstance(given.known, kind):
            out[name] = document(given.known)
    return out
