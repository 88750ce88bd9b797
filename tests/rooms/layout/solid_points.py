"""Solids in numbers: points on the surface of parts, and whether a point is in the material, from what `parts` says."""

import numpy as np

from scenegraph3d.rooms.world.parts import Part, Shape
from scenegraph3d.rooms.world.room import Placed

_TURNS = np.linspace(0, 2 * np.pi, 16, endpoint=False)
_STEPS = np.linspace(-1, 1, 7)


def surface(item: Placed) -> list[np.ndarray]:
    """Points [n, 3] on the surface of each part, in the world."""
    pose = item.world_from_thing
    return [_moved(pose @ part.thing_from_part, _own_surface(part)) for part in item.thing.parts]


def all_points(item: Placed) -> np.ndarray:
    """Points [n, 3] on the surface of all parts, in the world."""
    return np.concatenate(surface(item))


def in_material(item: Placed, points: np.ndarray, deep_m: float) -> np.ndarray:
    """Whether each point is in the material of some part, more than about `deep_m` under its surface."""
    inside = np.zeros(len(points), dtype=bool)
    pose = item.world_from_thing
    for part in item.thing.parts:
        inside |= _in_part(part, _moved(np.linalg.inv(pose @ part.thing_from_part), points), deep_m)
    return inside


def _moved(pose: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ pose[:3, :3].T + pose[:3, 3]


def _own_surface(part: Part) -> np.ndarray:
    a, b, c, wall = part.size_m
    circle = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
    if part.shape is Shape.BOX:
        grid = np.stack(np.meshgrid(_STEPS, _STEPS, _STEPS, indexing="ij"), axis=-1).reshape(-1, 3)
        return grid[(np.abs(grid) == 1).any(axis=1)] * (a / 2, b / 2, c / 2)
    if part.shape is Shape.ELLIPSOID:
        up = np.sin(_STEPS * np.pi / 2)
        rings = [np.column_stack([circle * np.sqrt(1 - z * z), np.full(len(circle), z)]) for z in up]
        return np.concatenate(rings) * (a / 2, b / 2, c / 2)
    if part.shape is Shape.TORUS:
        rings = [np.column_stack([circle * (a + b * np.cos(t)), np.full(16, b * np.sin(t))]) for t in _TURNS]
        return np.concatenate(rings)
    rings = []
    for t in (_STEPS + 1) / 2:
        radius = a + (b - a) * t
        rings.append(np.column_stack([circle * radius, np.full(16, c * (t - 0.5))]))
        if wall and c * t > wall:
            rings.append(np.column_stack([circle * (radius - wall), np.full(16, c * (t - 0.5))]))
    ends = [(a, -c / 2)] if wall else [(a, -c / 2), (b, c / 2)]
    rings += [np.column_stack([circle * radius * r, np.full(16, z)]) for radius, z in ends for r in (0, 0.5)]
    return np.concatenate(rings)


def _in_part(part: Part, own: np.ndarray, deep: float) -> np.ndarray:
    a, b, c, wall = part.size_m
    x, y, z = own.T
    around = np.hypot(x, y)
    if part.shape is Shape.BOX:
        return (np.abs(own) < np.array([a, b, c]) / 2 - deep).all(axis=1)
    if part.shape is Shape.ELLIPSOID:
        half = np.array([a, b, c]) / 2 - deep
        return ((own / half) ** 2).sum(axis=1) < 1 if (half > 0).all() else np.zeros(len(own), dtype=bool)
    if part.shape is Shape.TORUS:
        return np.hypot(around - a, z) < b - deep
    slant = np.hypot(1, (b - a) / c)  # turns a distance along the radius into one across the wall
    radius = a + (b - a) * (z / c + 0.5)
    inside = (np.abs(z) < c / 2 - deep) & (around < radius - deep * slant)
    if wall:
        inside &= (around > radius - wall + deep * slant) | (z < wall - c / 2 - deep)
    return inside
