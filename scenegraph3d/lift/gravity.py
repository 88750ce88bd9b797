"""Which way is up, and where the floor is: given, or seen in the depth.

DepthMap + Camera -> the camera with its pose in the gravity-aligned world (z up, y the camera's horizontal
heading, x right, origin on the floor under the camera if there is one, else at the camera), and how sure that
is.

Without a given direction, up is searched among cameras that are held by a person or stand on a robot: pitched
between 15 degrees up and 65 degrees down, rolled by up to 20 degrees. Cameras that look straight down or lie
on their side need a given up.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message
from ..geometry.frames import is_rotation, rigid, rotation_from_quaternion, world_rotation_from_up
from ..geometry.grid import DepthGrid, depth_grid, z_values
from ..geometry.planes import LevelSettings, ManhattanSettings, level_planes, manhattan_up
from ..types import Camera, DepthMap, Up

LEVEL_UP = np.array([0.0, -1.0, 0.0])
UNIT_TOLERANCE = 1e-2
EXPECTED_UP = "an up vector [3] in the camera frame, or a world-from-camera rotation [3, 3] or quaternion [4]"


@dataclass(frozen=True)
class GravitySettings:
    """How up is estimated.

    Attributes:
        pitch_rad: lowest and highest pitch searched, downwards positive.
        roll_rad: largest roll searched, to either side.
        step_rad: distance between the directions searched.
        columns: the depth is averaged down to about this many cells across.
        readings_per_cell: cells are made large enough to hold this many readings on average (sparse lidar).
        min_constraint: smallest share of the normals that must be level, or face across the main wall
            direction, for up to be taken from planes rather than from a level camera.
        sure_constraint: the share at which that evidence is complete.
        min_confidence: with less, another direction explains the surfaces about as well, and the camera is taken to be
            level.
        max_pose_conflict_rad: how far a given up may be from the up of a given camera pose.
        manhattan, level: settings of the two steps.
    """

    pitch_rad: tuple[float, float] = (math.radians(-15.0), math.radians(65.0))
    roll_rad: float = math.radians(20.0)
    step_rad: float = math.radians(2.5)
    columns: int = 160
    readings_per_cell: float = 1.5
    min_constraint: float = 0.04
    sure_constraint: float = 0.1
    min_confidence: float = 0.05
    max_pose_conflict_rad: float = math.radians(5.0)
    manhattan: ManhattanSettings = field(default_factory=ManhattanSettings)
    level: LevelSettings = field(default_factory=LevelSettings)


@dataclass(frozen=True, eq=False)
class Grounded:
    """A camera that knows its place in the gravity-aligned world.

    Attributes:
        up: the up direction in the camera frame, how it was found and how sure that is.
        camera: the camera with `world_from_camera` set.
        floor_height: the floor's height in that world, in the unit of the depth, under the camera: 0 where
            the world was made here, any height where the camera's pose was given, None where no floor was
            seen.
    """

    up: Up
    camera: Camera
    floor_height: float | None


def estimate_up(
    depth: DepthMap, camera: Camera, up: Any = None, *, settings: GravitySettings | None = None
) -> Grounded:
    """Find up and the floor, and place the camera in the gravity-aligned world.

    Args:
        depth: any kind. Of an "inverse_relative" map the unknown shift is taken as 0, which bends the result.
        camera: its intrinsics; if its pose was given, the pose is kept and up is the world's z.
        up: what is known: an up vector [3] in the camera frame of any length (an accelerometer at rest), a
            world-from-camera rotation [3, 3] of which only up is used, such a quaternion [4] (w, x, y, z), or
            None.

    Up's source is "given"; or "floor" (a floor was fitted, up is its normal); or "planes" (walls or table
    tops agree on a direction); or "level" with confidence 0. The confidence of "floor" and "planes" is by how
    much the best direction more than 15 degrees away explains fewer surfaces, less where little settles the
    tilt at all.

    Raises:
        InputError: the depth is of another size than the camera; `up` is a zero vector, not a rotation, of
            another shape, or contradicts the camera's given pose.
    """
    settings = settings or GravitySettings()
    depth.check_fits(camera)
    given = _given_up(up, camera, settings)
    grid = depth_grid(z_values(depth.values, depth.kind), camera.matrix, _cell_px(depth, settings))
    found = Up(_tuple(given), "given", 1.0) if given is not None else _searched_up(grid, settings)
    height = None if found.source == "level" else _floor(grid, found, settings)
    if given is None and height is not None:
        found = replace(found, camera=_tuple(height[1]), source="floor")
    return _placed(found, camera, None if height is None else height[0])


def _cell_px(depth: DepthMap, settings: GravitySettings) -> int:
    """Cells so large that a sparse map (lidar) holds a reading or two in each."""
    for_density = math.ceil(math.sqrt(settings.readings_per_cell / float(depth.valid.mean())))
    return max(for_density, round(depth.width / settings.columns))


def _given_up(up: Any, camera: Camera, settings: GravitySettings) -> np.ndarray | None:
    known = None if up is None else up_from(up)
    if camera.pose_source != "given":
        return known
    of_pose = camera.world_from_camera[2, :3]
    if known is not None and known @ of_pose < math.cos(settings.max_pose_conflict_rad):
        angle = math.degrees(math.acos(float(np.clip(known @ of_pose, -1, 1))))
        raise InputError(
            message("up", "the z axis of the camera's given pose", f"{angle:.0f} degrees off", "give one of the two")
        )
    return of_pose


def up_from(given: Any) -> Float[np.ndarray, " 3"]:
    """The unit up vector in the camera frame of an up vector, a world-from-camera rotation or a quaternion.

    Raises:
        InputError: none of the three.
    """
    try:
        value = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(message("up", EXPECTED_UP, repr(given)[:60])) from error
    if value.shape not in ((3,), (4,), (3, 3)):
        raise InputError(message("up", EXPECTED_UP, f"shape {value.shape}"))
    if not np.isfinite(value).all():
        raise InputError(message("up", "finite numbers", f"{value.tolist()}"))
    norm = float(np.linalg.norm(value))
    if value.shape == (3,):
        if norm == 0:
            raise InputError(message("up", "a direction", "a zero vector", "leave it out if it is not known"))
        return value / norm
    if value.shape == (4,):
        if abs(norm - 1) > UNIT_TOLERANCE:
            raise InputError(message("up", "a unit quaternion (w, x, y, z)", f"length {norm:.4g}", "normalise it"))
        value = rotation_from_quaternion(value)
    if not is_rotation(value, UNIT_TOLERANCE):
        raise InputError(
            message("up", "a rotation: orthonormal, determinant +1", f"{value.tolist()}", "check for flipped axes")
        )
    return value[2] / np.linalg.norm(value[2])


def _searched_up(grid: DepthGrid, settings: GravitySettings) -> Up:
    normals = grid.normals[grid.planar]
    if len(normals) == 0:
        return Up()
    agreed = manhattan_up(normals, _candidates(settings), LEVEL_UP, settings.manhattan)
    constraint = agreed.level_share + 2 * agreed.second_wall_share
    if constraint < settings.min_constraint:
        return Up()
    confidence = agreed.margin * min(1.0, constraint / settings.sure_constraint)
    return Up(_tuple(agreed.up), "planes", confidence) if confidence >= settings.min_confidence else Up()


def _candidates(settings: GravitySettings) -> Float[np.ndarray, "c 3"]:
    low, high = settings.pitch_rad
    pitch, roll = np.meshgrid(
        np.arange(low, high + settings.step_rad / 2, settings.step_rad),
        np.arange(-settings.roll_rad, settings.roll_rad + settings.step_rad / 2, settings.step_rad),
    )
    pitch, roll = pitch.ravel(), roll.ravel()
    return np.stack([np.sin(roll) * np.cos(pitch), -np.cos(roll) * np.cos(pitch), -np.sin(pitch)], axis=1)


def _floor(grid: DepthGrid, up: Up, settings: GravitySettings) -> tuple[float, np.ndarray] | None:
    """How far the floor lies below the camera, along up, and the floor's normal; None where no floor is seen."""
    points, normals = grid.points[grid.valid], grid.normals[grid.valid]
    direction = np.array(up.camera)
    levels = level_planes(points, normals, direction, np.zeros(3), settings.level)
    if levels.floor < 0:
        return None
    plane = levels.planes[levels.floor]
    along = plane.normal if up.source != "given" else direction
    return float(-plane.offset / (plane.normal @ along)), plane.normal


def _placed(up: Up, camera: Camera, height: float | None) -> Grounded:
    if camera.pose_source == "given":
        return Grounded(up, camera, None if height is None else float(camera.center_m[2]) - height)
    up = replace(up, floor_found=height is not None)
    pose = rigid(world_rotation_from_up(np.array(up.camera)), np.array([0.0, 0.0, height or 0.0]))
    source = {"given": "given", "level": "assumed"}.get(up.source, "estimated")
    return Grounded(up, camera.with_pose(pose, source), None if height is None else 0.0)


def _tuple(vector: np.ndarray) -> tuple[float, float, float]:
    x, y, z = vector.tolist()
    return x, y, z
