"""Measured: what every family of relations needs to know about P pairs of boxes, measured once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..geometry import boxes
from ..types import Objects

UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Measured:
    """P unordered pairs of objects, rows `i` < `j`, and their measurements in the world frame.

    Attributes:
        objects: the scene's objects.
        i, j: [P] rows.
        eye_m: [3] where the camera stood, if there was one.
    """

    objects: Objects
    i: np.ndarray
    j: np.ndarray
    eye_m: np.ndarray | None = None

    @cached_property
    def offset_m(self) -> np.ndarray:
        """[P, 3] centre of j minus centre of i."""
        return self.objects.center_m[self.j] - self.objects.center_m[self.i]

    def at(self, rows: np.ndarray) -> "Measured":
        """Some of the pairs."""
        return Measured(self.objects, self.i[rows], self.j[rows], self.eye_m)

    def noise_along_m(self, direction: np.ndarray) -> np.ndarray | float:
        """[P] standard deviation of the offset along unit vectors, [P, D] or [D], in the first D axes of the world.

        0 for boxes that were given.
        """
        seen = self.objects.seen
        if seen is None:
            return 0.0
        std = seen.position_std_m[:, : direction.shape[-1]]
        return np.sqrt(((direction * np.hypot(std[self.i], std[self.j])) ** 2).sum(axis=1))

    @cached_property
    def length_noise(self) -> np.ndarray:
        """[N] standard deviation of an object's lengths, as a share of them: that of its distance, since a thing is as
        large as it is far away for what it looks.

        0 for boxes that were given.
        """
        seen = self.objects.seen
        if seen is None or self.eye_m is None:
            return np.zeros(len(self.objects))
        sight = self.objects.center_m - self.eye_m
        distance = np.maximum(np.linalg.norm(sight, axis=1), 1e-9)
        return np.linalg.norm(sight * seen.position_std_m, axis=1) / distance**2

    @cached_property
    def gap_noise_m(self) -> np.ndarray | float:
        """[P] standard deviation of the gap: of the offset along the line of the centres."""
        length = np.maximum(np.linalg.norm(self.offset_m, axis=1), 1e-9)
        return self.noise_along_m(self.offset_m / length[:, None])

    @cached_property
    def ground_gap_m(self) -> np.ndarray:
        """[P] gap between the footprints, 0 where they meet."""
        return boxes.ground_gap_m(self.objects.boxes, self.i, self.j)

    @cached_property
    def vertical_gap_m(self) -> np.ndarray:
        """[P] gap between the height ranges; negative is how far they overlap."""
        return boxes.vertical_gap_m(self.objects.boxes, self.i, self.j)

    @cached_property
    def gap_m(self) -> np.ndarray:
        """[P] gap between the surfaces, 0 where they meet."""
        return np.hypot(self.ground_gap_m, np.maximum(self.vertical_gap_m, 0.0))

    @cached_property
    def shared_area_m2(self) -> np.ndarray:
        """[P] area that the footprints share."""
        out = np.zeros(len(self.i))
        meet = np.flatnonzero(self.ground_gap_m == 0)
        out[meet] = boxes.overlap_area_m2(self.objects.boxes, self.i[meet], self.j[meet])
        return out

    @cached_property
    def area_m2(self) -> np.ndarray:
        """[N] footprint areas; a line counts as one millimetre wide."""
        return np.maximum(self.objects.size_m[:, :2], 1e-3).prod(axis=1)

    @cached_property
    def shared_of_smaller(self) -> np.ndarray:
        """[P] part of the smaller footprint that lies in the other, 0 to 1."""
        return self.shared_area_m2 / np.minimum(self.area_m2[self.i], self.area_m2[self.j])

    @cached_property
    def shared_height_of_lower(self) -> np.ndarray:
        """[P] part of the lesser height that both share, 0 to 1; 1 for a flat thing within the other's height."""
        height = self.objects.size_m[:, 2]
        lesser = np.maximum(np.minimum(height[self.i], height[self.j]), 1e-3)
        return np.clip((1e-3 * (lesser <= 1e-3) - self.vertical_gap_m) / lesser, 0.0, 1.0)

    @cached_property
    def axis(self) -> np.ndarray:
        """[N, 2] the x axis of each box on the ground, a unit vector."""
        return np.stack([np.cos(self.objects.yaw_rad), np.sin(self.objects.yaw_rad)], axis=1)

    def half_along_m(self, rows: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """[T] half the length of the footprints of `rows` along unit vectors on the ground, [T, 2] or [2]."""
        axis, half = self.axis[rows], 0.5 * self.objects.size_m[rows, :2]
        along = axis[:, 0] * direction[..., 0] + axis[:, 1] * direction[..., 1]
        across = axis[:, 0] * direction[..., 1] - axis[:, 1] * direction[..., 0]
        return half[:, 0] * np.abs(along) + half[:, 1] * np.abs(across)

    @cached_property
    def top_m(self) -> np.ndarray:
        """[N] height of the top faces."""
        return self.objects.center_m[:, 2] + 0.5 * self.objects.size_m[:, 2]

    @cached_property
    def bottom_m(self) -> np.ndarray:
        """[N] height of the bottom faces."""
        return self.objects.center_m[:, 2] - 0.5 * self.objects.size_m[:, 2]
