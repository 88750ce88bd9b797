"""Sofas and beds: a sofa faces +x; a bed's head is at -x, so that +x is its foot end.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, ellipsoid, turned
from ..world.room import Rest, Thing
from .making import Range, between, chance, dark_paint, main_paint, shaded, soft_paint, standing


@dataclass(frozen=True)
class SofaSizes:
    """Natural sizes of a sofa, metres: wide along y, deep along x."""

    width_m: Range = (1.35, 2.2)
    depth_m: Range = (0.8, 0.95)
    seat_m: Range = (0.38, 0.46)
    back_m: Range = (0.72, 0.9)
    arm_m: Range = (0.54, 0.64)
    arm_wide_m: Range = (0.13, 0.22)
    back_thick_m: Range = (0.16, 0.24)
    cushion_m: Range = (0.1, 0.16)
    clearance_m: Range = (0.07, 0.13)
    skid_m: float = 0.06
    inset_m: float = 0.02
    gap_m: float = 0.01
    rim_m: float = 0.02
    headroom_m: float = 1.2
    three_from_m: float = 1.75
    legs_share: float = 0.5
    roll_share: float = 0.35
    pillow_share: float = 0.4
    pillow_m: tuple[float, float, float] = (0.16, 0.42, 0.36)


@dataclass(frozen=True)
class BedSizes:
    """Natural sizes of a bed, metres: long along x, wide along y."""

    length_m: Range = (1.95, 2.15)
    width_m: Range = (0.9, 1.7)
    top_m: Range = (0.42, 0.58)
    mattress_m: Range = (0.16, 0.24)
    head_m: Range = (0.85, 1.15)
    foot_m: Range = (0.5, 0.7)
    board_m: float = 0.05
    blanket_m: float = 0.025
    drop_m: Range = (0.14, 0.28)
    covered: Range = (0.62, 0.76)
    mattress_rgb: Range = (0.7, 0.85)
    pillow_m: tuple[float, float, float] = (0.36, 0.56, 0.15)
    double_from_m: float = 1.3
    foot_share: float = 0.4
    leg_m: float = 0.08
    clearance_m: Range = (0.08, 0.16)
    rim_m: float = 0.03
    headroom_m: float = 1.2
    bar_m: float = 0.03
    panel_share: float = 0.55


SOFA = SofaSizes()
BED = BedSizes()


def make_sofa(rng: np.random.Generator, finish: Finish) -> Thing:
    """A sofa: a base, a back, two arms and two or three loose cushions; on the floor or on feet."""
    frame, cloth = main_paint(rng, finish), soft_paint(finish)
    x, y = between(rng, SOFA.depth_m), between(rng, SOFA.width_m)
    seat, back, arm = between(rng, SOFA.seat_m), between(rng, SOFA.back_m), between(rng, SOFA.arm_m)
    wide, thick, cushion = (between(rng, s) for s in (SOFA.arm_wide_m, SOFA.back_thick_m, SOFA.cushion_m))
    low = between(rng, SOFA.clearance_m) if chance(rng, SOFA.legs_share) else 0.0
    inner = y - 2 * wide
    base = seat - cushion
    parts = [
        box((x - SOFA.inset_m, inner, base - low), (-SOFA.inset_m / 2, 0, (base + low) / 2), frame),
        box((thick, inner + wide, back - low), ((thick - x) / 2, 0, (back + low) / 2), frame),
    ]
    parts += _arms(rng, frame, x, y / 2 - wide / 2, wide, low, arm)
    if low:
        under = dark_paint(rng)
        size = (x - 4 * SOFA.inset_m, SOFA.skid_m, low)
        parts += [box(size, (0, side * (y - wide) / 2, low / 2), under) for side in (-1, 1)]
    count = 3 if y > SOFA.three_from_m else 2
    deep = x - thick
    rests = []
    for k in range(count):
        at = (thick / 2, (k - (count - 1) / 2) * inner / count, seat - cushion / 2)
        size = (deep, inner / count - SOFA.gap_m, cushion)
        parts.append(box(size, at, cloth))
        half = (deep / 2 - SOFA.rim_m, size[1] / 2 - SOFA.rim_m)
        rests.append(Rest((at[0], at[1], seat), half, SOFA.headroom_m))
    if chance(rng, SOFA.pillow_share):
        rests[0] = _with_pillow(parts, rests[0], cloth, thick - x / 2)
    return standing(Thing("sofa", finish, tuple(parts), tuple(rests), front_known=True))


def _arms(
    rng: np.random.Generator, paint: Paint, x: float, side: float, wide: float, low: float, high: float
) -> list[Part]:
    """Two arms, square or with a roll on top."""
    if not chance(rng, SOFA.roll_share):
        size = (x, wide, high - low)
        return [box(size, (0, at, (high + low) / 2), paint) for at in (-side, side)]
    radius = wide / 2
    tall = high - radius - low
    lying = turned("y", np.pi / 2)
    boxes = [box((x, wide * 0.85, tall), (0, at, low + tall / 2), paint) for at in (-side, side)]
    return boxes + [cylinder(radius, x, (0, at, high - radius), paint, lying) for at in (-side, side)]


def _with_pillow(parts: list[Part], rest: Rest, cloth: Paint, back_x: float) -> Rest:
    """Leans a pillow against the back over a rest, and returns what is left of the rest before it."""
    deep, wide, tall = SOFA.pillow_m
    wide = min(wide, 2 * rest.half_m[1])
    _, y, seat = rest.center_m
    lighter = Paint(shaded(cloth.rgb, 1.25), cloth.material)
    parts.append(ellipsoid((deep, wide, tall), (back_x + deep / 2, y, seat + tall / 2), lighter))
    front = rest.center_m[0] + rest.half_m[0]
    start = back_x + deep + SOFA.rim_m
    return Rest(((front + start) / 2, y, seat), ((front - start) / 2, rest.half_m[1]), rest.headroom_m)


def make_bed(rng: np.random.Generator, finish: Finish) -> Thing:
    """A bed: a frame with a headboard, a whitish mattress and pillows, and a blanket in the bed's colour."""
    paint, cloth = main_paint(rng, finish), soft_paint(finish)
    x, y, top = between(rng, BED.length_m), between(rng, BED.width_m), between(rng, BED.top_m)
    mattress = between(rng, BED.mattress_m)
    white = between(rng, BED.mattress_rgb)
    linen = Paint((white, white, white * 0.95), "wood")
    inner = x - 2 * BED.board_m
    base = top - mattress
    low = between(rng, BED.clearance_m)
    parts = [
        box((inner, y, base - low + mattress / 3), (0, 0, (base + low + mattress / 3) / 2), paint),
        box((inner, y - 2 * BED.blanket_m, mattress), (0, 0, top - mattress / 2), linen),
    ]
    parts += _head(rng, paint, x, y, between(rng, BED.head_m))
    if chance(rng, BED.foot_share):
        foot = between(rng, BED.foot_m)
        parts.append(box((BED.board_m, y, foot), ((x - BED.board_m) / 2, 0, foot / 2), paint))
    else:
        at = (inner - BED.leg_m) / 2
        parts.append(box((BED.leg_m, y - BED.leg_m, low), (at, 0, low / 2), dark_paint(rng)))
    blanket = inner * between(rng, BED.covered)
    drop = min(between(rng, BED.drop_m), mattress)
    middle = inner / 2 - blanket / 2 + BED.blanket_m / 2
    size = (blanket + BED.blanket_m, y + BED.blanket_m, drop + BED.blanket_m)
    parts.append(box(size, (middle, 0, top + BED.blanket_m - size[2] / 2), cloth))
    parts += _pillows(linen, -inner / 2, y, top)
    half = (blanket / 2 - BED.rim_m, y / 2 - 2 * BED.rim_m)
    rest = Rest((middle, 0, top + BED.blanket_m), half, BED.headroom_m)
    return standing(Thing("bed", finish, tuple(parts), (rest,), front_known=True))


def _head(rng: np.random.Generator, paint: Paint, x: float, y: float, head: float) -> list[Part]:
    """A headboard: one panel, or two posts with rails between them."""
    board = BED.board_m
    at = (board - x) / 2
    if chance(rng, BED.panel_share):
        return [box((board, y, head), (at, 0, head / 2), paint)]
    posts = [box((board, board, head), (at, side * (y - board) / 2, head / 2), paint) for side in (-1, 1)]
    rail = head / 8
    rails = [box((BED.bar_m, y - board, rail), (at, 0, head - rail / 2 - k * 1.8 * rail), paint) for k in range(3)]
    return posts + rails


def _pillows(linen: Paint, head_x: float, y: float, top: float) -> list[Part]:
    deep, wide, tall = BED.pillow_m
    sides = (-y / 4, y / 4) if y > BED.double_from_m else (0.0,)
    at_x, at_z = head_x + deep / 2 + BED.rim_m, top + tall / 3
    return [ellipsoid((deep, wide, tall), (at_x, side, at_z), linen) for side in sides]
