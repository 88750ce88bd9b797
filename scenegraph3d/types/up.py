"""Up: the direction against gravity, and how it was found."""

import math
from dataclasses import dataclass

from ..errors import InputError, message
from . import _check

UP_SOURCES = ("given", "floor", "planes", "edges", "estimator", "level")


@dataclass(frozen=True)
class Up:
    """The direction against gravity, and how it was found.

    Attributes:
        camera: unit vector in the camera frame (x right, y down, z forward); (0, -1, 0) is a level camera.
        source: "given", "floor" (the floor was fitted), "planes" (dominant planes), "edges" (straight edges of the
            picture), "estimator" (the estimator of depth said it) or "level" (assumed).
        confidence: in [0, 1].
        floor_found: the world's origin is on a floor that was found under the camera; else it is at the camera.
    """

    camera: tuple[float, float, float] = (0.0, -1.0, 0.0)
    source: str = "level"
    confidence: float = 0.0
    floor_found: bool = False

    def __post_init__(self) -> None:
        _check.choice(self.source, "up source", UP_SOURCES)
        norm = math.sqrt(sum(v * v for v in self.camera))
        if not math.isclose(norm, 1.0, abs_tol=1e-3):
            raise InputError(message("up", "a unit vector in the camera frame", f"{self.camera}"))
