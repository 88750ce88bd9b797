"""Vanishing directions: what line segments of a picture say about the directions of straight things in space.

A segment and the camera's centre span a plane. Whatever straight thing the segment shows lies in that plane, so its
direction in space is at right angles to the plane's normal. Camera frame, radians.

Source: S. T. Barnard, Interpreting Perspective Images, Artificial Intelligence 1983.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

from .segments import Segments


@dataclass(frozen=True, eq=False)
class Sightlines:
    """The planes through the camera's centre and the segments.

    Attributes:
        normal: [N, 3] unit normals.
        middle: [N, 3] unit rays to the segments' middles.
        angle_rad: [N] how long the segments look from the camera.
    """

    normal: Float64[np.ndarray, "n 3"]
    middle: Float64[np.ndarray, "n 3"]
    angle_rad: Float64[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.normal)

    def off(self, directions: Float[np.ndarray, "c 3"]) -> Float[np.ndarray, "n c"]:
        """[N, C] angles in the picture between each segment and the line from its middle to where a direction vanishes.

        Taken on the sphere around the camera's centre, so that the borders of wide pictures count as their middle does.
        """
        sine, towards = self.normal @ directions.T, self.middle @ directions.T
        across = np.sqrt(np.maximum(1 - towards**2, np.finfo(np.float64).eps))
        return np.asarray(np.arcsin(np.minimum(np.abs(sine) / across, 1)))


def sightlines(segments: Segments, matrix: Float[np.ndarray, "3 3"]) -> Sightlines:
    """The planes of segments seen by a camera of intrinsics K, [3, 3] in pixels."""
    start, end = (_rays(ends, matrix) for ends in (segments.start_px, segments.end_px))
    normal = np.cross(start, end)
    sine = np.linalg.norm(normal, axis=1)
    middle = start + end
    return Sightlines(
        normal / sine[:, None], middle / np.linalg.norm(middle, axis=1, keepdims=True), np.arcsin(np.clip(sine, 0, 1))
    )


def _rays(pixels: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """[N, 3] unit rays through pixels."""
    rays = np.linalg.solve(matrix, np.column_stack([pixels, np.ones(len(pixels))]).T).T
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))
