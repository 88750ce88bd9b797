"""Walls behind and beside what fills a box without a mask: upright planes that go on around the box."""

import math
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.points import extremes, middle
from .regions import Region, View
from .settings import WallSettings


def on_walls(
    xy_m: Float[np.ndarray, "2 n"],
    rows: Int64[np.ndarray, " n"],
    found: Region,
    view: View,
    noise_m: float,
    settings: WallSettings,
) -> Bool[np.ndarray, " n"]:
    """[N] True for readings on upright planes that the rim around the box shows.

    Args:
        xy_m: [2, N] places of readings on the ground of the world, metres.
        rows: [N] their rows in the region.
        found: box and rim.
        view: what the camera sees.
        noise_m: standard deviation of a reading.
        settings: see `WallSettings`.

    A plane is taken off only if what is left of the box still reaches over its height, and over its width unless it
    stands before the plane: the front of a thing that goes on in its neighbours' fronts is not, nor a flat thing on it.
    """
    x, y = xy_m
    wall = np.zeros(len(x), dtype=bool)
    within = found.within[rows]
    for _ in range(settings.most):
        rim = np.flatnonzero(~(wall | within))
        plane = upright_plane(xy_m.take(rim, axis=1).T, settings.reach * noise_m, settings)
        if plane is None:
            break
        behind_m = plane[0] * x + plane[1] * y - plane[2]
        on = np.abs(behind_m) <= settings.reach * noise_m
        inside = within & ~wall
        left = np.flatnonzero(inside & ~on)
        if len(left) < max(settings.least, settings.least_left * np.count_nonzero(inside)):
            break
        side = -np.sign(view.camera.center_m[:2] @ plane[:2] - plane[2])
        high, wide = _spans(found.pixels.take(rows[left], axis=0), found, settings)
        if not high or not (wide or middle(side * behind_m[left]) < 0):
            break
        wall |= on
    return wall


def upright_plane(
    xy_m: Float[np.ndarray, "n 2"], reach_m: float, settings: WallSettings
) -> Float[np.ndarray, " 3"] | None:
    """Normal [2] and offset of the line on the ground that most points are within `reach_m` of; None if too few are.

    Lines through pairs of points (Fischler and Bolles 1981), from a fixed seed, then least squares.
    """
    some = xy_m[:: len(xy_m) // settings.points + 1]
    if len(some) < settings.least:
        return None
    first, second = _pairs(len(some), settings.tries)
    start, along = some[first], some[second] - some[first]
    length = np.hypot(along[:, 0], along[:, 1])
    apart = length > 0
    if not apart.any():
        return None
    normal = np.stack([-along[apart, 1], along[apart, 0]]) / length[apart]
    offset = normal[0] * start[apart, 0] + normal[1] * start[apart, 1]
    near = np.abs(normal.T @ some.T - offset[:, None]) <= reach_m
    x, y = some[near[near.sum(axis=1).argmax()]].T
    if len(x) < max(settings.least, settings.share * len(some)):
        return None
    middle_x, middle_y = x.mean(), y.mean()
    x, y = x - middle_x, y - middle_y
    along_rad = math.atan2(2 * (x @ y), x @ x - y @ y) / 2
    across = -math.sin(along_rad), math.cos(along_rad)
    return np.array([*across, across[0] * middle_x + across[1] * middle_y])


@cache
def _pairs(count: int, tries: int) -> Int64[np.ndarray, "2 tries"]:
    """Rows of two points for each line that is tried."""
    return np.random.default_rng(0).integers(count, size=(2, tries))


def _spans(pixels: Int64[np.ndarray, "n 2"], found: Region, settings: WallSettings) -> Bool[np.ndarray, " 2"]:
    """Whether pixels reach over the height and over the width of the box."""
    low, high = extremes(pixels, int(settings.trim_share * len(pixels)))
    size = found.xyxy_px[[3, 2]] - found.xyxy_px[[1, 0]]
    return np.asarray(high - low >= settings.span * size)
