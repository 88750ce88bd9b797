"""Points: cells, clusters, isolated points, and depth pixels that hang between two surfaces.

Every function works on cells of a grid with sorted integer keys, so cost grows with n log n and not with space.
"""

from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Int64, Shaped

_AXIS_BITS = 20
_HALF = 1 << (_AXIS_BITS - 1)
_STRIDE = np.array([1 << (2 * _AXIS_BITS), 1 << _AXIS_BITS, 1], dtype=np.int64)
_FORWARD_NEIGHBOURS = np.array([step for step in product((-1, 0, 1), repeat=3) if step > (0, 0, 0)]) @ _STRIDE
_FIRST_GRID = 16


def middle(values: Shaped[np.ndarray, " n"]) -> float:
    """The median of N values, N at least 1; of an even number of them the upper of the middle two."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2])


def evened_out(xy_m: Float[np.ndarray, "n 2"], cell_m: float) -> Float[np.ndarray, "m 2"]:
    """[M, 2] the mean of the points in each occupied cell of edge `cell_m` of a raster over the points,
    which is held in memory: for rasters of few cells."""
    from_low = xy_m - xy_m.min(axis=0)
    column, row = (from_low / cell_m).astype(np.int64).T
    cell = row * (int(column.max()) + 1) + column
    counts = np.bincount(cell)
    some = np.flatnonzero(counts)
    sums = np.stack([np.bincount(cell, weights=axis)[some] for axis in xy_m.T], axis=1)
    return sums / counts[some, None]


def clusters(points_m: Float[np.ndarray, "n 3"], gap_m: float) -> Int64[np.ndarray, " n"]:
    """[N] the cluster of each point, 0 the largest (ties: the one that comes first in the input).

    Points share a cluster if a chain of occupied cells of edge `gap_m` metres, each touching the next at least at a
    corner, joins them: points closer than `gap_m` always do, points farther than 2 sqrt(3) `gap_m` from all others
    never.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if len(points_m) == 0:
        return np.zeros(0, dtype=np.int64)
    cells, inverse = np.unique(_keys(points_m, gap_m), return_inverse=True)
    targets = cells[:, None] + _FORWARD_NEIGHBOURS
    found = np.minimum(np.searchsorted(cells, targets), len(cells) - 1)
    joined = cells[found] == targets
    ends = np.concatenate([[0], np.cumsum(joined.sum(axis=1))])
    joins = csr_array((np.ones(ends[-1]), found[joined], ends), shape=(len(cells),) * 2)
    label = connected_components(joins, directed=False)[1][inverse]
    counts = np.bincount(label)
    first = np.empty(len(counts), dtype=np.int64)
    first[label[::-1]] = np.arange(len(label))[::-1]
    rank = np.empty(len(counts), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(counts))
    return rank[label]


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
    limit = jump * depth_m
    out = np.zeros(depth_m.shape, dtype=bool)
    for axis in (0, 1):
        before, after = (slice(None, -1), slice(1, None)) if axis == 0 else (np.s_[:, :-1], np.s_[:, 1:])
        a, b = depth_m[before], depth_m[after]
        edge = np.abs(a - b) > np.minimum(limit[before], limit[after])
        edge &= (a > 0) & (b > 0)
        middle = np.s_[1:-1] if axis == 0 else np.s_[:, 1:-1]
        out[middle] |= edge[before] & edge[after]
    return out


def _keys(points_m: Shaped[np.ndarray, "n d"], cell_m: float) -> Int64[np.ndarray, " n"]:
    """One integer per cell; what lies beyond half a million cells from the median shares the outermost cells."""
    cells = np.floor((points_m - np.median(points_m, axis=0)) / cell_m)
    inside = np.clip(cells, 2 - _HALF, _HALF - 2).astype(np.int64) + _HALF
    return inside @ _STRIDE[-points_m.shape[1] :]


def _crowd(points_m: Shaped[np.ndarray, "n 3"], cell_m: float) -> Int64[np.ndarray, " n"]:
    _, inverse, counts = np.unique(_keys(points_m, cell_m), return_inverse=True, return_counts=True)
    return counts[inverse]
