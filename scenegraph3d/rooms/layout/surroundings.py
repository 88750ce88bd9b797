"""Surroundings: the walls of a room, what they are papered with, and its lights."""

import math
from dataclasses import dataclass

import numpy as np

from ..world.parts import Paint
from ..world.room import Light, Walls
from .palette import linear, plain
from .placing import Boxes, overlapping
from .viewpoint import View


@dataclass(frozen=True)
class SurroundingRanges:
    """What rooms are like.

    Attributes:
        side_m: shortest and longest wall.
        ceiling_m: its lowest and highest.
        behind_m: nearest and farthest wall behind the camera.
        aside_m: nearest that the camera is to any wall.
        frontal, frontal_rad: share of rooms that are seen nearly straight on, and how nearly.
        spare_left: share of a room's spare width that is on the left.
        overhead_m: least height of the ceiling over the camera.
        ceiling: its grey, sRGB.
        hue, shade, paint: spread of a paint's channels and of its brightness, and its darkest and brightest, sRGB.
        plain: share of quiet rooms' paints without a pattern.
        lamps: odds of one, two and three.
        even: how alike lamps are in strength (Dirichlet's parameter).
        facing: least cosine at the target that a lamp's strength is made up for.
        inner, outer: how far from the middle lamps and windows are, in half lengths of the room.
        warmth: spread of the tint of light, from blue to red.
        contrast: how much darker a pattern's second colour is.
        slender: least width of a room as a share of its depth.
        white: how bright a white surface at that point is, linear light.
        ambient_share: how much of that comes from everywhere.
        under_ceiling_m: how far a lamp is below the ceiling.
        window, window_m: share of lamps that are where a window would be, and their heights.
        free_m: room that a lamp has around it.
    """

    side_m: tuple[float, float] = (3.0, 8.0)
    ceiling_m: tuple[float, float] = (2.4, 3.2)
    behind_m: tuple[float, float] = (0.3, 1.5)
    aside_m: float = 0.5
    frontal: float = 0.5
    frontal_rad: float = 0.12
    spare_left: tuple[float, float] = (0.2, 0.8)
    overhead_m: float = 0.3
    ceiling: tuple[float, float] = (0.82, 0.96)
    hue: float = 0.015
    shade: float = 0.05
    paint: tuple[float, float] = (0.05, 0.97)
    plain: float = 0.75
    lamps: tuple[float, ...] = (0.5, 0.35, 0.15)
    even: float = 2.0
    facing: float = 0.35
    inner: float = 0.7
    outer: float = 0.95
    warmth: float = 0.06
    contrast: tuple[float, float] = (0.78, 0.95)
    slender: float = 0.7
    white: tuple[float, float] = (0.5, 0.89)
    ambient_share: tuple[float, float] = (0.35, 0.65)
    under_ceiling_m: tuple[float, float] = (0.05, 0.4)
    window: float = 0.4
    window_m: tuple[float, float] = (1.3, 2.2)
    free_m: float = 0.1


RANGES = SurroundingRanges()

# Muted sRGB colours of floors and walls, and the patterns with the lengths of their repeats in metres.
_FLOORS = np.array(
    (
        *((0.62, 0.47, 0.33), (0.50, 0.36, 0.25), (0.74, 0.62, 0.47), (0.66, 0.64, 0.60), (0.45, 0.46, 0.48)),
        *((0.80, 0.77, 0.71), (0.56, 0.58, 0.52), (0.42, 0.32, 0.27), (0.60, 0.52, 0.48), (0.36, 0.38, 0.42)),
    )
)
_WALLS = np.array(
    (
        *((0.90, 0.88, 0.83), (0.84, 0.85, 0.86), (0.80, 0.76, 0.68), (0.74, 0.79, 0.80), (0.82, 0.84, 0.76)),
        *((0.86, 0.82, 0.75), (0.72, 0.74, 0.78), (0.92, 0.91, 0.90), (0.68, 0.70, 0.65), (0.78, 0.73, 0.68)),
    )
)
_FLOOR_PATTERNS = {
    "plain": (0.5, 1.0),
    "planks": (0.12, 0.25),
    "checks": (0.25, 0.60),
    "grain": (0.15, 0.40),
    "noise": (0.05, 0.40),
    "bricks": (0.20, 0.45),
    "stripes": (0.10, 0.35),
    "dots": (0.15, 0.40),
}
_FLOOR_ODDS = np.array([0.22, 0.30, 0.14, 0.10, 0.10, 0.06, 0.05, 0.03])
_WALL_PATTERNS = {
    "plain": (0.5, 1.0),
    "stripes": (0.08, 0.40),
    "bricks": (0.20, 0.35),
    "noise": (0.10, 0.60),
    "dots": (0.10, 0.30),
    "planks": (0.10, 0.25),
    "checks": (0.15, 0.40),
}
_WALL_ODDS = np.array([0.55, 0.12, 0.09, 0.12, 0.04, 0.05, 0.03])


def sample_walls(rng: np.random.Generator, view: View, depth_m: float, quiet: bool) -> Walls:
    """A room around a camera at the origin, free ahead of it for `depth_m` at least.

    Args:
        rng: source of chance.
        view: the camera.
        depth_m: distance straight ahead that must be inside.
        quiet: mostly plain floor and walls.
    """
    quarter = math.pi / 4
    yaw = float(np.clip(rng.normal(0, RANGES.frontal_rad), -quarter, quarter))
    if rng.random() > RANGES.frontal:
        yaw = rng.uniform(-quarter, quarter)
    c, s = math.cos(yaw), math.sin(yaw)
    end_x, end_y = depth_m * s, depth_m * c  # where the far point lies along the room's own axes
    need = np.array([max(0.0, -end_x), max(0.0, end_x), max(0.0, -end_y), max(0.0, end_y)])
    room = need + RANGES.aside_m
    room[2] = need[2] + rng.uniform(*RANGES.behind_m)
    spare = np.array([room[0] + room[1], room[2] + room[3]])
    least, most = RANGES.side_m
    least_sides = np.maximum(spare, max(least, RANGES.slender * spare.max()))
    sides = least_sides + (most - least_sides) * rng.random(2) ** 2
    along_x = room[0] + (sides[0] - spare[0]) * rng.uniform(*RANGES.spare_left)
    own = np.array([sides[0] / 2 - along_x, sides[1] / 2 - room[2]])
    return Walls(
        center_m=(float(c * own[0] - s * own[1]), float(s * own[0] + c * own[1])),
        half_m=(float(sides[0] / 2), float(sides[1] / 2)),
        height_m=max(float(rng.uniform(*RANGES.ceiling_m)), view.height_m + RANGES.overhead_m),
        yaw_rad=float(yaw),
        floor=_paint(rng, _FLOORS, _FLOOR_PATTERNS, _FLOOR_ODDS, quiet),
        wall=_paint(rng, _WALLS, _WALL_PATTERNS, _WALL_ODDS, quiet),
        ceiling=Paint(plain(linear(np.full(3, rng.uniform(*RANGES.ceiling))))),
    )


def _paint(
    rng: np.random.Generator,
    colors: np.ndarray,
    patterns: dict[str, tuple[float, float]],
    odds: np.ndarray,
    quiet: bool,
) -> Paint:
    base = np.clip(
        colors[rng.integers(len(colors))] + rng.normal(0, RANGES.hue, 3) + rng.normal(0, RANGES.shade), *RANGES.paint
    )
    second = np.clip(base * rng.uniform(*RANGES.contrast) + rng.normal(0, RANGES.hue, 3), *RANGES.paint)
    names = tuple(patterns)
    name = "plain" if quiet and rng.random() < RANGES.plain else names[int(rng.choice(len(names), p=odds))]
    return Paint(
        plain(linear(base)),
        pattern=name,
        pattern_rgb=plain(linear(second)),
        pattern_m=float(rng.uniform(*patterns[name])),
    )


def sample_lights(
    rng: np.random.Generator, view: View, walls: Walls, things: Boxes
) -> tuple[tuple[Light, ...], tuple[float, float, float]]:
    """One to three lamps under the ceiling or where a window would be, none inside a thing; light from everywhere."""
    white = float(rng.uniform(*RANGES.white))
    ambient = white * float(rng.uniform(*RANGES.ambient_share))
    count = int(rng.choice(len(RANGES.lamps), p=RANGES.lamps)) + 1
    shares = rng.dirichlet(np.full(count, RANGES.even))
    lights = []
    for share in shares:
        position = _lamp(rng, walls, things)
        offset = np.array(position) - np.array(view.target_m)
        reach = float(np.linalg.norm(offset))
        facing = max(RANGES.facing, float(offset[2]) / reach)  # of a level surface at the target
        rgb = (white - ambient) * share / facing * _tint(rng)
        lights.append(Light(position, plain(rgb), reach, shadow=True))
    return tuple(lights), plain(ambient * _tint(rng))


def _lamp(rng: np.random.Generator, walls: Walls, things: Boxes) -> tuple[float, float, float]:
    """A free place under the ceiling, or where a window would be."""
    c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
    while True:
        own = RANGES.inner * rng.uniform(-1, 1, 2)
        height = walls.height_m - rng.uniform(*RANGES.under_ceiling_m)
        if rng.random() < RANGES.window:
            own[rng.integers(2)] = RANGES.outer * rng.choice((-1, 1))
            height = rng.uniform(*RANGES.window_m)
        x, y = own * np.array(walls.half_m)
        at = np.array([walls.center_m[0] + c * x - s * y, walls.center_m[1] + s * x + c * y, height])
        point = Boxes(at[None], np.full((1, 3), RANGES.free_m), np.zeros(1))
        if not overlapping(point, things, 0.0).any():
            return plain(at)


def _tint(rng: np.random.Generator) -> np.ndarray:
    """Warm to cool white; green stays 1."""
    warm = rng.normal(0, RANGES.warmth)
    return np.array([1 + warm, 1.0, 1 - warm])
