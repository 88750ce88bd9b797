"""Forms: the ways in which a question is asked, each as the program that answers it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..program import Call, call
from .parts import Said, Thing
from .phrases import Phrases
from .vocabulary import ATTRIBUTES, BE, DO, HAVE, MEASURES, POSSESSIVES, RELATIVES

Read = Iterator[tuple[Call, int]]
_COUNT = (("how", "many"), ("what", "number", "of"), ("what", "is", "the", "number", "of"), ("the", "number", "of"))
_SEEN = (("are", "there"), ("is", "there"), ("do", "you", "see"), ("can", "you", "see"), ("are", "they"), ("exist",))
_COMPARED = {"more": "greater", "fewer": "less", "less": "less", "greater": "greater"}
_ASKED = ("what", "which", "who")
_SHOW = (("find",), ("show", "me"), ("show",), ("point", "to"), ("select",), ("pick",), ("get",))
_BY_COMPARISON = {
    "taller": "tallest",
    "shorter": "shortest",
    "larger": "largest",
    "bigger": "largest",
    "smaller": "smallest",
}


class Forms:
    """The forms of questions, over the phrases of one."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._words = phrases.words
        self._things = phrases.things
        self._said = phrases.said

    def programs(self) -> Iterator[Call]:
        """Every program that the whole question may mean, the likeliest first."""
        forms: Sequence[Callable[[], Read]] = (
            self._compared_counts,
            self._count,
            self._exist,
            self._compared_attributes,
            self._value,
            self._measure,
            self._distance,
            self._direction,
            self._position,
            self._closer,
            self._choice,
            self._yes_or_no,
            self._which,
            self._held,
            self._description,
            self._bare,
        )
        end = len(self._words.lower)
        for form in forms:
            for program, stop in form():
                if stop == end:
                    yield program

    # --- numbers ---------------------------------------------------------------------------------------------

    def _count(self) -> Read:
        for words in (*_COUNT, ("count", "the"), ("count",)):
            start = self._words.past(0, *words)
            if start is None:
                continue
            for things, end in self._counted(start):
                yield call("count", things), end

    def _counted(self, place: int) -> Iterator[tuple[Call, int]]:
        """What is counted: "mugs", "other things are there of the same size as the cube", "things are red or blue"."""
        for thing, end in self._things(place):
            if thing.things is None:
                continue
            yield thing.things, end
            at = self._past_any(end, _SEEN) or self._words.past_one_of(end, BE)
            if at is None:
                at = end
            if at > end:
                yield thing.things, at
            for said, stop in self._said(at):
                yield said.within(thing.things), stop

    def _compared_counts(self) -> Read:
        """ "Are there more cubes than balls?", "Is the number of cubes less than the number of balls?"."""
        start = self._words.past(0, "are", "there")
        if start is not None:
            yield from self._more_than(start)
            yield from self._as_many(start)
        start = self._words.past(0, "is", "the", "number", "of")
        if start is not None:
            for first, end in self._counted(start):
                yield from self._number_than(first, end)

    def _more_than(self, place: int) -> Read:
        name = _COMPARED.get(self._words.at(place))
        if name is None:
            return
        for first, end in self._things(place + 1):
            start = self._words.past(end, "than")
            for second, stop in self._things(start) if start is not None else ():
                yield from _compared(name, first, second, stop)

    def _as_many(self, place: int) -> Read:
        """ "as many cubes as balls", "the same number of cubes and balls"."""
        start = self._words.past(place, "as", "many")
        same = self._past_any(place, (("the", "same", "number", "of"), ("an", "equal", "number", "of")))
        at = same if start is None else start
        if at is None:
            return
        for first, end in self._things(at):
            middle = self._words.past_one_of(end, ("as", "and"))
            for second, stop in self._things(middle) if middle is not None else ():
                yield from _compared("equal", first, second, stop)

    def _number_than(self, first: Call, place: int) -> Read:
        """ "less than the number of balls", "the same as the number of balls"."""
        name = _COMPARED.get(self._words.at(place))
        at = (
            self._words.past(place + 1, "than")
            if name
            else self._past_any(place, (("the", "same", "as"), ("equal", "to")))
        )
        if at is None:
            return
        start = self._words.past(at, "the", "number", "of") or at
        for second, end in self._counted(start):
            yield call(name or "equal", call("count", first), call("count", second)), end

    # --- truths ----------------------------------------------------------------------------------------------

    def _exist(self) -> Read:
        for words in (*_SEEN, ("does", "the", "scene", "contain"), ("does", "the", "room", "have")):
            start = self._words.past(0, *words)
            if start is None:
                continue
            for things, end in self._counted(start):
                yield call("exist", things), end
            for thing, end in self._phrases.numbered(start):
                if thing.some and thing.count and thing.things is not None:
                    yield call("not", call("less", call("count", thing.things), thing.count)), end

    def _yes_or_no(self) -> Read:
        """ "Is the mug on the table?", "Are the chairs red?", "Does the bowl contain an apple?"."""
        start = self._words.past_one_of(0, (*BE, *DO))
        if start is None:
            return
        for thing, end in reversed(self._things(start)):
            for said, stop in self._said(end):
                if stop > end:
                    yield from ((program, stop) for program in _truth(thing, said))

    def _compared_attributes(self) -> Read:
        """ "Does the cube have the same color as the ball?", "Are the cube and the ball the same size?"."""
        start = self._words.past_one_of(0, (*BE, *DO))
        if start is None:
            return
        for first, end in self._things(start):
            at = self._words.past(end, "and")
            for second, stop in self._things(at) if at is not None else ():
                after = self._words.past_one_of(stop, HAVE) or self._words.past(stop, "of") or stop
                after = self._words.past(after, "the", "same") or -1
                key = ATTRIBUTES.get(self._words.at(after)) if after > 0 else None
                one, other = first.one, second.one
                if key and one is not None and other is not None:
                    yield call("same_value", one, other, key), self._words.reached(after + 1)

    def _closer(self) -> Read:
        """ "Is the mug closer to the lamp than the bowl?", "... than to the bowl?"."""
        start = self._words.past_one_of(0, BE)
        for first, end in self._things(start) if start is not None else ():
            at = self._past_any(end, (("closer", "to"), ("nearer", "to"), ("farther", "from"), ("further", "from")))
            name = "less" if self._words.at(end) in ("closer", "nearer") else "greater"
            for anchor, middle in self._things(at) if at is not None else ():
                than = self._words.past(middle, "than")
                if than is None:
                    continue
                to = self._words.past_one_of(than, ("to", "from"))
                for third, stop in self._things(than if to is None else to):
                    ends = (first.one, third.one) if to is not None else (third.one, anchor.one)
                    calls = (first.one, anchor.one, *ends)
                    if None not in calls:
                        yield call(name, call("distance", *calls[:2]), call("distance", *ends)), stop

    # --- values ----------------------------------------------------------------------------------------------

    def _value(self) -> Read:
        """ "What color is the mug?", "What is the shape of it?", "What is the mug made of?"."""
        for key, thing, end in self._of_one(ATTRIBUTES):
            yield call("value", thing, key), end
        start = self._words.past(0, "what", "is") or self._words.past(0, "what", "material", "is")
        for one, end in self._things(start) if start is not None else ():
            stop = self._words.past(end, "made", "of") or self._words.past(end, "made", "out", "of")
            if stop is not None and one.one is not None:
                yield call("value", one.one, "material"), stop

    def _measure(self) -> Read:
        """ "How tall is the lamp?", "What is the height of the lamp?"."""
        what = MEASURES.get(self._words.at(1)) if self._words.at(0) == "how" else None
        start = self._words.past_one_of(2, BE) if what else None
        for thing, end in self._things(start) if start is not None else ():
            if thing.one is not None:
                yield call("measure", thing.one, what), end
        for key, one, end in self._of_one(MEASURES):
            yield call("measure", one, key), end

    def _of_one(self, names: Mapping[str, str]) -> Iterator[tuple[str, Call, int]]:
        """What is asked of one thing: "what color is the mug", "what is its color", "what is the mug's color"."""
        asked = self._words.past_one_of(0, _ASKED)
        if asked is None:
            return
        key = names.get(self._words.at(asked))
        start = self._words.past_one_of(asked + 1, BE) if key else None
        for thing, end in self._things(start) if start is not None and key else ():
            if thing.one is not None and key:
                yield key, thing.one, end
        start = self._words.past_one_of(asked, BE)
        if start is None:
            return
        at = self._words.past(start, "the") or start
        key, of = names.get(self._words.at(at)), self._words.past(at + 1, "of")
        for thing, end in self._things(of) if of is not None and key else ():
            if thing.one is not None and key:
                yield key, thing.one, end
        its = self._words.past_one_of(start, POSSESSIVES)
        key = names.get(self._words.at(its)) if its is not None else None
        if its is not None and key and self._phrases.before is not None:
            yield key, self._phrases.before, self._words.reached(its + 1)
        for thing, end in self._things(start):
            key = names.get(self._words.at(end + 1)) if self._words.at(end) == "'s" else None
            if key and thing.one is not None:
                yield key, thing.one, self._words.reached(end + 2)

    def _distance(self) -> Read:
        """ "How far is the mug from the lamp?", "How far apart are they?", "What is the distance between ...?"."""
        for start, joints in self._distances():
            for first, end in self._things(start):
                one = first.one
                if one is None:
                    continue
                away = self._words.past(end, "away") or end
                if not joints[0]:
                    yield call("viewer_distance", one), away
                for joint in joints:
                    at = self._words.past(away, joint) if joint else None
                    for second, stop in self._things(at) if at is not None else ():
                        other = second.one
                        yield call("distance", one, other) if other else call("viewer_distance", one), stop

    def _distances(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Where the first thing is named, and what stands between the two; "" where the second may be left out."""
        openings = (
            (("how", "far", "is"), ("", "from", "to")),
            (("how", "far", "away", "is"), ("", "from")),
            (("how", "close", "is"), ("", "to")),
            (("how", "far", "apart", "are"), ("and",)),
            (("what", "is", "the", "distance", "between"), ("and",)),
            (("what", "is", "the", "distance", "from"), ("to",)),
            (("what", "is", "the", "distance", "of"), ("", "from", "to")),
            (("the", "distance", "between"), ("and",)),
        )
        for words, joints in openings:
            start = self._words.past(0, *words)
            if start is not None:
                yield start, joints

    def _direction(self) -> Read:
        """ "In which direction is the mug from the lamp?", "At what o'clock is the mug?"."""
        openings = (
            *((*into, asked, "direction", "is") for into in ((), ("in",)) for asked in ("which", "what")),
            *(
                (*at, "what", *clock, "is")
                for at in ((), ("at",))
                for clock in (("o'clock",), ("clock", "position"), ("clock", "hour"))
            ),
            ("where", "is"),
        )
        for words in openings:
            start = self._words.past(0, *words)
            for thing, end in self._things(start) if start is not None else ():
                one = thing.one
                if one is None:
                    continue
                if words[0] != "where":
                    yield call("direction", one, None, self._phrases.frame), end
                at = self._past_any(end, (("from",), ("relative", "to"), ("with", "respect", "to"), ("seen", "from")))
                for other, stop in self._things(at) if at is not None else ():
                    yield call("direction", one, other.one, self._phrases.frame), stop

    def _position(self) -> Read:
        for words in (("where", "is"), ("where", "are"), ("where", "'s"), ("where", "can", "i", "find")):
            start = self._words.past(0, *words)
            for thing, end in self._things(start) if start is not None else ():
                if thing.one is not None:
                    yield call("position", thing.one), end

    def _description(self) -> Read:
        for words in (("describe",), ("tell", "me", "about"), ("what", "about")):
            start = self._words.past(0, *words)
            for thing, end in self._things(start) if start is not None else ():
                if thing.one is not None:
                    yield call("describe", thing.one), end

    # --- things ----------------------------------------------------------------------------------------------

    def _which(self) -> Read:
        """ "Which chair is nearest the window?", "What is on the table?", "Which of the mugs are red?"."""
        start = self._words.past_one_of(0, _ASKED)
        if start is None:
            return
        after = self._words.past_one_of(start, BE)
        for thing, end in self._things(after) if after is not None else ():
            if thing.one is not None and not (thing.some or thing.several):
                yield call("name", thing.one), end
        for at in (after, start):
            for said, stop in self._said(at) if at is not None else ():
                yield said.within(call("scene")), stop
        start = self._words.past(start, "of") or start
        for thing, end in reversed(self._things(start)):
            if thing.things is None:
                continue
            yield thing.things, self._past_any(end, _SEEN) or end
            at = self._words.past_one_of(end, RELATIVES) or end
            at = self._words.past_one_of(at, BE) or at
            for said, stop in self._said(at):
                yield said.within(thing.things), stop
        for thing, end in self._things(after) if after is not None else ():
            if thing.things is not None and thing.several:
                yield thing.things, end

    def _choice(self) -> Read:
        """ "Which is taller, the lamp or the plant?", "Which is closer to the door, the bin or the desk?"."""
        start = self._words.past_one_of(0, _ASKED)
        after = self._words.past_one_of(start, BE) if start is not None else None
        if after is None:
            return
        most = _BY_COMPARISON.get(self._words.at(after))
        if most is not None:
            for (first, second), end in self._either(after + 1):
                yield call("extreme", call("union", first, second), most), end
        at = self._past_any(after, (("closer", "to"), ("nearer", "to"), ("farther", "from"), ("further", "from")))
        name = "nearest" if self._words.at(after) in ("closer", "nearer") else "farthest"
        for anchor, middle in self._things(at) if at is not None else ():
            for (first, second), end in self._either(middle):
                if anchor.anchor is not None:
                    yield call(name, call("union", first, second), anchor.anchor), end

    def _either(self, place: int) -> Iterator[tuple[tuple[Call, Call], int]]:
        for first, end in self._things(place):
            at = self._words.past(end, "or")
            for second, stop in self._things(at) if at is not None else ():
                one, other = first.one, second.one
                if one is not None and other is not None:
                    yield (one, other), stop

    def _held(self) -> Read:
        """ "What does the bowl contain?", "What can you see on the table?"."""
        start = self._words.past_one_of(1, DO) if self._words.at(0) in _ASKED else None
        for thing, end in self._things(start) if start is not None else ():
            stop = self._words.past_one_of(end, ("contain", "hold"))
            if stop is not None and thing.one is not None:
                yield call("relate", call("scene"), "inside", thing.one), stop
        start = self._past_any(0, (("what", "can", "you", "see"), ("what", "do", "you", "see")))
        for said, end in self._said(start) if start is not None else ():
            yield said.within(call("scene")), end

    def _bare(self) -> Read:
        """ "The sofa nearest to the window", "find the red chairs"."""
        for words in (*_SHOW, ()):
            start = self._words.past(0, *words)
            for thing, end in self._things(start) if start is not None else ():
                if thing.things is not None and thing.one is not None:
                    yield thing.things if thing.several else thing.one, end

    def _past_any(self, place: int, choices: Sequence[Sequence[str]]) -> int | None:
        found = (self._words.past(place, *words) for words in choices)
        return next((end for end in found if end is not None), None)


def _compared(name: str, first: Thing, second: Thing, end: int) -> Read:
    if first.things is not None and second.things is not None:
        yield call(name, call("count", first.things), call("count", second.things)), end


def _truth(thing: Thing, said: Said) -> Iterator[Call]:
    """Whether it is true of one thing, of some, or of all of several."""
    if thing.things is None:
        return
    if thing.some and not thing.several:
        yield call("exist", said.within(thing.things))
    elif thing.several:
        yield call("equal", call("count", said.within(thing.things)), call("count", thing.things))
    elif thing.one is not None:
        yield said.judged(thing.one)
