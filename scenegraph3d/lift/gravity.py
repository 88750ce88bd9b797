"""Which way is up, and where the floor is: given, or seen in the depth and in the picture.

DepthMap + Camera (+ Image) -> the camera with its pose in the gravity-aligned world (z up, y the camera's horizontal
heading, x right, origin on the floor under the camera if there is one, else at the camera), and how sure that
is.

Without a given direction, up is searched among cameras that are held by a person or stand on a robot: pitched
between 45 degrees up and 65 degrees down, rolled by up to 25 degrees. Cameras that look straight down or lie
on their side need a given up.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message
from ..geometry.frames import is_rotation, rigid, rotation_from_quaternion, world_rotation_from_up
from ..geometry.grid import DepthGrid, cells_of, depth_grid, fit_normals, z_values
from ..geometry.planes import LevelSettings, Plane, level_planes, patch_tilt_rad
from ..geometry.segments import SegmentSettings
from ..types import Camera, DepthMap, Image, Up
from .uprightness import Surfaces, Uprightness, UprightnessSettings, find_upright, most_upright
from .vanishing import VanishingSettings
from .verticals import picture_lines

UNIT_TOLERANCE = 1e-2
EXPECTED_UP = "an up vector [3] in the camera frame, or a world-from-camera rotation [3, 3] or quaternion [4]"


@dataclass(frozen=True)
class GravitySettings:
    """How up is estimated.

    Attributes:
        columns: the depth is averaged down to about this many cells across.
        readings_per_cell: cells are made large enough to hold this many readings on average (sparse lidar).
        min_confidence: with less, another direction explains the evidence about as well, or little settles the tilt,
            and the camera is taken to be level.
        max_pose_conflict_rad: how far a given up may be from the up of a given camera pose.
        floor_patches: rows and columns of patches of the picture whose floor is compared with the whole floor.
        floor_bend: standard deviation of the floor's tilt as a share of how far its patches are tilted against it:
            of sensors a degree at most, of networks that guess at depth several.
        floor_noise_rad: least standard deviation of the floor's tilt.
        horizons: shifts that are tried for inverse relative depth, as how far beyond the farthest value (1st
            percentile) infinity lies, in shares of the range of values (1st to 95th percentile).
        shifted_columns: as `columns`, for each shift that is tried.
        segments, uprightness, level: settings of the steps.
        vanishing: how up and focal length are corrected where the estimator of depth says up.
    """

    columns: int = 160
    readings_per_cell: float = 1.5
    min_confidence: float = 0.05
    max_pose_conflict_rad: float = math.radians(5.0)
    floor_patches: tuple[int, int] = (4, 4)
    floor_bend: float = 0.3
    floor_noise_rad: float = math.radians(0.1)
    horizons: tuple[float, ...] = (0.03, 0.05, 0.09, 0.15, 0.25, 0.41, 0.7, 1.2, 2.0)
    shifted_columns: int = 80
    segments: SegmentSettings = field(default_factory=SegmentSettings)
    uprightness: UprightnessSettings = field(default_factory=UprightnessSettings)
    level: LevelSettings = field(default_factory=LevelSettings)
    vanishing: VanishingSettings = field(default_factory=VanishingSettings)


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
    depth: DepthMap,
    camera: Camera,
    up: Any = None,
    *,
    image: Image | None = None,
    settings: GravitySettings | None = None,
) -> Grounded:
    """Find up and the floor, and place the camera in the gravity-aligned world.

    Args:
        depth: any kind. An `up` of its own is taken where none is given. The unknown shift of an "inverse_relative" map
            is searched with up where there is a picture: at the right shift, right angles are right and agree with
            upright edges. Without a picture it is taken as 0, which bends the result.
        camera: its intrinsics; if its pose was given, the pose is kept and up is the world's z.
        up: what is known: an up vector [3] in the camera frame of any length (an accelerometer at rest), a
            world-from-camera rotation [3, 3] of which only up is used, such a quaternion [4] (w, x, y, z), or
            None.
        image: the picture, whose upright edges help where up is not known; left out, the depth is all there is.
        settings: how it is estimated.

    Up's source is "given"; or "floor" (a floor was fitted; up is its normal, drawn to upright edges where patches of
    the floor differ in tilt); or, of the rest, what settles the tilt better: "planes" (walls, ceilings, table tops) or
    "edges" (of the picture); or "level" with confidence 0. The confidence is a cautious guess at how likely up is right
    to some degrees: less where something else explains depth and edges as well, where they disagree, where little
    settles the tilt. It does not know of a focal length that is wrong, which changes every pitch in proportion.

    Raises:
        InputError: the depth or the picture is of another size than the camera; `up` is a zero vector, not a rotation,
            of another shape, or contradicts the camera's given pose.
    """
    settings = settings or GravitySettings()
    depth.check_fits(camera)
    given = _given_up(up, camera, settings)
    if given is None and image is not None and depth.kind == "inverse_relative":
        lines = picture_lines(image, camera, settings.segments)
        seen = find_upright(_shifted_surfaces(depth, camera, settings), lines, settings.uprightness)
        return _placed(_as_up(seen, None, settings), camera, None)
    grid = depth_grid(z_values(depth.values, depth.kind), camera.matrix, _cell_px(depth, settings))
    if given is not None:
        return _upright(Up(_tuple(given), "given", 1.0), grid, camera, settings)
    if depth.up is not None:
        return _upright(depth.up, grid, camera, settings)
    lines = picture_lines(image, camera, settings.segments)
    seen = find_upright([Surfaces(grid.normals[grid.planar])], lines, settings.uprightness)
    sure = seen.confidence >= settings.min_confidence
    floor = _floor(grid, seen.up, settings) if sure else None
    found = _as_up(seen, floor, settings)
    return _placed(found, camera, _floor_height(floor, np.array(found.camera)))


def _upright(up: Up, grid: DepthGrid, camera: Camera, settings: GravitySettings) -> Grounded:
    """The camera placed where up is settled, and only the floor is looked for."""
    direction = np.array(up.camera)
    return _placed(up, camera, _floor_height(_floor(grid, direction, settings), direction))


def _cell_px(depth: DepthMap, settings: GravitySettings) -> int:
    """Cells so large that a sparse map (lidar) holds a reading or two in each."""
    for_density = math.ceil(math.sqrt(settings.readings_per_cell / (np.count_nonzero(depth.valid) / depth.valid.size)))
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


@dataclass(frozen=True, eq=False)
class _Floor:
    """The floor: its plane, normal up, and how precisely its normal tells up."""

    plane: Plane
    information: np.ndarray


def _floor(grid: DepthGrid, up: np.ndarray, settings: GravitySettings) -> _Floor | None:
    points, normals = grid.points[grid.valid], grid.normals[grid.valid]
    levels = level_planes(points, normals, up, np.zeros(3), settings.level)
    if levels.floor < 0:
        return None
    plane, member = levels.planes[levels.floor], levels.member[levels.floor]
    row, column = np.nonzero(grid.valid)
    height, width = grid.valid.shape
    rows, columns = settings.floor_patches
    patch = (row * rows // height * columns + column * columns // width)[member]
    spread = settings.floor_bend * patch_tilt_rad(normals[member], patch, plane.normal) + settings.floor_noise_rad
    return _Floor(plane, (np.eye(3) - np.outer(plane.normal, plane.normal)) / spread**2)


def _floor_height(floor: _Floor | None, up: np.ndarray) -> float | None:
    """How far the floor lies below the camera, along up."""
    return None if floor is None else float(-floor.plane.offset / (floor.plane.normal @ up))


def _as_up(seen: Uprightness, floor: _Floor | None, settings: GravitySettings) -> Up:
    if seen.confidence < settings.min_confidence:
        return Up()
    if floor is not None:
        up = most_upright(seen.from_edges + floor.information, floor.plane.normal)
        return Up(_tuple(up), "floor", seen.confidence)
    source = "edges" if np.trace(seen.from_edges) > np.trace(seen.from_normals) else "planes"
    return Up(_tuple(seen.up), source, seen.confidence)


def _shifted_surfaces(depth: DepthMap, camera: Camera, settings: GravitySettings) -> list[Surfaces]:
    """The surfaces of inverse relative depth for every shift that is tried."""
    cell_px = max(_cell_px(depth, settings), round(depth.width / settings.shifted_columns))
    grid = depth_grid(z_values(depth.values, depth.kind), camera.matrix, cell_px)
    x, y, inverse = cells_of(grid)
    low, high = np.percentile(inverse[grid.valid], [1, 95])
    out = []
    for horizon in settings.horizons:
        beyond = inverse - (low - horizon * (high - low))
        valid = grid.valid & (beyond > 0)
        normals, planar = fit_normals(x, y, beyond, valid)
        out.append(Surfaces(normals[planar], float(planar.sum() / max(int(valid.sum()), 1))))
    return out


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
