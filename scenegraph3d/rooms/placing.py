"""Placing: where a thing can be without cutting another one, and where it rests."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from .parts import Shape
from .room import Placed, Rest, Thing, Walls


@dataclass(frozen=True, eq=False)
class Boxes:
    """Upright boxes in the world.

    Attributes:
        middle_m: [k, 3] their middles.
        half_m: [k, 3] half lengths along their own axes.
        yaw_rad: [k] turns about +z.
    """

    middle_m: Float64[np.ndarray, "k 3"]
    half_m: Float64[np.ndarray, "k 3"]
    yaw_rad: Float64[np.ndarray, " k"]

    def __getitem__(self, rows: slice | np.ndarray | list[int]) -> "Boxes":
        return Boxes(self.middle_m[rows], self.half_m[rows], self.yaw_rad[rows])


@dataclass(frozen=True, eq=False)
class Spots:
    """Places to try for one thing.

    Attributes:
        position_m: [k, 3] of the origin of its frame, in the world.
        yaw_rad: [k] turns about +z.
    """

    position_m: Float64[np.ndarray, "k 3"]
    yaw_rad: Float64[np.ndarray, " k"]

    def boxes(self, thing: Thing) -> Boxes:
        """[k] boxes of `thing` there."""
        lowest, highest = thing.extents_m
        middle = (lowest + highest) / 2
        c, s = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        offset = np.stack([c * middle[0] - s * middle[1], s * middle[0] + c * middle[1]], axis=1)
        centers = self.position_m + np.concatenate([offset, np.full((len(c), 1), middle[2])], axis=1)
        return Boxes(centers, np.broadcast_to((highest - lowest) / 2, centers.shape), self.yaw_rad)


def spots_of_middles(thing: Thing, middle_m: Float64[np.ndarray, "k 2"], z_m: float, yaw_rad: np.ndarray) -> Spots:
    """The places of `thing` at which the middle of its box is over `middle_m` and its lowest point at `z_m`."""
    middle = thing.extents_m.mean(axis=0)
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    x = middle_m[:, 0] - (c * middle[0] - s * middle[1])
    y = middle_m[:, 1] - (s * middle[0] + c * middle[1])
    return Spots(np.stack([x, y, np.full(len(x), z_m)], axis=1), yaw_rad)


def overlapping(a: Boxes, b: Boxes, gap_m: float) -> Bool[np.ndarray, "k n"]:
    """Whether each box of `a` comes nearer than `gap_m` sideways to one of `b` and shares some height with it."""
    delta = b.middle_m[None] - a.middle_m[:, None]
    turn = b.yaw_rad[None] - a.yaw_rad[:, None]
    across, along = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    a_x, a_y, a_z = (a.half_m[:, None, i] for i in range(3))
    b_x, b_y, b_z = (b.half_m[None, :, i] for i in range(3))
    hit: np.ndarray = np.abs(delta[..., 2]) < a_z + b_z - 1e-6
    for yaw, own_x, own_y, other_x, other_y in (
        (a.yaw_rad[:, None], a_x, a_y, b_x, b_y),
        (b.yaw_rad[None], b_x, b_y, a_x, a_y),
    ):
        c, s = np.cos(yaw), np.sin(yaw)
        hit &= np.abs(c * delta[..., 0] + s * delta[..., 1]) < own_x + other_x * across + other_y * along + gap_m
        hit &= np.abs(c * delta[..., 1] - s * delta[..., 0]) < own_y + other_x * along + other_y * across + gap_m
    return hit


def between_walls(boxes: Boxes, walls: Walls) -> Bool[np.ndarray, " k"]:
    """Whether each box is wholly between the walls and under the ceiling."""
    c, s = np.cos(walls.yaw_rad), np.sin(walls.yaw_rad)
    x, y = boxes.middle_m[:, 0] - walls.center_m[0], boxes.middle_m[:, 1] - walls.center_m[1]
    turn = boxes.yaw_rad - walls.yaw_rad
    across, along = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    half_x, half_y, half_z = boxes.half_m.T
    reach_x = np.abs(c * x + s * y) + half_x * across + half_y * along
    reach_y = np.abs(c * y - s * x) + half_x * along + half_y * across
    under = boxes.middle_m[:, 2] + half_z <= walls.height_m
    out: np.ndarray = (reach_x <= walls.half_m[0]) & (reach_y <= walls.half_m[1]) & under
    return out


def spots_on_rest(
    rng: np.random.Generator, thing: Thing, holder: Placed, rest: Rest, yaw_rad: Float64[np.ndarray, " k"]
) -> Spots | None:
    """Random places of `thing`, turned by `yaw_rad` in the world, whose boxes are wholly within a rest of `holder`.

    Turns at which it does not fit are left out; None where none is left.
    """
    lowest, highest = thing.extents_m
    if highest[2] > rest.headroom_m:
        return None
    half = (highest - lowest) / 2
    turn = yaw_rad - holder.yaw_rad
    across, along = np.abs(np.cos(turn)), np.abs(np.sin(turn))
    free = np.stack(
        [
            rest.half_m[0] - (half[0] * across + half[1] * along),
            rest.half_m[1] - (half[0] * along + half[1] * across),
        ],
        axis=1,
    )
    fits = (free >= 0).all(axis=1)
    if not fits.any():
        return None
    free = free[fits]
    own = np.array(rest.center_m[:2]) + free * rng.uniform(-1, 1, free.shape)
    c, s = np.cos(holder.yaw_rad), np.sin(holder.yaw_rad)
    middle = np.stack([c * own[:, 0] - s * own[:, 1], s * own[:, 0] + c * own[:, 1]], axis=1)
    middle += np.array(holder.position_m[:2])
    return spots_of_middles(thing, middle, holder.position_m[2] + rest.center_m[2], yaw_rad[fits])


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
