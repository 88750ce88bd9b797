"""What the makers of small things share: the paints of their details, and a grain as fine as they are."""

from dataclasses import dataclass, replace

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint
from .making import Point, Range, between, main_paint


@dataclass(frozen=True)
class Trims:
    """How details are painted so that they stand out from the thing.

    Attributes:
        grain_m: length of one repeat of the grain of small wooden things.
        dim: mean reflectance below which dark details would not show.
        pale: mean reflectance above which light details would not show.
        dark_rgb, dark_on_dim_rgb: dark details, and what stands for them on a dim thing.
        light_rgb, light_on_pale_rgb: light details, and what stands for them on a pale thing.
    """

    grain_m: Range = (0.02, 0.08)
    dim: float = 0.06
    pale: float = 0.55
    dark_rgb: Point = (0.025, 0.025, 0.03)
    dark_on_dim_rgb: Point = (0.25, 0.25, 0.26)
    light_rgb: Point = (0.85, 0.85, 0.83)
    light_on_pale_rgb: Point = (0.30, 0.30, 0.31)


TRIMS = Trims()
STEEL = Paint((0.56, 0.57, 0.58), "metal")
PAPER = Paint((0.82, 0.79, 0.70))


def coat(rng: np.random.Generator, finish: Finish) -> Paint:
    """The paint that shows the finish of a small thing."""
    paint = main_paint(rng, finish)
    return replace(paint, pattern_m=between(rng, TRIMS.grain_m)) if finish.material == "wood" else paint


def dark(finish: Finish) -> Paint:
    """The paint of dark details: screens, wheels, cones."""
    return Paint(TRIMS.dark_on_dim_rgb if sum(finish.rgb) / 3 < TRIMS.dim else TRIMS.dark_rgb)


def light(finish: Finish) -> Paint:
    """The paint of light details: labels, rims, stripes."""
    return Paint(TRIMS.light_on_pale_rgb if sum(finish.rgb) / 3 > TRIMS.pale else TRIMS.light_rgb)
