"""Naming: what to call each thing of a scene so that nobody takes it for another one.

Where a label fits several things, the fewest attributes that tell them apart are said with it ("the red cup"), and
where none do, numbers, in the order in which the text comes to them ("the first cup", "the second red cup").
"""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from ..types import SceneGraph
from .wording import article, is_plural, made_of, number, ordinal, plain, plural, singular

ADJECTIVES = ("size", "shape", "color", "colour", "material")  # attributes that are said, in the order of English
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_ALWAYS_THE = ("floor", "ground", "ceiling")


class Names:
    """The names that one text gives to the things of a scene: "a red wooden chair" first, "the red chair" later.

    Args:
        scene: what is spoken of; things are rows of its objects.
        plainly: say no attribute that is not needed to tell things apart.
    """

    def __init__(self, scene: SceneGraph, *, plainly: bool = False) -> None:
        self._labels = [plain(label) for label in scene.objects.label]
        self._words = [
            adjectives(row, label) for row, label in zip(scene.objects.attributes, self._labels, strict=True)
        ]
        self._plainly = plainly
        self._needed: dict[int, tuple[str, ...]] = {}
        self._like: dict[int, tuple[int, ...]] = {}
        for label in dict.fromkeys(self._labels):
            self._tell_apart([row for row, other in enumerate(self._labels) if other == label])
        self._known: set[int] = set()
        self._numbers: dict[int, int] = {}

    def noun(self, row: int) -> str:
        """The thing's noun in the singular."""
        return singular(self._labels[row])

    def several(self, row: int) -> bool:
        """Whether the thing's label is a plural: "books"."""
        return is_plural(self._labels[row])

    def like(self, row: int) -> tuple[int, ...]:
        """Rows that only a number tells apart from this one, and itself."""
        return self._like[row]

    def one(self, row: int) -> str:
        """The name of one thing, with its article."""
        words = self._needed[row]
        new = row not in self._known
        self._known.add(row)
        if len(self._like[row]) > 1:
            words = (self._number(row), *words)
        elif new:
            alone = not words and sum(label == self._labels[row] for label in self._labels) == 1
            words = words if self._plainly else self._words[row]
            if not (alone and self._labels[row] in _ALWAYS_THE):
                return self._new(row, words)
        return " ".join(["the", *words, self._labels[row]])

    def group(self, rows: Sequence[int]) -> str:
        """All that are like one another, as a number: "two red chairs", later "the two red chairs"."""
        known, needed = self._known.issuperset(rows), self._needed[rows[0]]
        self._known.update(rows)
        shared = [word for word in self._words[rows[0]] if all(word in self._words[row] for row in rows)]
        words = needed if known or self._plainly else shared
        return " ".join([*(["the"] if known else []), number(len(rows)), *words, plural(self._labels[rows[0]])])

    def _new(self, row: int, words: Sequence[str]) -> str:
        phrase = " ".join([*words, self._labels[row]])
        return f"{'some' if is_plural(self._labels[row]) else article(phrase)} {phrase}"

    def _number(self, row: int) -> str:
        if row not in self._numbers:
            self._numbers[row] = 1 + sum(other in self._numbers for other in self._like[row])
        return ordinal(self._numbers[row])

    def _tell_apart(self, rows: list[int]) -> None:
        needed = {row: self._fewest(row, rows) for row in rows}
        clear = all(words is not None for words in needed.values())
        for row in rows:
            self._needed[row] = (needed[row] or ()) if clear else ()
            same = [other for other in rows if set(self._words[other]) == set(self._words[row])] if clear else rows
            self._like[row] = tuple(same)

    def _fewest(self, row: int, rows: list[int]) -> tuple[str, ...] | None:
        """The fewest of a thing's attributes that fit no thing with others."""
        own = self._words[row]
        strange = [set(self._words[other]) for other in rows if set(self._words[other]) != set(own)]
        choices = (words for count in range(len(own) + 1) for words in combinations(own, count))
        return next((words for words in choices if not any(other.issuperset(words) for other in strange)), None)


def adjectives(attributes: Mapping[str, Any], noun: str = "") -> tuple[str, ...]:
    """What can be said of a thing before its noun, in the order of English: ("small", "red", "wooden").

    Args:
        attributes: as objects carry them; only single words count.
        noun: its words are not said twice.
    """
    values = [attributes[key] for key in ADJECTIVES if isinstance(attributes.get(key), str)]
    words = (made_of(value.strip().lower()) for value in values)
    return tuple(dict.fromkeys(word for word in words if _WORD.fullmatch(word) and word not in noun.split()))
