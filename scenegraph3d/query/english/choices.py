"""Choices: questions of which things, or which of two, and noun phrases alone."""

from collections.abc import Iterator

from ..program import Call, call
from .form import Form, Read, single
from .naming import PERSON, SCENE
from .reading import shortest
from .truths import nearest_of
from .vocabulary import ASKED, BE, CLOSER, DO, FARTHER, MOST, ONES, RELATIVES, SEEN

_SHOW = tuple(
    tuple(words.split())
    for words in (
        *("find me", "find", "show me", "show", "point to", "point at", "select", "pick up", "pick", "get me", "get"),
        *("bring me", "bring", "give me", "grab", "fetch", "take", "go to", "name", "list", "locate", "highlight"),
    )
)


class Choices(Form):
    """Which things, and which of them."""

    def read(self) -> Read:
        """ "Which chair is nearest the window?", "Which is taller, the lamp or the plant?", "the red chairs"."""
        yield from self._choice()
        yield from self._which()
        yield from self._held()
        yield from self._bare()

    def _which(self) -> Read:
        """ "Which chair is nearest the window?", "What is on the table?", "Which of the mugs are red?"."""
        start = self._words.past_one_of(0, ASKED)
        if start is None:
            return
        after = self._words.past_one_of(start, BE)
        if self._words.at(0) == "who":
            yield from self._all_of((after, start), call("label", SCENE, PERSON))
            return
        if after is not None:
            after = self._words.past(after, "there") or after
            for thing, end in self._things(after):
                if thing.one is not None and not (thing.some or thing.several):
                    yield call("name", thing.one), end
        yield from self._all_of((after, start), SCENE)
        yield from self._named(self._words.past(start, "of") or start)
        for thing, end in self._things(after) if after is not None else ():
            if thing.things is not None and thing.several:
                yield thing.things, end

    def _all_of(self, places: tuple[int | None, ...], things: Call) -> Read:
        """All of some of which something is said."""
        for place in places:
            if place is not None:
                yield from self._narrowed_down(things, place)

    def _named(self, place: int) -> Read:
        """ "Chair is nearest the window", "the mugs are red", "chairs are there"."""
        for thing, end in shortest(self._things(place)):
            if thing.things is not None:
                yield thing.things, self._words.past_any(end, SEEN) or end
                at = self._words.past_one_of(end, RELATIVES) or end
                yield from self._all_of((self._words.past_one_of(at, BE) or at,), thing.things)

    def _choice(self) -> Read:
        """ "Which is taller, the lamp or the plant?", "Which chair is closer to the door?", "Which of the mugs is
        bigger, the red one or the white one?"."""
        start = self._words.past_one_of(0, ASKED)
        if start is None:
            return
        for among, end in self._among(start):
            after = self._words.past_one_of(end, BE)
            if after is None:
                continue
            after = self._words.past(after, "the") or after
            most = MOST.get(self._words.at(after))
            if most is not None:
                for things, stop in self._of_which(among, self._words.reached(after + 1)):
                    yield call("extreme", things, most), stop
            yield from self._closest(among, after)

    def _among(self, place: int) -> Iterator[tuple[Call | None, int]]:
        """What "which", "which one", "which chair" and "which of the chairs" choose among; None for what follows."""
        yield None, self._words.past_one_of(place, ONES) or place
        of = self._words.past(place, "of")
        for thing, end in self._things(place if of is None else of):
            if thing.things is not None:
                yield thing.things, end

    def _closest(self, among: Call | None, place: int) -> Read:
        """ "Closer to the door", "farther from the lamp than ...", "closer" to the viewer."""
        close, far = self._words.past_one_of(place, CLOSER), self._words.past_one_of(place, FARTHER)
        after = close if far is None else self._words.past(far, "away") or far
        if after is None:
            return
        name = "nearest" if close is not None else "farthest"
        for things, stop in self._of_which(among, after):
            yield call("extreme", things, name), stop
        at = self._words.past_one_of(after, ("to", "from"))
        for anchor, middle in self._things(at) if at is not None else ():
            for things, stop in self._of_which(among, middle):
                yield nearest_of(name, things, anchor), stop

    def _of_which(self, among: Call | None, place: int) -> Read:
        """The set that is chosen from: that before, or "the lamp or the plant", or those of the set."""
        if among is not None:
            yield among, place
        for first, second, _, end in self._two(place, ("or",)):
            pair = [self._narrowed(single(thing), among) for thing in (first, second)]
            if pair[0] is not None and pair[1] is not None:
                yield call("union", *pair), end

    def _narrowed(self, one: Call | None, among: Call | None) -> Call | None:
        """ "The green one" of some balls is the green ball."""
        if one is None or among is None or one.name != "unique":
            return one
        return call("unique", call("intersect", among, one.arguments[0]))

    def _held(self) -> Read:
        """ "What does the bowl contain?", "What can you see on the table?"."""
        start = self._words.past_one_of(1, DO) if self._words.at(0) in ASKED else None
        for thing, end in self._things(start) if start is not None else ():
            stop = self._words.past_one_of(end, ("contain", "hold"))
            if stop is not None and thing.one is not None:
                yield call("relate", SCENE, "inside", thing.one), stop
        start = self._words.past_any(0, (("what", "can", "you", "see"), ("what", "do", "you", "see")))
        for said, end in self._said(start) if start is not None else ():
            yield said.within(SCENE), end

    def _bare(self) -> Read:
        """ "The sofa nearest to the window", "find the red chairs", "list everything on the table"."""
        for words in (*_SHOW, ()):
            start = self._words.past(0, *words)
            for thing, end in self._things(start) if start is not None else ():
                if thing.things is not None and thing.one is not None:
                    yield thing.things if thing.several else thing.one, end
