"""Round things: of a ball, a cup or a lamp the near half is seen; from above, its near outline is half a circle."""

from functools import cache

import numpy as np
from jaxtyping import Float

from .settings import RoundSettings


def round_footprint(
    xy_m: Float[np.ndarray, "n 2"], viewpoint_m: Float[np.ndarray, " 2"], noise_m: float, settings: RoundSettings
) -> tuple[Float[np.ndarray, " 2"], float] | None:
    """Centre [2] and diameter of the circle whose near half the points of a footprint show; None if they do not.

    Args:
        xy_m: [N, 2] points on the ground, metres.
        viewpoint_m: [2] from where they were seen.
        noise_m: standard deviation that the near outline may have on top.
        settings: see `RoundSettings`.

    Across the line of sight the points are put into bins; the near end of each bin is the outline. A circle is put
    through it by least squares (Kasa 1976), and given the width of the points, which noise does not touch. It counts if
    it is as wide as the points, if both ends of the outline bend back as half a circle does, and if the outline keeps
    to it better than to two straight lines: the sides of a corner.
    """
    xy = xy_m[:: len(xy_m) // settings.points + 1]
    sight = xy.mean(axis=0) - viewpoint_m
    reach = float(np.linalg.norm(sight))
    if len(xy) < settings.bins * settings.per_bin or reach == 0:
        return None
    ahead = sight / reach
    right = np.array([ahead[1], -ahead[0]])
    outline = _near_outline(xy @ right, xy @ ahead, settings)
    if outline is None:
        return None
    across, along, width = outline
    bend = np.array([along[0], along[-1]]) - along.min()
    if bend.min() < settings.least_bend * width:
        return None
    center, radius, misfit = _circle(across, along)
    as_wide = abs(2 * radius - width) <= settings.width_share * width
    if not as_wide or misfit > min(settings.misfit * radius + noise_m, _corner_misfit(along)):
        return None
    return center[0] * right + (center[1] - radius + width / 2) * ahead, width


def _circle(
    across: Float[np.ndarray, " k"], along: Float[np.ndarray, " k"]
) -> tuple[Float[np.ndarray, " 2"], float, float]:
    """Centre, radius, and root mean square of what the points leave of it."""
    middle = np.array([across.mean(), along.mean()])
    points = np.stack([across, along], axis=1) - middle
    square = (points**2).sum(axis=1)
    center = np.linalg.solve(points.T @ points, points.T @ square) / 2
    radius = float(np.sqrt(square.mean() + center @ center))
    left = np.linalg.norm(points - center, axis=1) - radius
    return center + middle, radius, float(np.sqrt(np.mean(left**2)))


def _corner_misfit(along: Float[np.ndarray, " k"]) -> float:
    """Root mean square of what two lines that meet leave of nearly evenly spaced points, at the best place to meet."""
    left = _beside_corners(len(along)) @ along
    return float(np.sqrt((left**2).mean(axis=1).min()))


@cache
def _beside_corners(bins: int) -> Float[np.ndarray, "m k k"]:
    """Per place to meet, the projection that takes two lines that meet there off values at evenly spaced bins."""
    place = np.arange(bins, dtype=np.float64)
    designs = [np.stack([np.ones(bins), place, np.maximum(place - meet, 0.0)], axis=1) for meet in place[2:-2]]
    return np.array([np.eye(bins) - design @ np.linalg.pinv(design) for design in designs])


def _near_outline(
    across: Float[np.ndarray, " n"], along: Float[np.ndarray, " n"], settings: RoundSettings
) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, " k"], float] | None:
    """Per bin across the sight the place of its near end, and the width of all; None where a bin holds too little."""
    outside = int(settings.trim_share * len(across))
    ordered = np.sort(across)
    low, high = float(ordered[outside]), float(ordered[-1 - outside])
    if high <= low:
        return None
    which = np.floor((across - low) / (high - low) * settings.bins).astype(np.int64)
    order = np.lexsort((along, which))
    starts = np.searchsorted(which[order], np.arange(settings.bins + 1))
    counts = np.diff(starts)
    if counts.min() < settings.per_bin:
        return None
    nearest = order[starts[:-1] + (settings.near_share * counts).astype(np.int64)]
    return across[nearest], along[nearest], high - low
