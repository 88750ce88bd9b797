"""A frame of the KITTI object benchmark: camera, labelled boxes and lidar points, in our world frame.

World: the left colour camera (P2) is at the origin and level, x right, y forward, z up. KITTI's labels turn about the
camera's vertical axis alone, so that axis is taken as gravity's. Boxes: centre (not KITTI's bottom centre), size
(length, width, height), yaw about z with the box's +x its front. "DontCare" regions are left out.

References:
    A. Geiger, P. Lenz, R. Urtasun, Are we ready for autonomous driving? The KITTI vision benchmark suite, CVPR 2012.
"""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..detect.given import from_kitti, kitti_rows
from ..documents import read_bytes
from ..errors import InputError, message
from ..geometry.frames import LEVEL_WORLD_FROM_CAMERA, rigid, transform_points
from ..types import Camera, Detections, Objects

_CALIB_SIZES = {"P2": 12, "R0_rect": 9, "Tr_velo_to_cam": 12}
_POINT_BYTES = 16


@dataclass(frozen=True, eq=False)
class KittiFrame:
    """One frame.

    Attributes:
        camera: the left colour camera, level at the world's origin.
        objects: the labelled boxes in the world frame.
        detections: their 2D boxes, row by row the same things.
        points_m: [P, 3] lidar points in the world frame, metres.
        reflectance: [P] in [0, 1].
    """

    camera: Camera
    objects: Objects
    detections: Detections
    points_m: Float[np.ndarray, "p 3"]
    reflectance: Float[np.ndarray, " p"]


def read_kitti(folder: str | PathLike[str], frame: str) -> KittiFrame:
    """Read one frame of a folder that has calib, image_2, label_2 and velodyne.

    Args:
        folder: such as .../training.
        frame: its number as the files have it, such as "000008".

    Raises:
        InputError: a file is missing or broken; in one line that names it.
    """
    root = Path(folder)
    calib = read_calib(root / "calib" / f"{frame}.txt")
    width, height = _picture_size(root / "image_2" / f"{frame}.png")
    camera_from_rect = _offset(calib["P2"])
    world_from_rect = LEVEL_WORLD_FROM_CAMERA @ camera_from_rect
    label_path = root / "label_2" / f"{frame}.txt"
    points, reflectance = read_velodyne(root / "velodyne" / f"{frame}.bin")
    try:
        text = read_bytes(label_path).decode("ascii")
        objects, detections = objects_from_kitti(text, world_from_rect), from_kitti(text)
    except UnicodeDecodeError as error:
        raise InputError(message(str(label_path), "KITTI label text", "bytes that are no text")) from error
    except InputError as error:
        raise InputError(f"{label_path}: {error}") from error
    rect_from_velodyne = rigid(calib["R0_rect"], np.zeros(3)) @ np.vstack([calib["Tr_velo_to_cam"], [0, 0, 0, 1]])
    projection = calib["P2"]
    return KittiFrame(
        camera=Camera(
            fx=projection[0, 0],
            fy=projection[1, 1],
            cx=projection[0, 2],
            cy=projection[1, 2],
            width=width,
            height=height,
            world_from_camera=LEVEL_WORLD_FROM_CAMERA,
        ),
        objects=objects,
        detections=detections,
        points_m=transform_points(world_from_rect @ rect_from_velodyne, points),
        reflectance=reflectance,
    )


def read_calib(path: str | PathLike[str]) -> dict[str, np.ndarray]:
    """`P2` [3, 4], `R0_rect` [3, 3] and `Tr_velo_to_cam` [3, 4] of a calib file.

    Raises:
        InputError: one of them is missing or has another number of values.
    """
    found: dict[str, np.ndarray] = {}
    for line in read_bytes(path).decode("latin-1").splitlines():
        name, _, values = line.partition(":")
        if name.strip() in _CALIB_SIZES:
            found[name.strip()] = _numbers(values, f"{path}: {name.strip()}")
    for name, count in _CALIB_SIZES.items():
        if name not in found:
            raise InputError(message(str(path), f"a line {name}: ...", "none", "is this a KITTI calib file?"))
        if found[name].size != count:
            raise InputError(message(f"{path}: {name}", f"{count} numbers", f"{found[name].size}"))
    return {name: found[name].reshape(3, -1) for name in _CALIB_SIZES}


def _numbers(text: str, where: str) -> np.ndarray:
    try:
        out = np.array([float(value) for value in text.split()])
    except ValueError as error:
        raise InputError(message(where, "numbers", f"{text.strip()[:60]!r}")) from error
    if not np.isfinite(out).all():
        raise InputError(message(where, "finite numbers", "NaN or infinite"))
    return out


def read_velodyne(path: str | PathLike[str]) -> tuple[Float[np.ndarray, "p 3"], Float[np.ndarray, " p"]]:
    """[P, 3] points in the lidar's frame (x forward, y left, z up), metres, and [P] reflectance, from a .bin file.

    Raises:
        InputError: missing, not whole rows of 4 float32, or values that are not finite.
    """
    data = read_bytes(path)
    if len(data) % _POINT_BYTES:
        raise InputError(message(str(path), "rows of 4 float32", f"{len(data)} bytes", "is the file truncated?"))
    table = np.frombuffer(data, dtype="<f4").reshape(-1, 4).astype(np.float64)
    if not np.isfinite(table).all():
        raise InputError(message(str(path), "finite points", "NaN or infinite", "remove those rows"))
    return table[:, :3], table[:, 3]


def objects_from_kitti(text: str, world_from_rect: Float[np.ndarray, "4 4"]) -> Objects:
    """The labelled boxes of a label_2 file in the world frame.

    Args:
        text: the file's text.
        world_from_rect: [4, 4] world from the rectified reference camera; its turn takes the camera's down to -z.

    Raises:
        InputError: a line of another form, or a box without size.
    """
    rows = kitti_rows(text)
    values = np.array([numbers[:14] for _, numbers in rows], dtype=np.float64).reshape(len(rows), 14)
    height, width, length = values[:, 7:10].T
    center = values[:, 10:13] - np.stack([np.zeros(len(rows)), height / 2, np.zeros(len(rows))], axis=1)
    front = np.stack([np.cos(values[:, 13]), np.zeros(len(rows)), -np.sin(values[:, 13])], axis=1)
    front = front @ world_from_rect[:3, :3].T
    return Objects(
        label=tuple(kind.lower() for kind, _ in rows),
        center_m=transform_points(world_from_rect, center),
        size_m=np.stack([length, width, height], axis=1),
        yaw_rad=np.arctan2(front[:, 1], front[:, 0]),
        attributes=tuple({"truncated": numbers[0], "occluded": int(numbers[1])} for _, numbers in rows),
        front_known=np.ones(len(rows), dtype=bool),
    )


def _offset(projection: Float[np.ndarray, "3 4"]) -> Float[np.ndarray, "4 4"]:
    """[4, 4] of the move from the reference camera to the camera of a projection matrix K [I | t]."""
    return rigid(np.eye(3), np.linalg.solve(projection[:, :3], projection[:, 3]))


def _picture_size(path: Path) -> tuple[int, int]:
    from .images import read_image

    image = read_image(path)
    return image.width, image.height
