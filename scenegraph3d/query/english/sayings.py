"""Sayings: what is said of things: places, adjectives, comparisons, and these joined and denied."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...language.morphology import word_of
from ...language.words import POSTURES
from ..program import ONE, call
from .parts import (
    Said,
    Thing,
    among,
    between,
    both,
    by_distance,
    denied,
    either,
    has,
    most,
    on_side,
    related,
    same_as,
    shorter,
)
from .reading import inverse, meant
from .vocabulary import (
    AROUND_VIEWER,
    ATTRIBUTES,
    BE,
    COMPARATIVES,
    EXTREMES,
    FARTHEST,
    HAVE,
    HERE,
    HOLDING,
    MINE,
    NEAREST,
    NOT_SAID,
    ORDINALS,
    PRONOUNS,
    RELATIVES,
    SIDES,
)

if TYPE_CHECKING:
    from .phrases import Phrases

Read = Iterator[tuple[Said, int]]
PRESENT = Said(lambda things: things, lambda one: call("exist", one))
# What a relation that tells things apart may be said of beside what it means.
LOOSELY = {"next_to": ("near", "touching"), "on": ("above",), "under": ("below",)}


class Sayings:
    """Reads what is said of things, over the noun phrases of the same question."""

    def __init__(self, phrases: "Phrases") -> None:
        self._phrases = phrases
        self._words = phrases.words

    def read(self, place: int) -> Read:
        """Everything that may be said from here on."""
        for first, end in self._simple(self._words.skipped(place, NOT_SAID)):
            yield first, end
            joint = self._words.at(end)
            if joint in ("and", "or", "but"):
                at = self._words.past_one_of(end + 1, RELATIVES) or end + 1
                at = self._words.past_one_of(at, BE) or at
                for second, stop in self._phrases.said(at):
                    yield (either if joint == "or" else both)(first, second), stop

    def _simple(self, place: int) -> Read:
        at = self._words.past(place, "not")
        if at is not None:
            yield from ((denied(said), end) for said, end in self._simple(at))
            return
        for words in HERE:
            end = self._words.past(place, *words)
            if end is not None:
                yield PRESENT, end
        yield from self._adjective(place)
        yield from self._same_as(place)
        yield from self._compared(place)
        yield from self._most(place)
        yield from self._own_side(place)
        yield from self._related(place)
        yield from self._holding(place)
        yield from self._a_kind(place)

    def _adjective(self, place: int) -> Read:
        made = self._words.past(place, "made", "of") or self._words.past(place, "made", "out", "of")
        at = made or self._words.past(place, "colored") or place
        word = self._words.at(at)
        if not word or (at == place and not self._phrases.ends_name(place + 1)):
            return
        adjective = self._phrases.nouns.of([word])
        if adjective is not None:
            yield has(*adjective), self._words.reached(at + 1)

    def _same_as(self, place: int) -> Read:
        """ "The same color as the cube", "of the same size as it"."""
        at = self._words.past_one_of(place, ("of", "with", *HAVE)) or place
        same = self._words.past(at, "the", "same") or self._words.past(at, "same")
        key = ATTRIBUTES.get(self._words.at(same)) if same is not None else None
        end = self._words.past(same + 1, "as") if same is not None else None
        if key is None or end is None:
            return
        for other, stop in self._phrases.things(self._words.past(end, "that", "of") or end):
            if other.one is not None:
                yield same_as(key, other.one), stop

    def _compared(self, place: int) -> Read:
        """ "Taller than the lamp"."""
        found = COMPARATIVES.get(self._words.at(place))
        at = self._words.past(place + 1, "than") if found else None
        for other, end in self._phrases.things(at) if at is not None else ():
            anchor = other.anchor
            if found is None or anchor is None:
                continue
            predicate, swapped = found
            if not swapped:
                yield related((predicate,), anchor), end
            elif anchor.result == ONE:
                yield shorter(anchor), end

    def _most(self, place: int) -> Read:
        """ "The tallest", "nearest to the lamp", "second most distant from the sofa"."""
        at = self._words.past(place, "the") or place
        rank = ORDINALS.get(self._words.at(at), 1)
        at += self._words.at(at) in ORDINALS
        word = self._words.at(at)
        if word in EXTREMES:
            yield most(EXTREMES[word], rank), self._words.reached(at + 1)
            return
        start = self._words.past_one_of(at, NEAREST | FARTHEST) or self._words.past(at, "most", "distant")
        if start is None:
            return
        start = self._words.past(start, "away") or start
        for other, end in self._phrases.things(self._words.past_one_of(start, ("to", "from")) or start):
            name = "nearest" if word in NEAREST else "farthest"
            yield (by_distance(name, other.anchor, rank) if other.anchor is not None else most(name, rank)), end

    def _own_side(self, place: int) -> Read:
        """ "To my left", "on your right", "on the left"."""
        at = self._words.past_one_of(place, ("to", "on", "at", "in"))
        owner, side = (self._words.at(at), self._words.at(at + 1)) if at is not None else ("", "")
        if at is None or side not in ("left", "right") or (owner not in MINE and owner != "the"):
            return
        end = self._words.past(at + 2, "hand", "side") or self._words.past(at + 2, "side") or at + 2
        if self._words.at(end) != "of":
            yield on_side(SIDES[side]), self._words.reached(end)

    def _related(self, place: int) -> Read:
        """ "On the table", "standing between the lamp and the sofa"."""
        form = word_of(self._words.at(place)) if self._words.at(place) else None
        posture = form is not None and form.verb in POSTURES and form.form in ("ing", "ed")
        starts = (place, self._words.skipped(place + 1, NOT_SAID)) if posture else (place,)
        for at in starts:
            middle = self._words.past(at, "in", "the", "middle", "of")
            if middle is not None:
                yield from self._between(middle)
            for meaning, after in self._words.phrase(at):
                if meaning.predicate == "between":
                    yield from self._between(after)
                    continue
                for other, end in self._phrases.things(after):
                    yield from self._to(meant(meaning), other, end)

    def _to(self, predicates: tuple[str, ...], other: Thing, end: int) -> Read:
        anchor = self._phrases.anchor(other)
        seen = predicates[0] in AROUND_VIEWER
        if anchor is not None:
            if self._phrases.loosely and self._phrases.apart:
                predicates = tuple(dict.fromkeys([*predicates, *LOOSELY.get(predicates[0], ())]))
            yield related(predicates, anchor, self._phrases.frame if seen else None), end
        elif seen:
            yield on_side(AROUND_VIEWER[predicates[0]]), end

    def _between(self, place: int) -> Read:
        """ "The lamp and the sofa", "the two chairs", "the chairs"."""
        for first, end in self._phrases.things(place):
            if first.things is not None and first.several:
                two = first.count == 2 or self._words.at(place) == "both"
                any_two = self._phrases.loosely or not two
                yield between(first.things, first.things if any_two else None), end
            start = self._words.past(end, "and")
            for second, stop in self._phrases.things(start) if start is not None else ():
                a, b = self._phrases.anchor(first), self._phrases.anchor(second)
                if a is not None and b is not None:
                    yield between(a, b), stop

    def _holding(self, place: int) -> Read:
        """ "Contains an apple", "has a lamp on it", "with a ball in it"."""
        form = word_of(self._words.at(place)) if self._words.at(place) else None
        if form is not None and form.verb in HOLDING:
            for other, end in self._phrases.things(self._words.reached(place + 1)):
                if other.anchor is not None:
                    yield related((HOLDING[form.verb],), other.anchor), end
        at = self._words.past_one_of(place, ("with", *HAVE))
        for other, end in self._phrases.things(at) if at is not None else ():
            for meaning, stop in self._words.phrase(end):
                after = self._words.past_one_of(stop, PRONOUNS)
                if after is not None and other.anchor is not None:
                    yield related(tuple(inverse(name) for name in meant(meaning)), other.anchor), after

    def _a_kind(self, place: int) -> Read:
        """ "A chair", "metal cubes", "the largest thing": what things are."""
        for other, end in self._phrases.things(place):
            if other.things is not None and (other.some or other.several or other.things.result == ONE):
                yield among(other.things, other.noun), end
