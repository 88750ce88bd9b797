"""Tableware: what stands on a table to eat and drink from, and what decorates it.

Each maker draws natural proportions from its generator and returns a `Thing`. Of a thing's sizes, those that end in
`_m` are metres; the others are shares of the length that their class names.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cylinder, ellipsoid, frustum, placed, pot, sphere, torus, turned
from ..world.room import Rest, Thing
from .category import Category
from .making import Range, between, chance, standing
from .trims import STEEL, coat, dark, light

UPRIGHT = turned("x", math.pi / 2)  # sets a ring on its edge, in the plane of x and z
BRIGHT = ("white", "red", "green", "blue", "yellow", "orange", "purple", "pink")
FLAME = Paint((1.0, 0.72, 0.22))
WICK = Paint((0.03, 0.03, 0.03))
STALK = Paint((0.10, 0.05, 0.02), "wood")
LEAF = Paint((0.03, 0.26, 0.04))


@dataclass(frozen=True)
class MugSizes:
    """A mug; shares of its height, `taper` of its upper radius."""

    height_m: Range = (0.08, 0.11)
    radius: Range = (0.40, 0.48)
    taper: Range = (0.72, 0.95)
    straight_share: float = 0.5
    wall_m: Range = (0.003, 0.005)
    handle_at: Range = (0.48, 0.56)
    handle_m: Range = (0.0045, 0.006)
    ring: Range = (0.19, 0.24)
    round_share: float = 0.75
    reach_m: Range = (0.026, 0.034)
    rise: Range = (0.26, 0.32)


@dataclass(frozen=True)
class BowlSizes:
    """A bowl; shares of its upper radius."""

    radius_m: Range = (0.06, 0.13)
    bottom: Range = (0.58, 0.72)
    height: Range = (0.65, 0.95)
    wall_m: Range = (0.004, 0.006)
    foot_m: Range = (0.006, 0.012)
    foot_share: float = 0.5
    rim_share: float = 0.3
    headroom_m: float = 0.3


@dataclass(frozen=True)
class BottleSizes:
    """A bottle; shares of its height, `neck` of its radius: with a long neck, with a short one."""

    height_m: Range = (0.20, 0.32)
    radius_m: Range = (0.030, 0.042)
    long_share: float = 0.6
    long_body: Range = (0.50, 0.60)
    long_neck: Range = (0.34, 0.42)
    short_body: Range = (0.64, 0.72)
    short_neck: Range = (0.42, 0.52)
    shoulder: Range = (0.10, 0.16)
    cap: Range = (0.06, 0.10)
    label_share: float = 0.35
    label: Range = (0.13, 0.20)


@dataclass(frozen=True)
class VaseSizes:
    """A vase; shares of its height, `throat` and `mouth` of its belly's radius."""

    top_m: Range = (0.15, 0.40)
    floor_m: Range = (0.45, 0.80)
    belly: Range = (0.24, 0.33)
    throat: Range = (0.38, 0.52)
    mouth: Range = (0.58, 0.85)
    wall: float = 0.012
    ball: Range = (0.62, 0.72)
    low: Range = (0.35, 0.55)
    high: Range = (0.18, 0.28)


@dataclass(frozen=True)
class PlateSizes:
    """A plate; a share of its radius."""

    radius_m: Range = (0.09, 0.14)
    bottom: Range = (0.62, 0.74)
    height_m: Range = (0.014, 0.024)
    wall_m: float = 0.005
    rim_m: float = 0.003
    rim_share: float = 0.3
    headroom_m: float = 0.5


@dataclass(frozen=True)
class CanSizes:
    """A can; a share of its body."""

    height_m: Range = (0.10, 0.13)
    radius_m: Range = (0.030, 0.036)
    slope_m: Range = (0.006, 0.012)
    rim_m: Range = (0.003, 0.005)
    band_share: float = 0.4
    band: Range = (0.12, 0.18)


@dataclass(frozen=True)
class TeapotSizes:
    """A teapot; shares of its radius, `ring` of its height."""

    radius_m: Range = (0.065, 0.090)
    height: Range = (1.5, 1.9)
    foot_m: Range = (0.006, 0.012)
    lid_m: float = 0.012
    knob_m: Range = (0.010, 0.014)
    handle_m: Range = (0.007, 0.009)
    ring: float = 0.36
    spout: Range = (0.9, 1.1)
    tilt_rad: Range = (0.66, 0.91)


@dataclass(frozen=True)
class CandleSizes:
    """A candle in its dish: a thick one, a slim one."""

    thick_radius_m: Range = (0.022, 0.038)
    thick_height_m: Range = (0.07, 0.14)
    slim_radius_m: Range = (0.011, 0.015)
    slim_height_m: Range = (0.14, 0.22)
    thick_share: float = 0.5
    dish_m: Range = (0.012, 0.022)
    dish_height_m: Range = (0.010, 0.016)
    dish_wall_m: float = 0.003
    wick_m: float = 0.012
    wick_radius_m: float = 0.0016
    flame_m: Range = (0.030, 0.045)
    lit_share: float = 0.75


@dataclass(frozen=True)
class AppleSizes:
    """An apple; shares of its radius."""

    radius_m: Range = (0.035, 0.045)
    stalk: Range = (0.5, 0.7)
    lean_rad: Range = (0.1, 0.4)
    leaf: Range = (0.75, 1.0)
    leaf_share: float = 0.75


MUG, BOWL, BOTTLE, VASE, PLATE = MugSizes(), BowlSizes(), BottleSizes(), VaseSizes(), PlateSizes()
CAN, TEAPOT, CANDLE, APPLE = CanSizes(), TeapotSizes(), CandleSizes(), AppleSizes()


def _square_within(radius_m: float) -> tuple[float, float]:
    """Half lengths of the square that fits in a circle, a little short of its edge."""
    half = 0.97 * radius_m / math.sqrt(2)
    return (half, half)


def make_mug(rng: np.random.Generator, finish: Finish) -> Thing:
    """A mug: hollow, with a handle on its +x side."""
    paint = coat(rng, finish)
    height = between(rng, MUG.height_m)
    top = height * between(rng, MUG.radius)
    bottom = top * (1.0 if chance(rng, MUG.straight_share) else between(rng, MUG.taper))
    wall, handle_z = between(rng, MUG.wall_m), height * between(rng, MUG.handle_at)
    body = pot(bottom, top, height, wall, (0, 0, height / 2), paint)
    slope = (top - bottom) / height
    handle = _ring_handle if chance(rng, MUG.round_share) else _square_handle
    side = bottom + slope * handle_z
    parts = (body, *handle(rng, height, (side - 0.6 * wall, 0, handle_z), slope, paint))
    return standing(Thing("mug", finish, parts))


def _ring_handle(
    rng: np.random.Generator, height: float, at: tuple[float, float, float], _slope: float, paint: Paint
) -> list[Part]:
    """A ring that touches the wall where `at` is within it."""
    ring, tube = height * between(rng, MUG.ring), between(rng, MUG.handle_m)
    return [torus(ring, tube, (at[0] + ring + tube, 0, at[2]), paint, UPRIGHT)]


def _square_handle(
    rng: np.random.Generator, height: float, at: tuple[float, float, float], slope: float, paint: Paint
) -> list[Part]:
    """Two bars that start in the wall, one above and one below `at`, and a bar that joins them."""
    reach, rise, thick = between(rng, MUG.reach_m), height * between(rng, MUG.rise), 2 * between(rng, MUG.handle_m)
    end = at[0] + reach
    bars = [box((thick, thick, 2 * rise + thick), (end, 0, at[2]), paint)]
    for dz in (rise, -rise):
        start = at[0] + slope * dz
        bars.append(box((end - start, thick, thick), ((start + end) / 2, 0, at[2] + dz), paint))
    return bars


def make_bowl(rng: np.random.Generator, finish: Finish) -> Thing:
    """A bowl: hollow; things can be in it."""
    paint = coat(rng, finish)
    top = between(rng, BOWL.radius_m)
    bottom, height = top * between(rng, BOWL.bottom), top * between(rng, BOWL.height)
    wall, foot = between(rng, BOWL.wall_m), 0.0
    parts = []
    if chance(rng, BOWL.foot_share):
        foot = between(rng, BOWL.foot_m)
        parts.append(cylinder(0.7 * bottom, foot, (0, 0, foot / 2), paint))
    parts.append(pot(bottom, top, height, wall, (0, 0, foot + height / 2), paint))
    if chance(rng, BOWL.rim_share):
        parts.append(torus(top - wall / 2, wall, (0, 0, foot + height - wall), paint))
    rest = Rest((0, 0, foot + wall), _square_within(bottom - wall), BOWL.headroom_m, inside=True)
    return Thing("bowl", finish, tuple(parts), (rest,))


def make_bottle(rng: np.random.Generator, finish: Finish) -> Thing:
    """A bottle: body, shoulder, neck and cap, sometimes a label."""
    paint = coat(rng, finish)
    height, radius = between(rng, BOTTLE.height_m), between(rng, BOTTLE.radius_m)
    slim = chance(rng, BOTTLE.long_share)
    body = height * between(rng, BOTTLE.long_body if slim else BOTTLE.short_body)
    thin = radius * between(rng, BOTTLE.long_neck if slim else BOTTLE.short_neck)
    shoulder, cap = height * between(rng, BOTTLE.shoulder), height * between(rng, BOTTLE.cap)
    neck = height - body - shoulder - cap
    lid = (dark(finish), light(finish), paint)[rng.integers(3)]
    parts = [
        cylinder(radius, body, (0, 0, body / 2), paint),
        frustum(radius, thin, shoulder, (0, 0, body + shoulder / 2), paint),
        cylinder(thin, neck, (0, 0, body + shoulder + neck / 2), paint),
        cylinder(1.15 * thin, cap, (0, 0, height - cap / 2), lid),
    ]
    if chance(rng, BOTTLE.label_share):
        parts.append(cylinder(1.015 * radius, height * between(rng, BOTTLE.label), (0, 0, body / 2), light(finish)))
    return Thing("bottle", finish, tuple(parts))


def _vase(rng: np.random.Generator, height: float, finish: Finish) -> Thing:
    """An open neck on a belly, which is a ball on a foot, or two cones mouth to mouth."""
    paint = coat(rng, finish)
    belly = height * between(rng, VASE.belly)
    throat, mouth = belly * between(rng, VASE.throat), belly * between(rng, VASE.mouth)
    if chance(rng, 0.5):
        full, foot = height * between(rng, VASE.ball), 0.05 * height
        neck = height - foot - 0.96 * full
        lower = [
            cylinder(0.6 * belly, 2 * foot, (0, 0, foot), paint),
            ellipsoid((2 * belly, 2 * belly, full), (0, 0, foot + full / 2), paint),
        ]
    else:
        low, high = height * between(rng, VASE.low), height * between(rng, VASE.high)
        neck = height - low - high
        lower = [
            frustum(belly * rng.uniform(0.5, 0.65), belly, low, (0, 0, low / 2), paint),
            frustum(belly, throat, high, (0, 0, low + high / 2), paint),
        ]
    return Thing(
        "vase", finish, (*lower, pot(throat, mouth, neck, VASE.wall * height, (0, 0, height - neck / 2), paint))
    )


def make_vase_top(rng: np.random.Generator, finish: Finish) -> Thing:
    """A vase for a table."""
    return _vase(rng, between(rng, VASE.top_m), finish)


def make_vase_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    """A vase for the floor."""
    return _vase(rng, between(rng, VASE.floor_m), finish)


def make_plate(rng: np.random.Generator, finish: Finish) -> Thing:
    """A plate: things can lie on it."""
    paint = coat(rng, finish)
    top = between(rng, PLATE.radius_m)
    bottom, height = top * between(rng, PLATE.bottom), between(rng, PLATE.height_m)
    parts = [pot(bottom, top, height, PLATE.wall_m, (0, 0, height / 2), paint)]
    if chance(rng, PLATE.rim_share):
        parts.append(torus(top - PLATE.rim_m, PLATE.rim_m, (0, 0, height), light(finish)))
    rest = Rest((0, 0, PLATE.wall_m), _square_within(bottom - PLATE.wall_m), PLATE.headroom_m)
    return Thing("plate", finish, tuple(parts), (rest,))


def make_can(rng: np.random.Generator, finish: Finish) -> Thing:
    """A drinks can: a painted body, ends of bare metal, sometimes a light band."""
    paint = coat(rng, finish)
    height, radius = between(rng, CAN.height_m), between(rng, CAN.radius_m)
    slope, rim = between(rng, CAN.slope_m), between(rng, CAN.rim_m)
    body = height - 2 * slope - rim
    parts = [
        frustum(0.82 * radius, radius, slope, (0, 0, slope / 2), STEEL),
        cylinder(radius, body, (0, 0, slope + body / 2), paint),
        frustum(radius, 0.84 * radius, slope, (0, 0, slope + body + slope / 2), paint),
        cylinder(0.80 * radius, rim, (0, 0, height - rim / 2), STEEL),
    ]
    if chance(rng, CAN.band_share):
        at = (0, 0, slope + body * rng.uniform(0.4, 0.6))
        parts.append(cylinder(1.01 * radius, body * between(rng, CAN.band), at, light(finish)))
    return Thing("can", finish, tuple(parts))


def make_teapot(rng: np.random.Generator, finish: Finish) -> Thing:
    """A teapot: its spout towards +x, its handle towards -x."""
    paint = coat(rng, finish)
    radius = between(rng, TEAPOT.radius_m)
    full, foot = radius * between(rng, TEAPOT.height), between(rng, TEAPOT.foot_m)
    middle, knob = foot + 0.48 * full, between(rng, TEAPOT.knob_m)
    top, ring = middle + full / 2, TEAPOT.ring * full
    spout, tilt = radius * between(rng, TEAPOT.spout), between(rng, TEAPOT.tilt_rad)
    away = 0.80 * radius + 0.42 * spout * math.sin(tilt)
    parts = (
        cylinder(0.62 * radius, 2 * foot, (0, 0, foot), paint),
        ellipsoid((2 * radius, 2 * radius, full), (0, 0, middle), paint),
        frustum(0.30 * radius, 0.13 * radius, spout, (away, 0, middle + 0.30 * spout), paint, turned("y", tilt)),
        torus(ring, between(rng, TEAPOT.handle_m), (-radius - 0.55 * ring, 0, middle + 0.05 * full), paint, UPRIGHT),
        cylinder(0.45 * radius, TEAPOT.lid_m, (0, 0, top), paint),
        sphere(knob, (0, 0, top + TEAPOT.lid_m / 2 + 0.7 * knob), paint if chance(rng, 0.5) else dark(finish)),
    )
    return standing(Thing("teapot", finish, parts))


def make_candle(rng: np.random.Generator, finish: Finish) -> Thing:
    """A candle in a dish, lit or not."""
    paint = coat(rng, finish)
    thick = chance(rng, CANDLE.thick_share)
    radius = between(rng, CANDLE.thick_radius_m if thick else CANDLE.slim_radius_m)
    height = between(rng, CANDLE.thick_height_m if thick else CANDLE.slim_height_m)
    wide, deep = radius + between(rng, CANDLE.dish_m), between(rng, CANDLE.dish_height_m)
    wall = CANDLE.dish_wall_m
    top = wall + height
    parts = [
        pot(0.85 * wide, wide, deep, wall, (0, 0, deep / 2), paint if chance(rng, 0.5) else STEEL),
        cylinder(radius, height, (0, 0, wall + height / 2), paint),
        cylinder(CANDLE.wick_radius_m, CANDLE.wick_m, (0, 0, top + CANDLE.wick_m / 2), WICK),
    ]
    if chance(rng, CANDLE.lit_share):
        flame = between(rng, CANDLE.flame_m)
        parts.append(
            ellipsoid((0.42 * flame, 0.42 * flame, flame), (0, 0, top + 0.6 * CANDLE.wick_m + flame / 2), FLAME)
        )
    return Thing("candle", finish, tuple(parts))


def make_apple(rng: np.random.Generator, finish: Finish) -> Thing:
    """An apple: round below, a ring with a dimple above, a stalk, sometimes a leaf."""
    paint = coat(rng, finish)
    radius = between(rng, APPLE.radius_m)
    stalk, leaf = radius * between(rng, APPLE.stalk), radius * between(rng, APPLE.leaf)
    lean = turned("z", rng.uniform(0, 2 * math.pi)) @ turned("y", between(rng, APPLE.lean_rad))
    dimple = placed((0, 0, 1.44 * radius), lean)
    parts = [
        ellipsoid((1.92 * radius, 1.92 * radius, 1.5 * radius), (0, 0, 0.75 * radius), paint),
        torus(0.52 * radius, 0.48 * radius, (0, 0, 1.15 * radius), paint),
        cylinder(0.07 * radius, stalk, (0, 0, stalk / 2), STALK).moved(dimple),
    ]
    if chance(rng, APPLE.leaf_share):
        size, at = (leaf, 0.42 * radius, 0.1 * radius), (0.48 * leaf, 0, 0.75 * stalk)
        parts.append(ellipsoid(size, at, LEAF, turned("y", -0.35)).moved(dimple))
    return standing(Thing("apple", finish, tuple(parts)))


TABLEWARE: tuple[Category, ...] = (
    Category("mug", make_top=make_mug, materials=("metal", "plastic")),
    Category("bowl", make_top=make_bowl),
    Category("bottle", make_top=make_bottle, materials=("metal", "plastic")),
    Category("vase", make_floor=make_vase_floor, make_top=make_vase_top),
    Category("plate", make_top=make_plate),
    Category("can", make_top=make_can, materials=("metal",)),
    Category("teapot", make_top=make_teapot, materials=("metal", "plastic")),
    Category("candle", make_top=make_candle, colors=BRIGHT, materials=("plastic",)),
    Category("apple", make_top=make_apple, colors=("red", "green", "yellow"), materials=("plastic",)),
)
