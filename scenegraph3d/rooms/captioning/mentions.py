"""Mentions: how to name a thing of a scene so that nobody takes it for another one."""

from collections.abc import Sequence

import numpy as np

from ...language.wording import article, made_of, number
from ...types import SceneGraph
from .facts import Facts
from .wording import (
    IMMATERIAL,
    PREPOSITIONS,
    Attribute,
    Said,
    Triple,
    listed,
    plural,
    say,
    spelled,
)

_KINDS: tuple[tuple[str, ...], ...] = ((), ("color",), ("color", "material"), ("material",))
_FIRST = np.array([4.0, 4.0, 3.0, 1.0])  # how often each kind of name is taken when a thing comes up
_AGAIN = np.array([12.0, 2.0, 0.4, 0.2])  # and later


class Mentions:
    """The names that one caption gives to the things of one scene: "a red mug" first, "the mug" later.

    Args:
        scene: what is spoken of; things are its rows.
        facts: what can be said of it.
        rng: picks among the names that fit.
        definite: every thing is "the" from the start.
    """

    def __init__(self, scene: SceneGraph, facts: Facts, rng: np.random.Generator, *, definite: bool) -> None:
        self.labels = scene.objects.label
        self._values = [{key: str(row[key]) for key in ("color", "material")} for row in scene.objects.attributes]
        self._support = facts.support
        self._rng = rng
        self._definite = definite
        self._known: set[int] = set()
        kinds = {row: self._kind_at_place(row, facts.resting) for row in facts.support}
        self._by_place = {row: kind for row, kind in kinds.items() if kind is not None}

    def mentioned(self, row: int) -> bool:
        """Whether the caption has spoken of it."""
        return row in self._known

    def sayable_material(self, row: int) -> bool:
        """Whether people would say what it is made of."""
        return self.labels[row] not in IMMATERIAL

    def distinct(self, row: int) -> bool:
        """Whether a name without its place fits this thing alone."""
        return bool(self._kinds(row, ()))

    def nameable(self, row: int) -> bool:
        """Whether some name fits this thing alone."""
        return self.distinct(row) or row in self._by_place

    def value(self, row: int, key: str) -> str:
        """The thing's color or material."""
        return self._values[row][key]

    def one(self, row: int, article: str | None = None) -> Said:
        """A name of one nameable thing; `article` is "a" (taken where it is new), "the", or left to the caption."""
        new = row not in self._known
        kinds = self._kinds(row, ())
        if not kinds:
            self._known.add(row)
            return self._placed(row)
        return self._picked(row, kinds, definite=not new or article == "the" or (self._definite and article is None))

    def without(self, row: int, keys: tuple[str, ...]) -> Said | None:
        """ "the ..." that leaves out its color or material; None where only that tells it apart."""
        kinds = self._kinds(row, keys)
        return self._picked(row, kinds, definite=True) if kinds else None

    def introduced(self, row: int) -> Said:
        """A distinct thing with all that is said of such things: "a red wooden chair"."""
        self._known.add(row)
        return self._with_article(row, max(self._kinds(row, ()), key=len), definite=False)

    def counted(self, rows: Sequence[int], color: str | None) -> Said:
        """Like things as a number: "two red mugs", later "the two red mugs", or "two of the red mugs".

        The color is said where it is given, or sometimes where they share one.
        """
        shared = {self._values[row]["color"] for row in rows}
        if color is None and len(shared) == 1 and self._rng.random() < 0.5:
            (color,) = shared
        like = self._like(rows[0], ("color",) if color else ())
        known = self._known.issuperset(rows)
        all_known = len(like) == len(rows) and known
        words = [number(len(rows)), *([color] if color else []), plural(self.labels[rows[0]])]
        if known and not all_known:
            words.insert(1, "of the")
        self._known.update(rows)
        attributes: tuple[Attribute, ...] = tuple((row, "color", color) for row in rows) if color else ()
        return Said(" ".join(["the", *words] if all_known else words), tuple(rows), attributes=attributes)

    def several(self, rows: Sequence[int], article: str | None = None) -> Said:
        """The names of several things, one by one."""
        return listed([self.one(row, article) for row in rows])

    def _picked(self, row: int, kinds: list[tuple[str, ...]], *, definite: bool) -> Said:
        weights = np.array([(_AGAIN if row in self._known else _FIRST)[_KINDS.index(kind)] for kind in kinds])
        self._known.add(row)
        kind = kinds[self._rng.choice(len(kinds), p=weights / weights.sum())]
        return self._with_article(row, kind, definite=definite)

    def _kinds(self, row: int, without: tuple[str, ...]) -> list[tuple[str, ...]]:
        sayable = [kind for kind in _KINDS if "material" not in kind or self.sayable_material(row)]
        return [kind for kind in sayable if not set(kind) & set(without) and self._alone(row, kind)]

    def _alone(self, row: int, kind: tuple[str, ...]) -> bool:
        return self._like(row, kind) == [row]

    def _like(self, row: int, kind: tuple[str, ...]) -> list[int]:
        return [
            other
            for other in range(len(self.labels))
            if self.labels[other] == self.labels[row]
            and all(self._values[other][key] == self._values[row][key] for key in kind)
        ]

    def _kind_at_place(self, row: int, resting: frozenset[Triple]) -> tuple[str, ...] | None:
        """What tells it apart from like things that are on or in the same thing, where that has a name of its own."""
        predicate, holder = self._support[row]
        for kind in _KINDS[:2] if self._alone(holder, ()) else ():
            if sum((other, predicate, holder) in resting for other in self._like(row, kind)) == 1:
                return kind
        return None

    def _placed(self, row: int) -> Said:
        """The name by the place: "the mug on the table", where it is the only one there."""
        predicate, holder = self._support[row]
        name = self._with_article(row, self._by_place[row], definite=True)
        place = self._with_article(holder, (), definite=True)
        self._known.add(holder)
        words = PREPOSITIONS[predicate][0]
        return say("{name} {words} {place}", [(row, predicate, holder)], name=name, words=words, place=place)

    def _with_article(self, row: int, kind: tuple[str, ...], *, definite: bool) -> Said:
        words = [made_of(self._values[row][key]) for key in kind]
        phrase = " ".join([*words, spelled(self.labels[row])])
        attributes = tuple((row, key, self._values[row][key]) for key in kind)
        return Said(f"{'the' if definite else article(phrase)} {phrase}", (row,), attributes=attributes)
