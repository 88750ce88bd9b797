"""Values: what the operations of a program pass to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

NO_ROWS: np.ndarray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Things:
    """A set of objects of a scene, or one of them.

    Attributes:
        sure: [N] bool: which objects are in it.
        open: [N] bool: of which it cannot be told; none of `sure`.
        score: [N] how sure each is in it, in [0, 1].
        why: why it cannot be told of the open ones; "" for too close to call.
        links: rows of the relations that put its members into it.
        used: rows of other objects that it rests on.
        facts: rows of the relations that those rest on.
        base: how sure what it rests on is, in [0, 1].
    """

    sure: np.ndarray
    open: np.ndarray
    score: np.ndarray
    why: str = ""
    links: np.ndarray = field(default_factory=lambda: NO_ROWS)
    used: tuple[int, ...] = ()
    facts: np.ndarray = field(default_factory=lambda: NO_ROWS)
    base: float = 1.0

    @property
    def rows(self) -> np.ndarray:
        """Rows of the members."""
        return np.flatnonzero(self.sure)

    @property
    def candidates(self) -> np.ndarray:
        """[N] bool: members, and what may be one."""
        return self.sure | self.open

    @property
    def undefined(self) -> bool:
        """Nothing is in it for sure, and of something it cannot be told for want of knowledge."""
        return bool(self.why) and not self.sure.any() and bool(self.open.any())

    @property
    def row(self) -> int:
        """The row of the only member."""
        return int(self.rows[0])

    def where(self, true: np.ndarray, unknown: np.ndarray | None = None, why: str = "") -> "Things":
        """Members of which something more is true, [N] bool, or cannot be told."""
        if unknown is None:
            return replace(self, sure=self.sure & true, open=self.open & true)
        sure = self.sure & true
        return replace(self, sure=sure, open=self.candidates & (true | unknown) & ~sure, why=self.why or why)

    def only(self, row: int) -> "Things":
        """One of the members."""
        sure = np.zeros(len(self.sure), dtype=bool)
        sure[row] = True
        return replace(self, sure=sure, open=np.zeros(len(sure), dtype=bool), why="")

    def resting_on(self, *others: "Things") -> "Things":
        """The same, which rests on the members of `others`, too."""
        out = self
        for other in others:
            rows = other.rows
            scores = other.score[rows]
            out = replace(
                out,
                used=(*out.used, *rows.tolist(), *other.used),
                facts=np.concatenate([out.facts, other.links, other.facts]),
                base=min(out.base, other.base, float(scores.min()) if len(rows) else 1.0),
            )
        return out


@dataclass(frozen=True, eq=False)
class Found:
    """A value that is no set: a number, a truth, text or a direction.

    Attributes:
        value, unit, confidence, evidence, note: as in `Answer`.
        of: the sets that it rests on, first those that it is about.
        relations: rows of relations beside those of the sets.
    """

    value: Any
    of: tuple["Things | Found", ...] = ()
    unit: str | None = None
    confidence: float = 1.0
    evidence: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    relations: tuple[int, ...] = ()
