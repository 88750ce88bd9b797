"""Colours and materials of things, and the paint that shows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...roomnet.layout import COLORS, MATERIALS

__all__ = ["COLORS", "MATERIALS", "PROTOTYPE", "Finish"]

# sRGB prototypes of the eleven basic colour terms, in [0, 1]; `sample` jitters around them.
PROTOTYPE: Mapping[str, tuple[float, float, float]] = {
    "black": (0.07, 0.07, 0.08),
    "white": (0.93, 0.93, 0.92),
    "grey": (0.50, 0.50, 0.51),
    "red": (0.80, 0.10, 0.10),
    "green": (0.13, 0.58, 0.18),
    "blue": (0.12, 0.26, 0.80),
    "yellow": (0.95, 0.83, 0.12),
    "orange": (0.96, 0.50, 0.08),
    "purple": (0.48, 0.15, 0.66),
    "pink": (0.96, 0.55, 0.72),
    "brown": (0.42, 0.25, 0.12),
}


@dataclass(frozen=True)
class Finish:
    """The colour and the material of one thing.

    Attributes:
        color: its name, one of COLORS.
        rgb: linear-light reflectance in [0, 1] of this very thing, near its colour's prototype.
        material: one of MATERIALS.
    """

    color: str
    rgb: tuple[float, float, float]
    material: str
