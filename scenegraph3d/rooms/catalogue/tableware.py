"""Tableware: what stands on a table to eat and drink from, and what decorates it.

Each maker draws natural proportions, metres, from its generator and returns a `Thing`.
"""

import math

import numpy as np

from ..finish import Finish
from ..parts import Paint, Part, box, cylinder, ellipsoid, frustum, placed, pot, sphere, torus, turned
from ..room import Rest, Thing
from .assembly import OVERHEAD_M, STEEL, WITHIN_M, coat, dark, light, set_down
from .category import Category

UPRIGHT = turned("x", math.pi / 2)  # turns a ring up on its edge, in the plane of x and z
BRIGHT = ("white", "red", "green", "blue", "yellow", "orange", "purple", "pink")

FLAME = Paint((1.0, 0.72, 0.22))
WICK = Paint((0.03, 0.03, 0.03))
STALK = Paint((0.10, 0.05, 0.02), "wood")
LEAF = Paint((0.03, 0.26, 0.04))


def _square_within(radius_m: float) -> tuple[float, float]:
    """Half lengths of the square that fits in a circle, a little short of its edge."""
    return (0.97 * radius_m / math.sqrt(2),) * 2


def _mug(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    height = rng.uniform(0.08, 0.11)
    top = height * rng.uniform(0.40, 0.48)
    bottom = top * rng.choice([1.0, rng.uniform(0.72, 0.95)])
    wall = rng.uniform(0.003, 0.005)
    parts = [pot(bottom, top, height, wall, (0, 0, height / 2), paint)]
    at_m = height * rng.uniform(0.48, 0.56)
    side = bottom + (top - bottom) * at_m / height
    thick = rng.uniform(0.0045, 0.006)
    if rng.random() < 0.75:
        ring = height * rng.uniform(0.19, 0.24)
        parts.append(torus(ring, thick, (side - wall + ring + thick, 0, at_m), paint, UPRIGHT))
        return set_down("mug", finish, parts)
    reach, rise = rng.uniform(0.026, 0.034), height * rng.uniform(0.26, 0.32)
    lean = rise * (top - bottom) / height
    for z, out in ((at_m + rise, lean), (at_m - rise, -lean)):
        start = side + out - wall
        parts.append(box((side + reach - start, 2 * thick, 2 * thick), ((start + side + reach) / 2, 0, z), paint))
    parts.append(box((2 * thick, 2 * thick, 2 * rise + 2 * thick), (side + reach, 0, at_m), paint))
    return set_down("mug", finish, parts)


def _bowl(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    top = rng.uniform(0.06, 0.13)
    bottom, height = top * rng.uniform(0.58, 0.72), top * rng.uniform(0.65, 0.95)
    wall, foot = rng.uniform(0.004, 0.006), rng.choice([0.0, rng.uniform(0.006, 0.012)])
    parts = [pot(bottom, top, height, wall, (0, 0, foot + height / 2), paint)]
    if foot:
        parts.append(cylinder(0.7 * bottom, foot, (0, 0, foot / 2), paint))
    if rng.random() < 0.4:
        parts.append(torus(top - wall / 2, wall, (0, 0, foot + height - wall), paint))
    rest = Rest((0, 0, foot + wall), _square_within(bottom - wall), WITHIN_M, inside=True)
    return Thing("bowl", finish, tuple(parts), (rest,))


def _bottle(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    height, radius = rng.uniform(0.20, 0.32), rng.uniform(0.030, 0.042)
    long_neck = rng.random() < 0.6
    body = height * (rng.uniform(0.50, 0.60) if long_neck else rng.uniform(0.64, 0.72))
    shoulder = height * rng.uniform(0.10, 0.16)
    cap = height * rng.uniform(0.06, 0.10)
    thin = radius * (rng.uniform(0.34, 0.42) if long_neck else rng.uniform(0.42, 0.52))
    neck = height - body - shoulder - cap
    lid = (dark(finish), light(finish), paint)[rng.integers(3)]
    parts = [
        cylinder(radius, body, (0, 0, body / 2), paint),
        frustum(radius, thin, shoulder, (0, 0, body + shoulder / 2), paint),
        cylinder(thin, neck, (0, 0, body + shoulder + neck / 2), paint),
        cylinder(1.15 * thin, cap, (0, 0, height - cap / 2), lid),
    ]
    if rng.random() < 0.35:
        label = body * rng.uniform(0.25, 0.38)
        parts.append(cylinder(1.015 * radius, label, (0, 0, body * rng.uniform(0.45, 0.6)), light(finish)))
    return Thing("bottle", finish, tuple(parts))


def _vase_parts(rng: np.random.Generator, height: float, paint: Paint) -> list[Part]:
    """Foot, belly and an open neck: the belly is a ball, or two cones mouth to mouth."""
    belly = height * rng.uniform(0.24, 0.33)
    throat, mouth = belly * rng.uniform(0.38, 0.52), belly * rng.uniform(0.58, 0.85)
    wall = 0.008 + 0.01 * height
    if rng.random() < 0.5:
        full = height * rng.uniform(0.62, 0.72)
        foot = height * 0.05
        neck = height - foot - 0.96 * full
        return [
            cylinder(0.6 * belly, 2 * foot, (0, 0, foot), paint),
            ellipsoid((2 * belly, 2 * belly, full), (0, 0, foot + full / 2), paint),
            pot(throat, mouth, neck, wall / 2, (0, 0, height - neck / 2), paint),
        ]
    low, high = height * rng.uniform(0.35, 0.55), height * rng.uniform(0.18, 0.28)
    neck = height - low - high
    return [
        frustum(belly * rng.uniform(0.5, 0.65), belly, low, (0, 0, low / 2), paint),
        frustum(belly, throat, high, (0, 0, low + high / 2), paint),
        pot(throat, mouth, neck, wall / 2, (0, 0, height - neck / 2), paint),
    ]


def _vase_top(rng: np.random.Generator, finish: Finish) -> Thing:
    return Thing("vase", finish, tuple(_vase_parts(rng, rng.uniform(0.15, 0.40), coat(rng, finish))))


def _vase_floor(rng: np.random.Generator, finish: Finish) -> Thing:
    return Thing("vase", finish, tuple(_vase_parts(rng, rng.uniform(0.45, 0.80), coat(rng, finish))))


def _plate(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    top = rng.uniform(0.09, 0.14)
    bottom, height = top * rng.uniform(0.62, 0.74), rng.uniform(0.014, 0.024)
    wall = 0.005
    parts = [pot(bottom, top, height, wall, (0, 0, height / 2), paint)]
    if rng.random() < 0.4:
        parts.append(torus(top - wall / 2, 0.004, (0, 0, height - 0.004), light(finish)))
    return Thing("plate", finish, tuple(parts), (Rest((0, 0, wall), _square_within(bottom - wall), OVERHEAD_M),))


def _can(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    height, radius = rng.uniform(0.10, 0.13), rng.uniform(0.030, 0.036)
    slope, rim = rng.uniform(0.006, 0.012), rng.uniform(0.003, 0.006)
    body = height - 2 * slope - rim
    parts = [
        frustum(0.82 * radius, radius, slope, (0, 0, slope / 2), STEEL),
        cylinder(radius, body, (0, 0, slope + body / 2), paint),
        frustum(radius, 0.84 * radius, slope, (0, 0, slope + body + slope / 2), STEEL),
        pot(0.86 * radius, 0.86 * radius, rim, 0.0015, (0, 0, height - rim / 2), STEEL),
    ]
    if rng.random() < 0.4:
        band = body * rng.uniform(0.15, 0.28)
        parts.append(cylinder(1.01 * radius, band, (0, 0, slope + body * rng.uniform(0.4, 0.6)), light(finish)))
    return Thing("can", finish, tuple(parts))


def _teapot(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    radius = rng.uniform(0.065, 0.090)
    full = 2 * radius * rng.uniform(0.75, 0.95)
    foot = rng.uniform(0.006, 0.012)
    middle, knob = foot + 0.48 * full, rng.uniform(0.010, 0.014)
    ring, tube = 0.36 * full, rng.uniform(0.007, 0.009)
    tilt = rng.uniform(math.radians(38), math.radians(52))
    spout = radius * rng.uniform(0.9, 1.1)
    away = 0.80 * radius + 0.42 * spout * math.sin(tilt)
    parts = [
        cylinder(0.62 * radius, 2 * foot, (0, 0, foot), paint),
        ellipsoid((2 * radius, 2 * radius, full), (0, 0, middle), paint),
        frustum(0.30 * radius, 0.13 * radius, spout, (away, 0, middle + 0.30 * spout), paint, turned("y", tilt)),
        torus(ring, tube, (-radius - 0.55 * ring, 0, middle + 0.05 * full), paint, UPRIGHT),
        cylinder(0.45 * radius, 0.012, (0, 0, middle + full / 2 - 0.002), paint),
        sphere(knob, (0, 0, middle + full / 2 + 0.8 * knob + 0.004), (paint, dark(finish))[rng.integers(2)]),
    ]
    return set_down("teapot", finish, parts)


def _candle(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    if rng.random() < 0.5:
        radius, height = rng.uniform(0.022, 0.038), rng.uniform(0.07, 0.14)
    else:
        radius, height = rng.uniform(0.011, 0.015), rng.uniform(0.14, 0.22)
    wide, deep = radius + rng.uniform(0.012, 0.022), rng.uniform(0.010, 0.016)
    holder = (paint, STEEL)[rng.integers(2)]
    wall = 0.003
    parts = [
        pot(0.85 * wide, wide, deep, wall, (0, 0, deep / 2), holder),
        cylinder(radius, height, (0, 0, wall + height / 2), paint),
    ]
    top = wall + height
    if rng.random() < 0.6:
        parts.append(cylinder(0.0012, 0.010, (0, 0, top + 0.005), WICK))
        parts.append(ellipsoid((0.013, 0.013, 0.034), (0, 0, top + 0.024), FLAME))
    else:
        parts.append(cylinder(0.0018, 0.014, (0, 0, top + 0.007), WICK))
    return Thing("candle", finish, tuple(parts))


def _apple(rng: np.random.Generator, finish: Finish) -> Thing:
    paint = coat(rng, finish)
    radius = rng.uniform(0.035, 0.045)
    tall = radius * rng.uniform(0.95, 1.08)
    lean, around = rng.uniform(0.1, 0.4), turned("z", rng.uniform(0, 2 * math.pi))
    stalk = radius * rng.uniform(0.5, 0.7)
    stand = placed((0, 0, 1.40 * tall)) @ placed((0, 0, 0), around @ turned("y", lean))
    size = (radius * rng.uniform(0.75, 1.0), radius * 0.42, radius * 0.10)
    leaf = ellipsoid(size, (0.48 * size[0], 0, 0.75 * stalk), LEAF, turned("y", -0.35))
    parts = [
        ellipsoid((1.70 * radius, 1.70 * radius, 1.44 * tall), (0, 0, 0.72 * tall), paint),
        torus(0.52 * radius, 0.48 * radius, (0, 0, 1.18 * tall), paint),
        cylinder(0.07 * radius, stalk, (0, 0, stalk / 2), STALK).moved(stand),
    ]
    if rng.random() < 0.75:
        parts.append(leaf.moved(stand))
    return Thing("apple", finish, tuple(parts))


TABLEWARE: tuple[Category, ...] = (
    Category("mug", make_top=_mug, materials=("metal", "plastic")),
    Category("bowl", make_top=_bowl),
    Category("bottle", make_top=_bottle, materials=("metal", "plastic")),
    Category("vase", make_floor=_vase_floor, make_top=_vase_top),
    Category("plate", make_top=_plate),
    Category("can", make_top=_can, materials=("metal",)),
    Category("teapot", make_top=_teapot, materials=("metal", "plastic")),
    Category("candle", make_top=_candle, colors=BRIGHT, materials=("plastic",)),
    Category("apple", make_top=_apple, colors=("red", "green", "yellow"), materials=("plastic",)),
)
