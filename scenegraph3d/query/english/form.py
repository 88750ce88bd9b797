"""Form: what the readers of all forms of questions share."""

from collections.abc import Iterator, Sequence

from ..program import ONE, SET, Call, call
from .parts import Said, Thing, far
from .phrases import Phrases
from .reading import shortest
from .vocabulary import BE, RELATIVES, SEEN, SHOWN

Read = Iterator[tuple[Call, int]]


class Form:
    """Reads some forms of questions, over the phrases of one; each form gives programs, and where they end."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases
        self._words = phrases.words
        self._things = phrases.things
        self._said = phrases.said

    def read(self) -> Read:
        """The programs of the forms, the likeliest first."""
        raise NotImplementedError

    def _opened(self, openings: Sequence[Sequence[str]], place: int = 0) -> Iterator[tuple[Thing, int]]:
        """The noun phrases after the first words of a question."""
        for words in openings:
            start = self._words.past(place, *words)
            if start is not None:
                yield from self._things(start)

    def _counted(self, place: int) -> Iterator[tuple[Call, int]]:
        """What is counted: "mugs", "chairs or sofas", "other things are there of the same size as the cube"."""
        for things, end in (*self._sets(place), *self._joined_sets(place)):
            yield things, end
            at = self._words.past_any(end, (*SEEN, *SHOWN)) or self._words.past_one_of(end, BE) or end
            if at > end:
                yield things, at
            relative = self._words.past_one_of(at, RELATIVES) if at > end else None
            start = at if relative is None else self._words.past_one_of(relative, BE) or relative
            yield from self._narrowed_down(things, start)

    def _narrowed_down(self, things: Call, place: int) -> Read:
        """Those of which something is said, or two things: "(mugs are) on the table", "on the table left of it"."""
        rows = self._said(place)
        for said, end in rows:
            yield said.within(things), end
        for said, end in rows:
            for more, stop in self._said(end):
                if not more.kind:
                    yield more.within(said.within(things)), stop

    def _sets(self, place: int) -> Iterator[tuple[Call, int]]:
        for thing, end in self._things(place):
            if thing.things is not None:
                yield thing.things, end

    def _joined_sets(self, place: int) -> Iterator[tuple[Call, int]]:
        """ "Chairs and mugs", "the chairs or the sofas"."""
        for first, second, _, end in self._two(place, ("and", "or")):
            if first.things is not None and second.things is not None:
                yield call("union", first.things, second.things), end

    def _two(self, place: int, joints: Sequence[str]) -> Iterator[tuple[Thing, Thing, int, int]]:
        """Two things that are joined by a word, its place, and the place after them, the shortest first."""
        for first, end in shortest(self._things(place)):
            at = self._words.past_one_of(end, joints)
            for second, stop in shortest(self._things(at)) if at is not None else ():
                yield first, second, end, stop

    def _apart(self, place: int) -> Read:
        """The distance of "the lamp and the sofa", "the two chairs", "the lamp and me"."""
        for first, second, _, end in self._two(place, ("and",)):
            distance = distance_of(first, second)
            if distance is not None:
                yield distance, end
        for both, end in self._things(place):
            if both.several and both.things is not None:
                yield call("apart", both.things), end


def distance_of(first: Thing, second: Thing) -> Call | None:
    """The distance of two things, of which one may be the viewer."""
    one, other = first.one, second.one
    if one is None:
        return None if other is None else far(other, None)
    return far(one, other)


def truth(thing: Thing, said: Said) -> Iterator[Call]:
    """Whether it is true of one thing, which of two is, whether it is true of some, or of all of several."""
    if thing.things is None:
        return
    if thing.none:
        yield call("not", call("exist", said.within(thing.things)))
    elif thing.some and thing.count:
        yield call("not", call("less", call("count", said.within(thing.things)), thing.count))
    elif thing.some:
        yield call("exist", said.within(thing.things))
    elif thing.several:
        all_of = thing.things if thing.things.result != SET else call("some", thing.things)
        yield call("equal", call("count", said.within(all_of)), call("count", all_of))
    elif thing.one is not None and said.choices:
        names, choices = zip(*said.choices, strict=True)
        yield call("choose", names, *(choice.judged(thing.one) for choice in choices))
    elif thing.one is not None:
        yield said.judged(thing.one)


def single(thing: Thing) -> Call | None:
    """The one thing that a noun phrase in the singular means; None for the viewer, and for several."""
    return None if thing.several and (thing.things is None or thing.things.result != ONE) else thing.one
