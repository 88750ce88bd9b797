"""Lamps and plants, for the floor and for tops.

Of a thing's sizes, those that end in `_m` are metres, `_share` is how often a kind comes; the others are shares of the
length that is named.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..world.finish import Finish
from ..world.parts import Paint, Part, box, cone, cylinder, ellipsoid, frustum, sphere, turned
from ..world.room import Thing
from .making import (
    Range,
    around,
    between,
    chance,
    main_paint,
    neutral_paint,
    shaded,
    standing,
    strut,
)


@dataclass(frozen=True)
class LampSizes:
    """Natural sizes of a lamp: metres, and lengths over its height or its shade's radius."""

    floor_m: Range = (1.3, 1.8)
    top_m: Range = (0.3, 0.55)
    floor_shade_m: Range = (0.2, 0.28)
    top_shade: Range = (0.28, 0.4)
    shade: Range = (1.1, 1.6)
    mouth: Range = (0.35, 0.95)
    base: Range = (0.6, 0.85)
    base_thick: Range = (0.12, 0.2)
    pole: Range = (0.07, 0.1)
    body: Range = (0.35, 0.5)
    dome: float = 0.55
    dome_share: float = 0.2
    tripod_share: float = 0.3
    body_share: float = 0.6
    neutral_share: float = 0.3


@dataclass(frozen=True)
class PlantSizes:
    """Natural sizes of a plant.

    Attributes:
        floor_m, top_m: its height, on the floor and on other things.
        pot, pot_radius: of its height; taper: the pot's foot over its mouth.
        crown: radius of the leaves over that of the pot; the sizes below are over the crown's radius or its height.
        leaves: how many long leaves, or bulges of a bush and one more; at least, and below.
        bush: width of the middle; bulge_wide, bulge_tall, bulge_at: of the bulges, and how high their middles are.
        tiers: lower end, upper end and radius of each cone of a conifer.
        ball: largest radius of a ball of leaves, over the radius and over the height.
        leaf_long, leaf_wide, leaf_thick, leaf_tilt_rad: of the long leaves.
        leaf_shade: brightness of each part of the leaves over that of the plant.
    """

    floor_m: Range = (0.5, 1.4)
    top_m: Range = (0.15, 0.4)
    pot: Range = (0.4, 0.5)
    pot_radius: Range = (0.18, 0.25)
    largest_pot_m: float = 0.27
    square_share: float = 0.3
    taper: Range = (0.65, 0.9)
    soil: tuple[float, float] = (0.88, 0.04)
    trunk: float = 0.12
    bush: float = 1.4
    bulge_out: float = 0.55
    bulge_wide: Range = (0.8, 1.0)
    bulge_tall: Range = (0.4, 0.6)
    bulge_at: Range = (0.3, 0.6)
    tiers: tuple[tuple[float, float, float], ...] = ((0.12, 0.62, 0.85), (0.38, 0.82, 0.68), (0.64, 1.0, 0.5))
    ball: tuple[float, float] = (0.9, 0.36)
    leaf_long: Range = (0.75, 0.95)
    leaf_wide: float = 0.45
    leaf_thick: float = 0.08
    leaf_tilt_rad: Range = (0.3, 0.75)
    leaf_shade: Range = (0.7, 1.4)
    crown: Range = (1.0, 1.35)
    leaves: tuple[int, int] = (5, 8)
    soil_rgb: tuple[float, float, float] = (0.03, 0.018, 0.01)
    leaf_rgb: tuple[tuple[float, float, float], ...] = ((0.02, 0.16, 0.03), (0.05, 0.25, 0.04), (0.03, 0.2, 0.09))
    trunk_rgb: tuple[float, float, float] = (0.1, 0.05, 0.025)


LAMP = LampSizes()
PLANT = PlantSizes()


def make_floor_lamp(rng: np.random.Generator, finish: Finish) -> Thing:
    """A floor lamp: a shade on a pole with a round base, or on three legs."""
    height, radius = between(rng, LAMP.floor_m), between(rng, LAMP.floor_shade_m)
    paint = main_paint(rng, finish)
    under = neutral_paint(rng, finish) if chance(rng, LAMP.neutral_share) else paint
    shade, low = _shade(rng, paint, radius, height)
    pole = radius * between(rng, LAMP.pole)
    if chance(rng, LAMP.tripod_share):
        legs = around(3, radius * 1.1, 0.0)
        parts = [strut((x, y, 0), (0, 0, low + pole), pole * 0.8, pole, under) for x, y in legs]
    else:
        base, thick = radius * between(rng, LAMP.base), radius * between(rng, LAMP.base_thick)
        parts = [
            frustum(base, base * 0.9, thick, (0, 0, thick / 2), under),
            cylinder(pole, low, (0, 0, low / 2 + thick / 2), under),
        ]
    return standing(Thing("lamp", finish, (shade, *parts)))


def make_top_lamp(rng: np.random.Generator, finish: Finish) -> Thing:
    """A table lamp: a shade on a rounded body, or on a short pole with a round base."""
    height = between(rng, LAMP.top_m)
    radius = height * between(rng, LAMP.top_shade)
    paint = main_paint(rng, finish)
    under = neutral_paint(rng, finish) if chance(rng, LAMP.neutral_share) else paint
    shade, low = _shade(rng, paint, radius, height)
    pole, thick = radius * between(rng, LAMP.pole), radius * between(rng, LAMP.base_thick)
    base = radius * between(rng, LAMP.base)
    parts = [cylinder(pole, low, (0, 0, low / 2 + thick / 2), under)]
    if chance(rng, LAMP.body_share):
        wide = 2 * radius * between(rng, LAMP.body)
        parts.append(ellipsoid((wide, wide, low), (0, 0, low / 2), paint))
        base *= 0.7
    parts.append(frustum(base, base * 0.9, thick, (0, 0, thick / 2), under))
    return standing(Thing("lamp", finish, (shade, *parts)))


def _shade(rng: np.random.Generator, paint: Paint, radius: float, height: float) -> tuple[Part, float]:
    """A flat round, a conical or a straight shade whose top is at z = `height`, and the height of its lower end."""
    if chance(rng, LAMP.dome_share):
        up = radius * LAMP.dome
        return ellipsoid((2 * radius, 2 * radius, 2 * up), (0, 0, height - up), paint), height - 2 * up
    tall = radius * between(rng, LAMP.shade)
    low = height - tall
    return frustum(radius, radius * between(rng, LAMP.mouth), tall, (0, 0, height - tall / 2), paint), low


def make_floor_plant(rng: np.random.Generator, finish: Finish) -> Thing:
    """A plant that stands on the floor."""
    return _plant(rng, finish, between(rng, PLANT.floor_m))


def make_top_plant(rng: np.random.Generator, finish: Finish) -> Thing:
    """A plant that stands on other things."""
    return _plant(rng, finish, between(rng, PLANT.top_m))


def _plant(rng: np.random.Generator, finish: Finish, height: float) -> Thing:
    """A bush, a cone, a ball on a trunk or long leaves, in a large pot that has the plant's colour."""
    paint = main_paint(rng, finish)
    tall = height * between(rng, PLANT.pot)
    radius = min(height * between(rng, PLANT.pot_radius), PLANT.largest_pot_m)
    if chance(rng, PLANT.square_share):
        vessel = box((2 * radius, 2 * radius, tall), (0, 0, tall / 2), paint)
    else:
        vessel = frustum(radius * between(rng, PLANT.taper), radius, tall, (0, 0, tall / 2), paint)
    share, lip = PLANT.soil[0], tall * PLANT.soil[1]
    soil = cylinder(radius * share, lip, (0, 0, tall + lip / 2), Paint(PLANT.soil_rgb, "wood"))
    leaf = PLANT.leaf_rgb[int(rng.integers(len(PLANT.leaf_rgb)))]
    grow = (_bush, _conifer, _ball_tree, _long_leaves)[int(rng.integers(4))]
    parts = grow(rng, leaf, tall, height, radius * between(rng, PLANT.crown))
    return standing(Thing("plant", finish, (vessel, soil, *parts)))


def _leaf(rng: np.random.Generator, rgb: tuple[float, float, float]) -> Paint:
    return Paint(shaded(rgb, between(rng, PLANT.leaf_shade)), "wood")


def _bush(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    size = (PLANT.bush * radius, PLANT.bush * radius, tall)
    parts = [ellipsoid(size, (0, 0, high - size[2] / 2), _leaf(rng, rgb))]
    count = int(rng.integers(PLANT.leaves[0] - 1, PLANT.leaves[1] - 1))
    for x, y in around(count, radius * PLANT.bulge_out, rng.random() * math.tau):
        wide = radius * between(rng, PLANT.bulge_wide)
        up = tall * between(rng, PLANT.bulge_tall)
        parts.append(ellipsoid((wide, wide, up), (x, y, low + tall * between(rng, PLANT.bulge_at)), _leaf(rng, rgb)))
    return parts


def _conifer(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    trunk = cylinder(radius * PLANT.trunk, tall * 0.5, (0, 0, low + tall * 0.25), Paint(PLANT.trunk_rgb, "wood"))
    return [trunk] + [
        cone(radius * wide, tall * (b - a), (0, 0, low + tall * (a + b) / 2), _leaf(rng, rgb))
        for a, b, wide in PLANT.tiers
    ]


def _ball_tree(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    ball = min(radius * PLANT.ball[0], tall * PLANT.ball[1])
    trunk = cylinder(ball * PLANT.trunk, tall - ball, (0, 0, low + (tall - ball) / 2), Paint(PLANT.trunk_rgb, "wood"))
    parts = [trunk, sphere(ball, (0, 0, high - ball), _leaf(rng, rgb))]
    if tall > 4 * ball:
        parts.append(sphere(ball * 0.8, (0, 0, high - 2.6 * ball), _leaf(rng, rgb)))
    return parts


def _long_leaves(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    count = int(rng.integers(*PLANT.leaves))
    parts = [ellipsoid((radius * 0.3, radius * 0.3, tall), (0, 0, low + tall / 2), _leaf(rng, rgb))]
    start = rng.random() * math.tau
    for k in range(count):
        around_z = start + math.tau * k / count
        tilt = between(rng, PLANT.leaf_tilt_rad)
        long = tall * between(rng, PLANT.leaf_long)
        turn = turned("z", around_z) @ turned("y", tilt)
        x, y, z = turn[:, 2] * long / 2
        size = (long * PLANT.leaf_thick, radius * PLANT.leaf_wide, long)
        parts.append(ellipsoid(size, (float(x), float(y), low + float(z)), _leaf(rng, rgb), turn))
    return parts
