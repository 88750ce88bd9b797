"""Points: cells, clusters, isolated points, and depth pixels that hang between two surfaces.

Crowding is measured in cells with sorted integer keys, so that its cost grows with n log n and not with space.
"""

import math

import numpy as np
from jaxtyping import Bool, Float, Int64, Shaped

_AXIS_BITS = 20
_HALF = 1 << (_AXIS_BITS - 1)
_STRIDE = np.array([1 << (2 * _AXIS_BITS), 1 << _AXIS_BITS, 1], dtype=np.int64)
_TOUCHING = np.ones((3, 3, 3), dtype=bool)
_FIRST_GRID = 16
_BAND_ROWS = 64  # of a picture at a time, so that what is made on the way stays in the cache


def middle(values: Shaped[np.ndarray, " n"]) -> float:
    """The median of N values, N at least 1; of an even number of them the upper of the middle two."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2])


def extremes(points: Shaped[np.ndarray, "n k"], outside: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest [K] of N points along each axis, `outside` of them beyond each."""
    axes = np.ascontiguousarray(points.T)  # NumPy is many times slower along the first of two axes
    if outside == 0:
        return axes.min(axis=1), axes.max(axis=1)
    last = axes.shape[1] - 1 - outside
    ordered = np.partition(axes, (outside, last), axis=1)
    return ordered[:, outside], ordered[:, last]


def evened_out(xy_m: Float[np.ndarray, "n 2"], cell_m: float) -> Float[np.ndarray, "m 2"]:
    """[M, 2] the mean of the points in each occupied cell of edge `cell_m` of a raster over the points,
    which is held in memory: for rasters of few cells."""
    x, y = xy_m.T
    column, row = ((x - x.min()) / cell_m).astype(np.int64), ((y - y.min()) / cell_m).astype(np.int64)
    cell = row * (int(column.max()) + 1) + column
    counts = np.bincount(cell)
    some = np.flatnonzero(counts)
    sums = np.stack([np.bincount(cell, weights=axis)[some] for axis in (x, y)], axis=1)
    return sums / counts[some, None]


def clusters(points_m: Float[np.ndarray, "n 3"], gap_m: float) -> Int64[np.ndarray, " n"]:
    """[N] the cluster of each point, 0 the largest (ties: the one with the lowest first coordinate).

    Points share a cluster if a chain of occupied cells of edge `gap_m` metres, each touching the next at least at a
    corner, joins them: points closer than `gap_m` always do, points farther than 2 sqrt(3) `gap_m` from all others
    never. The cells are those of a raster over the points, which is held in memory, slabs without a point left out.
    """
    from scipy.ndimage import label

    if len(points_m) == 0:
        return np.zeros(0, dtype=np.int64)
    places, sizes = zip(*(_slabs(axis, gap_m) for axis in points_m.T), strict=True)
    cell = (places[0] * sizes[1] + places[1]) * sizes[2] + places[2]
    filled = np.zeros(sizes, dtype=bool)
    filled.ravel()[cell] = True
    found = label(filled, structure=_TOUCHING)[0].ravel().take(cell) - 1
    counts = np.bincount(found)
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return rank.take(found)


def isolated(points_m: Float[np.ndarray, "n 3"], points_per_cell: float, share: float) -> Bool[np.ndarray, " n"]:
    """[N] True for points that stand nearly alone, as stray depth readings do.

    Space is cut into cells that hold about `points_per_cell` points where the cloud is, twice, the second grid moved by
    half a cell so that no point is near a wall of both. A point is isolated if in both grids its cell holds fewer than
    `share` of what the cell of a typical point holds (and fewer than two in any case).
    """
    low, high = np.quantile(points_m, (0.05, 0.95), axis=0)
    scale = float(np.linalg.norm(high - low))
    if scale == 0.0:
        return np.zeros(len(points_m), dtype=bool)
    cell = scale / _FIRST_GRID
    cell *= np.sqrt(points_per_cell / float(np.median(_crowd(points_m, cell))))
    crowd = np.maximum(_crowd(points_m, cell), _crowd(points_m + 0.5 * cell, cell))
    return crowd < max(2.0, share * float(np.median(crowd)))


def flying_pixels(depth_m: Float[np.ndarray, "h w"], jump: float) -> Bool[np.ndarray, "h w"]:
    """[H, W] True for pixels that hang between two surfaces, or stick out of one, at a depth edge.

    Args:
        depth_m: depth along z, 0 where there is no reading.
        jump: step between neighbours, as a share of the depth, that counts as an edge.

    A pixel is flying if it jumps on both sides along its row or its column. A pixel at the rim of a surface, which
    jumps on one side only, stays; so does a slanted surface until its slope reaches `jump` per pixel. Where a
    neighbour has no reading nothing can be said, so sparse depth is left as it is.
    """
    out = np.zeros(depth_m.shape, dtype=bool)
    for top in range(0, len(depth_m), _BAND_ROWS):
        band, flying = depth_m[top : top + _BAND_ROWS + 2], out[top : top + _BAND_ROWS + 2]
        known = np.where(band > 0, band, np.nan)
        limit = jump * known
        edge = np.abs(known[1:] - known[:-1]) > np.minimum(limit[1:], limit[:-1])
        flying[1:-1] |= edge[1:] & edge[:-1]
        edge = np.abs(known[:, 1:] - known[:, :-1]) > np.minimum(limit[:, 1:], limit[:, :-1])
        flying[:, 1:-1] |= edge[:, 1:] & edge[:, :-1]
    return out


def _slabs(coordinate: Float[np.ndarray, " n"], gap_m: float) -> tuple[Int64[np.ndarray, " n"], int]:
    """The slab of each point along an axis, counted from 0, and their number; of empty slabs in a row one is counted.
    A slab begins at the median, where the crowd is, and not where the farthest stray is."""
    inner, low = middle(coordinate), float(coordinate.min())
    start = inner - math.ceil((inner - low) / gap_m) * gap_m
    slab = ((coordinate - start) / gap_m).astype(np.int64)
    counted = np.bincount(slab) > 0
    counted[1:] |= counted[:-1]
    number = np.cumsum(counted)
    return (number - 1).take(slab), int(number[-1])


def _keys(points_m: Shaped[np.ndarray, "n d"], cell_m: float) -> Int64[np.ndarray, " n"]:
    """One integer per cell; what lies beyond half a million cells from the median shares the outermost cells."""
    cells = np.floor((points_m - np.median(points_m, axis=0)) / cell_m)
    inside = np.clip(cells, 2 - _HALF, _HALF - 2).astype(np.int64) + _HALF
    return inside @ _STRIDE[-points_m.shape[1] :]


def _crowd(points_m: Shaped[np.ndarray, "n 3"], cell_m: float) -> Int64[np.ndarray, " n"]:
    _, inverse, counts = np.unique(_keys(points_m, cell_m), return_inverse=True, return_counts=True)
    return counts[inverse]
