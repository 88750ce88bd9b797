"""Which pairs of objects to look at: all of them, or, in large scenes, the near ones by a spatial index."""

import numpy as np

from ..geometry import boxes
from ..types import Objects
from .rules import RelationRules

_LEAST_RADIUS_M = 0.05


def candidate_pairs(objects: Objects, rules: RelationRules) -> tuple[np.ndarray, np.ndarray]:
    """[P] rows i < j of the pairs to measure, ordered by i, then j.

    Up to `rules.all_pairs_up_to` objects these are all pairs; beyond, the pairs whose surfaces are nearer than
    `near_gap_m` and of which one is among the other's nearest `neighbors`.
    """
    count = len(objects)
    if count <= rules.all_pairs_up_to:
        return np.triu_indices(count, 1)
    i, j = _within(objects, rules.near_gap_m[0])
    gap = boxes.gap_m(objects.boxes, i, j)
    near = gap < rules.near_gap_m[0]
    i, j, gap = i[near], j[near], gap[near]
    keep = _among_nearest(i, j, gap, rules.neighbors)
    i, j = i[keep], j[keep]
    order = np.lexsort((j, i))
    return i[order], j[order]


def _within(objects: Objects, reach_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs whose bounding spheres are nearer than `reach_m`: one KD-tree for each doubling of the radius."""
    from scipy.spatial import cKDTree

    radius = 0.5 * np.linalg.norm(objects.size_m, axis=1)
    level = np.ceil(np.log2(np.maximum(radius / _LEAST_RADIUS_M, 1.0))).astype(int)
    groups = [np.flatnonzero(level == k) for k in np.unique(level)]
    trees = [cKDTree(objects.center_m[rows]) for rows in groups]
    found = []
    for x, rows_x in enumerate(groups):
        for y in range(x, len(groups)):
            rows_y = groups[y]
            limit = reach_m + radius[rows_x].max() + radius[rows_y].max()
            table = trees[x].sparse_distance_matrix(trees[y], limit, output_type="coo_matrix")
            once = table.row < table.col if x == y else slice(None)
            found.append((rows_x[table.row[once]], rows_y[table.col[once]]))
    a, b = (np.concatenate(ends) for ends in zip(*found, strict=True))
    i, j = np.minimum(a, b), np.maximum(a, b)
    distance = np.linalg.norm(objects.center_m[i] - objects.center_m[j], axis=1)
    close = distance < reach_m + radius[i] + radius[j]
    return i[close], j[close]


def _among_nearest(i: np.ndarray, j: np.ndarray, gap: np.ndarray, limit: int) -> np.ndarray:
    """[P] true where one of the pair is among the `limit` nearest of the other."""
    owner, other = np.concatenate([i, j]), np.concatenate([j, i])
    order = np.lexsort((other, np.concatenate([gap, gap]), owner))
    first = np.searchsorted(owner[order], np.arange(owner.max(initial=0) + 1))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first[owner[order]]
    of_i, of_j = (rank < limit).reshape(2, -1)
    return of_i | of_j
