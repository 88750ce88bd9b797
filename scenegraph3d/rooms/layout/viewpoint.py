"""Viewpoint: cameras that a person would hold, and what they see."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64

from .placing import Boxes


@dataclass(frozen=True)
class CameraLimits:
    """How a person holds a camera.

    Attributes:
        height_m: lowest and highest.
        pitch_deg: lowest and highest, positive looks down.
        roll_sd_deg, roll_most_deg: spread of the roll, and where it is cut off.
        fov_deg: narrowest and widest view along the longer side of the picture.
    """

    height_m: tuple[float, float] = (0.6, 2.2)
    pitch_deg: tuple[float, float] = (-5.0, 45.0)
    roll_sd_deg: float = 1.5
    roll_most_deg: float = 5.0
    fov_deg: tuple[float, float] = (40.0, 85.0)


LIMITS = CameraLimits()

_LATTICE = np.stack(np.meshgrid(*[(-1.0, 0.0, 1.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
_NEAR_M = 0.1  # what is nearer to the camera's plane counts as out of view


@dataclass(frozen=True, eq=False)
class Seen:
    """How boxes appear in a square picture whose sides run from -1 to 1.

    Attributes:
        share: [k] about how much of each is in the picture, 0 to 1.
        span: [k, 4] left, top, right, bottom of what is in the picture.
        distance_m: [k] from the eye to the middle.
        nearest_m: [k] from the eye to the box's nearest point.
    """

    share: Float64[np.ndarray, " k"]
    span: Float64[np.ndarray, "k 4"]
    distance_m: Float64[np.ndarray, " k"]
    nearest_m: Float64[np.ndarray, " k"]

    @property
    def width(self) -> Float64[np.ndarray, " k"]:
        """[k] width as a share of the picture's."""
        out: np.ndarray = (self.span[:, 2] - self.span[:, 0]) / 2
        return out

    @property
    def height(self) -> Float64[np.ndarray, " k"]:
        """[k] height as a share of the picture's."""
        out: np.ndarray = (self.span[:, 3] - self.span[:, 1]) / 2
        return out


@dataclass(frozen=True)
class View:
    """A camera at (0, 0, height) whose horizontal heading is +y.

    Attributes:
        height_m: over the floor.
        pitch_rad: positive looks down.
        roll_rad: right-handed turn about the optical axis.
        fov_rad: angle that the longer side of the picture spans.
        target_m: point of the world, straight ahead, that it was aimed at.
    """

    height_m: float
    pitch_rad: float
    roll_rad: float
    fov_rad: float
    target_m: tuple[float, float, float]

    @cached_property
    def world_from_camera(self) -> Float64[np.ndarray, "4 4"]:
        """Pose, OpenCV axes."""
        sin_p, cos_p = math.sin(self.pitch_rad), math.cos(self.pitch_rad)
        sin_r, cos_r = math.sin(self.roll_rad), math.cos(self.roll_rad)
        right, down, ahead = np.array([1.0, 0, 0]), np.array([0, -sin_p, -cos_p]), np.array([0, cos_p, -sin_p])
        out = np.eye(4)
        out[:3, :3] = np.stack([cos_r * right + sin_r * down, cos_r * down - sin_r * right, ahead], axis=1)
        out[:3, 3] = (0, 0, self.height_m)
        return out

    def project(self, points_m: Float64[np.ndarray, "*n 3"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Across, down (-1 to 1 within a square picture) and depth in metres of points of the world."""
        camera = (points_m - self.world_from_camera[:3, 3]) @ self.world_from_camera[:3, :3]
        depth = camera[..., 2]
        scale = np.maximum(depth, _NEAR_M) * math.tan(self.fov_rad / 2)
        return camera[..., 0] / scale, camera[..., 1] / scale, depth

    def seen(self, boxes: Boxes) -> Seen:
        """How `boxes` appear."""
        c, s = boxes.turn
        eye = self.world_from_camera[:3, 3]
        points = _LATTICE * boxes.half_m[:, None]
        turn = np.zeros((len(c), 3, 3))  # its rows are the boxes' axes in the world
        turn[:, 0, 0] = turn[:, 1, 1] = c
        turn[:, 0, 1], turn[:, 1, 0] = s, -s
        turn[:, 2, 2] = 1
        across, down, depth = self.project(points @ turn + boxes.middle_m[:, None])
        at = np.array([across, down])
        within = np.all(np.abs(at) <= 1, axis=0) & (depth > _NEAR_M)
        at = np.clip(at, -1, 1)
        span = np.concatenate([at.min(axis=2), at.max(axis=2)]).T
        to_eye = eye - boxes.middle_m
        own = np.abs((turn @ to_eye[:, :, None])[:, :, 0])
        return Seen(within.mean(axis=1), span, _length(to_eye), _length(np.maximum(own - boxes.half_m, 0)))


def _length(vectors: np.ndarray) -> np.ndarray:
    out: np.ndarray = np.sqrt((vectors * vectors).sum(axis=-1))
    return out


def covered(front: Float64[np.ndarray, "k 4"], back: Float64[np.ndarray, "n 4"]) -> Float64[np.ndarray, "k n"]:
    """Share of each span of `back` that lies within each span of `front`."""
    low = np.maximum(front[:, None, :2], back[None, :, :2])
    high = np.minimum(front[:, None, 2:], back[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    out: np.ndarray = shared / np.maximum((back[:, 2:] - back[:, :2]).prod(axis=1), 1e-9)
    return out


def aimed(rng: np.random.Generator, height_m: float, away_m: float, at_height_m: float, fov_deg: float) -> View:
    """A view from `height_m` towards a point straight ahead, `away_m` along the floor and `at_height_m` up.

    Height, pitch and field of view are kept within LIMITS, so the point may come to lie off the picture's middle.
    """
    pitch = math.degrees(math.atan2(height_m - at_height_m, away_m))
    roll = float(np.clip(rng.normal(0, LIMITS.roll_sd_deg), -LIMITS.roll_most_deg, LIMITS.roll_most_deg))
    return View(
        height_m,
        math.radians(float(np.clip(pitch, *LIMITS.pitch_deg))),
        math.radians(roll),
        math.radians(fov_deg),
        (0.0, away_m, at_height_m),
    )
