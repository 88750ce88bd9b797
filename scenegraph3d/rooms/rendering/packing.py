"""Packing: rooms as one table of parts in the frames of their cameras, float32 tensors that a ray caster can read.

The rows of all rooms stand in one table, sorted by kind, so that one pass over a kind serves the whole batch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np

from ...geometry.frames import invert
from ..world.parts import Paint, Shape
from ..world.room import Room, Solids, solids

Tensor: TypeAlias = Any  # torch.Tensor; torch is imported inside functions only


class Kind(IntEnum):
    """What a ray is tested against: the shapes of `parts`, hollow frusta apart."""

    BOX = Shape.BOX
    ELLIPSOID = Shape.ELLIPSOID
    FRUSTUM = Shape.FRUSTUM
    TORUS = Shape.TORUS
    POT = 4


@dataclass(frozen=True, eq=False)
class Packed:
    """P parts of B rooms, seen by their cameras in pictures of one size.

    Attributes:
        rooms, width, height: B and the size of the pictures in pixels.
        focal_px: [B].
        rows: of each kind, its first row and the one after its last.
        scene: [P] the room of each part.
        thing: [P] index of its thing in its room.
        things: number of things of each room.
        turn: [3, 3, P] rotation from the camera's axes to the part's.
        middle_m: [3, P] the part's middle in the camera's frame.
        half_m: [3, P] half lengths of the part's own box.
        form: [8, P] what else the kind needs; see `_form`.
        wall_turn: [3, 3, B] rotation from the camera's axes to the room's own.
        wall_eye_m: [3, B] the camera in the room's own frame, from the middle of the walls' box.
        wall_half_m: [3, B] half lengths of the walls' box.
        up: [3, B] the world's up in the camera's frame.
        paints: of the P parts, and then of each room its floor's, its walls' and its ceiling's.
    """

    rooms: int
    width: int
    height: int
    focal_px: Tensor
    rows: tuple[tuple[Kind, int, int], ...]
    scene: Tensor
    thing: Tensor
    things: tuple[int, ...]
    turn: Tensor
    middle_m: Tensor
    half_m: Tensor
    form: Tensor
    wall_turn: Tensor
    wall_eye_m: Tensor
    wall_half_m: Tensor
    up: Tensor
    paints: tuple[Paint, ...]

    @property
    def most_things(self) -> int:
        """The number of things of the fullest room."""
        return max(self.things)


def take(values: Tensor, at: Tensor) -> Tensor:
    """Values at whole numbers `at` of the last axis; several times faster than brackets."""
    return values.index_select(-1, at)


def pack(rooms: Sequence[Room], width: int, height: int, device: Any) -> Packed:
    """The parts of `rooms` in one table on a torch device."""
    import torch

    def put(values: Any) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).to(device)

    each = [solids(room) for room in rooms]
    eyes = [invert(room.world_from_camera) for room in rooms]
    size = np.concatenate([s.size_m for s in each])
    kind = np.concatenate([_kinds(s) for s in each])
    order = np.argsort(kind, kind="stable")
    pose = np.concatenate([eye @ s.world_from_part for eye, s in zip(eyes, each, strict=True)])[order]
    scene = np.repeat(np.arange(len(rooms)), [len(s.shape) for s in each])[order]
    thing = np.concatenate([s.thing for s in each])[order]
    size, kind = size[order], kind[order]
    edges = np.searchsorted(kind, np.arange(len(Kind) + 1))
    walls = [_walls(room) for room in rooms]
    paints = [paint for s in each for paint in s.paint]
    return Packed(
        rooms=len(rooms),
        width=width,
        height=height,
        focal_px=put([room.camera(width, height).fx for room in rooms]),
        rows=tuple((k, int(edges[k]), int(edges[k + 1])) for k in Kind),
        scene=torch.from_numpy(scene).to(device),
        thing=torch.from_numpy(thing).to(device),
        things=tuple(len(room.things) for room in rooms),
        turn=put(pose[:, :3, :3].transpose(2, 1, 0)),
        middle_m=put(pose[:, :3, 3].T),
        half_m=put(_half(kind, size).T),
        form=put(_form(kind, size).T),
        wall_turn=put(np.stack([turn for turn, _, _ in walls], axis=2)),
        wall_eye_m=put(np.stack([eye for _, eye, _ in walls], axis=1)),
        wall_half_m=put(np.stack([half for _, _, half in walls], axis=1)),
        up=put(np.stack([eye[:3, 2] for eye in eyes], axis=1)),
        paints=tuple([paints[k] for k in order] + [paint for room in rooms for paint in _surroundings(room)]),
    )


def _kinds(s: Solids) -> np.ndarray:
    hollow = (s.shape == Shape.FRUSTUM) & (s.size_m[:, 3] > 0)
    return np.where(hollow, int(Kind.POT), s.shape)


def _half(kind: np.ndarray, size: np.ndarray) -> np.ndarray:
    """[P, 3] half lengths of the parts' own boxes."""
    out = size[:, :3] / 2
    around = (kind == Kind.FRUSTUM) | (kind == Kind.POT)
    out[around, 0] = out[around, 1] = size[around, :2].max(axis=1)
    ring = kind == Kind.TORUS
    reach = size[ring, 0] + size[ring, 1]
    out[ring] = np.stack([reach, reach, size[ring, 1]], axis=1)
    return out


def _form(kind: np.ndarray, size: np.ndarray) -> np.ndarray:
    """[P, 8] numbers of the round kinds.

    Torus: ring, tube. Frustum and pot: radius at z = 0, its slope along z, lowest z, highest z, and for a pot the
    same radius and heights of its cavity, which reaches out of the mouth by a wall's thickness.
    """
    out = np.zeros((len(size), 8))
    ring = kind == Kind.TORUS
    out[ring, :2] = size[ring, :2]
    around = (kind == Kind.FRUSTUM) | (kind == Kind.POT)
    bottom, top, height, wall = size[around].T
    mean, slope = (bottom + top) / 2, (top - bottom) / np.where(height > 0, height, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        apex = -(mean - wall) / slope
    lowest, highest = np.where(slope > 0, apex, -math.inf), np.where(slope < 0, apex, math.inf)
    floor, mouth = np.maximum(wall - height / 2, lowest), np.minimum(height / 2 + wall, highest)
    out[around] = np.stack([mean, slope, -height / 2, height / 2, mean - wall, floor, mouth, wall], axis=1)
    return out


def _surroundings(room: Room) -> tuple[Paint, Paint, Paint]:
    return room.walls.floor, room.walls.wall, room.walls.ceiling


def _walls(room: Room) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rotation from the camera's axes to the room's own, the camera there, and the half lengths of the room."""
    walls = room.walls
    c, s = math.cos(walls.yaw_rad), math.sin(walls.yaw_rad)
    room_from_world = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    middle = np.array([*walls.center_m, walls.height_m / 2])
    eye = room_from_world @ (room.world_from_camera[:3, 3] - middle)
    return room_from_world @ room.world_from_camera[:3, :3], eye, np.array([*walls.half_m, walls.height_m / 2])
