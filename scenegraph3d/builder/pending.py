"""What makes estimated depth metric; until `depth.calibrate` has it."""

from dataclasses import dataclass

import numpy as np

from ..types import Camera, DepthMap


@dataclass(frozen=True)
class SensorDepth:
    """A sensor's metric depth."""

    depth: DepthMap


@dataclass(frozen=True)
class CameraHeight:
    """The camera's height over the floor, metres."""

    height_m: float


@dataclass(frozen=True)
class KnownLength:
    """Metres between what two pixels show."""

    length_m: float
    pixels_px: tuple[tuple[float, float], tuple[float, float]]


Known = SensorDepth | CameraHeight | KnownLength


def calibrate(depth: DepthMap, camera: Camera, up: np.ndarray | None, known: Known) -> DepthMap:
    """Depth in metres."""
    raise NotImplementedError
