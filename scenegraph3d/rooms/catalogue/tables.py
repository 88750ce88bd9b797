"""Tables and desks.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, frustum, sphere
from ..world.room import Rest, Thing
from .making import Range, between, chance, corners, main_paint, neutral_paint, shaded


@dataclass(frozen=True)
class TableSizes:
    """Natural sizes of a table, metres, and shares of its kinds."""

    height_m: Range = (0.68, 0.78)
    long_m: Range = (0.95, 1.7)
    short_m: Range = (0.65, 0.95)
    radius_m: Range = (0.4, 0.62)
    top_m: Range = (0.025, 0.05)
    leg_m: Range = (0.045, 0.08)
    panel_m: Range = (0.03, 0.06)
    panel_wide: Range = (0.55, 0.75)
    pole_m: Range = (0.04, 0.07)
    foot_m: Range = (0.55, 0.7)
    inset_m: float = 0.04
    rim_m: float = 0.02
    headroom_m: float = 1.5
    round_share: float = 0.4
    pedestal_share: float = 0.6
    panel_share: float = 0.3
    neutral_share: float = 0.15


@dataclass(frozen=True)
class DeskSizes:
    """Natural sizes of a desk, metres: it is wide along y and deep along x, and one sits at +x."""

    height_m: Range = (0.71, 0.78)
    width_m: Range = (1.05, 1.6)
    depth_m: Range = (0.55, 0.75)
    top_m: Range = (0.025, 0.045)
    panel_m: Range = (0.025, 0.04)
    drawers_m: Range = (0.34, 0.44)
    front_m: float = 0.02
    gap_m: float = 0.012
    knob_m: float = 0.018
    inset_m: float = 0.02
    rim_m: float = 0.02
    headroom_m: float = 1.5
    modesty: Range = (0.4, 0.8)
    leg_m: Range = (0.045, 0.07)


TABLE = TableSizes()
DESK = DeskSizes()


def make_table(rng: np.random.Generator, finish: Finish) -> Thing:
    """A table: a round or a rectangular top on four legs, a pedestal or two panels."""
    paint = main_paint(rng, finish)
    make = _round_table if chance(rng, TABLE.round_share) else _long_table
    return make(rng, finish, paint, between(rng, TABLE.height_m), between(rng, TABLE.top_m))


def _round_table(rng: np.random.Generator, finish: Finish, paint: Paint, height: float, thick: float) -> Thing:
    radius = between(rng, TABLE.radius_m)
    below = height - thick
    parts = [cylinder(radius, thick, (0, 0, height - thick / 2), paint)]
    if chance(rng, TABLE.pedestal_share):
        pole = between(rng, TABLE.pole_m)
        foot = radius * between(rng, TABLE.foot_m)
        parts.append(cylinder(pole, below, (0, 0, below / 2), paint))
        parts.append(frustum(foot, pole, thick * 2, (0, 0, thick), paint))
    else:
        reach = (radius - TABLE.inset_m) / math.sqrt(2) - TABLE.inset_m
        parts += _legs(rng, reach, reach, below, _leg_paint(rng, finish, paint))
    half = (radius - TABLE.rim_m) / math.sqrt(2)
    return Thing("table", finish, tuple(parts), (Rest((0, 0, height), (half, half), TABLE.headroom_m),))


def _long_table(rng: np.random.Generator, finish: Finish, paint: Paint, height: float, thick: float) -> Thing:
    x, y = between(rng, TABLE.long_m), between(rng, TABLE.short_m)
    below = height - thick
    parts = [box((x, y, thick), (0, 0, height - thick / 2), paint)]
    if chance(rng, TABLE.panel_share):
        panel = between(rng, TABLE.panel_m)
        side = x / 2 - TABLE.inset_m * 2 - panel / 2
        wide = y * between(rng, TABLE.panel_wide)
        parts += [box((panel, wide, below), (at, 0, below / 2), paint) for at in (-side, side)]
        parts.append(box((2 * side, panel, 2 * panel), (0, 0, below / 2), paint))
    else:
        reach = TABLE.inset_m
        parts += _legs(rng, x / 2 - reach, y / 2 - reach, below, _leg_paint(rng, finish, paint))
    half = (x / 2 - TABLE.rim_m, y / 2 - TABLE.rim_m)
    return Thing("table", finish, tuple(parts), (Rest((0, 0, height), half, TABLE.headroom_m),))


def _leg_paint(rng: np.random.Generator, finish: Finish, paint: Paint) -> Paint:
    return neutral_paint(rng, finish) if chance(rng, TABLE.neutral_share) else paint


def _legs(rng: np.random.Generator, x: float, y: float, height: float, paint: Paint) -> list[Part]:
    wide = between(rng, TABLE.leg_m)
    if chance(rng, 0.5):
        return [box((wide, wide, height), (a, b, height / 2), paint) for a, b in corners(x, y)]
    foot = wide / 2 * between(rng, TABLE.foot_m)
    return [frustum(foot, wide / 2, height, (a, b, height / 2), paint) for a, b in corners(x, y)]


def make_desk(rng: np.random.Generator, finish: Finish) -> Thing:
    """A desk: drawers under one end of the top, legs or a panel under the other, a board across the back."""
    paint = main_paint(rng, finish)
    height, thick = between(rng, DESK.height_m), between(rng, DESK.top_m)
    x, y = between(rng, DESK.depth_m), between(rng, DESK.width_m)
    below = height - thick
    side = 1 if chance(rng, 0.5) else -1
    parts = [box((x, y, thick), (0, 0, height - thick / 2), paint)]
    parts += _drawers(rng, finish, paint, x, side * (y / 2 - DESK.inset_m), below)
    end = -side * (y / 2 - DESK.inset_m)
    deep = x - 2 * DESK.inset_m
    if chance(rng, 0.5):
        panel = between(rng, DESK.panel_m)
        parts.append(box((deep, panel, below), (0, end + side * panel / 2, below / 2), paint))
    else:
        leg = between(rng, DESK.leg_m)
        at = end + side * leg / 2
        reach = (deep - leg) / 2
        parts += [box((leg, leg, below), (a, at, below / 2), paint) for a in (-reach, reach)]
    board = below * between(rng, DESK.modesty)
    panel = between(rng, DESK.panel_m)
    at_x = -deep / 2 + panel / 2 + DESK.inset_m / 2
    parts.append(box((panel, y - 4 * DESK.inset_m, board), (at_x, 0, below - board / 2), paint))
    rest = Rest((0, 0, height), (x / 2 - DESK.rim_m, y / 2 - DESK.rim_m), DESK.headroom_m)
    return Thing("desk", finish, tuple(parts), (rest,), front_known=True)


def _drawers(
    rng: np.random.Generator, finish: Finish, paint: Paint, x: float, outer: float, height: float
) -> list[Part]:
    """A chest under the top whose outer face is at y = `outer`, with two or three drawers towards +x."""
    wide = between(rng, DESK.drawers_m)
    middle = outer - math.copysign(wide / 2, outer)
    deep = x - 2 * DESK.inset_m - DESK.front_m
    knobs = neutral_paint(rng, finish)
    parts = [box((deep, wide, height), (-DESK.front_m / 2, middle, height / 2), _behind(paint))]
    count = int(rng.integers(2, 4))
    each = height / count
    front = x / 2 - DESK.inset_m - DESK.front_m / 2
    for k in range(count):
        size = (DESK.front_m, wide - DESK.gap_m, each - DESK.gap_m)
        parts.append(box(size, (front, middle, (k + 0.5) * each), paint))
        parts.append(sphere(DESK.knob_m, (front + DESK.front_m / 2, middle, (k + 0.5) * each), knobs))
    return parts


def _behind(paint: Paint) -> Paint:
    return Paint(shaded(paint.rgb, 0.8), paint.material, paint.pattern, paint.pattern_rgb, paint.pattern_m)
