"""Truths: questions of yes or no about things, and of which of two things or places it is."""

from collections.abc import Iterator, Sequence

from ..program import TRUTH, Call, call
from .counts import Counts
from .form import Form, Read, distance_of, single, truth
from .parts import Said, Thing
from .reading import shortest
from .units import BEYOND, WITHIN, length_at
from .vocabulary import ATTRIBUTES, BE, CLOSER, DIFFERENCES, DO, FARTHER, HAVE, MEASURED


class Truths(Form):
    """Whether something is so, one after the other where "and" joins two questions."""

    def read(self) -> Read:
        """ "Is the mug on the table?", "Are the chairs red?", "Is the ball in the bin and is the lamp on?"."""
        for first, end in self._one(0):
            yield first, end
            after = self._words.past(end, "and")
            if after is None or self._words.at(after) not in BE | DO:
                continue
            for second, stop in self._one(after):
                if first.result == second.result == TRUTH:
                    yield call("both", first, second), stop

    def _one(self, place: int) -> Read:
        if place:
            yield from Counts(self._phrases).exist(place)
        start = self._words.past_one_of(place, (*BE, *DO))
        if start is None:
            return
        yield from self._compared_attributes(start)
        yield from self._compared_measures(start)
        yield from self._compared_lengths(start)
        yield from self._closer(start)
        yield from self._far_apart(start)
        yield from self._said_of_one(start)
        yield from self._said_of_two(start)

    def _said_of_one(self, start: int) -> Read:
        """ "The mug on the table", "the chairs red", "any of them a lamp"."""
        for thing, end in shortest(self._phrases.numbered(start)):
            for said, stop in self._said(end):
                if stop > end:
                    yield from ((program, stop) for program in truth(thing, said))

    def _said_of_two(self, start: int) -> Read:
        """ "The mug and the bowl on the table", "the white mug or the red mug on it", "neither of two"."""
        neither = self._words.past(start, "neither")
        which = self._words.at(start) != "either"
        for first, second, joint, end in self._two(neither or start, ("nor",) if neither else ("and", "or")):
            for said, stop in self._said(end):
                if stop == end:
                    continue
                if first.several and not first.some and second.several and second.some:
                    continue  # "all chairs and sofas" leaves open whether it is all sofas
                names = self._words.between(start, joint), self._words.between(joint + 1, end)
                yield from ((p, stop) for p in _of_two((first, second), said, self._words.at(joint), names, which))

    def _compared_attributes(self, start: int) -> Read:
        """ "Does the cube have the same color as the ball?", "Are the mugs of different colors?"."""
        for first, end in self._things(start):
            key, differ, stop = self._alike(end)
            if key and first.several and first.things is not None:
                same = call("alike", first.things, key)
                yield call("not", same) if differ else same, stop
            at = self._words.past(end, "and")
            for second, after in self._things(at) if at is not None else ():
                key, differ, stop = self._alike(after)
                one, other = first.one, second.one
                if key and one is not None and other is not None:
                    same = call("same_value", one, other, key)
                    yield call("not", same) if differ else same, stop

    def _alike(self, place: int) -> tuple[str, bool, int]:
        """The attribute in "have the same color", whether it is to differ, and the place after it; "" for none."""
        at = self._words.past_one_of(place, HAVE) or self._words.past_one_of(place, ("of", "in")) or place
        same = self._words.past(at, "the", "same")
        differ = self._words.past(at, "different") if same is None else None
        after = same if differ is None else differ
        if after is None:
            return "", False, place
        word = self._words.at(after)
        key = ATTRIBUTES.get(word) or (ATTRIBUTES.get(word.removesuffix("s")) if differ is not None else None)
        return (key, differ is not None, self._words.reached(after + 1)) if key else ("", False, place)

    def _compared_measures(self, start: int) -> Read:
        """ "Is the table wider than the sofa?"."""
        for first, end in self._things(start):
            found = MEASURED.get(self._words.at(end))
            than = self._words.past(end + 1, "than") if found else None
            for second, stop in self._things(than) if than is not None else ():
                one, other = single(first), single(second)
                if found is None or one is None or other is None:
                    continue
                what, more = found
                name = "greater" if more else "less"
                yield call(name, call("measure", one, what), call("measure", other, what)), stop

    def _compared_lengths(self, start: int) -> Read:
        """ "Is the lamp taller than 1.5 m?"; "higher" may be said of its height and of its place, and is not read."""
        for thing, end in self._things(start):
            found, one = DIFFERENCES.get(self._words.at(end)), single(thing)
            than = self._words.past(end + 1, "than") if found and found[0] != "elevation" else None
            length = length_at(self._words, than) if than is not None else None
            if found and one is not None and length is not None:
                yield call("greater" if found[1] else "less", call("measure", one, found[0]), length[0]), length[1]

    def _closer(self, start: int) -> Read:
        """ "Is the mug closer to the lamp than the bowl?", "... than to the bowl?", "Is the mug or the bowl closer to
        the lamp?", "Is the mug closer to the lamp or to the bowl?"."""
        for first, end in self._things(start):
            at, name = self._closer_to(end)
            for anchor, middle in self._things(at) if at is not None else ():
                yield from self._closer_than(name, first, anchor, middle)
                yield from self._closer_to_which(name, first, anchor, middle)
        for first, second, _, end in self._two(start, ("or",)):
            at, name = self._closer_to(end)
            one, other = single(first), single(second)
            for anchor, stop in self._things(at) if at is not None else ():
                if one is not None and other is not None:
                    yield nearest_of(name, call("union", one, other), anchor), stop

    def _closer_to(self, place: int) -> tuple[int | None, str]:
        """The place after "closer to", and the operation for "nearest" or "farthest"."""
        close = self._words.past_one_of(place, CLOSER)
        far = self._words.past_one_of(place, FARTHER)
        if close is not None:
            return self._words.past(close, "to"), "nearest"
        if far is not None:
            return self._words.past(self._words.past(far, "away") or far, "from"), "farthest"
        return None, ""

    def _closer_than(self, name: str, first: Thing, anchor: Thing, place: int) -> Read:
        than = self._words.past(place, "than")
        if than is None:
            return
        to = self._words.past_one_of(than, ("to", "from"))
        for third, stop in self._things(than if to is None else to):
            here, there = distance_of(first, anchor), distance_of(first if to is not None else third, anchor)
            if to is not None:
                there = distance_of(first, third)
            if here is not None and there is not None:
                yield call("less" if name == "nearest" else "greater", here, there), stop

    def _closer_to_which(self, name: str, first: Thing, anchor: Thing, place: int) -> Read:
        alternative = self._words.past(place, "or")
        if alternative is None:
            return
        at = self._words.past_one_of(alternative, ("to", "from")) or alternative
        one, other = single(first), single(anchor)
        for second, stop in self._things(at):
            third = single(second)
            if one is not None and other is not None and third is not None:
                yield call(name, call("union", other, third), one), stop

    def _far_apart(self, start: int) -> Read:
        """ "Are the chairs more than 3 m apart?", "Is the gap between the bed and the desk less than a metre?", "Is
        there room for a 40 cm robot between the bed and the desk?"."""
        for distance, end in self._apart(start):
            yield from self._longer(distance, end, apart=True)
        opened = self._words.past_any(start, [("the", word, "between") for word in ("distance", "gap", "space")])
        for distance, end in self._apart(opened) if opened is not None else ():
            yield from self._longer(distance, end, apart=False)

    def _longer(self, distance: Call, place: int, *, apart: bool) -> Read:
        least = (("larger", "than"), ("bigger", "than"), ("wider", "than"), ("longer", "than"), *BEYOND)
        for name, choices in (("greater", least), ("less", (("smaller", "than"), ("shorter", "than"), *WITHIN))):
            at = self._words.past_any(place, choices)
            found = length_at(self._words, at) if at is not None else None
            if found is None:
                continue
            length, end = found
            stop = self._words.past(end, "apart") if apart else end
            if stop is not None:
                yield call(name, distance, length), stop


def nearest_of(name: str, things: Call, anchor: Thing) -> Call:
    """The member of a set that is nearest to a thing, or to the viewer; name is "nearest" or "farthest"."""
    if anchor.anchor is None:
        return call("extreme", things, name)
    return call(name, things, anchor.anchor)


def _of_two(things: tuple[Thing, Thing], said: Said, joint: str, names: Sequence[str], which: bool) -> Iterator[Call]:
    """What is said of two: of both, of none, or of which of them."""
    for first in truth(things[0], Said(said.within, said.judged)):
        for second in truth(things[1], Said(said.within, said.judged)):
            if joint == "and":
                yield call("both", first, second)
            elif joint == "nor":
                yield call("both", call("not", first), call("not", second))
            elif which and all(thing.one is not None and not (thing.several or thing.some) for thing in things):
                yield call("choose", tuple(names), first, second)
            else:
                yield call("either", first, second)
