"""Chairs and stools: a chair's back is at -x, so that who sits looks along +x.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, ellipsoid, frustum, torus, turned
from ..world.room import Rest, Thing
from .making import Range, around, between, chance, corners, main_paint, neutral_paint, standing, strut


@dataclass(frozen=True)
class ChairSizes:
    """Natural sizes of a chair, metres, and shares of its kinds."""

    seat_m: Range = (0.42, 0.48)
    width_m: Range = (0.4, 0.5)
    depth_m: Range = (0.4, 0.48)
    back_m: Range = (0.8, 1.0)
    thick_m: Range = (0.03, 0.06)
    leg_m: Range = (0.035, 0.05)
    slat_m: Range = (0.05, 0.09)
    slat_thick_m: float = 0.02
    tilt_rad: Range = (0.08, 0.22)
    splay_m: Range = (0.02, 0.05)
    pole_m: float = 0.035
    foot_m: Range = (0.22, 0.28)
    foot_thick_m: float = 0.05
    rim_m: float = 0.02
    headroom_m: float = 1.2
    arms_m: Range = (0.16, 0.22)
    arm_m: float = 0.03
    arm_share: float = 0.5
    neutral_share: float = 0.2
    slats: tuple[int, ...] = (2, 3, 4)


@dataclass(frozen=True)
class StoolSizes:
    """Natural sizes of a stool, metres, and shares of its kinds."""

    height_m: Range = (0.42, 0.75)
    half_m: Range = (0.15, 0.2)
    thick_m: Range = (0.035, 0.07)
    leg_m: Range = (0.016, 0.026)
    splay_m: Range = (0.02, 0.06)
    tall_m: float = 0.58
    ring: Range = (0.25, 0.4)
    ring_tube_m: float = 0.012
    pole_m: Range = (0.03, 0.045)
    foot: Range = (0.85, 1.1)
    foot_thick_m: float = 0.03
    inset_m: float = 0.03
    rim_m: float = 0.015
    headroom_m: float = 1.2
    round_share: float = 0.6
    pedestal_share: float = 0.2


CHAIR = ChairSizes()
STOOL = StoolSizes()


def make_chair(rng: np.random.Generator, finish: Finish) -> Thing:
    """A chair: slatted, barred, with a solid or a round back on four legs, or on one pole."""
    makers = (_slatted_chair, _barred_chair, _panel_chair, _shell_chair, _pole_chair)
    return makers[int(rng.integers(len(makers)))](rng, finish, main_paint(rng, finish))


def _seat(rng: np.random.Generator, finish: Finish, paint: Paint) -> tuple[float, float, float, float, Paint]:
    """Depth, width, height and thickness of a seat, and the paint of the legs under it."""
    legs = neutral_paint(rng, finish) if chance(rng, CHAIR.neutral_share) else paint
    spans = (CHAIR.depth_m, CHAIR.width_m, CHAIR.seat_m, CHAIR.thick_m)
    x, y, height, thick = (between(rng, span) for span in spans)
    return x, y, height, thick, legs


def _chair(finish: Finish, parts: list[Part], x: float, y: float, height: float, back_m: float) -> Thing:
    """A chair whose seat is x by y at z = `height`, of which `back_m` is taken by the back."""
    half = (x - back_m) / 2 - CHAIR.rim_m, y / 2 - CHAIR.rim_m
    rest = Rest((back_m / 2, 0, height), half, CHAIR.headroom_m)
    return standing(Thing("chair", finish, tuple(parts), (rest,), front_known=True))


def _frame(
    rng: np.random.Generator, paint: Paint, legs: Paint, x: float, y: float, height: float, top: float, thick: float
) -> tuple[list[Part], float]:
    """A seat on two front legs and two posts that go up into the back, and the width of a leg."""
    leg = between(rng, CHAIR.leg_m)
    front, side = (x - leg) / 2, (y - leg) / 2
    parts = [box((x, y, thick), (0, 0, height - thick / 2), paint)]
    low = height - thick
    parts += [box((leg, leg, low), (front, at, low / 2), legs) for at in (-side, side)]
    parts += [box((leg, leg, top), (-front, at, top / 2), paint) for at in (-side, side)]
    return parts, leg


def _slatted_chair(rng: np.random.Generator, finish: Finish, paint: Paint) -> Thing:
    x, y, height, thick, legs = _seat(rng, finish, paint)
    top = between(rng, CHAIR.back_m)
    parts, leg = _frame(rng, paint, legs, x, y, height, top, thick)
    count = CHAIR.slats[int(rng.integers(len(CHAIR.slats)))]
    slat = between(rng, CHAIR.slat_m)
    step = (top - height - slat / 2) / count
    size = (CHAIR.slat_thick_m, y - leg, slat)
    parts += [box(size, (-(x - leg) / 2, 0, top - slat / 2 - k * step), paint) for k in range(count)]
    return _chair(finish, parts, x, y, height, leg)


def _barred_chair(rng: np.random.Generator, finish: Finish, paint: Paint) -> Thing:
    x, y, height, thick, legs = _seat(rng, finish, paint)
    top = between(rng, CHAIR.back_m)
    parts, leg = _frame(rng, paint, legs, x, y, height, top, thick)
    rail = between(rng, CHAIR.slat_m)
    at_x = -(x - leg) / 2
    parts.append(box((leg, y, rail), (at_x, 0, top - rail / 2), paint))
    tall = top - height
    size = (CHAIR.slat_thick_m, leg, tall)
    parts += [box(size, (at_x, side * (y - leg) / 4, height + tall / 2), paint) for side in (-1, 0, 1)]
    return _chair(finish, parts, x, y, height, leg)


def _panel_chair(rng: np.random.Generator, finish: Finish, paint: Paint) -> Thing:
    x, y, height, thick, legs = _seat(rng, finish, paint)
    leg = between(rng, CHAIR.leg_m)
    low = height - thick
    parts = [box((x, y, thick), (0, 0, height - thick / 2), paint)]
    parts += [box((leg, leg, low), (a, b, low / 2), legs) for a, b in corners((x - leg) / 2, (y - leg) / 2)]
    parts.append(_leaning_back(rng, x, y, height, thick, paint))
    return _chair(finish, parts, x, y, height, thick)


def _leaning_back(rng: np.random.Generator, x: float, y: float, height: float, thick: float, paint: Paint) -> Part:
    """A solid back that leans away from its foot inside the rear edge of the seat."""
    tilt = between(rng, CHAIR.tilt_rad)
    tall = (between(rng, CHAIR.back_m) - height) / math.cos(tilt)
    foot_x = -x / 2 + thick / 2
    at = (foot_x - tall / 2 * math.sin(tilt), 0, height + tall / 2 * math.cos(tilt))
    return box((thick * 0.8, y, tall), at, paint, turned("y", -tilt))


def _shell_chair(rng: np.random.Generator, finish: Finish, paint: Paint) -> Thing:
    x, y, height, thick, legs = _seat(rng, finish, paint)
    leg, splay = between(rng, CHAIR.leg_m) / 2, between(rng, CHAIR.splay_m)
    radius = max(x, y) / 2
    parts = [cylinder(radius, thick, (0, 0, height - thick / 2), paint)]
    inner, outer = radius / math.sqrt(2) - leg, radius / math.sqrt(2) + splay
    for (a, b), (c, d) in zip(corners(inner, inner), corners(outer, outer), strict=True):
        parts.append(strut((c, d, 0), (a, b, height - thick / 2), leg * 0.7, leg, legs))
    tilt = between(rng, CHAIR.tilt_rad)
    tall = between(rng, CHAIR.back_m) - height + thick
    at = (-radius + thick - tall / 2 * math.sin(tilt), 0, height - thick + tall / 2)
    parts.append(ellipsoid((thick * 1.4, 2 * radius, tall), at, paint, turned("y", -tilt)))
    side = radius / math.sqrt(2) - CHAIR.rim_m
    rest = Rest((0, 0, height), (side - thick / 2, side), CHAIR.headroom_m)
    return standing(Thing("chair", finish, tuple(parts), (rest,), front_known=True))


def _pole_chair(rng: np.random.Generator, finish: Finish, paint: Paint) -> Thing:
    x, y, height, thick, _ = _seat(rng, finish, paint)
    under = neutral_paint(rng, finish)
    low = height - thick
    foot = between(rng, CHAIR.foot_m)
    parts = [box((x, y, thick), (0, 0, height - thick / 2), paint)]
    parts.append(cylinder(CHAIR.pole_m, low, (0, 0, low / 2), under))
    parts.append(frustum(foot, CHAIR.pole_m, CHAIR.foot_thick_m, (0, 0, CHAIR.foot_thick_m / 2), under))
    parts.append(_leaning_back(rng, x, y, height, thick, paint))
    arm = CHAIR.arm_m
    if chance(rng, CHAIR.arm_share):
        tall = between(rng, CHAIR.arms_m) + thick
        size, side, up = (x * 0.75, arm, tall), (y + arm) / 2, height - thick + tall / 2
        parts += [box(size, (x * 0.05, at, up), paint) for at in (-side, side)]
    return _chair(finish, parts, x, y, height, thick)


def make_stool(rng: np.random.Generator, finish: Finish) -> Thing:
    """A stool: a small round or square seat on three or four legs that spread, or on one pole; no back."""
    paint = main_paint(rng, finish)
    height, half, thick = (between(rng, span) for span in (STOOL.height_m, STOOL.half_m, STOOL.thick_m))
    if chance(rng, STOOL.round_share):
        parts = [cylinder(half, thick, (0, 0, height - thick / 2), paint)]
        free = (half - STOOL.rim_m) / math.sqrt(2)
    else:
        parts = [box((2 * half, 2 * half, thick), (0, 0, height - thick / 2), paint)]
        free = half - STOOL.rim_m
    low = height - thick
    if chance(rng, STOOL.pedestal_share):
        pole, foot = between(rng, STOOL.pole_m), half * between(rng, STOOL.foot)
        parts.append(cylinder(pole, low, (0, 0, low / 2), paint))
        parts.append(frustum(foot, pole, STOOL.foot_thick_m, (0, 0, STOOL.foot_thick_m / 2), paint))
    else:
        parts += _spread_legs(rng, finish, paint, half, height, thick)
    rest = Rest((0, 0, height), (free, free), STOOL.headroom_m)
    return standing(Thing("stool", finish, tuple(parts), (rest,)))


def _spread_legs(
    rng: np.random.Generator, finish: Finish, paint: Paint, half: float, height: float, thick: float
) -> list[Part]:
    """Three or four legs under the seat, with a ring between them where it is high."""
    leg, splay = between(rng, STOOL.leg_m), between(rng, STOOL.splay_m)
    count = int(rng.integers(3, 5))
    inner, outer, end = half - STOOL.inset_m, half + splay, height - thick / 2
    pairs = zip(around(count, outer, math.pi / 4), around(count, inner, math.pi / 4), strict=True)
    parts = [strut((c, d, 0), (a, b, end), leg, leg, paint) for (c, d), (a, b) in pairs]
    if height > STOOL.tall_m:
        at = between(rng, STOOL.ring)
        radius = outer + (inner - outer) * at
        parts.append(torus(radius, STOOL.ring_tube_m, (0, 0, end * at), neutral_paint(rng, finish)))
    return parts
