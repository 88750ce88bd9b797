"""on, under, above, below, inside, contains: by height and by what the footprints share.

No list of classes decides: a cup on a table, a table on a rug and a book on a book follow one rule.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from . import verdict
from .claims import Claims, both_ways
from .measure import UP, Measured
from .rules import RelationRules
from .verdict import Verdict

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def vertical(m: Measured, rules: RelationRules) -> list[Claims]:
    """Claims for both orders of each pair whose footprints meet; of others none of these relations is true."""
    m = m.at(np.flatnonzero(m.ground_gap_m == 0))
    orders = ((m.i, m.j), (m.j, m.i))
    gaps = [m.bottom_m[subject] - m.top_m[reference] for subject, reference in orders]
    shared = [m.shared_area_m2 / m.area_m2[subject] for subject, _ in orders]
    parts = [_part_of_height(m, *order) for order in orders]
    insides = [_inside(m, rules, orders[k][1], shared[k], parts[k]) for k in (0, 1)]
    containers = _Containers(m, [inside.true for inside in insides], m.gap_m < rules.touching_gap_m[0])
    out = []
    for k, order in enumerate(orders):
        nested = insides[0].true | insides[1].true
        hangs = (np.abs(gaps[k]) > rules.touching_gap_m[0]) & containers.apart(*order)
        on = _on(m, rules, order, gaps[k], shared[k]).but_not(nested | hangs)
        above = _above(m, rules, gaps[k])
        inside_evidence = {"footprint": shared[k], "height": parts[k]}
        out += both_ways("inside", "contains", "world", order, insides[k], inside_evidence)
        out += both_ways("on", "under", "world", order, on, {"gap_m": gaps[k], "overlap": shared[k]})
        out += both_ways("above", "below", "world", order, above, {"gap_m": gaps[k], "overlap": m.shared_of_smaller})
    return out


class _Containers:
    """Which objects lie inside which: a thing in a drawer does not rest on the drawer below."""

    def __init__(self, m: Measured, inside: list[np.ndarray], touching: np.ndarray) -> None:
        self._content = np.concatenate([m.i[inside[0]], m.j[inside[1]]])
        self._container = np.concatenate([m.j[inside[0]], m.i[inside[1]]])
        self._touching = m.i[touching], m.j[touching]
        self._count = np.bincount(self._content, minlength=len(m.objects))

    def apart(self, subject: np.ndarray, reference: np.ndarray) -> np.ndarray:
        """[P] true where the subject lies in a container that is not the reference, holds it nor touches it."""
        out = np.zeros(len(subject), dtype=bool)
        held = np.flatnonzero(self._count[subject])
        if len(held):
            held_by, reached_by = self._tables
            shared = held_by[subject[held]].multiply(reached_by[reference[held]])
            out[held] = self._count[subject[held]] > np.diff(shared.tocsr().indptr)
        return out

    @cached_property
    def _tables(self) -> "tuple[csr_array, csr_array]":
        """[N, N] sparse: (object, its container) and (object, what it is, lies in or touches)."""
        from scipy.sparse import csr_array, eye_array

        count = len(self._count)
        held_by = _true_at(self._content, self._container, count)
        touch = _true_at(*self._touching, count)
        return held_by, csr_array(held_by + touch + touch.T + eye_array(count, dtype=bool, format="csr"))


def _true_at(row: np.ndarray, column: np.ndarray, count: int) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(row), dtype=bool), (row, column)), shape=(count, count))


def _part_of_height(m: Measured, subject: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """[P] part of the subject's height inside the reference's; a flat thing counts as one millimetre high."""
    top, bottom = m.top_m, m.bottom_m
    height = m.objects.size_m[subject, 2]
    pad = 0.5 * np.maximum(1e-3 - height, 0.0)
    shared = np.minimum(top[subject] + pad, top[reference]) - np.maximum(bottom[subject] - pad, bottom[reference])
    return np.clip(shared / np.maximum(height, 1e-3), 0.0, 1.0)


def _inside(m: Measured, rules: RelationRules, reference: np.ndarray, shared: np.ndarray, part: np.ndarray) -> Verdict:
    hollow = np.array([kind == "surface" for kind in m.objects.kind], dtype=bool)
    within = verdict.above(shared, *rules.inside_footprint) & verdict.above(part, *rules.inside_height)
    return within.but_not(hollow[reference])


def _on(
    m: Measured, rules: RelationRules, pair: tuple[np.ndarray, np.ndarray], gap: np.ndarray, shared: np.ndarray
) -> Verdict:
    subject, reference = pair
    true, false = rules.on_gap_m
    height = m.objects.size_m[:, 2]
    under = np.where(np.array(m.objects.kind) == "surface", np.inf, height)  # a floor is thin in its box alone
    sink = np.minimum(true, 0.1 * true + rules.on_sink * np.minimum(height[subject], under[reference]))
    resting = verdict.below(np.where(gap < 0, -gap * true / sink, gap), true, false, m.noise_along_m(UP))
    balanced = _center_over(m, subject, reference) & (m.area_m2[subject] <= rules.on_balance * m.area_m2[reference])
    carried = verdict.above(np.where(balanced, np.maximum(shared, 2 * rules.on_overlap[0]), shared), *rules.on_overlap)
    center = m.objects.center_m[:, 2]
    return (resting & carried).but_not(center[subject] <= center[reference])


def _center_over(m: Measured, subject: np.ndarray, reference: np.ndarray) -> np.ndarray:
    offset = m.objects.center_m[subject, :2] - m.objects.center_m[reference, :2]
    yaw, half = m.objects.yaw_rad[reference], 0.5 * m.objects.size_m[reference]
    x = np.cos(yaw) * offset[:, 0] + np.sin(yaw) * offset[:, 1]
    y = np.cos(yaw) * offset[:, 1] - np.sin(yaw) * offset[:, 0]
    return (np.abs(x) <= half[:, 0]) & (np.abs(y) <= half[:, 1])


def _above(m: Measured, rules: RelationRules, gap: np.ndarray) -> Verdict:
    higher = verdict.above(gap, *rules.above_gap_m, noise=m.noise_along_m(UP))
    return higher & verdict.above(m.shared_of_smaller, *rules.above_overlap)
