"""Yaw boxes: gravity-aligned 3D boxes as centre, full size and yaw about z.

Corner order: 0-3 are the bottom face, counter-clockwise seen from above, starting at (-x, -y) in the box's own
axes: (-,-), (+,-), (+,+), (-,+); 4-7 are the top face in the same order.
Functions on pairs take N boxes and two index arrays `i` and `j` of P pairs.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from . import polygons

_CORNER_SIGNS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
Index = np.ndarray | list[int]


@dataclass(frozen=True, eq=False)
class Boxes:
    """N boxes: centres [N, 3] and full sizes [N, 3] in metres, and yaws [N] in radians about +z."""

    center_m: Float[np.ndarray, "n 3"]
    size_m: Float[np.ndarray, "n 3"]
    yaw_rad: Float[np.ndarray, " n"]


def footprints(boxes: Boxes) -> Float[np.ndarray, "n 4 2"]:
    """[N, 4, 2] corners of the boxes seen from above, metres, counter-clockwise."""
    local = 0.5 * boxes.size_m[:, None, :2] * _CORNER_SIGNS
    cos, sin = np.cos(boxes.yaw_rad)[:, None], np.sin(boxes.yaw_rad)[:, None]
    x = cos * local[..., 0] - sin * local[..., 1]
    y = sin * local[..., 0] + cos * local[..., 1]
    return np.stack([x, y], axis=-1) + boxes.center_m[:, None, :2]


def corners(boxes: Boxes) -> Float[np.ndarray, "n 8 3"]:
    """[N, 8, 3] corners of the boxes, metres, in the order given above."""
    flat = footprints(boxes)
    half = 0.5 * boxes.size_m[:, 2]
    levels = [np.broadcast_to((boxes.center_m[:, 2] + s * half)[:, None, None], (len(flat), 4, 1)) for s in (-1, 1)]
    return np.concatenate([np.concatenate([flat, level], axis=2) for level in levels], axis=1)


def inside(
    points_m: Float[np.ndarray, "p 3"],
    center_m: Float[np.ndarray, " 3"],
    size_m: Float[np.ndarray, " 3"],
    yaw_rad: float,
) -> np.ndarray:
    """[P] bool: points in one box or on its surface."""
    x, y, z = (points_m - center_m).T
    cos, sin = np.cos(yaw_rad), np.sin(yaw_rad)
    local = np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)
    return (np.abs(local) <= 0.5 * size_m + 1e-9).all(axis=1)


def ground_gap_m(boxes: Boxes, i: Index, j: Index) -> Float[np.ndarray, " p"]:
    """[P] metres between the footprints of two boxes, 0 where they touch or overlap.

    Apart, two rectangles are nearest at a corner of one of them; whether they are apart is the separating-axis test.
    """
    offset = boxes.center_m[j, :2] - boxes.center_m[i, :2]
    half_i, half_j = 0.5 * boxes.size_m[i, :2], 0.5 * boxes.size_m[j, :2]
    nearest_i, apart_i = _rectangle_corners_to_rectangle(offset, half_i, half_j, boxes.yaw_rad[i], boxes.yaw_rad[j])
    nearest_j, apart_j = _rectangle_corners_to_rectangle(-offset, half_j, half_i, boxes.yaw_rad[j], boxes.yaw_rad[i])
    return np.where(np.maximum(apart_i, apart_j) > 0, np.sqrt(np.minimum(nearest_i, nearest_j)), 0.0)


def _rectangle_corners_to_rectangle(
    offset: np.ndarray, half_a: np.ndarray, half_b: np.ndarray, yaw_a: np.ndarray, yaw_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least squared distance from the corners of b to rectangle a, and the greatest gap along the axes of a."""
    cos, sin = np.cos(yaw_a), np.sin(yaw_a)
    x, y = cos * offset[:, 0] + sin * offset[:, 1], cos * offset[:, 1] - sin * offset[:, 0]
    cos, sin = np.cos(yaw_b - yaw_a), np.sin(yaw_b - yaw_a)
    ux, uy = half_b[:, 0] * cos, half_b[:, 0] * sin
    vx, vy = -half_b[:, 1] * sin, half_b[:, 1] * cos
    apart_x = np.abs(x) - half_a[:, 0] - (np.abs(ux) + np.abs(vx))
    apart_y = np.abs(y) - half_a[:, 1] - (np.abs(uy) + np.abs(vy))
    nearest = np.full(len(x), np.inf)
    for s, t in _CORNER_SIGNS:
        dx = np.maximum(np.abs(x + s * ux + t * vx) - half_a[:, 0], 0)
        dy = np.maximum(np.abs(y + s * uy + t * vy) - half_a[:, 1], 0)
        nearest = np.minimum(nearest, dx * dx + dy * dy)
    return nearest, np.maximum(apart_x, apart_y)


def vertical_gap_m(boxes: Boxes, i: Index, j: Index) -> Float[np.ndarray, " p"]:
    """[P] metres between the height ranges of two boxes; negative is how far they overlap."""
    return np.abs(boxes.center_m[i, 2] - boxes.center_m[j, 2]) - 0.5 * (boxes.size_m[i, 2] + boxes.size_m[j, 2])


def gap_m(boxes: Boxes, i: Index, j: Index) -> Float[np.ndarray, " p"]:
    """[P] metres between the surfaces of two boxes, 0 where they touch or overlap; exact for yaw boxes."""
    ground = ground_gap_m(boxes, i, j)
    return np.hypot(ground, np.maximum(vertical_gap_m(boxes, i, j), 0.0))


def overlap_area_m2(boxes: Boxes, i: Index, j: Index) -> Float[np.ndarray, " p"]:
    """[P] area that two boxes share seen from above, square metres."""
    flat = footprints(boxes)
    i, j = np.asarray(i), np.asarray(j)
    reach = 0.5 * np.hypot(boxes.size_m[:, 0], boxes.size_m[:, 1])
    distance = np.hypot(*(boxes.center_m[i, :2] - boxes.center_m[j, :2]).T)
    close = np.flatnonzero(distance < reach[i] + reach[j])
    out = np.zeros(len(i))
    middle = 0.5 * (boxes.center_m[i[close], :2] + boxes.center_m[j[close], :2])[:, None]
    out[close] = polygons.intersection_area(flat[i[close]] - middle, flat[j[close]] - middle)
    return out


def iou_3d(boxes: Boxes, i: Index, j: Index) -> Float[np.ndarray, " p"]:
    """[P] intersection over union of two yaw boxes, exact."""
    height = np.maximum(-vertical_gap_m(boxes, i, j), 0.0)
    height = np.minimum(height, np.minimum(boxes.size_m[i, 2], boxes.size_m[j, 2]))
    shared = overlap_area_m2(boxes, i, j) * height
    volumes = boxes.size_m.prod(axis=1)
    return shared / np.maximum(volumes[i] + volumes[j] - shared, 1e-300)
