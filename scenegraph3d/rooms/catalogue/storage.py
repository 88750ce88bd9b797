"""Shelves, cabinets and bins: wide along y, deep along x, open or with doors towards +x.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, ellipsoid, frustum, pot, sphere, torus
from ..world.room import Rest, Thing
from .making import Range, between, chance, corners, dark_paint, main_paint, neutral_paint, shaded


@dataclass(frozen=True)
class ShelfSizes:
    """Natural sizes of a shelf, metres. Its top is a rest where it is not above `reachable_m`."""

    height_m: Range = (0.9, 1.9)
    width_m: Range = (0.6, 1.1)
    depth_m: Range = (0.26, 0.38)
    board_m: Range = (0.022, 0.035)
    compartment_m: Range = (0.26, 0.5)
    post_m: float = 0.035
    back_m: float = 0.012
    foot_m: Range = (0.03, 0.12)
    rim_m: float = 0.015
    headroom_m: float = 1.0
    reachable_m: float = 1.5
    posts_share: float = 0.3
    back_share: float = 0.7


@dataclass(frozen=True)
class CabinetSizes:
    """Natural sizes of a cabinet, metres. Its top is a rest where it is not above `reachable_m`."""

    low_height_m: Range = (0.7, 0.95)
    low_width_m: Range = (0.8, 1.5)
    tall_height_m: Range = (1.2, 1.9)
    tall_width_m: Range = (0.65, 1.0)
    depth_m: Range = (0.36, 0.5)
    plinth_m: Range = (0.05, 0.14)
    door_m: float = 0.02
    gap_m: float = 0.012
    knob_m: float = 0.02
    handle_m: Range = (0.1, 0.2)
    rim_m: float = 0.02
    headroom_m: float = 1.0
    reachable_m: float = 1.5
    tall_share: float = 0.4
    drawers_share: float = 0.35
    knob_share: float = 0.5
    three_doors_from_m: float = 1.15


@dataclass(frozen=True)
class BinSizes:
    """Natural sizes of a bin, metres. `full` is how high it is filled, over its height."""

    height_m: Range = (0.28, 0.6)
    radius: Range = (0.3, 0.42)
    largest_m: float = 0.19
    taper: Range = (0.72, 0.95)
    wall_m: float = 0.012
    full: Range = (0.35, 0.6)
    filling_rgb: Range = (0.02, 0.08)
    tube_m: float = 0.014
    round_share: float = 0.8
    square: float = 0.8
    lid_share: float = 0.25
    rim_share: float = 0.5
    rim_m: float = 0.01
    wide_m: float = 0.06


SHELF = ShelfSizes()
CABINET = CabinetSizes()
BIN = BinSizes()


def make_shelf(rng: np.random.Generator, finish: Finish) -> Thing:
    """A shelf: three to five boards between two sides, with or without a back, or between four posts."""
    paint = main_paint(rng, finish)
    height, y, x, board = (between(rng, span) for span in (SHELF.height_m, SHELF.width_m, SHELF.depth_m, SHELF.board_m))
    foot = between(rng, SHELF.foot_m)
    boards = min(5, max(3, 1 + int((height - foot) / between(rng, SHELF.compartment_m))))
    step = (height - foot - board) / (boards - 1)
    tops = [foot + board + k * step for k in range(boards)]
    posts, back = chance(rng, SHELF.posts_share), 0.0
    if posts:
        post = SHELF.post_m
        at = corners((x - post) / 2, (y - post) / 2)
        parts = [box((post, post, height), (a, b, height / 2), paint) for a, b in at]
        inner = y - 2 * post
        wide = y - post
    else:
        side = (y - board) / 2
        parts = [box((x, board, height), (0, at, height / 2), paint) for at in (-side, side)]
        inner = wide = y - 2 * board
        if chance(rng, SHELF.back_share):
            back = SHELF.back_m
            behind = Paint(shaded(paint.rgb, 0.8), paint.material)
            size = (back, inner, height - foot)
            parts.append(box(size, ((back - x) / 2, 0, (height + foot) / 2), behind))
    parts += [box((x - back, wide, board), (back / 2, 0, top - board / 2), paint) for top in tops]
    half = ((x - back) / 2 - SHELF.rim_m, inner / 2 - SHELF.rim_m)
    rests = [Rest((back / 2, 0, top), half, step - board, inside=True) for top in tops[:-1]]
    if height <= SHELF.reachable_m:
        rests.append(Rest((back / 2, 0, height), half, SHELF.headroom_m))
    return Thing("shelf", finish, tuple(parts), tuple(rests), front_known=bool(back))


def make_cabinet(rng: np.random.Generator, finish: Finish) -> Thing:
    """A cabinet: a closed chest on a plinth, with doors or drawers and their knobs or handles towards +x."""
    paint = main_paint(rng, finish)
    tall = chance(rng, CABINET.tall_share)
    height = between(rng, CABINET.tall_height_m if tall else CABINET.low_height_m)
    y = between(rng, CABINET.tall_width_m if tall else CABINET.low_width_m)
    x, plinth = between(rng, CABINET.depth_m), between(rng, CABINET.plinth_m)
    deep = x - CABINET.door_m - CABINET.knob_m
    middle = -(x - deep) / 2
    tone = neutral_paint(rng, finish)
    body = height - plinth
    parts = [
        box((deep, y, body), (middle, 0, plinth + body / 2), paint),
        box((deep * 0.85, y * 0.9, plinth), (middle, 0, plinth / 2), dark_paint(rng)),
    ]
    front = middle + deep / 2
    fill = _drawer_fronts if chance(rng, CABINET.drawers_share) else _doors
    parts += fill(rng, paint, tone, front, y, plinth, body)
    rests: tuple[Rest, ...] = ()
    if height <= CABINET.reachable_m:
        half = (deep / 2 - CABINET.rim_m, y / 2 - CABINET.rim_m)
        rests = (Rest((middle, 0, height), half, CABINET.headroom_m),)
    return Thing("cabinet", finish, tuple(parts), rests, front_known=True)


def _fronts(paint: Paint, front: float, y: float, plinth: float, body: float) -> list[Part]:
    """The dark that is seen in the gaps between doors or drawers."""
    dark = Paint(shaded(paint.rgb, 0.25), paint.material)
    gap = CABINET.gap_m
    return [box((gap / 2, y - gap, body - gap), (front, 0, plinth + body / 2), dark)]


def _doors(
    rng: np.random.Generator, paint: Paint, tone: Paint, front: float, y: float, plinth: float, body: float
) -> list[Part]:
    count = 3 if y > CABINET.three_doors_from_m and chance(rng, 0.5) else 2
    gap, thick, wide = CABINET.gap_m, CABINET.door_m, y / count
    parts = _fronts(paint, front, y, plinth, body)
    bar = between(rng, CABINET.handle_m) if chance(rng, 1 - CABINET.knob_share) else 0.0
    for k in range(count):
        at = (k - (count - 1) / 2) * wide
        size = (thick, wide - gap, body - gap)
        parts.append(box(size, (front + thick / 2, at, plinth + body / 2), paint))
        inwards = math.copysign(1, -at) if at else 1.0
        knob = (front + thick, at + inwards * (wide / 2 - 3 * gap), plinth + body * 0.6)
        parts.append(_knob(knob, bar, upright=True, tone=tone))
    return parts


def _drawer_fronts(
    rng: np.random.Generator, paint: Paint, tone: Paint, front: float, y: float, plinth: float, body: float
) -> list[Part]:
    count = 3 if body < CABINET.tall_height_m[0] else 4
    gap, thick, tall = CABINET.gap_m, CABINET.door_m, body / count
    parts = _fronts(paint, front, y, plinth, body)
    bar = 2 * between(rng, CABINET.handle_m) if chance(rng, 1 - CABINET.knob_share) else 0.0
    for k in range(count):
        at = plinth + (k + 0.5) * tall
        parts.append(box((thick, y - gap, tall - gap), (front + thick / 2, 0, at), paint))
        parts.append(_knob((front + thick, 0, at), bar, upright=False, tone=tone))
    return parts


def _knob(at: tuple[float, float, float], bar: float, *, upright: bool, tone: Paint) -> Part:
    """A knob, or a bar of that length, whose outermost point is the thing's."""
    knob = CABINET.knob_m
    if not bar:
        return sphere(knob, at, tone)
    size = (knob, knob, bar) if upright else (knob, bar, knob)
    return box(size, (at[0] + knob / 2, at[1], at[2]), tone)


def make_bin(rng: np.random.Generator, finish: Finish) -> Thing:
    """A bin: a round or square pail, wider at its mouth, partly full; or round and closed by a lid."""
    height = between(rng, BIN.height_m)
    paint = main_paint(rng, finish)
    top = min(height * between(rng, BIN.radius), BIN.largest_m)
    full = height * between(rng, BIN.full)
    grey = between(rng, BIN.filling_rgb)
    filling = Paint((grey, grey, grey))
    if not chance(rng, BIN.round_share):
        return _square_bin(finish, paint, filling, top * BIN.square, height, full)
    bottom = top * between(rng, BIN.taper)
    if chance(rng, BIN.lid_share):
        return _closed_bin(rng, finish, paint, bottom, top, height)
    skin = BIN.wall_m / 2  # what fills the bin ends within its wall, so that no gap is seen
    inner = bottom + (top - bottom) * full / height - skin
    parts = [pot(bottom, top, height, BIN.wall_m, (0, 0, height / 2), paint)]
    parts.append(frustum(bottom - skin, inner, full - skin, (0, 0, (full + skin) / 2), filling))
    if chance(rng, BIN.rim_share):
        parts.append(torus(top - BIN.wall_m / 2, BIN.tube_m, (0, 0, height - BIN.tube_m), paint))
    return _open_bin(finish, parts, (inner - BIN.tube_m) / math.sqrt(2), height, full)


def _open_bin(finish: Finish, parts: list[Part], free: float, height: float, full: float) -> Thing:
    """A bin in which there is a square of half length `free` on top of what fills it."""
    half = free - BIN.rim_m
    rests = (Rest((0, 0, full), (half, half), height - full, inside=True),) if half > BIN.wide_m else ()
    return Thing("bin", finish, tuple(parts), rests)


def _square_bin(finish: Finish, paint: Paint, filling: Paint, half: float, height: float, full: float) -> Thing:
    wall = BIN.wall_m
    side = half - wall / 2
    parts = [
        *(box((wall, 2 * half, height), (at, 0, height / 2), paint) for at in (-side, side)),
        *(box((2 * half, wall, height), (0, at, height / 2), paint) for at in (-side, side)),
        box((2 * side, 2 * side, full - wall), (0, 0, (full + wall) / 2), filling),
    ]
    return _open_bin(finish, parts, half - wall, height, full)


def _closed_bin(
    rng: np.random.Generator, finish: Finish, paint: Paint, bottom: float, top: float, height: float
) -> Thing:
    dome = top * 0.5
    body = height - dome
    parts = [
        frustum(bottom, top, body, (0, 0, body / 2), paint),
        cylinder(top, BIN.tube_m, (0, 0, body), neutral_paint(rng, finish)),
        ellipsoid((2 * top * 0.95, 2 * top * 0.95, 2 * dome), (0, 0, body), paint),
    ]
    return Thing("bin", finish, tuple(parts))
