"""Counts: questions of how many, and of whether there are any."""

from ...language.words import NUMBERS as COUNTS
from ..program import Call, call
from .form import Form, Read
from .parts import Thing
from .vocabulary import SEEN

COUNT = (
    *(("how", "many", "of"), ("how", "many"), ("what", "number", "of"), ("what", "is", "the", "number", "of")),
    ("the", "number", "of"),
)
NUMBERED = {
    ("exactly",): ("equal", True),
    ("only",): ("equal", True),
    ("just",): ("equal", True),
    ("more", "than"): ("greater", True),
    ("fewer", "than"): ("less", True),
    ("less", "than"): ("less", True),
    ("at", "least"): ("less", False),
    ("at", "most"): ("greater", False),
}
COMPARED = {"more": "greater", "fewer": "less", "less": "less", "greater": "greater"}


class Counts(Form):
    """How many there are, more of these than of those, and whether there are any."""

    def read(self) -> Read:
        """ "How many mugs are on the table?", "Are there more cubes than balls?", "Is there a dog?"."""
        yield from self._compared_counts()
        yield from self._count()
        yield from self.exist(0)

    def _count(self) -> Read:
        for words in (*COUNT, ("count", "the"), ("count",)):
            start = self._words.past(0, *words)
            if start is None:
                continue
            for things, end in self._counted(start):
                yield call("count", things), end

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
        name = COMPARED.get(self._words.at(place))
        if name is None:
            return
        for first, end in self._things(place + 1):
            start = self._words.past(end, "than")
            for second, stop in self._things(start) if start is not None else ():
                yield from _compared(name, first, second, stop)

    def _as_many(self, place: int) -> Read:
        """ "as many cubes as balls", "the same number of cubes and balls"."""
        start = self._words.past(place, "as", "many")
        same = self._words.past_any(place, (("the", "same", "number", "of"), ("an", "equal", "number", "of")))
        at = same if start is None else start
        if at is None:
            return
        for first, end in self._things(at):
            middle = self._words.past_one_of(end, ("as", "and"))
            for second, stop in self._things(middle) if middle is not None else ():
                yield from _compared("equal", first, second, stop)

    def _number_than(self, first: Call, place: int) -> Read:
        """ "less than the number of balls", "the same as the number of balls"."""
        name = COMPARED.get(self._words.at(place))
        same = (("the", "same", "as"), ("equal", "to"))
        at = self._words.past(place + 1, "than") if name else self._words.past_any(place, same)
        if at is None:
            return
        start = self._words.past(at, "the", "number", "of") or at
        for second, end in self._counted(start):
            yield call(name or "equal", call("count", first), call("count", second)), end

    def exist(self, place: int) -> Read:
        """ "Is there a mug?", "Are there no mugs on the table?", "Is there a ball or a cat?", "two mugs"."""
        for words in (*SEEN, ("does", "the", "scene", "contain"), ("does", "the", "room", "have")):
            start = self._words.past(place, *words)
            if start is None:
                continue
            for things, end in self._without_joined(start):
                yield call("exist", things), end
            for thing, end in self._phrases.numbered(start):
                if thing.some and thing.count and thing.things is not None:
                    yield call("not", call("less", call("count", thing.things), thing.count)), end
                elif thing.none and thing.things is not None:
                    yield call("not", call("exist", thing.things)), end
            yield from self._number_exists(start)
            yield from self._two_exist(start)

    def _number_exists(self, place: int) -> Read:
        """ "Exactly two mugs", "more than one chair", "at least three things on the table"."""
        for words, (name, wanted) in NUMBERED.items():
            start = self._words.past(place, *words)
            count = COUNTS.get(self._words.at(start)) if start is not None else None
            if start is None or (count is None and not self._words.at(start).isdecimal()):
                continue
            for things, end in self._without_joined(self._words.reached(start + 1)):
                number = int(self._words.at(start)) if count is None else count
                found = call(name, call("count", things), number)
                yield found if wanted else call("not", found), end

    def _without_joined(self, place: int) -> Read:
        for things, end in self._sets(place):
            yield things, end
            yield from self._narrowed_down(things, end)

    def _two_exist(self, place: int) -> Read:
        """ "A laptop and a ball on the table": of both, if the place follows the second of two without places."""
        neither = self._words.past(place, "neither")
        start = place if neither is None else neither
        plain_end = min((end for _, end in self._things(start)), default=start)
        for first, second, joint, end in self._two(start, ("nor",) if neither else ("and", "or")):
            if first.things is None or second.things is None:
                continue
            if joint == plain_end:
                for said, stop in self._said(end):
                    yield self._of_two(joint, said.within(first.things), said.within(second.things)), stop
            yield self._of_two(joint, first.things, second.things), end

    def _of_two(self, joint: int, first: Call, second: Call) -> Call:
        word = self._words.at(joint)
        if word == "and":
            return call("both", call("exist", first), call("exist", second))
        found = call("exist", call("union", first, second))
        return call("not", found) if word == "nor" else found


def _compared(name: str, first: Thing, second: Thing, end: int) -> Read:
    if first.things is not None and second.things is not None:
        yield call(name, call("count", first.things), call("count", second.things)), end
