"""Holders: what lies in or on one thing does not rest on another one whose box it also meets."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .measure import Measured

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Pairs = tuple[np.ndarray, np.ndarray]


class Containers:
    """Which objects lie inside which: a thing in a drawer does not rest on the drawer below."""

    def __init__(self, inside: Pairs, touching: Pairs, count: int) -> None:
        self._content, self._container = inside
        self._touching = touching
        self._count = np.bincount(self._content, minlength=count)

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


def carried_by_another(m: Measured, seated: Pairs, held: Pairs) -> np.ndarray:
    """Of things that seem to be on a seat, those that something else carries: a cup on a table whose chair is pushed
    under it, a cushion on that chair.

    Args:
        m: for the footprints.
        seated: [S] things and the seats, beds or tables within whose boxes they stand.
        held: [H] things and what they are on the top of, or inside.

    Returns:
        [S] true where something else holds the thing, or is a seat of it with a smaller footprint, that is neither on
        the seat nor holds it.
    """
    thing, holder = (np.concatenate(ends) for ends in zip(held, seated, strict=True))
    firm = np.arange(len(thing)) < len(held[0])
    order = np.argsort(thing, kind="stable")
    start = np.searchsorted(thing[order], seated[0])
    times = np.searchsorted(thing[order], seated[0], side="right") - start
    row = np.repeat(np.arange(len(times)), times)
    other = order[start[row] + np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)]
    seat = seated[1][row]
    counts = firm[other] | (m.area_m2[holder[other]] < m.area_m2[seat])
    count = len(m.objects)
    known = thing * count + holder
    joined = np.isin(holder[other] * count + seat, known) | np.isin(seat * count + holder[other], known)
    out = np.zeros(len(times), dtype=bool)
    out[row[counts & ~joined & (holder[other] != seat)]] = True
    return out
