"""Spots: where furniture would stand, before anybody looks whether it can."""

import math
from dataclasses import dataclass

import numpy as np

from ..world.room import Placed, Thing, Walls
from .placing import Boxes, boxes_of, half_m
from .viewpoint import View


@dataclass(frozen=True)
class SpotRules:
    """Where furniture would stand.

    Attributes:
        wall_gap_m: to the wall behind it.
        seen_wall: least cosine between the camera's heading and the way to a wall of which something may be seen.
        wall_odds: added to that cosine, for how often a wall is chosen.
        nearest_m: least distance along the floor.
        deep_m: least depth of the part of the floor where things stand.
        beyond: how far things stand, in distances of what the camera is aimed at.
        across: half width of that part, as a share of the picture's.
        spread: how far an anchor's middle is from the point aimed at, in its half lengths.
        seat_gap_m: from a table's edge to a seat; below 0 it is pushed under.
        seat_along: how far from the middle of a table's side seats are, as a share of what is free.
        seat_turn_rad, front_turn_rad: spread of the turns of seats at tables and of fronts towards the camera.
        square: share of things without a front that stand in line with the walls.
    """

    wall_gap_m: tuple[float, float] = (0.0, 0.06)
    seen_wall: float = -0.3
    wall_odds: float = 0.4
    nearest_m: float = 0.5
    deep_m: float = 0.5
    beyond: float = 1.4
    across: float = 0.9
    spread: float = 0.5
    seat_gap_m: tuple[float, float] = (-0.3, 0.2)
    seat_along: float = 0.6
    seat_turn_rad: float = 0.2
    front_turn_rad: float = 0.9
    square: float = 0.5


SPOTS = SpotRules()


def spots_at_walls(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> Boxes:
    """Places with the back to a wall that the camera may see, the front into the room."""
    half = half_m(thing)
    inward = np.array([math.pi, -math.pi / 2, 0.0, math.pi / 2])  # of the walls at +x, +y, -x, -y of the room
    ahead = -np.sin(inward + walls.yaw_rad)  # how much each wall is in front of the camera
    odds = np.where(ahead > SPOTS.seen_wall, SPOTS.wall_odds + ahead, 0.0)
    pick = rng.choice(4, count, p=odds / odds.sum())
    along_x = pick % 2 == 0
    side = np.where(pick < 2, 1.0, -1.0)
    deep, wide = np.array(walls.half_m), np.array(walls.half_m)[::-1]
    off = side * (np.where(along_x, deep[0], deep[1]) - half[0] - rng.uniform(*SPOTS.wall_gap_m, count))
    slide = rng.uniform(-1, 1, count) * np.maximum(np.where(along_x, wide[0], wide[1]) - half[1], 0)
    own = np.where(along_x[:, None], np.stack([off, slide], axis=1), np.stack([slide, off], axis=1))
    return boxes_of(thing, _from_walls(own, walls), 0.0, inward[pick] + walls.yaw_rad)


def spots_in_view(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int) -> Boxes:
    """Places on the floor in front of the camera; fronts look more or less at it."""
    steep = view.pitch_rad + view.fov_rad / 2
    first = max(SPOTS.nearest_m, view.height_m / math.tan(steep))
    flat = view.pitch_rad - view.fov_rad / 2
    last = view.height_m / math.tan(flat) if flat > 0 else math.inf
    last = max(first, min(last, SPOTS.beyond * view.target_m[1], 2 * max(walls.half_m))) + SPOTS.deep_m
    away = first * (last / first) ** rng.random(count)  # near ones are as many as they look
    across = SPOTS.across * rng.uniform(-1, 1, count) * away * math.tan(view.fov_rad / 2)
    return boxes_of(thing, np.stack([across, away], axis=1), 0.0, _loose_turns(rng, thing, walls, count))


def spots_around(rng: np.random.Generator, thing: Thing, view: View, walls: Walls, count: int) -> Boxes:
    """Places around the point that the camera is aimed at."""
    middle = np.array(view.target_m[:2]) + SPOTS.spread * rng.uniform(-1, 1, (count, 2)) * half_m(thing)[:2].min()
    return boxes_of(thing, middle, 0.0, _loose_turns(rng, thing, walls, count))


def spots_beside(rng: np.random.Generator, thing: Thing, table: Placed, count: int) -> Boxes:
    """Places of a seat at a table or a desk, the front towards it, perhaps pushed under it."""
    half, table_half = half_m(thing), half_m(table.thing)
    sides = rng.integers(0, 1 if table.thing.front_known else 4, count)
    along_x = sides % 2 == 0
    reach = np.where(along_x, table_half[0], table_half[1])
    width = np.where(along_x, table_half[1], table_half[0])
    out = reach + half[0] + rng.uniform(*SPOTS.seat_gap_m, count)
    slide = SPOTS.seat_along * rng.uniform(-1, 1, count) * np.maximum(width - half[1], 0)
    angle = table.yaw_rad + sides * math.pi / 2
    c, s = np.cos(angle), np.sin(angle)
    middle = table.center_m[:2] + np.stack([c * out - s * slide, s * out + c * slide], axis=1)
    return boxes_of(thing, middle, 0.0, angle + math.pi + rng.normal(0, SPOTS.seat_turn_rad, count))


def _loose_turns(rng: np.random.Generator, thing: Thing, walls: Walls, count: int) -> np.ndarray:
    if thing.front_known:
        return -math.pi / 2 + rng.normal(0, SPOTS.front_turn_rad, count)
    quarter = walls.yaw_rad + math.pi / 2 * rng.integers(0, 4, count)
    return np.where(rng.random(count) < SPOTS.square, quarter, rng.uniform(-math.pi, math.pi, count))


def _from_walls(own: np.ndarray, walls: Walls) -> np.ndarray:
    """World x and y [k, 2] of points in the room's own frame."""
    c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
    return np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1]], axis=1) + np.array(walls.center_m)
