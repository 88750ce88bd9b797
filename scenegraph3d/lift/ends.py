"""How far a seen box can go on: which of its ends the image border cuts, and beyond which ends the view is free."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ..geometry.cameras import project
from ..geometry.fit import YawBox
from ..geometry.frames import invert, transform_points
from .regions import View
from .settings import LiftSettings


@dataclass(frozen=True)
class Ends:
    """What is known of the low and the high end of a box along each of its axes.

    Attributes:
        cut: [3, 2] the image border may hide how far it goes on there.
        free: [3, 2] it does not go on there: the camera looks past that end and sees what lies farther away.
    """

    cut: Bool[np.ndarray, "3 2"]
    free: Bool[np.ndarray, "3 2"]

    def topped(self) -> "Ends":
        """The same, where what is seen of the upper end is the top."""
        upper = np.zeros((3, 2), dtype=bool)
        upper[2, 1] = True
        return Ends(self.cut & ~upper, self.free | upper)


def find_ends(seen: YawBox, points_m: Float[np.ndarray, "n 3"], view: View, settings: LiftSettings) -> Ends:
    """The ends of a seen box.

    The points near an end are moved on a little, as if the thing went on: a point that leaves the picture there, or has
    a nearer reading before it, would not be seen; one before which nothing lies would.
    """
    cos, sin = math.cos(seen.yaw_rad), math.sin(seen.yaw_rad)
    axes = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    some = points_m[:: len(points_m) // settings.end_points + 1] - seen.center_m
    local = some @ axes.T
    to_end = np.stack([local, -local], axis=2).reshape(-1, 6) + np.repeat(seen.size_m / 2, 2)
    which, of_end = np.nonzero(to_end <= np.repeat(settings.end_band * seen.size_m, 2))
    margin = settings.level_noise * view.noise_m(math.dist(seen.center_m, view.camera.center_m), settings)
    step = max(settings.end_step * math.hypot(*seen.size_m[:2]), 2 * margin)
    moves = np.stack([-axes, axes], axis=1).reshape(6, 3) * step + seen.center_m
    states = _states(some.take(which, axis=0) + moves.take(of_end, axis=0), margin, view)
    counts = np.stack([np.bincount(of_end[state], minlength=6) for state in states])
    total = np.maximum(np.bincount(of_end, minlength=6), 1)
    known = np.maximum(counts[1] + counts[2], 1)
    cut = counts[0] >= settings.end_outside * total
    free = (counts[1] >= settings.end_free * known) & (counts[1] >= settings.min_points)
    return Ends(cut.reshape(3, 2), (free & ~cut).reshape(3, 2))


def _states(
    points_m: Float[np.ndarray, "n 3"], margin_m: float, view: View
) -> tuple[Bool[np.ndarray, " n"], Bool[np.ndarray, " n"], Bool[np.ndarray, " n"]]:
    """Per point: outside the picture; inside and in free view; inside and hidden. Neither where depth is missing."""
    camera = transform_points(invert(view.camera.world_from_camera), points_m)
    columns, rows = np.rint(project(camera, view.camera.matrix)).T
    height, width = view.depth_m.shape
    inside = (rows >= 0) & (columns >= 0) & (rows < height) & (columns < width)
    place = np.where(inside, rows * width + columns, 0.0).astype(np.int64)
    reading = np.where(inside, view.depth_m.ravel()[place], 0.0)
    known = reading > 0
    free = known & (reading >= camera[:, 2] - margin_m)
    return ~inside, free, known & ~free
