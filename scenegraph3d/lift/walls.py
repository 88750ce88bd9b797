"""Walls behind and beside what fills a box without a mask: upright planes that go on around the box."""

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.points import middle
from .regions import Region, View
from .settings import WallSettings


def on_walls(
    points_m: Float[np.ndarray, "n 3"],
    rows: Int64[np.ndarray, " n"],
    found: Region,
    view: View,
    noise_m: float,
    settings: WallSettings,
) -> Bool[np.ndarray, " n"]:
    """[N] True for readings on upright planes that the rim around the box shows.

    Args:
        points_m: [N, 3] readings in the world, metres, z up.
        rows: [N] their rows in the region.
        found: box and rim.
        view: what the camera sees.
        noise_m: standard deviation of a reading.
        settings: see `WallSettings`.

    A plane is taken off only if what is left of the box still reaches over its height, and over its width unless it
    stands before the plane: the front of a thing that goes on in its neighbours' fronts is not, nor a flat thing on it.
    """
    wall = np.zeros(len(points_m), dtype=bool)
    within = found.within[rows]
    for _ in range(settings.most):
        plane = upright_plane(points_m[~wall & ~within, :2], settings.reach * noise_m, settings)
        if plane is None:
            break
        behind_m = points_m[:, :2] @ plane[:2] - plane[2]
        behind_m *= -np.sign(view.camera.center_m[:2] @ plane[:2] - plane[2])
        on = np.abs(behind_m) <= settings.reach * noise_m
        left = within & ~wall & ~on
        if np.count_nonzero(left) < max(settings.least, settings.least_left * np.count_nonzero(within & ~wall)):
            break
        high, wide = _spans(found.pixels[rows[left]], found, settings)
        if not high or not (wide or middle(behind_m[left]) < 0):
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
    first, second = some[np.random.default_rng(0).integers(len(some), size=(2, settings.tries))]
    along = second - first
    length = np.linalg.norm(along, axis=1)
    apart = length > 0
    if not apart.any():
        return None
    normal = np.stack([-along[apart, 1], along[apart, 0]], axis=1) / length[apart, None]
    near = np.abs(normal @ some.T - (normal * first[apart]).sum(axis=1)[:, None]) <= reach_m
    own = some[near[near.sum(axis=1).argmax()]]
    if len(own) < max(settings.least, settings.share * len(some)):
        return None
    center = own.mean(axis=0)
    across = np.linalg.eigh((own - center).T @ (own - center))[1][:, 0]
    return np.array([*across, across @ center])


def _spans(pixels: Int64[np.ndarray, "n 2"], found: Region, settings: WallSettings) -> Bool[np.ndarray, " 2"]:
    """Whether pixels reach over the height and over the width of the box."""
    low, high = np.quantile(pixels, (settings.trim_share, 1 - settings.trim_share), axis=0)
    size = found.xyxy_px[[3, 2]] - found.xyxy_px[[1, 0]]
    return np.asarray(high - low >= settings.span * size)
