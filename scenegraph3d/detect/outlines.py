"""Whose outline an outline is: what hides what, told from the cells that are neighbours in the image.

Cells are neighbours here if they are next to each other in a row or column once cells without depth are left out, so
the shadows that structured light leaves beside near things do not count.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from .planar import Frame, GeometrySettings


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Pairs of neighbouring cells with different labels, each pair in both orders.

    Attributes:
        label, other: [M] labels of the two, 0 where the cell is no object's.
        step: [M] by how much the other is further away; 0 where that is within what makes cells one object.
        other_cell: [M] the other's index in the flattened grid.
        beside: [M] the pair is of one row.
    """

    label: Int[np.ndarray, " m"]
    other: Int[np.ndarray, " m"]
    step: Float[np.ndarray, " m"]
    other_cell: Int[np.ndarray, " m"]
    beside: Bool[np.ndarray, " m"]


def neighbours(frame: Frame, labels: Int[np.ndarray, "h w"], settings: GeometrySettings) -> Neighbours:
    """The neighbours across the outlines of the labels."""
    index = np.arange(labels.size).reshape(labels.shape)
    valid, flat = frame.grid.valid, labels.ravel()
    here, there, beside = [], [], []
    for across, cells, seen in ((True, index, valid), (False, index.T, valid.T)):
        line = np.nonzero(seen)[0]
        order = cells[seen]
        a, b = order[:-1], order[1:]
        edge = (line[:-1] == line[1:]) & (flat[a] != flat[b])
        here += [a[edge], b[edge]]
        there += [b[edge], a[edge]]
        beside.append(np.full(2 * int(edge.sum()), across))
    one, two = np.concatenate(here), np.concatenate(there)
    reach = frame.reach.ravel()
    step = reach[two] - reach[one]
    step[np.abs(step) <= link_limit(frame, settings).ravel()[one]] = 0
    return Neighbours(flat[one], flat[two], step, two, np.concatenate(beside))


def link_limit(frame: Frame, settings: GeometrySettings) -> Float[np.ndarray, "h w"]:
    """How far apart neighbouring cells of one object may be."""
    near = settings.link_m * frame.unit + settings.link_share * frame.reach
    return np.asarray(near + settings.link_cells * frame.spacing)


def behind(
    frame: Frame, labels: Int[np.ndarray, "h w"], resting: Bool[np.ndarray, "h w"], settings: GeometrySettings
) -> Bool[np.ndarray, " k"]:
    """Which labels are pieces of the background seen past other things: most of their outline is that of others.

    The outline is a label's own where something further away is next to it, or a support that it touches (`resting`);
    where something nearer is next to it, the outline is the other's. Where it goes on at the same distance, or at the
    border of the image, it is nobody's.
    """
    pairs = neighbours(frame, labels, settings)
    count = int(labels.max(initial=0)) + 1
    own = (pairs.step > 0) | ((pairs.step == 0) & resting.ravel()[pairs.other_cell])
    owned = np.bincount(pairs.label[own], minlength=count)
    return np.asarray(owned < np.bincount(pairs.label[pairs.step < 0], minlength=count))


def folds(frame: Frame, labels: Int[np.ndarray, "h w"], settings: GeometrySettings) -> Int[np.ndarray, "m 2"]:
    """Pairs of tall strips side by side that hide a little of each other: folds of a curtain, slats of a frame."""
    count = int(labels.max(initial=0)) + 1
    strip, rows = _strips(frame, labels, settings)
    if strip.sum() < 2:
        return np.zeros((0, 2), dtype=np.int64)
    pairs = neighbours(frame, labels, settings)
    close = np.abs(pairs.step) <= settings.fold_m * frame.unit
    both = pairs.beside & close & strip[pairs.label] & strip[pairs.other] & (pairs.label < pairs.other)
    pair, shared = np.unique(pairs.label[both] * count + pairs.other[both], return_counts=True)
    i, j = pair // count, pair % count
    long = shared >= settings.fold_share * np.minimum(rows[i], rows[j])
    return np.stack([i[long], j[long]], axis=1)


def _strips(
    frame: Frame, labels: Int[np.ndarray, "h w"], settings: GeometrySettings
) -> tuple[Bool[np.ndarray, " k"], Int[np.ndarray, " k"]]:
    """Which labels are tall strips, and how many rows of cells each covers."""
    count = int(labels.max(initial=0)) + 1
    low, high = spans(frame.points[labels > 0], labels[labels > 0], count)
    wide, tall = np.hypot(high[:, 0] - low[:, 0], high[:, 1] - low[:, 1]), high[:, 2] - low[:, 2]
    strip = (tall >= settings.strip_m * frame.unit) & (tall >= settings.strip_aspect * wide)
    row = np.nonzero(labels)[0]
    seen = np.zeros((count, labels.shape[0]), dtype=bool)
    seen[labels[labels > 0], row] = True
    return strip, seen.sum(axis=1)


def spans(
    values: Float[np.ndarray, "n d"], owner: Int[np.ndarray, " n"], count: int
) -> tuple[Float[np.ndarray, "k d"], Float[np.ndarray, "k d"]]:
    """Low and high values of each label's rows, without the outermost 2 % on each side; 0 for a label without rows."""
    low, high = np.zeros((count, values.shape[1])), np.zeros((count, values.shape[1]))
    number, order, first = grouped(owner)
    ends = np.append(first, len(owner))
    for k, start, end in zip(number, ends[:-1], ends[1:], strict=True):
        cut = (end - start - 1) // 50
        part = np.partition(values[order[start:end]].T, (cut, end - start - 1 - cut), axis=1)
        low[k], high[k] = part[:, cut], part[:, end - start - 1 - cut]
    return low, high


def grouped(owner: Int[np.ndarray, " n"]) -> tuple[Int[np.ndarray, " k"], Int[np.ndarray, " n"], Int[np.ndarray, " k"]]:
    """The labels that occur, the order that brings each one's rows together, and where each begins in it."""
    order = np.argsort(owner.astype(np.min_scalar_type(int(owner.max(initial=0)))), kind="stable")
    along = owner[order]
    first = np.flatnonzero(np.diff(along, prepend=-1))
    return along[first], order, first
