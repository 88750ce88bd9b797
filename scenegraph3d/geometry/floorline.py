"""The floor of a map of inverse depth whose scale, and maybe shift, are not known.

A point of the floor at the ray r (z = 1) satisfies up . (z r) = -height, so its inverse depth is drop / height, where
drop = -up . r is 0 on the horizon and grows downwards. A map that is an affine function of inverse depth is therefore,
on the floor, an affine function of the drop alone: its value at the horizon is the map's shift, its slope the map's
scale over the height. Table tops have the same shift and a steeper slope; all that stands on the floor is above the
line, since it is nearer than the floor that it hides.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .grid import cells_of, depth_grid, fit_normals

MAD_TO_SIGMA = 1.4826  # of a normal distribution


@dataclass(frozen=True)
class FloorLineSettings:
    """How the floor is found. Values are compared in shares of the map's range, 5th to 95th percentile.

    Attributes:
        columns: the map is averaged down to about this many cells across.
        max_turn_rad: the map grows along the drop, to within this angle, where there is a floor.
        tolerance: a cell this near to the line is of the floor.
        below: a cell this far below the line is below the floor, which nothing is.
        below_share: largest share of the cells that may be.
        min_share: least share of the cells that makes a floor.
        min_drop: least range of the drop, 5th to 95th percentile, that tells a slope from a shift.
        trials: lines that are tried.
        rounds: times that the line and its cells are found in turn.
        sigmas: cells that are farther off than this many standard deviations do not count.
        margin: share of the range by which the map is raised above 0 before its slopes are taken.
    """

    columns: int = 160
    max_turn_rad: float = math.radians(25.0)
    tolerance: float = 0.02
    below: float = 0.05
    below_share: float = 0.02
    min_share: float = 0.03
    min_drop: float = 0.08
    trials: int = 400
    rounds: int = 5
    sigmas: float = 2.5
    margin: float = 0.1


DEFAULT_SETTINGS = FloorLineSettings()


@dataclass(frozen=True)
class FloorLine:
    """value = slope * drop + shift on the floor.

    Attributes:
        slope: above 0; the map's scale over the camera's height.
        shift: the map's value of what is infinitely far.
        share: how much of the map the floor is.
    """

    slope: float
    shift: float
    share: float


def floor_line(
    values: Float[np.ndarray, "H W"],
    matrix: Float[np.ndarray, "3 3"],
    up: Float[np.ndarray, " 3"],
    *,
    shifted: bool,
    settings: FloorLineSettings = DEFAULT_SETTINGS,
) -> FloorLine | None:
    """The floor's line in a map of inverse depth, or None where no floor is seen.

    Args:
        values: [H, W] scale / depth + shift; NaN where there is no reading.
        matrix: [3, 3] intrinsics in pixels.
        up: [3] unit vector against gravity in the camera frame.
        shifted: the shift is to be found; else it is 0.
        settings: how the floor is found.
    """
    seen = np.isfinite(values)
    if not seen.any():
        return None
    lowest, highest = float(values[seen].min()), float(values[seen].max())
    base = lowest - settings.margin * (highest - lowest)
    if base == lowest:
        return None
    depth = np.divide(1.0, values - base, out=np.zeros(values.shape), where=seen)
    grid = depth_grid(depth, matrix, max(1, round(values.shape[1] / settings.columns)))
    x, y, above = cells_of(grid)
    low, high = np.percentile(above[grid.valid], [5, 95])
    drop = -(x * up[0] + y * up[1] + up[2])
    rising = _rising(x, y, above - low + settings.margin * (high - low), grid.valid, up, settings) & (drop > 0)
    offset, scale = (low + base, high - low) if shifted else (0.0, high - low)
    value = (above[grid.valid] + base - offset) / scale
    found = _line(drop[grid.valid], value, rising[grid.valid], shifted, settings)
    return None if found is None else FloorLine(found.slope * scale, found.shift * scale + offset, found.share)


def _rising(
    x: np.ndarray, y: np.ndarray, value: np.ndarray, valid: np.ndarray, up: np.ndarray, settings: FloorLineSettings
) -> np.ndarray:
    """[h, w] cells in whose surroundings the value grows evenly and along the drop, as a floor's does."""
    normals, planar = fit_normals(x, y, value, valid & (value > 0))
    downhill = normals[..., :2] @ up[:2]  # normals face the camera: values grow against them
    steepness = np.linalg.norm(normals[..., :2], axis=-1) * np.linalg.norm(up[:2])
    return np.asarray(planar & (downhill > math.cos(settings.max_turn_rad) * steepness))


def _line(
    drop: np.ndarray, value: np.ndarray, rising: np.ndarray, shifted: bool, settings: FloorLineSettings
) -> FloorLine | None:
    """The line with most of the rising cells on it and next to none of all cells below it."""
    x, y = drop[rising], value[rising]
    if len(x) < max(3, settings.min_share * len(drop)):
        return None
    slope, shift = _trials(x, y, shifted, settings.trials)
    inlier = np.abs(y - slope[:, None] * x - shift[:, None]) <= settings.tolerance
    floor_there = slope[:, None] * np.maximum(drop, 0) + shift[:, None]
    below = (value < floor_there - settings.below).mean(axis=1)
    score = np.where((slope > 0) & (below <= settings.below_share), inlier.mean(axis=1), 0.0)
    best = int(np.argmax(score))
    share = float(score[best]) * len(x) / len(drop)
    if share < settings.min_share:
        return None
    line, kept = _refined(x, y, (float(slope[best]), float(shift[best])), shifted, settings)
    if shifted and np.ptp(np.percentile(x[kept], [5, 95])) < settings.min_drop:
        return None
    return FloorLine(*line, share) if line[0] > 0 else None


def _trials(x: np.ndarray, y: np.ndarray, shifted: bool, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and shifts of lines through pairs of cells, or through one cell and the horizon."""
    first, second = np.random.default_rng(0).integers(0, len(x), (2, count))
    if not shifted:
        return y[first] / x[first], np.zeros(count)
    apart = np.abs(x[first] - x[second]) > np.ptp(x) / 10
    first, second = first[apart], second[apart]
    slope = (y[first] - y[second]) / (x[first] - x[second])
    return slope, y[first] - slope * x[first]


def _refined(
    x: np.ndarray, y: np.ndarray, line: tuple[float, float], shifted: bool, settings: FloorLineSettings
) -> tuple[tuple[float, float], np.ndarray]:
    """The line of least squares through the cells around it, and which they are."""
    slope, shift = line
    kept = np.abs(y - slope * x - shift) <= settings.tolerance
    for _ in range(settings.rounds):
        rows = np.stack([x[kept], np.ones(int(kept.sum()))], axis=1)[:, : 2 if shifted else 1]
        slope, shift = [*np.linalg.lstsq(rows, y[kept], rcond=None)[0].tolist(), 0.0][:2]
        off = np.abs(y - slope * x - shift)
        limit = settings.sigmas * MAD_TO_SIGMA * float(np.median(off[kept]))
        kept = off <= min(max(limit, settings.tolerance / 4), settings.tolerance)
    return (slope, shift), kept
