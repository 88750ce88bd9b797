"""between: one thing in the middle of two others, seen from above (Sr3D, Achlioptas et al. 2020)."""

from typing import TYPE_CHECKING

import numpy as np

from ..geometry import boxes, polygons
from . import verdict
from .claims import Claims
from .measure import Measured
from .rules import RelationRules

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CHUNK = 4096


def between(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims (a, b, c): a is between b and c. Both orders of b and c are claimed."""
    a, pair = _candidates(m, rules)
    b, c = m.i[pair], m.j[pair]
    o = m.objects
    flat = boxes.footprints(o.center_m, o.size_m, o.yaw_rad)
    cover = np.zeros(len(a))
    for start in range(0, len(a), _CHUNK):
        part = slice(start, start + _CHUNK)
        middle = o.center_m[a[part], None, :2]
        hull = polygons.hulls(np.concatenate([flat[b[part]], flat[c[part]]], axis=1) - middle)
        cover[part] = polygons.intersection_area(hull, flat[a[part]] - middle) / m.area_m2[a[part]]
    offset = _distance_to_line(m, a, b, c)
    answer = verdict.above(cover, *rules.between_cover)
    evidence = {"cover": cover, "offset_m": offset}
    return [Claims("between", "world", a, x, answer, evidence, third=y) for x, y in ((b, c), (c, b))]


def _candidates(m: Measured, rules: RelationRules) -> tuple[np.ndarray, np.ndarray]:
    """[T] rows of middle objects and [T] pairs of anchors that pass every cheap test."""
    close = m.ground_gap_m < rules.between_reach_m
    anchors = np.flatnonzero(close & (m.ground_gap_m > 0))
    links = _links(m, rules, np.flatnonzero(close))
    position = m.objects.center_m[:, :2]
    found_a, found_pair = [], []
    for pair in np.array_split(anchors, len(anchors) // _CHUNK + 1):
        row, a = links[m.i[pair]].multiply(links[m.j[pair]]).nonzero()
        p = pair[row]
        line, to_a = m.offset_m[p, :2], position[a] - position[m.i[p]]
        along = (to_a * line).sum(axis=1)
        keep = (along > 0) & (along < (line**2).sum(axis=1))
        a, p = a[keep], p[keep]
        keep = _distance_to_line(m, a, m.i[p], m.j[p]) <= _half_width(m, p)
        found_a.append(a[keep].astype(np.int64))
        found_pair.append(p[keep])
    return np.concatenate(found_a), np.concatenate(found_pair)


def _links(m: Measured, rules: RelationRules, pair: np.ndarray) -> "csr_array":
    """[N, N] sparse: true at (anchor, a) where `a` is level with the anchor and stands clear of it."""
    from scipy.sparse import csr_array

    i, j, count = m.i[pair], m.j[pair], len(m.objects)
    height = np.maximum(m.objects.size_m[:, 2], 1e-3)
    row, column = [], []
    for anchor, a in ((i, j), (j, i)):
        level = -m.vertical_gap_m[pair] >= rules.between_height * height[a]
        clear = m.shared_area_m2[pair] <= rules.between_overlap * m.area_m2[a]
        row.append(anchor[level & clear])
        column.append(a[level & clear])
    ends = np.concatenate(row), np.concatenate(column)
    return csr_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(count, count))


def _half_width(m: Measured, pair: np.ndarray) -> np.ndarray:
    """[T] half the width of the band that two anchors span, across the line of their centres.

    A box covered by more than half has its centre in the anchors' hull, and so in this band.
    """
    line = m.offset_m[pair, :2]
    across = np.stack([-line[:, 1], line[:, 0]], axis=1) / np.hypot(*line.T)[:, None]
    return np.maximum(m.half_along_m(m.i[pair], across), m.half_along_m(m.j[pair], across))


def _distance_to_line(m: Measured, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    position = m.objects.center_m[:, :2]
    line = position[c] - position[b]
    return np.abs(polygons.cross(position[a] - position[b], line)) / np.maximum(np.hypot(*line.T), 1e-12)
