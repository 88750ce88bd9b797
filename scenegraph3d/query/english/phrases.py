"""Phrases: noun phrases as sets of a program, each reading of a stretch of words found once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce

from ...language.morphology import word_of
from ...language.words import POSTURES
from ..program import Call, call
from .naming import SCENE, Named, Nouns
from .parts import Said, Thing, by_distance, most, noun_of
from .reading import MOST_FOR_AN_END, Words, each_end
from .sayings import Sayings
from .vocabulary import (
    BE,
    DETERMINERS,
    EVERY,
    EXTREMES,
    FARTHEST,
    HOLDING,
    INDEFINITE,
    NEAREST,
    NEGATIVE,
    NONE,
    NUMBERS,
    ONES,
    ORDINALS,
    PEOPLE,
    PIECES,
    PLURAL_BE,
    POINTLESS,
    PRONOUNS,
    RELATIVES,
    STOPS,
    VIEWER,
)

SOME = ("anything", "something")
ANYTHING = Named(SCENE, "thing", bare=True)


@dataclass
class Phrases:
    """Reads the phrases of one question.

    Attributes:
        words: the question.
        nouns: of the scene.
        before: what the sentence before spoke of, for "it"; None for nothing.
        frame: where directions are seen from: a frame's name or one thing; None where it is not said.
        loosely: what tells which thing is meant may be said loosely: "the lamp between the sofa and the table" is the
            one lamp between any sofa and any table, and what is "next to" something may be near it.
        apart: these words tell one thing from others.
    """

    words: Words
    nouns: Nouns
    before: Call | None = None
    frame: Call | str | None = None
    loosely: bool = False
    apart: bool = False
    _things: dict[int, list[tuple[Thing, int]]] = field(default_factory=dict)
    _said: dict[int, list[tuple[Said, int]]] = field(default_factory=dict)

    def things(self, place: int) -> list[tuple[Thing, int]]:
        """The noun phrases that begin here, the longest first."""
        return [row for row in self.numbered(place) if not (row[0].none or (row[0].some and row[0].count))]

    def numbered(self, place: int) -> list[tuple[Thing, int]]:
        """The same, and those of a number that nobody spoke of before, "two mugs", and of none, "no mugs"."""
        return sorted(each_end(self._read_things, self._things, place), key=lambda row: -row[1])

    def said(self, place: int) -> list[tuple[Said, int]]:
        """What may be said of things from here on, the longest first."""
        return sorted(each_end(Sayings(self).read, self._said, place), key=lambda row: -row[1])

    def anchor(self, other: Thing) -> Call | None:
        """What others are related to: one thing, or any of several; None for the viewer."""
        return other.things if self.loosely and self.apart else other.anchor

    def ends_name(self, place: int) -> bool:
        """Whether the word here cannot be in a name."""
        word = self.words.at(place)
        if word in ONES:
            return False
        if not word or word in STOPS or not word[0].isalnum() or next(self.words.phrase(place), None) is not None:
            return True
        form = word_of(word)
        posture = form.verb in POSTURES and form.form in ("ing", "ed")
        return (posture and next(self.words.phrase(place + 1), None) is not None) or form.verb in HOLDING

    @cached_property
    def _telling(self) -> "Phrases":
        """Reads what tells which thing is meant."""
        return replace(self, apart=True, _things={}, _said={})

    def _read_things(self, place: int) -> Iterator[tuple[Thing, int]]:
        yield from self._stand_ins(place)
        for thing, superlative, end in self._heads(place):
            for whole, stop in self._modified(thing, end):
                if superlative is None:
                    yield _counted_off(whole), stop
                    continue
                yield from ((_of_which(whole, said), after) for said, after in self._to_what(superlative, place, stop))
            if superlative is not None:
                for said, after in self._to_what(superlative, place, end):
                    yield from self._modified(_of_which(thing, said), after)

    def _to_what(self, superlative: Said, start: int, place: int) -> Iterator[tuple[Said, int]]:
        """What the superlative compares: "the nearest chair" is that to the viewer, "the nearest chair to the lamp"."""
        yield superlative, place
        rank, at = self._ranked(start)
        name = "nearest" if self.words.at(at) in NEAREST else "farthest" if self.words.at(at) in FARTHEST else ""
        to = self.words.past_one_of(place, ("to", "from")) if name else None
        for other, end in self.things(to) if to is not None else ():
            if other.anchor is not None:
                yield by_distance(name, other.anchor, rank), end

    def _ranked(self, place: int) -> tuple[int, int]:
        """The rank said in the determiners and numbers from here on, and the place of the superlative."""
        at = self.words.skipped(place, DETERMINERS)
        rank = ORDINALS.get(self.words.at(at), 1)
        return rank, at + (self.words.at(at) in ORDINALS)

    def _stand_ins(self, place: int) -> Iterator[tuple[Thing, int]]:
        for names in VIEWER:
            end = self.words.past(place, *names)
            if end is not None:
                yield Thing(None), end
        end = self.words.past_one_of(place, PRONOUNS)
        if end is not None and self.before is not None:
            yield Thing(self.before), end
        elif end is not None and self.words.at(place) == "it":
            yield from ((thing, end) for thing in self._beside(place))

    def _beside(self, place: int) -> Iterator[Thing]:
        """The thing that "it" means in "left of the laptop or right of it"."""
        joint = max((i for i in range(place) if self.words.at(i) in ("and", "or")), default=0)
        if not any(stop == place for _, stop in self.words.phrase(joint + 1)):
            return
        for start in range(joint - 1, 0, -1):
            if self.words.at(start) == "the":
                yield from (thing for thing, _, end in self._heads(start) if end == joint and not thing.several)
                return

    def _heads(self, place: int) -> Iterator[tuple[Thing, Said | None, int]]:
        """Determiner, number, superlative and noun."""
        words, start = self.words, place
        while words.at(place) in DETERMINERS or (words.at(place) == "of" and place > start):
            place += 1
        said = words.lower[start:place]
        count = NUMBERS.get(words.at(place)) or (int(words.at(place)) if words.at(place).isdecimal() else None)
        superlative, place = self._superlative(place + (count is not None))
        if words.at(place) in PIECES and words.at(place + 1) == "of":
            place += 2
        words.reached(place)
        may_lack = superlative is not None or (place > start and words.at(place - 1) not in POINTLESS)
        for named, end in self._nouns(place, may_lack):
            word = words.at(end - 1)
            plural = (count or 1) > 1 or word_of(word).plural
            every = any(one in EVERY for one in said) or word == "everything"
            any_one = word in NEGATIVE | PEOPLE or (named.things == SCENE and word in SOME)
            some = any_one or any(one in INDEFINITE for one in said) or (plural and not said)
            none = any(one in NONE for one in said) or word in NEGATIVE
            noun = named.noun if named.bare else ""
            yield Thing(named.things, noun, plural or every, some, none, count), superlative, end

    def _superlative(self, place: int) -> tuple[Said | None, int]:
        """ "Second largest", "left" before a noun."""
        words = self.words
        rank = ORDINALS.get(words.at(place), 1)
        at = place + (words.at(place) in ORDINALS)
        word = words.at(at)
        if word in EXTREMES:
            return most(EXTREMES[word], rank), at + 1
        if word in NEAREST | FARTHEST and words.at(at + 1) not in ("to", "from", "the", "a"):
            return most("nearest" if word in NEAREST else "farthest", rank), at + 1
        after = words.at(at + 1)
        if word in ("left", "right") and at > 0 and words.at(at - 1) == "the" and after and after not in STOPS:
            return most(f"{word}most", rank), at + 1
        return None, place

    def _nouns(self, place: int, may_lack: bool) -> Iterator[tuple[Named, int]]:
        """The run of words up to one that cannot be in a name, and its beginnings."""
        for run, stop in self._runs(place):
            found = self.nouns.read(run)
            if isinstance(found, Named):
                yield found, self.words.reached(stop)
            else:
                self.words.reached(place + found)
        yield from self._joined_adjectives(place)
        if may_lack and (place >= len(self.words.lower) or self.ends_name(place)):
            yield ANYTHING, place

    def _runs(self, place: int) -> Iterator[tuple[tuple[str, ...], int]]:
        """The run of words up to one that cannot be in a name, and its beginnings, the longest first."""
        last = place
        while last < len(self.words.lower) and not self.ends_name(last):
            last += 1
        for stop in range(last, place, -1):
            run = tuple(word for word in self.words.lower[place:stop] if word not in ONES)
            yield (run if len(run) == stop - place else (*run, "thing")), stop

    def _joined_adjectives(self, place: int) -> Iterator[tuple[Named, int]]:
        """ "Red or blue chairs", "large red, green or blue boxes": what any of the adjectives of a kind is true of."""
        kind_of, at = self.nouns.lexicon.kind_of, place
        while (kind := kind_of(self.words.at(at))) is not None:
            at += 1
        joint = self.words.at(at)
        kind = kind_of(self.words.at(at - 1)) if at > place else None
        if joint not in ("and", "or") or kind is None or kind_of(self.words.at(at + 1)) != kind:
            return
        first = at - 1
        while first > place and kind_of(self.words.at(first - 1)) == kind:
            first -= 1
        alternatives = [*self.words.lower[first:at], self.words.at(at + 1)]
        for rest, end in self._runs(at + 2):
            if joint == "and" and not word_of(rest[-1]).plural:
                continue  # "a red and blue ball" is both
            named = [self.nouns.read((*self.words.lower[place:first], word, *rest)) for word in alternatives]
            sets = [one.things for one in named if isinstance(one, Named)]
            if len(sets) == len(alternatives):
                yield Named(reduce(lambda a, b: call("union", a, b), sets), "", bare=False), self.words.reached(end)

    def _modified(self, thing: Thing, place: int) -> Iterator[tuple[Thing, int]]:
        """The noun phrase with what follows it, a few readings for each end."""
        kept: dict[int, list[Thing]] = {place: [thing]}
        while kept:
            end = min(kept)
            for one in kept.pop(end):
                yield one, end
                for more, stop in self._once_modified(one, end):
                    readings = kept.setdefault(stop, [])
                    if len(readings) < MOST_FOR_AN_END:
                        readings.append(more)

    def _once_modified(self, thing: Thing, place: int) -> Iterator[tuple[Thing, int]]:
        start = self._past_relative(thing, place)
        if thing.things is None or start is None:
            return
        reader = self if thing.some or thing.several else self._telling
        for said, end in reader.said(start):
            if end > start and (not said.excludes or self._may_be(thing.things, said.excludes)):
                yield replace(thing, things=said.within(thing.things), noun=""), end

    def _may_be(self, things: Call, noun: str) -> bool:
        """Whether one would say of some things that they are not called so: "the thing that is no mug", no laptop."""
        own = noun_of(things)
        return not own or self.nouns.lexicon.names(own, noun)

    def _past_relative(self, thing: Thing, place: int) -> int | None:
        """The place after "that is"; None where it speaks of a number of things that `thing` is not."""
        at = self.words.past_one_of(place, RELATIVES)
        be = self.words.past_one_of(at, BE) if at is not None else None
        if at is None or be is None:
            return place if at is None else at
        return be if (self.words.at(at) in PLURAL_BE) == thing.several else None


def _counted_off(thing: Thing) -> Thing:
    """ "The two mugs" are all that there are."""
    if thing.count is None or thing.some or thing.things is None:
        return thing
    return replace(thing, things=call("exactly", thing.things, thing.count), noun="")


def _of_which(thing: Thing, superlative: Said) -> Thing:
    return thing if thing.things is None else replace(thing, things=superlative.within(thing.things), noun="")
