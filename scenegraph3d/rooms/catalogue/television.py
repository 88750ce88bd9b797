"""Television sets, for the floor and for tops; the screen faces +x.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, turned
from ..world.room import Rest, Thing
from .making import Range, around, between, chance, corners, dark_paint, main_paint, standing, strut


@dataclass(frozen=True)
class TvSizes:
    """Natural sizes of a television set.

    Attributes:
        bezel, frame: width of the rim around the screen, where it is thin and where it shows the set's colour.
        hump: width and height, over the set's, of the dark box behind a flat screen.
        old_front, old_back: depth of the frame and of the narrower box behind it, over the depth of a deep set;
            old_rear: width and height of that box, old_screen: of the screen, over the set's.
        old_knob: radius of a knob, and how far it is from the middle, over the width; old_knobs: their heights.
    """

    width_m: Range = (0.55, 1.05)
    aspect: Range = (0.56, 0.62)
    deep_m: Range = (0.035, 0.06)
    bezel: Range = (0.015, 0.03)
    frame: Range = (0.085, 0.11)
    foot_m: Range = (0.04, 0.08)
    foot: Range = (0.35, 0.55)
    foot_deep_m: Range = (0.18, 0.26)
    plate_m: float = 0.015
    neck: float = 0.12
    hump: tuple[float, float] = (0.5, 0.4)
    hump_m: float = 0.04
    screen_m: float = 0.004
    screen_rgb: tuple[float, float, float] = (0.006, 0.007, 0.009)
    old_width_m: Range = (0.5, 0.72)
    old_aspect: Range = (0.7, 0.8)
    old_deep: Range = (0.55, 0.75)
    old_share: float = 0.3
    old_front: float = 0.55
    old_back: float = 0.5
    old_rear: tuple[float, float] = (0.8, 0.75)
    old_screen: tuple[float, float] = (0.66, 0.7)
    old_screen_aside: float = 0.08
    old_knob: tuple[float, float] = (0.035, 0.38)
    old_knobs: tuple[float, float] = (0.62, 0.78)
    old_knob_m: float = 0.03
    stand_m: Range = (0.65, 0.85)
    stand_foot_m: Range = (0.2, 0.28)
    stand_pole_m: float = 0.035
    old_stand_m: Range = (0.3, 0.5)
    leg_m: float = 0.022
    splay_m: float = 0.04
    tripod_share: float = 0.4
    rim_m: float = 0.02
    headroom_m: float = 1.0


TV = TvSizes()


def make_top_tv(rng: np.random.Generator, finish: Finish) -> Thing:
    """A television set: flat on a foot, or deep with a screen in the middle of its front."""
    paint = main_paint(rng, finish)
    parts, rests = _old_set(rng, paint, 0.0) if chance(rng, TV.old_share) else _flat_set(rng, finish, paint)
    return standing(Thing("tv", finish, tuple(parts), rests, front_known=True))


def make_floor_tv(rng: np.random.Generator, finish: Finish) -> Thing:
    """A television set on legs of its own: four under a deep one, a pole or three legs under a flat one."""
    paint = main_paint(rng, finish)
    if chance(rng, TV.old_share):
        low = between(rng, TV.old_stand_m)
        parts, rests = _old_set(rng, paint, low)
        lowest, highest = Thing("tv", finish, tuple(parts)).extents_m
        x, y = (float(half) - TV.leg_m for half in (highest - lowest)[:2] / 2)
        ends = zip(corners(x, y), corners(x - TV.splay_m, y - TV.splay_m), strict=True)
        parts += [strut((a, b, 0), (c, d, low), TV.leg_m / 2, TV.leg_m, paint) for (a, b), (c, d) in ends]
        return standing(Thing("tv", finish, tuple(parts), rests, front_known=True))
    low, pole = between(rng, TV.stand_m), TV.stand_pole_m
    parts, y, z = _panel(rng, finish, paint, low)
    top = low + z / 2
    if chance(rng, TV.tripod_share):
        feet = around(3, y * 0.35, 0.0)
        parts += [strut((a, b, 0), (-pole, 0, top), pole / 2, pole / 2, paint) for a, b in feet]
    else:
        foot = between(rng, TV.stand_foot_m)
        parts.append(cylinder(foot, 2 * TV.plate_m, (0, 0, TV.plate_m), paint))
        parts.append(cylinder(pole, top, (-pole, 0, top / 2), paint))
    return standing(Thing("tv", finish, tuple(parts), (), front_known=True))


def _panel(rng: np.random.Generator, finish: Finish, paint: Paint, low: float) -> tuple[list[Part], float, float]:
    """A flat screen above z = `low`, its width and its height; it lies before x = 0, and only its hump behind.

    Its bezel is narrow where it is black, else wide, so that its colour is seen.
    """
    y = between(rng, TV.width_m)
    z, x = y * between(rng, TV.aspect), between(rng, TV.deep_m)
    bezel = y * between(rng, TV.bezel if finish.color == "black" else TV.frame)
    middle = low + z / 2
    wide, tall = TV.hump
    hump = (TV.hump_m, y * wide, z * tall)
    parts = [
        box((x, y, z), (x / 2, 0, middle), paint),
        box((TV.screen_m, y - 2 * bezel, z - 2 * bezel), (x, 0, middle), Paint(TV.screen_rgb, "plastic")),
        box(hump, (-TV.hump_m / 2, 0, middle - z * tall / 4), dark_paint(rng)),
    ]
    return parts, y, z


def _flat_set(rng: np.random.Generator, finish: Finish, paint: Paint) -> tuple[list[Part], tuple[Rest, ...]]:
    """A flat screen with a neck and a plate under it."""
    foot = between(rng, TV.foot_m)
    parts, y, z = _panel(rng, finish, paint, foot)
    plate = (between(rng, TV.foot_deep_m), y * between(rng, TV.foot), TV.plate_m)
    up = foot + z / 4
    parts.append(box((TV.hump_m / 2, y * TV.neck, up), (0, 0, up / 2), paint))
    parts.append(box(plate, (0, 0, TV.plate_m / 2), paint))
    return parts, ()


def _old_set(rng: np.random.Generator, paint: Paint, low: float) -> tuple[list[Part], tuple[Rest, ...]]:
    """A deep set: a narrower back behind a frame with the screen, and two knobs beside it."""
    y = between(rng, TV.old_width_m)
    z, x = y * between(rng, TV.old_aspect), y * between(rng, TV.old_deep)
    dark = Paint(TV.screen_rgb, "plastic")
    frame, rear = x * TV.old_front, (x * TV.old_back, y * TV.old_rear[0], z * TV.old_rear[1])
    frame_x = (x - frame) / 2
    screen = (TV.screen_m, y * TV.old_screen[0], z * TV.old_screen[1])
    parts = [
        box((frame, y, z), (frame_x, 0, low + z / 2), paint),
        box(rear, ((rear[0] - x) / 2, 0, low + rear[2] / 2), paint),
        box(screen, (x / 2, -y * TV.old_screen_aside, low + z / 2), dark),
    ]
    knob, aside = (y * share for share in TV.old_knob)
    forward = turned("y", math.pi / 2)
    parts += [cylinder(knob, TV.old_knob_m, (x / 2, aside, low + z * at), dark, forward) for at in TV.old_knobs]
    half = (frame / 2 - TV.rim_m, y / 2 - TV.rim_m)
    return parts, (Rest((frame_x, 0, low + z), half, TV.headroom_m),)
