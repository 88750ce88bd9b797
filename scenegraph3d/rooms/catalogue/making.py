"""What the makers of furniture share: draws from ranges, paints, legs, and standing an assembly on its plane."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, frustum, placed, turned
from ..world.room import Thing

Range = tuple[float, float]
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Looks:
    """How paints follow from a finish.

    Attributes:
        grain_shade: brightness of the dark lines of wood, over that of its ground.
        grain_light: the same on a ground so dark that darker lines would not be seen.
        grain_m: length of one repeat of the grain.
        dark: largest reflectance of such a dark ground.
        bright: mean reflectance above which small neutral parts are dark, below which they are light.
        dark_rgb, light_rgb: those parts.
    """

    grain_shade: Range = (0.4, 0.65)
    grain_light: Range = (3.0, 5.0)
    grain_m: Range = (0.05, 0.15)
    dark: float = 0.02
    bright: float = 0.3
    dark_rgb: Range = (0.02, 0.05)
    light_rgb: Range = (0.5, 0.7)


LOOKS = Looks()


def between(rng: np.random.Generator, span: Range) -> float:
    """A number drawn evenly from a range."""
    return span[0] + (span[1] - span[0]) * rng.random()


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True with that probability."""
    return bool(rng.random() < probability)


def shaded(rgb: Point, factor: float) -> Point:
    """The same hue, `factor` times as bright, at most 1."""
    return (min(1.0, rgb[0] * factor), min(1.0, rgb[1] * factor), min(1.0, rgb[2] * factor))


def main_paint(rng: np.random.Generator, finish: Finish) -> Paint:
    """The paint that shows a finish: wood has a grain, metal and plastic are plain."""
    if finish.material != "wood":
        return Paint(finish.rgb, finish.material)
    lines = LOOKS.grain_light if max(finish.rgb) < LOOKS.dark else LOOKS.grain_shade
    return Paint(finish.rgb, "wood", "grain", shaded(finish.rgb, between(rng, lines)), between(rng, LOOKS.grain_m))


def soft_paint(finish: Finish) -> Paint:
    """The finish's colour as cloth: as dull as wood, without a grain; a plastic thing's cloth is plastic, too."""
    return Paint(finish.rgb, "plastic" if finish.material == "plastic" else "wood")


def neutral_paint(rng: np.random.Generator, finish: Finish) -> Paint:
    """A grey that stands out from the finish: for knobs, feet and poles."""
    bright = sum(finish.rgb) / 3 > LOOKS.bright
    grey = between(rng, LOOKS.dark_rgb if bright else LOOKS.light_rgb)
    return Paint((grey, grey, grey), "plastic" if bright else "metal")


def dark_paint(rng: np.random.Generator) -> Paint:
    """Nearly black: for what stands in the shade, such as plinths and skids."""
    grey = between(rng, LOOKS.dark_rgb)
    return Paint((grey, grey, grey))


def strut(bottom: Point, top: Point, bottom_m: float, top_m: float, paint: Paint) -> Part:
    """A round bar between two points, with its radius at each."""
    x, y, z = (b - a for a, b in zip(bottom, top, strict=True))
    across = math.hypot(x, y)
    turn = turned("z", math.atan2(y, x)) @ turned("y", math.atan2(across, z))
    middle = ((bottom[0] + top[0]) / 2, (bottom[1] + top[1]) / 2, (bottom[2] + top[2]) / 2)
    return frustum(bottom_m, top_m, math.hypot(across, z), middle, paint, turn)


def around(count: int, radius_m: float, start_rad: float) -> list[tuple[float, float]]:
    """Points x, y evenly spaced on a circle."""
    angles = (start_rad + 2 * math.pi * k / count for k in range(count))
    return [(radius_m * math.cos(angle), radius_m * math.sin(angle)) for angle in angles]


def corners(half_x_m: float, half_y_m: float) -> Sequence[tuple[float, float]]:
    """The four corners of a rectangle, x and y."""
    return tuple((x, y) for x in (-half_x_m, half_x_m) for y in (-half_y_m, half_y_m))


def standing(thing: Thing) -> Thing:
    """The same thing moved so that its lowest point is at z = 0 and its box's middle at x = y = 0."""
    lowest, highest = thing.extents_m
    x, y, z = (-(lowest[0] + highest[0]) / 2, -(lowest[1] + highest[1]) / 2, -lowest[2])
    move = placed((x, y, z))
    rests = tuple(
        replace(rest, center_m=(rest.center_m[0] + x, rest.center_m[1] + y, rest.center_m[2] + z))
        for rest in thing.rests
    )
    return replace(thing, parts=tuple(part.moved(move) for part in thing.parts), rests=rests)
