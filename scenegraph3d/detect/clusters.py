"""What holds together in 3D once the planes are taken off. The second half of `detect.geometry`."""

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from .planar import Frame, GeometrySettings, Support

MAX_PARTING = 62  # that many supports fit in the bits of an int64; the largest are taken


def clusters(
    frame: Frame, free: Bool[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "h w"]:
    """The free cells' object numbers, 1 for the nearest; 0 elsewhere.

    Connected parts of the image, by depth; made one where they touch in 3D (apart only by an occluder) or
    where one hangs in the air close to another.
    """
    full = settings.min_pixels / frame.grid.cell_px**2
    labels = _linked(frame, free, supports, settings)
    labels = _without_small(labels, math.ceil(full * settings.part_share))
    if not labels.any():
        return labels
    labels = _merged(labels, _touching(frame, labels, supports, settings))
    labels = _merged(labels, _nested(frame, labels, supports, settings))
    labels = _merged(labels, _hanging(frame, labels, supports, settings))
    return _by_distance(frame, _without_small(labels, math.ceil(full)), settings)


def _by_distance(frame: Frame, labels: Int[np.ndarray, "h w"], settings: GeometrySettings) -> Int[np.ndarray, "h w"]:
    """The labels of things that are large enough, numbered by distance."""
    kept = []
    for number in range(1, int(labels.max(initial=0)) + 1):
        cells = labels == number
        low, high = np.percentile(frame.points[cells], [2, 98], axis=0)
        if (high - low).max() >= settings.min_size_m * frame.unit:
            kept.append((float(np.median(frame.reach[cells])), number))
    rank = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int64)
    for place, (_, number) in enumerate(sorted(kept), 1):
        rank[number] = place
    return rank[labels]


def _linked(
    frame: Frame, free: Bool[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "h w"]:
    """Connected parts of the free cells, 0 elsewhere; neighbours connect if close and not parted by a surface."""
    height, width = free.shape
    index = np.full(free.shape, -1, dtype=np.int64)
    index[free] = np.arange(free.sum())
    above, below = np.zeros(free.shape, dtype=np.int64), np.zeros(free.shape, dtype=np.int64)
    above[free], below[free] = _sides(frame.points[free], supports, frame.unit, settings)
    limit = settings.link_m * frame.unit + settings.link_share * frame.reach
    limit = limit + settings.link_cells * frame.spacing
    pairs = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, height - dy), slice(max(0, -dx), width - max(0, dx)))
        there = (slice(dy, height), slice(max(0, dx), width - max(0, -dx)))
        gap = np.linalg.norm(frame.points[here] - frame.points[there], axis=-1)
        parted = (above[here] & below[there]) | (below[here] & above[there])
        near = free[here] & free[there] & (gap < limit[here]) & (parted == 0)
        pairs.append(np.stack([index[here][near], index[there][near]], axis=1))
    labels = np.zeros(free.shape, dtype=np.int64)
    labels[free] = _components(np.concatenate(pairs), int(free.sum())) + 1
    return labels


def _components(pairs: Int[np.ndarray, "m 2"], count: int) -> Int[np.ndarray, " n"]:
    """The number of the connected component of each of `count` nodes."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs), dtype=bool)
    graph = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _without_small(labels: Int[np.ndarray, "h w"], min_cells: int) -> Int[np.ndarray, "h w"]:
    """The labels without those of fewer cells, numbered anew from 1."""
    enough = np.bincount(labels.ravel()) >= min_cells
    enough[0] = False
    return np.where(enough, np.cumsum(enough), 0)[labels]


def _merged(labels: Int[np.ndarray, "h w"], pairs: Int[np.ndarray, "m 2"]) -> Int[np.ndarray, "h w"]:
    """The labels with each pair made one."""
    return _components(pairs, int(labels.max(initial=0)) + 1)[labels] if len(pairs) else labels


def _thinned(
    frame: Frame, labels: Int[np.ndarray, "h w"], step: float
) -> tuple[Float[np.ndarray, "n 3"], Int[np.ndarray, " n"]]:
    """One point per label and cube of side `step`, and the labels of the points."""
    cells = labels > 0
    points, owner = frame.points[cells], labels[cells]
    cube = np.floor(points / step).astype(np.int64)
    size = np.ptp(cube, axis=0) + 1
    cube -= cube.min(axis=0)
    key = ((owner * size[0] + cube[:, 0]) * size[1] + cube[:, 1]) * size[2] + cube[:, 2]
    first = np.unique(key, return_index=True)[1]
    return points[first], owner[first]


def _sides(
    points: Float[np.ndarray, "n 3"], supports: list[Support], unit: float, settings: GeometrySettings
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"]]:
    """Bit sets of the supports that the points are above, and below, within `part_m` of their footprints."""
    above, below = np.zeros(len(points), dtype=np.int64), np.zeros(len(points), dtype=np.int64)
    for bit, support in enumerate(supports[:MAX_PARTING]):
        near = support.footprint.grown(settings.part_m * unit).holds(points)
        higher = support.plane.distance(points) > 0
        above |= (near & higher).astype(np.int64) << bit
        below |= (near & ~higher).astype(np.int64) << bit
    return above, below


def _close(
    frame: Frame,
    labels: Int[np.ndarray, "h w"],
    distance: float,
    supports: list[Support],
    settings: GeometrySettings,
) -> Int[np.ndarray, "m 2"]:
    """Pairs of labels with points closer than `distance` and no surface between them."""
    from scipy.spatial import cKDTree

    points, owner = _thinned(frame, labels, distance / settings.thinning)
    above, below = _sides(points, supports, frame.unit, settings)
    a, b = cKDTree(points).query_pairs(distance, output_type="ndarray").reshape(-1, 2).T
    parted = (above[a] & below[b]) | (below[a] & above[b])
    pairs = np.stack([owner[a], owner[b]], axis=1)[(owner[a] != owner[b]) & (parted == 0)]
    return np.unique(np.sort(pairs, axis=1), axis=0)


def _touching(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "m 2"]:
    """Pairs of labels that come closer than `contact_m`."""
    return _close(frame, labels, settings.contact_m * frame.unit, supports, settings)


def _nested(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "m 2"]:
    """Pairs of labels that come closer than `nest_m` and whose boxes share much of the smaller one."""
    i, j = _close(frame, labels, settings.nest_m * frame.unit, supports, settings).T
    low, high = _boxes(frame.points[labels > 0], labels[labels > 0])
    shared = np.clip(np.minimum(high[i], high[j]) - np.maximum(low[i], low[j]), 0, None).prod(axis=1)
    smaller = np.minimum((high[i] - low[i]).prod(axis=1), (high[j] - low[j]).prod(axis=1))
    inside = shared > settings.nest_share * smaller
    return np.stack([i[inside], j[inside]], axis=1)


def _boxes(
    points: Float[np.ndarray, "n 3"], owner: Int[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, "k 3"], Float[np.ndarray, "k 3"]]:
    """Low and high corners of each label's points along the world's axes."""
    count = int(owner.max()) + 1
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    np.minimum.at(low, owner, points)
    np.maximum.at(high, owner, points)
    return low, high


def _hanging(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "m 2"]:
    """Pairs of a label that hangs in the air and the nearest label that reaches further down."""
    from scipy.spatial import cKDTree

    points, owner = _thinned(frame, labels, settings.contact_m * frame.unit)
    gap = _gaps(points, owner, supports, settings.rest_share)
    hangs = np.flatnonzero((np.isfinite(gap) & (gap > settings.floating_m * frame.unit))[owner])
    bottom = np.full(len(gap), np.inf)
    np.minimum.at(bottom, owner, points[:, 2])
    flat = points * [1.0, 1.0, settings.join_height_weight]
    tree, reach = cKDTree(flat), settings.join_m * frame.unit
    near = cKDTree(flat[hangs]).sparse_distance_matrix(tree, reach, output_type="ndarray")
    here, there, apart = owner[hangs[near["i"]]], owner[near["j"]], near["v"]
    lower = bottom[there] < bottom[here]
    here, there, apart = here[lower], there[lower], apart[lower]
    order = np.lexsort((there, apart, here))
    number, first = np.unique(here[order], return_index=True)
    return np.stack([number, there[order][first]], axis=1)


def _gaps(
    points: Float[np.ndarray, "n 3"], owner: Int[np.ndarray, " n"], supports: list[Support], rest_share: float
) -> Float[np.ndarray, " k"]:
    """How far each label's lowest point is above the support that it is over; inf where there is none."""
    count = np.bincount(owner)
    gap = np.full(len(count), np.inf)
    for support in supports:
        under = support.under(points)
        lowest = np.full(len(count), np.inf)
        np.minimum.at(lowest, owner[under], support.plane.distance(points[under]))
        over = np.bincount(owner[under], minlength=len(count)) >= rest_share * count
        gap = np.where(over, np.minimum(gap, lowest), gap)
    return gap
