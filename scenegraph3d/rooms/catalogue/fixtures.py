"""Lamps, plants and television sets, for the floor and for tops; a television's screen faces +x."""

import math
from dataclasses import dataclass

import numpy as np

from ..finish import Finish
from ..parts import Paint, Part, box, cone, cylinder, ellipsoid, frustum, sphere, turned
from ..room import Rest, Thing
from .making import (
    Range,
    around,
    between,
    chance,
    corners,
    dark_paint,
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
    """Natural sizes of a plant: metres, and lengths over its height."""

    floor_m: Range = (0.5, 1.4)
    top_m: Range = (0.15, 0.4)
    pot: Range = (0.4, 0.5)
    pot_radius: Range = (0.18, 0.25)
    largest_pot_m: float = 0.27
    square_share: float = 0.3
    taper: Range = (0.65, 0.9)
    crown: Range = (1.0, 1.35)
    leaves: tuple[int, int] = (5, 8)
    soil_rgb: tuple[float, float, float] = (0.03, 0.018, 0.01)
    leaf_rgb: tuple[tuple[float, float, float], ...] = ((0.02, 0.16, 0.03), (0.05, 0.25, 0.04), (0.03, 0.2, 0.09))
    trunk_rgb: tuple[float, float, float] = (0.1, 0.05, 0.025)


@dataclass(frozen=True)
class TvSizes:
    """Natural sizes of a television set: metres, and lengths over its width."""

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
    stand_m: Range = (0.65, 0.85)
    stand_foot_m: Range = (0.2, 0.28)
    stand_pole_m: float = 0.035
    old_stand_m: Range = (0.3, 0.5)
    leg_m: float = 0.022
    splay_m: float = 0.04
    tripod_share: float = 0.4
    rim_m: float = 0.02
    headroom_m: float = 1.0


LAMP = LampSizes()
PLANT = PlantSizes()
TV = TvSizes()


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
    lip = tall * 0.04
    soil = cylinder(radius * 0.88, lip, (0, 0, tall + lip / 2), Paint(PLANT.soil_rgb, "wood"))
    leaf = PLANT.leaf_rgb[int(rng.integers(len(PLANT.leaf_rgb)))]
    grow = (_bush, _conifer, _ball_tree, _long_leaves)[int(rng.integers(4))]
    parts = grow(rng, leaf, tall, height, radius * between(rng, PLANT.crown))
    return standing(Thing("plant", finish, (vessel, soil, *parts)))


def _leaf(rng: np.random.Generator, rgb: tuple[float, float, float]) -> Paint:
    return Paint(shaded(rgb, between(rng, (0.7, 1.4))), "wood")


def _bush(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    size = (1.4 * radius, 1.4 * radius, tall)
    parts = [ellipsoid(size, (0, 0, high - size[2] / 2), _leaf(rng, rgb))]
    count = int(rng.integers(PLANT.leaves[0] - 1, PLANT.leaves[1] - 1))
    for x, y in around(count, radius * 0.55, rng.random() * math.tau):
        wide = radius * between(rng, (0.8, 1.0))
        up = tall * between(rng, (0.4, 0.6))
        parts.append(ellipsoid((wide, wide, up), (x, y, low + tall * between(rng, (0.3, 0.6))), _leaf(rng, rgb)))
    return parts


def _conifer(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    trunk = cylinder(radius * 0.12, tall * 0.5, (0, 0, low + tall * 0.25), Paint(PLANT.trunk_rgb, "wood"))
    spans = ((0.12, 0.62, 0.85), (0.38, 0.82, 0.68), (0.64, 1.0, 0.5))
    return [trunk] + [
        cone(radius * wide, tall * (b - a), (0, 0, low + tall * (a + b) / 2), _leaf(rng, rgb)) for a, b, wide in spans
    ]


def _ball_tree(
    rng: np.random.Generator, rgb: tuple[float, float, float], low: float, high: float, radius: float
) -> list[Part]:
    tall = high - low
    ball = min(radius * 0.9, tall * 0.36)
    trunk = cylinder(ball * 0.12, tall - ball, (0, 0, low + (tall - ball) / 2), Paint(PLANT.trunk_rgb, "wood"))
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
        tilt = between(rng, (0.3, 0.75))
        long = tall * between(rng, (0.75, 0.95))
        turn = turned("z", around_z) @ turned("y", tilt)
        x, y, z = turn[:, 2] * long / 2
        size = (long * 0.08, radius * 0.45, long)
        parts.append(ellipsoid(size, (float(x), float(y), low + float(z)), _leaf(rng, rgb), turn))
    return parts


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
    screen = (TV.screen_m, y * 0.66, z * 0.7)
    parts = [
        box((x * 0.55, y, z), (x * 0.225, 0, low + z / 2), paint),
        box((x * 0.5, y * 0.8, z * 0.75), (-x * 0.25, 0, low + z * 0.375), paint),
        box(screen, (x / 2, -y * 0.08, low + z / 2), dark),
    ]
    knobs = (0.62, 0.78)
    parts += [
        cylinder(y * 0.035, 0.03, (x / 2, y * 0.38, low + z * at), dark, turned("y", math.pi / 2)) for at in knobs
    ]
    half = (x * 0.275 - TV.rim_m, y / 2 - TV.rim_m)
    return parts, (Rest((x * 0.225, 0, low + z), half, TV.headroom_m),)
