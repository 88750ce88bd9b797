"""Straight edges of a picture: grey values -> line segments in pixels.

Edge pixels (peaks of the gradient along its larger component, placed between pixels by a parabola) that touch and whose
gradients point the same way form a segment. "The same way" is a bin of directions; two sets of bins, staggered by half
a bin, are tried, and each pixel goes with the larger of its two groups, so that no edge is cut by the border of a bin.

Pixels are counted from the centre of the top-left pixel. Curves come out as short chords.

Source: the line-support regions of J. B. Burns, A. R. Hanson and E. M. Riseman, Extracting Straight Lines, PAMI 1986,
here of thinned edges.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64

BLUR_REACH = 3.0  # standard deviations of a Gaussian that are taken
NEIGHBOURS = ((0, 1), (1, -1), (1, 0), (1, 1))  # (row, column) steps; the other four are these backwards


@dataclass(frozen=True)
class SegmentSettings:
    """How straight edges are found.

    Attributes:
        longest_px: the picture is averaged down by a whole factor until its longer side is at most this.
        blur_px: Gaussian blur before the gradient, in pixels of the smaller picture.
        min_gradient: least gradient of an edge, in grey levels (of 255) per pixel.
        over_median: least gradient of an edge as a multiple of the picture's median, which is noise and texture.
        median_step_px: that median is of every so many rows and columns.
        directions: bins of the full circle of gradient directions.
        min_length: least length, as a share of the picture's longer side.
        max_rms_px: largest RMS distance of a segment's pixels from it.
        min_filled: least number of pixels per pixel of length along the segment's longer component.
        most: only so many of the longest are kept.
    """

    longest_px: int = 640
    blur_px: float = 1.0
    min_gradient: float = 1.5
    over_median: float = 2.5
    median_step_px: int = 3
    directions: int = 16
    min_length: float = 0.03
    max_rms_px: float = 0.6
    min_filled: float = 0.8
    most: int = 600


DEFAULT_SETTINGS = SegmentSettings()


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight edges, longest first.

    Attributes:
        start_px, end_px: [N, 2] column and row of the two ends.
    """

    start_px: Float64[np.ndarray, "n 2"]
    end_px: Float64[np.ndarray, "n 2"]

    def __len__(self) -> int:
        return len(self.start_px)

    @property
    def length_px(self) -> Float64[np.ndarray, " n"]:
        """[N] lengths in pixels."""
        return np.asarray(np.linalg.norm(self.end_px - self.start_px, axis=1))


def line_segments(grey: Float[np.ndarray, "h w"], settings: SegmentSettings = DEFAULT_SETTINGS) -> Segments:
    """The straight edges of a picture of grey values from 0 to 255."""
    factor = max(1, math.ceil(max(grey.shape) / settings.longest_px))
    small = _averaged(grey.astype(np.float32, copy=False), factor)
    pixels, places, direction = _edge_pixels(small, settings)
    group = _groups(_links(pixels, small.shape), direction, settings.directions)
    ends = _fitted(places, group, settings, settings.min_length * max(small.shape))
    start, end = ends * factor + (factor - 1) / 2
    return Segments(start, end)


def _averaged(grey: np.ndarray, factor: int) -> np.ndarray:
    """Means over squares of `factor` pixels; rows and columns beyond the last whole square are left out."""
    if factor == 1:
        return grey
    rows, columns = grey.shape[0] // factor * factor, grey.shape[1] // factor * factor
    lines = grey[:rows].reshape(-1, factor, grey.shape[1]).sum(axis=1)
    out = lines[:, :columns:factor].copy()
    for k in range(1, factor):
        out += lines[:, k:columns:factor]
    return np.asarray(out / np.float32(factor * factor))


def _blurred(grey: np.ndarray, blur_px: float) -> np.ndarray:
    """A Gaussian blur, cut off at three standard deviations; beyond its border the picture is mirrored."""
    reach = round(BLUR_REACH * blur_px)
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) / blur_px) ** 2)
    weight = (weight / weight.sum()).astype(grey.dtype)
    out = np.pad(grey, reach, mode="symmetric")
    for _ in grey.shape:  # down the columns, then, of the transposed, along the rows
        size = len(out) - 2 * reach
        blurred = weight[reach] * out[reach : reach + size]
        for k in range(reach):
            blurred += weight[k] * (out[k : k + size] + out[2 * reach - k : 2 * reach - k + size])
        out = blurred.T
    return out


def _edge_pixels(grey: np.ndarray, settings: SegmentSettings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edge pixels: row and column [N, 2], place between pixels (column, row) [N, 2], the gradient's direction [N]."""
    smooth = _blurred(grey, settings.blur_px)
    dx, dy = np.zeros_like(smooth), np.zeros_like(smooth)
    dx[:, 1:-1] = 0.5 * (smooth[:, 2:] - smooth[:, :-2])
    dy[1:-1] = 0.5 * (smooth[2:] - smooth[:-2])
    size = np.sqrt(dx * dx + dy * dy)
    inner = np.zeros(size.shape, dtype=bool)
    typical = np.median(size[:: settings.median_step_px, :: settings.median_step_px])
    least = max(settings.min_gradient, settings.over_median * float(typical))
    inner[2:-2, 2:-2] = size[2:-2, 2:-2] > least
    row, column = np.nonzero(inner)
    across = (np.abs(dx[row, column]) >= np.abs(dy[row, column])).astype(np.int64)
    before = size[row - (1 - across), column - across]
    here, after = size[row, column], size[row + (1 - across), column + across]
    peak = (here >= before) & (here > after)
    row, column, across = row[peak], column[peak], across[peak]
    before, here, after = before[peak], here[peak], after[peak]
    offset = 0.5 * (before - after) / (before - 2 * here + after)
    places = np.stack([column + offset * across, row + offset * (1 - across)], axis=1).astype(np.float64)
    direction = np.arctan2(dy[row, column], dx[row, column]).astype(np.float64)
    return np.stack([row, column], axis=1), places, direction


def _links(pixels: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of pixels that touch: rows of the one and of the other."""
    row, column = pixels.T
    owner = np.full(shape, -1)
    owner[row, column] = np.arange(len(pixels))
    first, second = [], []
    for down, right in NEIGHBOURS:
        other = owner[row + down, column + right]
        first.append(np.flatnonzero(other >= 0))
        second.append(other[other >= 0])
    return np.concatenate(first), np.concatenate(second)


def _groups(links: tuple[np.ndarray, np.ndarray], direction: np.ndarray, bins: int) -> np.ndarray:
    """A number per edge pixel, equal for those of one segment."""
    turn = direction / (2 * math.pi) * bins
    first, second = (_connected(links, np.floor(turn + shift).astype(np.int64) % bins) for shift in (0.0, 0.5))
    larger = np.bincount(second)[second] > np.bincount(first)[first]
    return np.where(larger, second + len(first), first)


def _connected(links: tuple[np.ndarray, np.ndarray], bin_of: np.ndarray) -> np.ndarray:
    """A number per pixel, equal for those that are linked through pixels of one bin."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = bin_of[links[0]] == bin_of[links[1]]
    first, second = links[0][same], links[1][same]
    graph = coo_array((np.ones(len(first), dtype=bool), (first, second)), shape=(len(bin_of), len(bin_of)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _fitted(places: np.ndarray, group: np.ndarray, settings: SegmentSettings, min_length: float) -> np.ndarray:
    """[2, N, 2] both ends of the line of least squares through each group that is long, straight and without gaps."""
    owner, count = np.unique(group, return_inverse=True, return_counts=True)[1:]
    large = count >= settings.min_filled * min_length / math.sqrt(2)  # a diagonal has the fewest pixels
    kept = large[owner]
    places, owner, count = places[kept], (np.cumsum(large) - 1)[owner[kept]], count[large]

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.bincount(owner, values, len(count)) / count)

    center = np.stack([mean(places[:, 0]), mean(places[:, 1])], axis=1)
    x, y = (places - center[owner]).T
    sxx, syy, sxy = mean(x * x), mean(y * y), mean(x * y)
    angle = 0.5 * np.arctan2(2 * sxy, sxx - syy)
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rms = np.sqrt(np.maximum(0.5 * (sxx + syy) - np.hypot(0.5 * (sxx - syy), sxy), 0.0))
    place = x * along[owner, 0] + y * along[owner, 1]
    low, high = np.zeros(len(count)), np.zeros(len(count))
    np.minimum.at(low, owner, place)
    np.maximum.at(high, owner, place)
    length = high - low
    filled = count >= settings.min_filled * length * np.abs(along).max(axis=1)
    good = np.flatnonzero((length >= min_length) & (rms <= settings.max_rms_px) & filled)
    best = good[np.argsort(-length[good], kind="stable")][: settings.most]
    return np.stack([center[best] + end[best, None] * along[best] for end in (low, high)])
