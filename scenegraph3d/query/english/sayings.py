"""Sayings: what is said of things: places, adjectives, comparisons, and these joined and denied."""

from collections.abc import Iterator

from ...language.morphology import word_of
from ...language.phrases import PHRASES, Meaning
from ...language.words import POSTURES
from ...types.predicates import PREDICATES
from ..program import ONE, Call, call
from .parts import (
    Said,
    Thing,
    among,
    besides,
    between,
    beyond_length,
    both,
    by_distance,
    denied,
    either,
    empty,
    has,
    most,
    neither,
    noun_of,
    on_side,
    related,
    same_as,
    shorter,
    within_length,
)
from .reader import Reader
from .reading import Words, inverse, meant
from .units import BEYOND, WITHIN, length_at
from .vocabulary import (
    AROUND_VIEWER,
    ATTRIBUTES,
    BE,
    COMPARATIVES,
    EVERY,
    EXCEPT,
    EXTREMES,
    FARTHEST,
    HAVE,
    HERE,
    HOLDING,
    INSIDES,
    MINE,
    NEAREST,
    NOT_SAID,
    ONES,
    ORDINALS,
    PRONOUNS,
    RELATIVES,
    SIDES,
)

Read = Iterator[tuple[Said, int]]
PRESENT = Said(lambda things: things, lambda one: call("exist", one))
MADE = (("made", "of"), ("made", "out", "of"), ("colored",))
ALL = EVERY | {"both"}  # of several: a relation to some of them does not do
LONGEST_SIDE = 6  # words of one of two places
# What a relation that tells things apart may be said of beside what it means.
LOOSELY = {"next_to": ("near", "touching"), "on": ("above",), "under": ("below",)}


def _past_made(words: Words, place: int) -> int:
    return words.past_any(place, MADE) or place


class Sayings:
    """Reads what is said of things, over the noun phrases of the same question."""

    def __init__(self, phrases: Reader) -> None:
        self._phrases = phrases
        self._words = phrases.words

    def read(self, place: int) -> Read:
        """Everything that may be said from here on."""
        start = self._words.skipped(place, NOT_SAID)
        neither_nor = self._words.past(start, "neither")
        if neither_nor is not None:
            yield from self._neither(neither_nor)
            return
        which = "either" not in self._words.lower[place:start]
        for first, end in self._simple(start):
            yield first, end
            yield from self._joined(first, (start, end), which=which)
            other = None if self._phrases.apart else self._words.past_any(end, EXCEPT)
            for thing, stop in self._phrases.things(other) if other is not None else ():
                if thing.anchor is not None:
                    yield both(first, besides(thing.anchor)), stop

    def _joined(self, first: Said, at: tuple[int, int], *, which: bool) -> Read:
        """ "Red or blue", "on the table and left of the laptop": what was read and what follows."""
        start, end = at
        relative = self._words.past_one_of(end, RELATIVES)
        be = self._words.past_one_of(relative, BE) if relative is not None and not self._phrases.apart else None
        for second, stop in self._phrases.said(be) if be is not None else ():
            yield both(first, second), stop
        joint = self._words.at(end)
        if joint not in ("and", "or", "but"):
            return
        after = self._words.past_one_of(end + 1, RELATIVES) or end + 1
        after = self._words.past_one_of(after, BE) or after
        for second, stop in self._phrases.said(after):
            if joint == "and" and second.kind and not first.kind and after == end + 1:
                continue  # "(a laptop) on the table and a ball" are two things
            if joint != "or":
                yield both(first, second), stop
                continue
            names = (self._words.between(_past_made(self._words, start), end), self._words.between(after, stop))
            yield either(first, second, names if which and not second.choices else None), stop

    def _neither(self, place: int) -> Read:
        for first, end in self._simple(place):
            nor = self._words.past(end, "nor")
            for second, stop in self._phrases.said(nor) if nor is not None else ():
                yield neither(first, second), stop

    def _simple(self, place: int) -> Read:
        at = self._words.past(place, "not")
        if at is not None:
            yield from ((denied(said), end) for said, end in self._simple(at))
            return
        for words in HERE:
            end = self._words.past(place, *words)
            if end is not None:
                yield PRESENT, end
        yield from self._besides(place)
        yield from self._adjective(place)
        yield from self._same_as(place)
        yield from self._compared(place)
        yield from self._at_length(place)
        yield from self._most(place)
        yield from self._own_side(place)
        yield from self._related(place)
        yield from self._holding(place)
        yield from self._held_by(place)
        yield from self._a_kind(place)

    def _besides(self, place: int) -> Read:
        """ "Besides the laptop"."""
        at = None if self._phrases.apart else self._words.past_any(place, EXCEPT)
        for other, end in self._phrases.things(at) if at is not None else ():
            if other.anchor is not None:
                yield besides(other.anchor), end

    def _at_length(self, place: int) -> Read:
        """ "Within a metre of the table", "more than 2 m away from the lamp", "closer than 30 cm to me"."""
        for near, openings in ((True, WITHIN), (False, BEYOND)):
            at = self._words.past_any(place, openings)
            found = length_at(self._words, at) if at is not None else None
            if found is None:
                continue
            length, end = found
            end = self._words.past(end, "away") or end
            to = self._words.past_one_of(end, ("from", "of", "to"))
            for other, stop in self._phrases.things(to) if to is not None else ():
                yield (within_length if near else beyond_length)(length, other.anchor), stop

    def _adjective(self, place: int) -> Read:
        at = _past_made(self._words, place)
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
            end = self._words.reached(at + 1)
            yield most(EXTREMES[word], rank), self._words.past_one_of(end, ONES) or end
            return
        start = self._words.past_one_of(at, NEAREST | FARTHEST) or self._words.past(at, "most", "distant")
        if start is None:
            return
        start = self._words.past(start, "away") or self._words.past_one_of(start, ONES) or start
        for other, end in self._phrases.things(self._words.past_one_of(start, ("to", "from")) or start):
            name = "nearest" if word in NEAREST else "farthest"
            yield (by_distance(name, other.anchor, rank) if other.anchor is not None else most(name, rank)), end

    def _own_side(self, place: int) -> Read:
        """ "To my left", "on your right", "on the left"."""
        at = self._words.past_one_of(place, ("to", "on", "at", "in"))
        far = self._words.past(at, "the", "far") if at is not None else None
        if far is not None and self._words.at(far) in ("left", "right"):
            yield most(f"{self._words.at(far)}most", 1), self._words.reached(far + 1)
        owner, side = (self._words.at(at), self._words.at(at + 1)) if at is not None else ("", "")
        if at is None or side not in ("left", "right") or (owner not in MINE and owner != "the"):
            return
        end = self._words.past(at + 2, "hand", "side") or self._words.past(at + 2, "side") or at + 2
        joined = self._words.at(end) == "or" and {said.predicate for said, _ in self._words.phrase(end + 1)}
        if self._words.at(end) != "of" and not (joined and joined & {"left_of", "right_of"}):
            yield on_side(SIDES[side], self._phrases.frame), self._words.reached(end)

    def _related(self, place: int) -> Read:
        """ "On the table", "standing between the lamp and the sofa"."""
        form = word_of(self._words.at(place)) if self._words.at(place) else None
        posture = form is not None and form.verb in POSTURES - {"be"} and form.form in ("ing", "ed")
        starts = (place, self._words.skipped(place + 1, NOT_SAID)) if posture else (place,)
        for at in starts:
            middle = self._words.past(at, "in", "the", "middle", "of")
            if middle is not None:
                yield from self._between(middle)
            for meaning, after in self._words.phrase(at):
                if meaning.predicate == "between":
                    yield from self._between(after)
                    continue
                yield from self._to_one_of(meant(meaning), at, after)
            yield from self._one_place_or_another(at)

    def _to_one_of(self, predicates: tuple[str, ...], start: int, place: int) -> Read:
        """What stands in a relation to one thing, to one of two, or to both: "left of the lamp or the sofa"."""
        for other, end in self._phrases.numbered(place):
            if (other.count and other.some) or self._words.at(place) in ALL:
                continue
            said = self._to(predicates, other)
            if said is None:
                continue
            yield (denied(said) if other.none else said), end
            joint = self._words.at(end)
            for second, stop in self._phrases.things(end + 1) if joint in ("and", "or") else ():
                more = self._to(predicates, second)
                if more is None or other.none or second.some != other.some:
                    continue
                if joint == "and":
                    yield both(said, more), stop
                else:
                    opening = self._words.between(start, place)
                    texts = (self._words.between(place, end), self._words.between(end + 1, stop))
                    either_one = self._words.at(place) == "either"
                    names = None if either_one else (f"{opening} {texts[0]}", f"{opening} {texts[1]}")
                    yield either(said, more, names), stop

    def _one_place_or_another(self, place: int) -> Read:
        """ "In front of or behind the sofa", "left or right of it", "to the left or to the right of the lamp"."""
        joint = next((i for i in range(place + 1, place + LONGEST_SIDE) if self._words.at(i) == "or"), None)
        if joint is None:
            return
        said = self._words.between(place, joint)
        first = next((PHRASES[text] for text in (said, f"{said} of") if text in PHRASES), None)
        starts = [(joint + 1, "")] + [(joint + 1, said.rpartition(" ")[0])] * (" " in said)
        for start, before in starts:
            for second, after in self._phrase_after(before, start):
                for other, end in self._phrases.things(after):
                    one, two = self._meant(first, other), self._meant(second, other)
                    if one is not None and two is not None:
                        texts = said, self._words.between(start, after).removesuffix(" of")
                        yield either(one, two, texts), end

    def _phrase_after(self, before: str, place: int) -> Iterator[tuple[Meaning, int]]:
        """The phrases from a place on, with words that were said before: "to the (left or) right of"."""
        if not before:
            yield from self._words.phrase(place)
            return
        for stop in range(place + LONGEST_SIDE, place, -1):
            meaning = PHRASES.get(f"{before} {self._words.between(place, stop)}")
            if meaning is not None:
                yield meaning, self._words.reached(stop)

    def _meant(self, meaning: Meaning | None, other: Thing) -> Said | None:
        known = meaning is not None and meaning.predicate in PREDICATES and meaning.predicate != "between"
        return self._to(meant(meaning), other) if meaning is not None and known else None

    def _to(self, predicates: tuple[str, ...], other: Thing) -> Said | None:
        anchor = self._phrases.anchor(other)
        seen = predicates[0] in AROUND_VIEWER
        if anchor is None:
            return on_side(AROUND_VIEWER[predicates[0]], self._phrases.frame) if seen else None
        if self._phrases.loosely and self._phrases.apart:
            predicates = tuple(dict.fromkeys([*predicates, *LOOSELY.get(predicates[0], ())]))
        return related(predicates, anchor, self._phrases.frame if seen else None)

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
        yield from self._empty(place)
        at = self._words.past_one_of(place, ("with", "without", *HAVE))
        for other, end in self._phrases.numbered(at) if at is not None else ():
            for meaning, stop in self._words.phrase(end):
                after = self._words.past_one_of(stop, PRONOUNS)
                if after is None or other.anchor is None or (other.some and other.count):
                    continue
                said = related(tuple(inverse(name) for name in meant(meaning)), other.anchor)
                without = other.none != (self._words.at(place) == "without")
                yield (denied(said) if without else said), after

    def _empty(self, place: int) -> Read:
        end = self._words.past(place, "empty")
        if end is not None:
            yield empty(self._holds), end

    def _holds(self, things: Call) -> tuple[str, ...]:
        """How a thing holds others: a bin has them inside, a table under it, what is neither one or the other."""
        noun = noun_of(things)
        names = self._phrases.nouns.lexicon.names
        inside = any(names(kind, noun) for kind in INSIDES)
        return ("contains",) if inside else ("under", "contains")

    def _held_by(self, place: int) -> Read:
        """ "(The table that) the tv is on", "(which table is) the tv on": the place of another thing."""
        asked = place > 0 and self._words.at(place - 1) in BE
        for other, end in self._phrases.things(place):
            be = end if asked else self._words.past_one_of(end, BE)
            for meaning, stop in self._words.phrase(be) if be is not None else ():
                if other.anchor is not None and meaning.predicate != "between" and not self._phrases.things(stop):
                    yield related(tuple(inverse(name) for name in meant(meaning)), other.anchor), stop

    def _a_kind(self, place: int) -> Read:
        """ "A chair", "metal cubes", "the largest thing": what things are."""
        for other, end in self._phrases.things(place):
            if other.things is not None and (other.some or other.several or other.things.result == ONE):
                yield among(other.things, other.noun), end
