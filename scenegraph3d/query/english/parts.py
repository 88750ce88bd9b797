"""Parts: what a noun phrase picks out, what is said of things, and how sayings are put together."""

from collections.abc import Callable
from dataclasses import dataclass

from ..program import ONE, Call, call
from .naming import SCENE, with_value

Within = Callable[[Call], Call]


@dataclass(frozen=True)
class Thing:
    """A noun phrase.

    Attributes:
        things: what it picks out; None for the viewer.
        noun: its noun, where it has nothing else; "" where it has.
        several: it is a plural.
        some: it is "a", "any": one that is not known before.
        count: the number in it, which `things` does not say; None for none.
    """

    things: Call | None
    noun: str = ""
    several: bool = False
    some: bool = False
    count: int | None = None

    @property
    def one(self) -> Call | None:
        """The one thing that it means; None for the viewer."""
        if self.things is None or self.things.result == ONE:
            return self.things
        return call("unique", self.things)

    @property
    def anchor(self) -> Call | None:
        """What others are related to: the one thing, or any of several; None for the viewer."""
        return self.things if self.several or self.some else self.one


@dataclass(frozen=True)
class Said:
    """What is said of things.

    Attributes:
        within: of a set, those that it is true of.
        judged: whether it is true of one thing.
    """

    within: Within
    judged: Within


def said_of_sets(within: Within) -> Said:
    """What is known of sets alone: it is true of a thing that is among those of the scene."""
    return Said(within, lambda one: call("exist", call("intersect", one, within(SCENE))))


def denied(said: Said) -> Said:
    """The contrary."""
    return Said(
        lambda things: call("difference", things, said.within(things)),
        lambda one: call("not", said.judged(one)),
    )


def both(first: Said, second: Said) -> Said:
    """One and the other."""
    return Said(
        lambda things: second.within(first.within(things)),
        lambda one: call("both", first.judged(one), second.judged(one)),
    )


def either(first: Said, second: Said) -> Said:
    """One or the other, or both."""
    return Said(
        lambda things: call("union", first.within(things), second.within(things)),
        lambda one: call("either", first.judged(one), second.judged(one)),
    )


def has(key: str, value: str) -> Said:
    """An adjective."""

    def within(things: Call) -> Call:
        return with_value(things, key, value)

    if key == "size":
        return said_of_sets(within)
    return Said(within, lambda one: call("has_value", one, key, value))


def same_as(key: str, other: Call) -> Said:
    """ "The same color as the cube"."""
    return Said(lambda things: call("same", things, key, other), lambda one: call("same_value", one, other, key))


def shorter(other: Call) -> Said:
    """Not as tall: not taller, and not too close to call."""
    return Said(
        lambda things: call("difference", things, call("union", call("relate", things, "taller_than", other), other)),
        lambda one: call("judge", other, "taller_than", one),
    )


def most(word: str, rank: int) -> Said:
    """ "The second largest"."""
    return said_of_sets(lambda things: call("extreme", things, word, rank))


def by_distance(name: str, anchor: Call, rank: int) -> Said:
    """ "Nearest to the lamp"; name is an operation, nearest or farthest."""
    return said_of_sets(lambda things: call(name, things, anchor, rank))


def on_side(side: str) -> Said:
    """ "To my left"."""
    return said_of_sets(lambda things: call("side", things, side))


def related(predicates: tuple[str, ...], other: Call, frame: Call | str | None = None) -> Said:
    """One of the predicates holds to one thing, or to any of several."""
    said = predicates[0] if len(predicates) == 1 else predicates

    def judged(one: Call) -> Call:
        if other.result == ONE:
            return call("judge", one, said, other, frame)
        return call("exist", call("relate", one, said, other, frame))

    return Said(lambda things: call("relate", things, said, other, frame), judged)


def between(first: Call, second: Call | None) -> Said:
    """Between two, or between the two of one set."""
    said = said_of_sets(lambda things: call("between", things, first, second))
    if second is None or not first.result == ONE == second.result:
        return said
    return Said(said.within, lambda one: call("judge_between", one, first, second))


def among(others: Call, noun: str) -> Said:
    """ "A chair", "metal cubes": what things are."""
    said = said_of_sets(lambda things: call("intersect", things, others))
    return Said(said.within, lambda one: call("called", one, noun)) if noun else said
