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
        none: it is "no", "nothing": what is said of it is denied.
        count: the number in it, which `things` does not say; None for none.
    """

    things: Call | None
    noun: str = ""
    several: bool = False
    some: bool = False
    none: bool = False
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
        called: of "a mug" the noun; "" for anything else.
        kind: it says what things are, as "a red mug" does.
        excludes: of "not a mug" the noun; "" for anything else.
        choices: of "red or blue" the words and the meaning of each, for who asks which; empty for what is no choice.
    """

    within: Within
    judged: Within
    called: str = ""
    kind: bool = False
    excludes: str = ""
    choices: tuple[tuple[str, "Said"], ...] = ()


def said_of_sets(within: Within) -> Said:
    """What is known of sets alone: it is true of a thing that is among those of the scene."""
    return Said(within, lambda one: call("exist", call("intersect", one, within(SCENE))))


def denied(said: Said) -> Said:
    """The contrary."""
    return Said(
        lambda things: call("difference", things, said.within(things)),
        lambda one: call("not", said.judged(one)),
        excludes=said.called,
    )


def both(first: Said, second: Said) -> Said:
    """One and the other."""
    return Said(
        lambda things: second.within(first.within(things)),
        lambda one: call("both", first.judged(one), second.judged(one)),
    )


def either(first: Said, second: Said, names: tuple[str, str] | None = None) -> Said:
    """One or the other, or both; with names of the two, who asks wants to know which."""
    return Said(
        lambda things: call("union", first.within(things), second.within(things)),
        lambda one: call("either", first.judged(one), second.judged(one)),
        choices=() if names is None else tuple(zip(names, (first, second), strict=True)),
    )


def neither(first: Said, second: Said) -> Said:
    """Not the one and not the other."""
    return both(denied(first), denied(second))


def besides(others: Call) -> Said:
    """Other than some."""
    return Said(
        lambda things: call("difference", things, others),
        lambda one: call("not", call("exist", call("intersect", one, others))),
    )


def empty(holds: Callable[[Call], tuple[str, ...]]) -> Said:
    """Nothing is held by it; `holds` says of a set by which relations its members hold things."""
    return Said(
        lambda things: call("difference", things, call("relate", things, holds(things), SCENE)),
        lambda one: call("not", call("exist", call("relate", one, holds(one), SCENE))),
    )


def within_length(length: Call, anchor: Call | None) -> Said:
    """ "Within 2 metres of the table", or of the viewer."""
    return Said(
        lambda things: call("within", things, length, anchor),
        lambda one: (
            call("not", call("greater", far(one, anchor), length))
            if _single(anchor)
            else call("exist", call("within", one, length, anchor))
        ),
    )


def beyond_length(length: Call, anchor: Call | None) -> Said:
    """ "More than 2 metres from the table", or from the viewer; the table itself is not."""

    def within(things: Call) -> Call:
        near = call("within", things, length, anchor)
        return call("difference", things, near if anchor is None else call("union", near, anchor))

    return Said(
        within,
        lambda one: (
            call("greater", far(one, anchor), length)
            if _single(anchor)
            else call("not", call("exist", call("within", one, length, anchor)))
        ),
    )


def far(one: Call, other: Call | None) -> Call:
    """The distance of two things, or of one from the viewer."""
    return call("viewer_distance", one) if other is None else call("distance", one, other)


def _single(anchor: Call | None) -> bool:
    return anchor is None or anchor.result == ONE


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


def on_side(side: str, frame: Call | str | None = None) -> Said:
    """ "To my left", "on the left from the chair's point of view"."""
    seen = frame if isinstance(frame, Call) else None
    return said_of_sets(lambda things: call("side", things, side, seen))


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
    judged = (lambda one: call("called", one, noun)) if noun else said.judged
    return Said(said.within, judged, called=noun, kind=True)


def noun_of(things: Call) -> str:
    """The noun by which a set was named; "" for one of anything."""
    while things.arguments and things.name != "label":
        first = things.arguments[0]
        if not isinstance(first, Call):
            return ""
        things = first
    return str(things.arguments[1]) if things.name == "label" else ""
