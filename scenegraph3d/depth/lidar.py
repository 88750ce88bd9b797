"""DepthMap from the points of a laser scanner."""

import numpy as np

from ..errors import InputError, message
from ..geometry.cameras import project
from ..types import Camera, DepthMap


def depth_from_points(points_camera_m: np.ndarray, camera: Camera) -> DepthMap:
    """A sparse metric depth map: each pixel holds the nearest point that falls in it, 0 where none does.

    Args:
        points_camera_m: [N, 3] metres in the camera frame (x right, y down, z forward); points behind the camera or
            outside the image are left out.
        camera: intrinsics and image size; its pose is not used.

    Raises:
        InputError: another shape, coordinates that are not finite, or no point inside the image.
    """
    points = np.asarray(points_camera_m, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 3:
        raise InputError(
            message("points", "shape [N, 3] in the camera frame", f"shape {points.shape}", "drop other columns first")
        )
    if not np.isfinite(points).all():
        raise InputError(message("points", "finite coordinates", "NaN or infinity", "drop those points"))
    points = points[points[:, 2] > 0]
    columns, rows = np.rint(project(points, camera.matrix)).T
    inside = (columns >= 0) & (columns < camera.width) & (rows >= 0) & (rows < camera.height)
    if not inside.any():
        raise InputError(
            message(
                "points",
                "at least one inside the image",
                f"none of {len(points_camera_m)}",
                "bring the points to the camera frame (x right, y down, z forward) first",
            )
        )
    z = points[inside, 2]
    flat = rows[inside].astype(np.int64) * camera.width + columns[inside].astype(np.int64)
    values = np.full(camera.height * camera.width, np.inf)
    np.minimum.at(values, flat, z)
    values[np.isinf(values)] = 0.0
    return DepthMap(values.reshape(camera.height, camera.width), source="lidar")
