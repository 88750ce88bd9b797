"""Placing: where a thing can be without cutting another one, and where it rests."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float64

from ..world.parts import Shape
from ..world.room import Placed, Rest, Thing, Walls

_TOUCHING_M = 1e-6  # less shared height than that is rest, not overlap


@dataclass(frozen=True, eq=False)
class Boxes:
    """Upright boxes in the world; of one thing, the places to try for it.

    Attributes:
        middle_m: [k, 3] their middles.
        half_m: [k, 3] half lengths along their own axes.
        yaw_rad: [k] turns about +z.
    """

    middle_m: Float64[np.ndarray, "k 3"]
    half_m: Float64[np.ndarray, "k 3"]
    yaw_rad: Float64[np.ndarray, " k"]

    @cached_property
    def turn(self) -> tuple[np.ndarray, np.ndarray]:
        """Cosine and sine [k] of the turns."""
        return np.cos(self.yaw_rad), np.sin(self.yaw_rad)

    def __getitem__(self, rows: np.ndarray | list[int]) -> "Boxes":
        return Boxes(self.middle_m[rows], self.half_m[rows], self.yaw_rad[rows])

    def followed_by(self, more: "Boxes") -> "Boxes":
        """These boxes, then those of `more`."""
        return Boxes(
            np.concatenate([self.middle_m, more.middle_m]),
            np.concatenate([self.half_m, more.half_m]),
            np.concatenate([self.yaw_rad, more.yaw_rad]),
        )


def boxes_of(thing: Thing, middle_m: Float64[np.ndarray, "k 2"], z_m: float, yaw_rad: np.ndarray) -> Boxes:
    """The boxes of `thing` where their middles are over `middle_m` and their lowest points at `z_m`."""
    half = half_m(thing)
    middle = np.empty((len(middle_m), 3))
    middle[:, :2] = middle_m
    middle[:, 2] = z_m + half[2]
    return Boxes(middle, np.broadcast_to(half, middle.shape), yaw_rad)


def half_m(thing: Thing) -> Float64[np.ndarray, " 3"]:
    """Half lengths of a thing's exact box."""
    lowest, highest = thing.extents_m
    out: np.ndarray = (highest - lowest) / 2
    return out


def overlapping(a: Boxes, b: Boxes, gap_m: float) -> Bool[np.ndarray, "k n"]:
    """Whether each box of `a` comes nearer than `gap_m` sideways to one of `b` and shares some height with it."""
    delta = b.middle_m - a.middle_m[:, None]
    x, y = delta[..., 0], delta[..., 1]
    a_x, a_y, a_z = a.half_m[:, :, None].transpose(1, 0, 2)
    b_x, b_y, b_z = b.half_m.T
    a_c, a_s = a.turn[0][:, None], a.turn[1][:, None]
    b_c, b_s = b.turn
    across, along = np.abs(a_c * b_c + a_s * b_s), np.abs(a_c * b_s - a_s * b_c)  # of the turn between them
    hit: np.ndarray = np.abs(delta[..., 2]) < a_z + b_z - _TOUCHING_M
    hit &= np.abs(a_c * x + a_s * y) < a_x + b_x * across + b_y * along + gap_m
    hit &= np.abs(a_c * y - a_s * x) < a_y + b_x * along + b_y * across + gap_m
    hit &= np.abs(b_c * x + b_s * y) < b_x + a_x * across + a_y * along + gap_m
    hit &= np.abs(b_c * y - b_s * x) < b_y + a_x * along + a_y * across + gap_m
    return hit


def between_walls(boxes: Boxes, walls: Walls) -> Bool[np.ndarray, " k"]:
    """Whether each box is wholly between the walls and under the ceiling."""
    reach = _reach(boxes, walls.yaw_rad) + np.abs(_turned(boxes.middle_m[:, :2] - walls.center_m, -walls.yaw_rad))
    fits: np.ndarray = boxes.middle_m[:, 2] + boxes.half_m[:, 2] <= walls.height_m
    fits &= np.all(reach <= walls.half_m, axis=1)
    return fits


def boxes_on_rest(
    rng: np.random.Generator, thing: Thing, holder: Placed, rest: Rest, yaw_rad: Float64[np.ndarray, " k"]
) -> Boxes | None:
    """Random boxes of `thing`, turned by `yaw_rad` in the world, wholly within a rest of `holder`.

    Turns at which it does not fit are left out; None where none is left.
    """
    half = half_m(thing)
    if 2 * half[2] > rest.headroom_m:
        return None
    at_origin = Boxes(np.zeros((len(yaw_rad), 3)), np.broadcast_to(half, (len(yaw_rad), 3)), yaw_rad)
    free = np.array(rest.half_m) - _reach(at_origin, holder.yaw_rad)
    fits = np.all(free >= 0, axis=1)
    if not fits.any():
        return None
    own = free[fits] * rng.uniform(-1, 1, (int(fits.sum()), 2)) + rest.center_m[:2]
    middle = _turned(own, holder.yaw_rad) + holder.position_m[:2]
    return boxes_of(thing, middle, holder.position_m[2] + rest.center_m[2], yaw_rad[fits])


def at_box(thing: Thing, boxes: Boxes, row: int, support: int, inside: bool) -> Placed:
    """`thing` placed so that its box is the one in that row."""
    middle = thing.extents_m.mean(axis=0)
    yaw = float(boxes.yaw_rad[row])
    x, y = (boxes.middle_m[row, :2] - _turned(middle[None, :2], yaw)[0]).tolist()
    return Placed(thing, (x, y, float(boxes.middle_m[row, 2] - middle[2])), yaw, support, inside)


def _reach(boxes: Boxes, yaw_rad: float) -> np.ndarray:
    """[k, 2] how far boxes reach from their middles along x and y of a frame that is turned by `yaw_rad`."""
    turn = boxes.yaw_rad - yaw_rad
    across, along = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    out = np.empty((len(turn), 2))
    out[:, 0] = boxes.half_m[:, 0] * across + boxes.half_m[:, 1] * along
    out[:, 1] = boxes.half_m[:, 0] * along + boxes.half_m[:, 1] * across
    return out


def _turned(xy: np.ndarray, yaw_rad: float) -> np.ndarray:
    """[k, 2] points turned about the origin."""
    c, s = math.cos(yaw_rad), math.sin(yaw_rad)
    return xy @ np.array([[c, s], [-s, c]])


def parts_overlap(a: Placed, b: Placed, gap_m: float) -> bool:
    """Whether the oriented box of some part of `a` comes within `gap_m` of that of some part of `b`.

    Separating axes: Gottschalk, Lin and Manocha 1996, OBBTree.
    """
    pose_a, half_a = _part_boxes(a)
    pose_b, half_b = _part_boxes(b)
    half_a = half_a + gap_m
    turn = np.einsum("aji,bjk->abik", pose_a[:, :3, :3], pose_b[:, :3, :3])
    size = np.abs(turn) + 1e-9  # parallel edges give no axis of their own
    between = pose_b[None, :, :3, 3] - pose_a[:, None, :3, 3]
    shift = np.einsum("aji,abj->abi", pose_a[:, :3, :3], between)
    apart = (np.abs(shift) > half_a[:, None] + np.einsum("abij,bj->abi", size, half_b)).any(axis=-1)
    back = np.einsum("abi,abij->abj", shift, turn)
    apart |= (np.abs(back) > half_b[None] + np.einsum("abij,ai->abj", size, half_a)).any(axis=-1)
    if apart.all():
        return False
    for i in range(3):
        i1, i2 = (i + 1) % 3, (i + 2) % 3
        for j in range(3):
            j1, j2 = (j + 1) % 3, (j + 2) % 3
            reach = half_a[:, None, i1] * size[..., i2, j] + half_a[:, None, i2] * size[..., i1, j]
            reach = reach + half_b[None, :, j1] * size[..., i, j2] + half_b[None, :, j2] * size[..., i, j1]
            apart |= np.abs(shift[..., i2] * turn[..., i1, j] - shift[..., i1] * turn[..., i2, j]) > reach
    return not bool(apart.all())


def _part_boxes(item: Placed) -> tuple[np.ndarray, np.ndarray]:
    """[p, 4, 4] world poses and [p, 3] half lengths of the oriented boxes of the parts."""
    poses = item.world_from_thing @ np.stack([part.thing_from_part for part in item.thing.parts])
    return poses, np.array([_half_m(part.shape, part.size_m) for part in item.thing.parts])


def _half_m(shape: Shape, size_m: tuple[float, float, float, float]) -> tuple[float, float, float]:
    a, b, c, _ = size_m
    if shape is Shape.FRUSTUM:
        return (max(a, b), max(a, b), c / 2)
    if shape is Shape.TORUS:
        return (a + b, a + b, b)
    return (a / 2, b / 2, c / 2)
