"""Sentences: the ways in which a caption says one fact, two facts of one thing, or what a thing is like.

Each function gives a clause without its capital and its end, with all that it claims, or None where the way that was
drawn does not fit the fact.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ...language.wording import number
from ...types.predicates import OPPOSITES
from .facts import Fact
from .mentions import Mentions
from .wording import (
    HOLDING,
    POSTURES,
    PREPOSITIONS,
    TABLES,
    TAILS,
    Said,
    Triple,
    participle,
    plural,
    posture,
    say,
)

Way = Callable[[Fact], Said | None]

_SHOWS = ("you can see", "we see", "one can see")


class Speaker:
    """Says facts of one scene in one caption.

    Args:
        names: what things are called; it remembers what was mentioned.
        fronts: for each thing whether it has a front of its own, so that "its left" may be its own left.
        sayable: what may be said.
        rng: picks the ways to say things.
    """

    def __init__(
        self, names: Mentions, fronts: Sequence[bool], sayable: frozenset[Triple], rng: np.random.Generator
    ) -> None:
        self._names = names
        self._fronts = fronts
        self._sayable = sayable
        self._rng = rng

    def clause(self, fact: Fact) -> Said:
        """A clause with a verb: "a mug is on the table", "on the table is a mug", "the table has a mug on it", ..."""
        ways: list[tuple[float, Way]] = [
            (4, self._plainly),
            (2, self._turned),
            (3, self._there_is),
            (3, self._place_first),
            (2, self._with_has),
            (2, self._held),
            (1, self._seen),
        ]
        return self._drawn(ways, fact)

    def phrase(self, fact: Fact) -> Said:
        """A phrase without a main verb: "a mug on a table", "a table with a mug on it", "a mug standing on a table"."""
        ways: list[tuple[float, Way]] = [
            (4, lambda fact: self._filled("{s} {p} {o}", fact)),
            (2, self._standing),
            (2, self._with_tail),
            (1, lambda fact: self._filled("{s} that {be} {p} {o}", fact)),
        ]
        return self._drawn(ways, fact)

    def both(self, first: Fact, second: Fact) -> Said:
        """Two facts of the same things in one clause: "the mug is on the table and to the left of the bowl"."""
        subject = self._subject(first)
        other, third = (self._names.one(fact.object) for fact in (first, second))
        return say(
            "{s} {be} {p} {o} and {q} {r}",
            (*first.triples, *second.triples),
            s=subject,
            be=_be(first),
            p=self._preposition(first.predicate),
            o=other,
            q=self._preposition(second.predicate),
            r=third,
        )

    def it(self, fact: Fact) -> Said:
        """A fact of the thing that was the subject of the sentence before: "it is next to a chair"."""
        other = self._names.one(fact.object)
        words = self._preposition(fact.predicate)
        said = say("it is {p} {o}", fact.triples, p=words, o=other)
        return replace(said, objects=(*fact.subjects, *said.objects))

    def look(self, row: int, told: frozenset[str]) -> Said | None:
        """What a thing is like: "the mug is red", "the mug is made of wood", "the chair is red and made of metal".

        Args:
            row: the thing.
            told: "color" and "material", as far as they were said of it.
        """
        names = self._names
        open_keys = [key for key in ("color", "material") if key not in told]
        if not names.sayable_material(row):
            open_keys = [key for key in open_keys if key == "color"]
        if not open_keys:
            return None
        keys = tuple(open_keys if self._rng.random() < 0.5 else open_keys[:1])
        name = names.without(row, keys)
        if name is None:
            return None
        values = {key: names.value(row, key) for key in keys}
        parts = [value if key == "color" else f"made of {value}" for key, value in values.items()]
        said = say("{s} is {what}", s=name, what=" and ".join(parts))
        return replace(said, attributes=(*said.attributes, *((row, key, value) for key, value in values.items())))

    def looks_at_place(self, fact: Fact) -> Said | None:
        """A fact and a color: "the mug on the table is red", "the mug that is on the table is red"."""
        if len(fact.subjects) > 1:
            return None
        (row,) = fact.subjects
        name = self._names.without(row, ("color",))
        if name is None:
            return None
        other = self._names.one(fact.object)
        color = self._names.value(row, "color")
        template = "{s} {p} {o} is {what}" if self._rng.random() < 0.5 else "{s}, which is {p} {o}, is {what}"
        words = self._preposition(fact.predicate)
        said = say(template, fact.triples, s=name, p=words, o=other, what=color)
        return replace(said, attributes=(*said.attributes, (row, "color", color)))

    def alike(self, rows: Sequence[int]) -> Said | None:
        """What all things of a kind share: "both mugs are red", "all three chairs are made of wood"."""
        names = self._names
        keys = ("color", "material") if names.sayable_material(rows[0]) else ("color",)
        shared = [key for key in keys if len({names.value(row, key) for row in rows}) == 1]
        if not shared:
            return None
        key = shared[self._rng.integers(len(shared))]
        value = names.value(rows[0], key)
        start = "both" if len(rows) == 2 else f"all {number(len(rows))}"
        what = f"made of {value}" if key == "material" else value
        text = f"{start} {plural(names.labels[rows[0]])} are {what}"
        return Said(text, tuple(rows), attributes=tuple((row, key, value) for row in rows))

    def _drawn(self, ways: list[tuple[float, Way]], fact: Fact) -> Said:
        """The first of the ways, in an order drawn by their weights, that fits; the first of the list always does."""
        weights = np.array([weight for weight, _ in ways])
        order = self._rng.choice(len(ways), len(ways), replace=False, p=weights / weights.sum())
        return next(said for said in (ways[pick][1](fact) for pick in order) if said is not None)

    def _preposition(self, predicate: str) -> str:
        words = PREPOSITIONS[predicate]
        return words[self._rng.integers(len(words))]

    def _subject(self, fact: Fact, article: str | None = None) -> Said:
        names = self._names
        if fact.counted:
            return names.counted(fact.subjects, fact.color)
        if len(fact.subjects) > 1:
            return names.several(fact.subjects, article)
        return names.one(fact.subjects[0], article)

    def _new(self, fact: Fact) -> bool:
        """Whether "there is a ..." fits: nothing of it was mentioned."""
        return not any(self._names.mentioned(row) for row in fact.subjects)

    def _filled(self, template: str, fact: Fact, *, article: str | None = None, **words: str) -> Said:
        subject, other = self._subject(fact, article), self._names.one(fact.object)
        words = {"p": self._preposition(fact.predicate), "be": _be(fact), **words}
        return say(template, fact.triples, s=subject, o=other, **words)

    def _plainly(self, fact: Fact) -> Said:
        return self._filled("{s} {be} {p} {o}", fact, be=self._verb(fact))

    def _turned(self, fact: Fact) -> Said | None:
        """The inverse: "the bowl is to the right of the mug" for a mug to the left of the bowl."""
        inverse = OPPOSITES.get(fact.predicate)
        if inverse is None or len(fact.subjects) > 1:
            return None
        turned = Fact((fact.object,), inverse, fact.subjects[0], fact.weight)
        return self._plainly(turned) if self._sayable.issuperset(turned.triples) else None

    def _there_is(self, fact: Fact) -> Said | None:
        if not self._new(fact) or (len(fact.subjects) > 1 and not fact.counted):
            return None
        return self._filled("there {be} {s} {p} {o}", fact, article="a")

    def _place_first(self, fact: Fact) -> Said:
        template = "{p} {o} {be} {s}"
        if self._rng.random() < 0.3 and self._new(fact) and (fact.counted or len(fact.subjects) == 1):
            return self._filled("{p} {o} there {be} {s}", fact, article="a")
        return self._filled(template, fact, article="a", be=self._verb(fact))

    def _with_has(self, fact: Fact) -> Said | None:
        tail = self._tail(fact)
        if tail is None or not self._new(fact):
            return None
        return self._filled("{o} has {s} {tail}", fact, article="a", tail=tail)

    def _with_tail(self, fact: Fact) -> Said | None:
        tail = self._tail(fact)
        if tail is None or not self._new(fact):
            return None
        return self._filled("{o} with {s} {tail}", fact, article="a", tail=tail)

    def _tail(self, fact: Fact) -> str | None:
        if fact.predicate in ("left_of", "right_of") and self._fronts[fact.object]:
            return None
        tails = TAILS[fact.predicate]
        return tails[self._rng.integers(len(tails))]

    def _held(self, fact: Fact) -> Said | None:
        """What holds says so: "the table supports a mug"."""
        if fact.predicate not in HOLDING:
            return None
        inverse, verbs = HOLDING[fact.predicate]
        if fact.predicate == "on" and self._names.labels[fact.object] in TABLES:
            verbs = (*verbs, "holds")
        verb = verbs[self._rng.integers(len(verbs))]
        subject, other = self._subject(fact, "a"), self._names.one(fact.object)
        triples = [(fact.object, inverse, row) for row in fact.subjects]
        return say("{o} {verb} {s}", triples, o=other, verb=verb, s=subject)

    def _seen(self, fact: Fact) -> Said:
        return self._filled(f"{_SHOWS[self._rng.integers(len(_SHOWS))]} {{s}} {{p}} {{o}}", fact, article="a")

    def _standing(self, fact: Fact) -> Said | None:
        if fact.predicate not in POSTURES:
            return None
        verb = self._posture(fact)
        return None if verb == "be" else self._filled("{s} {how} {p} {o}", fact, how=participle(verb))

    def _posture(self, fact: Fact) -> str:
        labels = {self._names.labels[row] for row in fact.subjects}
        resting = fact.predicate in HOLDING and (len(labels) > 1 or self._rng.random() < 1 / 3)
        own = {posture(label) for label in labels}
        return "rest" if resting else own.pop() if len(own) == 1 else "be"

    def _verb(self, fact: Fact) -> str:
        """ "is" or "stands", as it fits the things and how many they are."""
        if fact.predicate not in POSTURES or self._rng.random() < 0.6:
            return _be(fact)
        verb = self._posture(fact)
        return _be(fact) if verb == "be" else verb + ("s" if len(fact.subjects) == 1 else "")


def _be(fact: Fact) -> str:
    return "is" if len(fact.subjects) == 1 else "are"
