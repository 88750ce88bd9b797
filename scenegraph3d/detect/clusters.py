"""What holds together in 3D once the planes are taken off. The second half of `detect.geometry`."""

import math

import numpy as np
from jaxtyping import Bool, Float, Int

from .outlines import behind, folds, grouped, link_limit, spans
from .planar import Frame, GeometrySettings, Support

MAX_PARTING = 62  # that many supports fit in the bits of an int64; the largest are taken


def clusters(
    frame: Frame,
    free: Bool[np.ndarray, "h w"],
    supports: list[Support],
    least_pixels: float,
    settings: GeometrySettings,
) -> Int[np.ndarray, "h w"]:
    """The free cells' object numbers, 1 for the nearest; 0 elsewhere.

    Connected parts of the image, by depth; made one where they touch in 3D (apart only by an occluder), where one
    hangs in the air close to another or is its foot, and where they are folds side by side. What is seen mostly past
    other things, is flat on its support or smaller than the depth noise is left out.
    """
    full = least_pixels / frame.grid.cell_px**2
    labels = _linked(frame, free, supports, settings)
    labels = _without_small(labels, math.ceil(full * settings.part_share))
    if not labels.any():
        return labels
    labels = _merged(labels, _touching(frame, labels, supports, settings))
    labels = _merged(labels, _nested(frame, labels, supports, settings))
    labels = _merged(labels, _hanging(frame, labels, supports, settings))
    labels = _merged(labels, _feet(frame, labels, supports, settings))
    labels = _merged(labels, folds(frame, labels, settings))
    labels = _without_small(labels, math.ceil(full))
    if not labels.any():
        return labels
    resting = np.any([support.cells for support in supports], axis=0) if supports else np.zeros_like(free)
    kept = ~behind(frame, labels, resting, settings) & _clear(frame, labels, supports, settings)
    return _by_distance(frame, np.where(kept[labels], labels, 0))


def _clear(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Bool[np.ndarray, " k"]:
    """Which labels are large enough, and rise clearly above what they rest on."""
    points, owner = frame.points[labels > 0], labels[labels > 0]
    count = int(labels.max(initial=0)) + 1
    low, high = spans(points, owner, count)
    noise = settings.clear_m(np.linalg.norm((low + high) / 2, axis=1) / frame.unit) * frame.unit
    size = (high - low).max(axis=1)
    under = _resting(points, owner, supports, settings.rest_share)[0]
    height = np.zeros(len(points))
    for row, support in enumerate(supports):
        on = under[owner] == row
        height[on] = support.plane.distance(points[on])
    top = np.where(under < 0, np.inf, spans(height[:, None], owner, count)[1][:, 0])
    return np.asarray((size >= np.maximum(settings.min_size_m * frame.unit, noise)) & (top >= noise))


def _by_distance(frame: Frame, labels: Int[np.ndarray, "h w"]) -> Int[np.ndarray, "h w"]:
    """The labels numbered by their median distance."""
    if not labels.any():
        return labels
    number, order, first = grouped(labels[labels > 0])
    median = [float(np.median(part)) for part in np.split(frame.reach[labels > 0][order], first[1:])]
    rank = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int64)
    rank[number[np.argsort(median, kind="stable")]] = np.arange(1, len(number) + 1)
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
    limit = link_limit(frame, settings)
    axes = np.ascontiguousarray(np.moveaxis(frame.points, -1, 0))
    pairs = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, height - dy), slice(max(0, -dx), width - max(0, dx)))
        there = (slice(dy, height), slice(max(0, dx), width - max(0, -dx)))
        gap = sum(np.square(axis[here] - axis[there]) for axis in axes)
        parted = (above[here] & below[there]) | (below[here] & above[there])
        near = free[here] & free[there] & (gap < limit[here] ** 2) & (parted == 0)
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


def _outlined(labels: Int[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    """Labelled cells at the border of the image or beside another label or none: where clusters come close."""
    wide = np.pad(labels, 1, constant_values=-1)
    around = (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:])
    return np.asarray((labels > 0) & np.logical_or.reduce([labels != other for other in around]))


def _thinned(
    frame: Frame, labels: Int[np.ndarray, "h w"], cells: Bool[np.ndarray, "h w"], step: float
) -> tuple[Float[np.ndarray, "n 3"], Int[np.ndarray, " n"]]:
    """One point of the cells per label and cube of side `step`, and the labels of the points."""
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

    points, owner = _thinned(frame, labels, _outlined(labels), distance / settings.thinning)
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
    low, high = _extremes(frame.points[labels > 0], labels[labels > 0])
    shared = np.clip(np.minimum(high[i], high[j]) - np.maximum(low[i], low[j]), 0, None).prod(axis=1)
    smaller = np.minimum((high[i] - low[i]).prod(axis=1), (high[j] - low[j]).prod(axis=1))
    inside = shared > settings.nest_share * smaller
    return np.stack([i[inside], j[inside]], axis=1)


def _extremes(
    values: Float[np.ndarray, "n d"], owner: Int[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, "k d"], Float[np.ndarray, "k d"]]:
    """Lowest and highest values of each label's rows; inf and -inf for a label without rows."""
    count = int(owner.max(initial=0)) + 1
    low, high = np.full((count, values.shape[1]), np.inf), np.full((count, values.shape[1]), -np.inf)
    number, order, first = grouped(owner)
    if len(number):
        low[number] = np.minimum.reduceat(values[order], first)
        high[number] = np.maximum.reduceat(values[order], first)
    return low, high


def _hanging(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "m 2"]:
    """Pairs of a label that hangs in the air and the nearest label that reaches further down."""
    from scipy.spatial import cKDTree

    points, owner = _thinned(frame, labels, labels > 0, settings.contact_m * frame.unit)
    bottom = _resting(points, owner, supports, settings.rest_share)[1]
    lowest = _extremes(points[:, 2:], owner)[0][:, 0]
    flat, reach = points * [1.0, 1.0, settings.join_height_weight], settings.join_m * frame.unit
    pairs = []
    for label in np.flatnonzero(np.isfinite(bottom) & (bottom > settings.floating_m * frame.unit)):
        own = flat[owner == label]
        near = ((flat >= own.min(axis=0) - reach) & (flat <= own.max(axis=0) + reach)).all(axis=1)
        near &= lowest[owner] < lowest[label]
        if near.any():
            apart, which = cKDTree(flat[near]).query(own, distance_upper_bound=reach)
            best = int(np.argmin(apart))
            pairs += [(label, owner[near][which[best]])] if np.isfinite(apart[best]) else []
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _feet(
    frame: Frame, labels: Int[np.ndarray, "h w"], supports: list[Support], settings: GeometrySettings
) -> Int[np.ndarray, "m 2"]:
    """Pairs of something low on the floor and something on the floor that is over twice as tall and close."""
    if not supports or supports[0].name != "floor":
        return np.zeros((0, 2), dtype=np.int64)
    height = supports[0].plane.distance(frame.points[labels > 0])
    bottom, top = (side[:, 0] for side in _extremes(height[:, None], labels[labels > 0]))
    low, tall = (top <= limit * settings.foot_height_m * frame.unit for limit in (1, 2))
    stands = bottom <= settings.floating_m * frame.unit
    pairs = _close(frame, labels, settings.foot_m * frame.unit, supports, settings)
    pairs = pairs[stands[pairs].all(axis=1)]
    return pairs[low[pairs].any(axis=1) & ~tall[pairs].all(axis=1)]


def _resting(
    points: Float[np.ndarray, "n 3"], owner: Int[np.ndarray, " n"], supports: list[Support], rest_share: float
) -> tuple[Int[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """The row of the support that each label is over, and how far above it its lowest point is; -1 and inf for none.

    Of several, the one that is nearest to the lowest point.
    """
    count = np.bincount(owner)
    row, gap = np.full(len(count), -1), np.full(len(count), np.inf)
    for k, support in enumerate(supports):
        under = support.under(points)
        lowest = np.full(len(count), np.inf)
        reached = _extremes(support.plane.distance(points[under])[:, None], owner[under])[0][:, 0]
        lowest[: len(reached)] = reached
        over = np.bincount(owner[under], minlength=len(count)) >= rest_share * count
        nearer = over & (lowest < gap)
        row, gap = np.where(nearer, k, row), np.where(nearer, lowest, gap)
    return row, gap
