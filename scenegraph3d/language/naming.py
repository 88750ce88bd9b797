"""Naming: what to call each thing of a scene so that nobody takes it for another one.

Where a label fits several things, the fewest attributes that tell them apart are said with it ("the red cup"), and
where none do, numbers, in the order in which the text comes to them ("the first cup", "the second cup"). Beside a
"teddy bear" the text comes first to "a first bear": "the first bear" could be the teddy.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from ..types import SceneGraph
from .spoken import attributive, spoken
from .wording import article, made_of, number, ordinal, plain

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
        self._spoken = [spoken(label) for label in scene.objects.label]
        rows = zip(self._spoken, scene.objects.attributes, scene.objects.label, strict=True)
        self._words = [
            (*filter(attributive, adjectives(attributes, plain(label))), *name.words)
            for name, attributes, label in rows
        ]
        self._plainly = plainly
        self._needed: dict[int, tuple[str, ...]] = {}
        self._like: dict[int, tuple[int, ...]] = {}
        self._kinds = Counter((name.noun, name.several) for name in self._spoken)
        for kind in self._kinds:
            self._tell_apart([row for row, name in enumerate(self._spoken) if (name.noun, name.several) == kind])
        nouns = {noun for noun, _ in self._kinds}
        self._within = {noun for noun in nouns if any(_is_within(noun, other) for other in nouns)}
        self._known: set[int] = set()
        self._numbers: dict[int, int] = {}

    def noun(self, row: int, *, of_many: bool = False) -> str:
        """The thing's noun as `parse` reads it, where it is named alone or as one of a number."""
        return self._spoken[row].noun_of_many if of_many else self._spoken[row].noun

    def several(self, row: int) -> bool:
        """Whether the thing's label is a plural: "books"."""
        return self._spoken[row].several

    def like(self, row: int) -> tuple[int, ...]:
        """Rows that only a number tells apart from this one, and itself."""
        return self._like[row]

    def countable(self, row: int) -> bool:
        """Whether several of these have a name, which is not that of something else: "two books" beside "books"."""
        name = self._spoken[row]
        others = ((noun, several) for noun, several in self._kinds if (noun, several) != (name.noun, name.several))
        return bool(name.many) and all(noun != name.noun_of_many for noun, _ in others)

    def one(self, row: int, *, also: bool = False) -> str:
        """The name of one thing, with its article.

        Args:
            row: of the scene's objects.
            also: it is said that the thing is there too: "a third cup", not "the third cup".
        """
        name, words = self._spoken[row], self._needed[row]
        new = row not in self._known
        self._known.add(row)
        if len(self._like[row]) > 1:
            words = (self._number(row), *words)
            if new and (also or name.noun in self._within):
                return self._new(row, words)
        elif new:
            words = words if self._plainly else self._words[row]
            if name.said not in _ALWAYS_THE or words or name.noun in self._within:
                return self._new(row, words)
        return " ".join(["the", *words, name.said])

    def group(self, rows: Sequence[int]) -> str:
        """All that are like one another, as a number: "two red chairs", later "the two red chairs"."""
        known, needed = self._known.issuperset(rows), self._needed[rows[0]]
        self._known.update(rows)
        shared = [word for word in self._words[rows[0]] if all(word in self._words[row] for row in rows)]
        words = needed if known or self._plainly else shared
        return " ".join([*(["the"] if known else []), number(len(rows)), *words, self._spoken[rows[0]].many])

    def _new(self, row: int, words: Sequence[str]) -> str:
        phrase = " ".join([*words, self._spoken[row].said])
        return f"{'some' if self.several(row) else article(phrase)} {phrase}"

    def _number(self, row: int) -> str:
        if row not in self._numbers:
            self._numbers[row] = 1 + sum(other in self._numbers for other in self._like[row])
        return ordinal(self._numbers[row])

    def _tell_apart(self, rows: list[int]) -> None:
        needed = {row: self._fewest(row, rows) for row in rows}
        clear = all(words is not None for words in needed.values())
        for row in rows:
            self._needed[row] = (needed[row] if clear else None) or self._spoken[row].words
            same = [other for other in rows if set(self._words[other]) == set(self._words[row])] if clear else rows
            self._like[row] = tuple(same)

    def _fewest(self, row: int, rows: list[int]) -> tuple[str, ...] | None:
        """The words of a thing's name and the fewest of its attributes that fit no thing with others."""
        own, name = self._words[row], self._spoken[row].words
        strange = [set(self._words[other]) for other in rows if set(self._words[other]) != set(own)]
        free = own[: len(own) - len(name)]
        choices = ((*words, *name) for count in range(len(free) + 1) for words in combinations(free, count))
        return next((words for words in choices if not any(other.issuperset(words) for other in strange)), None)


def _is_within(noun: str, other: str) -> bool:
    """One of two different nouns is the end of the other."""
    return noun.endswith(f" {other}") or other.endswith(f" {noun}")


def adjectives(attributes: Mapping[str, Any], noun: str = "") -> tuple[str, ...]:
    """What can be said of a thing before its noun, in the order of English: ("small", "red", "wooden").

    Args:
        attributes: as objects carry them; only single words count.
        noun: its words are not said twice.
    """
    values = (attributes[key].strip().lower() for key in ADJECTIVES if isinstance(attributes.get(key), str))
    said = {value: made_of(value) for value in values if value not in noun.split()}
    return tuple(dict.fromkeys(word for word in said.values() if _WORD.fullmatch(word) and word not in noun.split()))
