"""Spots: where furniture would stand, before anybody looks whether it can."""

import math

import numpy as np

from .placing import Boxes, boxes_of, half_m
from .room import Placed, Thing, Walls
from .viewpoint import View

_BEYOND = 1.4  # how far things stand, in distances of what the camera is aimed at


def spots_at_walls(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> Boxes:
    """Places with the back to a wall that the camera may see, the front into the room."""
    half = half_m(thing)
    inward = np.array([math.pi, -math.pi / 2, 0.0, math.pi / 2])  # of the walls at +x, +y, -x, -y of the room
    ahead = -np.sin(inward + walls.yaw_rad)  # how much each wall is in front of the camera
    odds = np.where(ahead > -0.3, 0.4 + ahead, 0.0)
    pick = rng.choice(4, count, p=odds / odds.sum())
    along_x = pick % 2 == 0
    side = np.where(pick < 2, 1.0, -1.0)
    deep, wide = np.array(walls.half_m), np.array(walls.half_m)[::-1]
    off = side * (np.where(along_x, deep[0], deep[1]) - half[0] - rng.uniform(0.0, 0.06, count))
    slide = rng.uniform(-1, 1, count) * np.maximum(np.where(along_x, wide[0], wide[1]) - half[1], 0)
    own = np.where(along_x[:, None], np.stack([off, slide], axis=1), np.stack([slide, off], axis=1))
    return boxes_of(thing, _from_walls(own, walls), 0.0, inward[pick] + walls.yaw_rad)


def spots_in_view(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int) -> Boxes:
    """Places on the floor in front of the camera; fronts look more or less at it."""
    steep = view.pitch_rad + view.fov_rad / 2
    first = max(0.5, view.height_m / math.tan(steep)) if steep > 0 else 1.0
    flat = view.pitch_rad - view.fov_rad / 2
    last = view.height_m / math.tan(flat) if flat > 0 else math.inf
    last = max(first + 0.5, min(last, _BEYOND * view.target_m[1] + 0.5, 2 * max(walls.half_m)))
    away = first * (last / first) ** rng.random(count)  # near ones are as many as they look
    across = rng.uniform(-0.9, 0.9, count) * away * math.tan(view.fov_rad / 2)
    return boxes_of(thing, np.stack([across, away], axis=1), 0.0, _loose_turns(rng, thing, walls, count))


def spots_around(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int, spread: float) -> Boxes:
    """Places around the point that the camera is aimed at, within `spread` of the thing's half lengths."""
    middle = np.array(view.target_m[:2]) + rng.uniform(-spread, spread, (count, 2)) * half_m(thing)[:2].min()
    return boxes_of(thing, middle, 0.0, _loose_turns(rng, thing, walls, count))


def spots_beside(rng: np.random.Generator, thing: Thing, table: Placed, count: int) -> Boxes:
    """Places of a seat at a table or a desk, the front towards it, perhaps pushed under it."""
    half, table_half = half_m(thing), half_m(table.thing)
    sides = rng.integers(0, 1 if table.thing.front_known else 4, count)
    along_x = sides % 2 == 0
    reach = np.where(along_x, table_half[0], table_half[1])
    width = np.where(along_x, table_half[1], table_half[0])
    out = reach + half[0] + rng.uniform(-0.3, 0.2, count)
    slide = rng.uniform(-0.6, 0.6, count) * np.maximum(width - half[1], 0)
    angle = table.yaw_rad + sides * math.pi / 2
    c, s = np.cos(angle), np.sin(angle)
    middle = table.center_m[:2] + np.stack([c * out - s * slide, s * out + c * slide], axis=1)
    return boxes_of(thing, middle, 0.0, angle + math.pi + rng.normal(0, 0.2, count))


def _loose_turns(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> np.ndarray:
    if thing.front_known:
        return -math.pi / 2 + rng.normal(0, 0.9, count)
    quarter = walls.yaw_rad + math.pi / 2 * rng.integers(0, 4, count)
    return np.where(rng.random(count) < 0.5, quarter, rng.uniform(-math.pi, math.pi, count))


def _from_walls(own: np.ndarray, walls: Walls) -> np.ndarray:
    """World x and y [k, 2] of points in the room's own frame."""
    c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
    return np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1]], axis=1) + np.array(walls.center_m)
