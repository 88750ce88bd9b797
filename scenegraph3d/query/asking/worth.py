"""Worth: whether a question is worth asking: its answer can be told, and depends on every word that matters.

A filter matters when without it the answer, or the set that the question speaks of, is another one, or there is none.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..program import ONE, SET, Call, call
from ..values import Things
from .world import World

_FILTERS = ("label", "attribute", "size", "relate", "between", "same")  # may be left out: the set stays a set
_CHOICES = ("nearest", "farthest", "extreme")  # of one among a set; left out, the set must be the one


def worthwhile(world: World, program: Call) -> bool:
    """Whether a program has an answer that can be told, and no filter that makes no difference."""
    found = world.run(program)
    if found is None or (found.open.any() if isinstance(found, Things) else found.note):
        return False
    said = _meaning(world, program)
    return all(_meaning(world, less) != said for less in _without_one(program))


def _meaning(world: World, program: Call) -> list[Any]:
    """The value of a program, and the members of the sets that it speaks of; None for a step that cannot be taken."""
    found = [world.run(part) for part in (program, *_spoken_of(program))]
    return [one.rows.tolist() if isinstance(one, Things) else one and one.value for one in found]


def _spoken_of(program: Call) -> Iterator[Call]:
    if program.result in (SET, ONE):
        return
    for value in program.arguments:
        if isinstance(value, Call):
            yield from [value] if value.result in (SET, ONE) else _spoken_of(value)


def _without_one(program: Call, *, named: bool = False) -> Iterator[Call]:
    """The program without one of its filters, each in turn. A noun that names one thing stays: English needs it."""
    filtered = program.arguments[0] if program.arguments else None
    if isinstance(filtered, Call) and program.name in _FILTERS and not (named and program.name == "label"):
        yield filtered
    if isinstance(filtered, Call) and program.name in _CHOICES and filtered.name != "union":
        yield call("unique", filtered)
    for place, value in enumerate(program.arguments):
        if isinstance(value, Call):
            one = program.name in ("unique", *_CHOICES) or (named and place == 0)
            for less in _without_one(value, named=one and place == 0):
                yield replace(program, arguments=(*program.arguments[:place], less, *program.arguments[place + 1 :]))
