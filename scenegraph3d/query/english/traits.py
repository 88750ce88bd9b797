"""Traits: questions of what one thing is like: its attributes, its measures, and where it is."""

from collections.abc import Iterator, Mapping

from ..program import Call, call
from .form import Form, Read, single
from .vocabulary import ASKED, ATTRIBUTES, BE, DIFFERENCES, MEASURES, POSSESSIVES


class Traits(Form):
    """Attributes, measures, directions, positions and descriptions."""

    def read(self) -> Read:
        """ "What color is the mug?", "How tall is the lamp?", "Where is the bin?", "Describe the sofa"."""
        yield from self._value()
        yield from self._values()
        yield from self._measure()
        yield from self._difference()
        yield from self._direction()
        yield from self._position()

    def _value(self) -> Read:
        """ "What color is the mug?", "What is the shape of it?", "What is the mug made of?"."""
        for key, thing, end in self._of_one(ATTRIBUTES):
            yield call("value", thing, key), end
        start = self._words.past(0, "what", "is") or self._words.past(0, "what", "material", "is")
        for one, end in self._things(start) if start is not None else ():
            stop = self._words.past(end, "made", "of") or self._words.past(end, "made", "out", "of")
            if stop is not None and one.one is not None:
                yield call("value", one.one, "material"), stop

    def _values(self) -> Read:
        """ "What color are the chairs?", "What are the colors of the chairs?", "What are the chairs made of?"."""
        asked = self._words.past_one_of(0, ASKED)
        key = ATTRIBUTES.get(self._words.at(asked).removesuffix("s")) if asked is not None else None
        start = self._words.past_one_of(asked + 1, BE) if asked is not None and key else None
        yield from self._values_of(key, start)
        at = self._words.past(0, "what", "are", "the")
        if at is not None:
            key = ATTRIBUTES.get(self._words.at(at).removesuffix("s"))
            yield from self._values_of(key, self._words.past(at + 1, "of"))
        for thing, end in self._opened((("what", "are"),)):
            stop = self._words.past(end, "made", "of")
            if stop is not None and thing.several and thing.things is not None:
                yield call("values", thing.things, "material"), stop

    def _values_of(self, key: str | None, place: int | None) -> Read:
        for thing, end in self._things(place) if key and place is not None else ():
            if thing.several and thing.things is not None:
                yield call("values", thing.things, key), end

    def _measure(self) -> Read:
        """ "How tall is the lamp?", "What is the height of the lamp?", "What are the dimensions of the lamp?"."""
        what = MEASURES.get(self._words.at(1)) if self._words.at(0) == "how" else None
        start = self._words.past_one_of(2, BE) if what else None
        for thing, end in self._things(start) if start is not None else ():
            one = single(thing)
            if one is not None:
                yield call("measure", one, what), end
        for key, one, end in self._of_one(MEASURES):
            yield call("measure", one, key), end
        for thing, end in self._opened((("what", "are", "the", "dimensions", "of"),)):
            lone = single(thing)
            if lone is not None:
                yield call("dimensions", lone), end

    def _difference(self) -> Read:
        """ "How much taller is the lamp than the sofa?"."""
        start = self._words.past(0, "how", "much")
        found = DIFFERENCES.get(self._words.at(start)) if start is not None else None
        at = self._words.past_one_of(start + 1, BE) if start is not None and found else None
        for first, end in self._things(at) if at is not None else ():
            than = self._words.past(end, "than")
            for second, stop in self._things(than) if than is not None else ():
                one, other = single(first), single(second)
                if found is None or one is None or other is None:
                    continue
                what, more = found
                sides = [call("measure", thing, what) for thing in (one, other)]
                yield call("minus", *(sides if more else sides[::-1])), stop

    def _of_one(self, names: Mapping[str, str]) -> Iterator[tuple[str, Call, int]]:
        """What is asked of one thing: "what color is the mug", "what is its color", "what is the mug's color"."""
        asked = self._words.past_one_of(0, ASKED)
        if asked is None:
            return
        key = names.get(self._words.at(asked))
        if key:
            yield from self._with_key(key, self._words.past_one_of(asked + 1, BE))
        start = self._words.past_one_of(asked, BE)
        if start is None:
            return
        at = self._words.past(start, "the") or start
        key = names.get(self._words.at(at))
        if key:
            yield from self._with_key(key, self._words.past(at + 1, "of"))
        its = self._words.past_one_of(start, POSSESSIVES)
        key = names.get(self._words.at(its)) if its is not None else None
        if its is not None and key and self._phrases.before is not None:
            yield key, self._phrases.before, self._words.reached(its + 1)
        for thing, end in self._things(start):
            key, one = names.get(self._words.at(end + 1)) if self._words.at(end) == "'s" else None, single(thing)
            if key and one is not None:
                yield key, one, self._words.reached(end + 2)

    def _with_key(self, key: str, place: int | None) -> Iterator[tuple[str, Call, int]]:
        for thing, end in self._things(place) if place is not None else ():
            one = single(thing)
            if one is not None:
                yield key, one, end

    def _direction(self) -> Read:
        """ "In which direction is the mug from the lamp?", "At what o'clock is the mug?"."""
        frame = self._phrases.frame
        clocks = (("o'clock",), ("clock", "position"), ("clock", "hour"))
        openings = (
            *((*into, asked, "direction", "is") for into in ((), ("in",)) for asked in ("which", "what")),
            *((*at, "what", *clock, "is") for at in ((), ("at",)) for clock in clocks),
            ("where", "is"),
        )
        joints = (("from",), ("relative", "to"), ("with", "respect", "to"), ("seen", "from"))
        for words in openings:
            for thing, end in self._opened((words,)):
                one = thing.one
                if one is None:
                    continue
                if words[0] != "where":
                    yield call("direction", one, None, frame), end
                at = self._words.past_any(end, joints)
                for other, stop in self._things(at) if at is not None else ():
                    yield call("direction", one, other.one, frame), stop

    def _position(self) -> Read:
        for thing, end in self._opened((("where", "is"), ("where", "are"), ("where", "can", "i", "find"))):
            if thing.one is not None and isinstance(self._phrases.frame, Call):
                yield call("direction", thing.one, None, self._phrases.frame), end
            elif thing.one is not None:
                yield call("position", thing.one), end
        for thing, end in self._opened((("describe",), ("tell", "me", "about"), ("what", "about"))):
            if thing.one is not None:
                yield call("describe", thing.one), end
