"""Pinhole cameras: pixels to points and back, focal lengths, and where a box falls in the image.

Pixels are counted from the centre of the top-left pixel; the camera frame is x right, y down, z forward, metres.
"""

import math

import numpy as np
from jaxtyping import Float, Shaped

from . import boxes
from .frames import invert, transform_points

FULL_FRAME_DIAGONAL_MM = math.hypot(36.0, 24.0)
NEAR_M = 0.01


def unproject(depth_m: Float[np.ndarray, "h w"], matrix: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "h w 3"]:
    """[H, W, 3] points in the camera frame, metres, of a depth map (distance along z) and intrinsics K."""
    height, width = depth_m.shape
    v, u = np.mgrid[:height, :width]
    pixels = np.stack([u.ravel(), v.ravel()], axis=1)
    return unproject_pixels(pixels, depth_m.ravel(), matrix).reshape(height, width, 3)


def unproject_pixels(
    uv_px: Shaped[np.ndarray, "n 2"], depth_m: Float[np.ndarray, " n"], matrix: Float[np.ndarray, "3 3"]
) -> Float[np.ndarray, "n 3"]:
    """[N, 3] points in the camera frame, metres, of pixels (column, row) at depths along z."""
    z = depth_m.astype(np.float64)
    y = (uv_px[:, 1] - matrix[1, 2]) / matrix[1, 1]
    x = (uv_px[:, 0] - matrix[0, 2] - matrix[0, 1] * y) / matrix[0, 0]
    return np.stack([x * z, y * z, z], axis=1)


def project(points_camera_m: Float[np.ndarray, "n 3"], matrix: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "n 2"]:
    """[N, 2] pixels of points in the camera frame; NaN for a point that is not in front of the camera."""
    z = points_camera_m[:, 2:]
    safe = np.where(z > 0, z, np.nan)
    return (points_camera_m @ matrix[:2].T) / safe


def project_box(
    world_boxes: boxes.Boxes,
    matrix: Float[np.ndarray, "3 3"],
    world_from_camera: Float[np.ndarray, "4 4"],
) -> Float[np.ndarray, "n 4"]:
    """[N, 4] left, top, right, bottom in pixels of world boxes, not cut at the image border; NaN if wholly behind.

    A box that reaches behind the camera is cut at `NEAR_M` in front of it. Every segment between two corners is cut,
    not the twelve edges alone: what is more lies inside the box and changes no bound.
    """
    corners = boxes.corners(world_boxes)
    camera = transform_points(invert(world_from_camera), corners.reshape(-1, 3)).reshape(corners.shape)
    first, second = np.triu_indices(corners.shape[1], k=1)
    a, b = camera[:, first], camera[:, second]
    rise = b[..., 2] - a[..., 2]
    crosses = (a[..., 2] < NEAR_M) != (b[..., 2] < NEAR_M)
    share = np.where(crosses, (NEAR_M - a[..., 2]) / np.where(crosses, rise, 1.0), np.nan)
    cuts = a + share[..., None] * (b - a)
    cuts[..., 2] = np.where(crosses, NEAR_M, np.nan)
    ahead = np.where(camera[..., 2:] >= NEAR_M, camera, np.nan)
    points = np.concatenate([ahead, cuts], axis=1)
    pixels = project(points.reshape(-1, 3), matrix).reshape(*points.shape[:2], 2)
    low = np.where(np.isnan(pixels), np.inf, pixels).min(axis=1)
    high = np.where(np.isnan(pixels), -np.inf, pixels).max(axis=1)
    out = np.concatenate([low, high], axis=1)
    out[~np.isfinite(out).all(axis=1)] = np.nan
    return out


def focal_px_from_35mm(focal_35mm: float, width: int, height: int) -> float:
    """Focal length in pixels of a 35 mm equivalent in millimetres, as EXIF gives it, for an image of width x height.

    The equivalence holds the field of view over the image's diagonal (CIPA DCG-001).
    """
    return focal_35mm * math.hypot(width, height) / FULL_FRAME_DIAGONAL_MM


def focal_px_from_fov(fov_rad: float, extent_px: float) -> float:
    """Focal length in pixels of a camera that sees `fov_rad` over `extent_px` pixels."""
    return 0.5 * extent_px / math.tan(0.5 * fov_rad)
