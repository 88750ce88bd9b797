"""Groups: questions about the things that share a noun and adjectives. A draw that is of no use gives None."""

from collections.abc import Callable, Mapping

import numpy as np

from ...language.wording import article
from ..program import call
from .draft import Draft
from .world import ANYTHING, Group, World, asks

ALL_OF_THEM = 0.3  # of the counts that are of all of a group
OF_EVERYTHING = 0.3  # of the questions which thing, those without a noun


def exist(world: World, wanted: bool) -> Draft | None:
    """ "Is there a red chair?", "Are there any mugs on the table?"."""
    if wanted:
        group: Group | None = world.pick(world.groups)
    else:
        group = _missing(world)
    if group is None:
        return None
    several = world.rng.random() < 0.5
    there = "Are there any {}?" if several else f"Is there {article(group.text())} {{}}?"
    if not world.reads_group(group, several=several):
        return None
    program = call("exist", group.program(world.lexicon, several=several))
    return Draft(there.format(group.text(several=several)), program)


def _missing(world: World) -> Group | None:
    """What is not there, though things of its noun are, and others of its adjective."""
    if not world.nouns or not world.words:
        return None
    key = world.pick(tuple(world.words))
    group = world.group(world.pick(world.nouns), ((key, world.pick(world.words[key])),))
    return group if group is not None and not group.mask.any() else None


def count(world: World) -> Draft | None:
    """ "How many red chairs are there?", "How many mugs are on the table?"."""
    if world.rng.random() < ALL_OF_THEM:
        group = world.pick(world.groups)
        shape = world.pick(("How many {} are there?", "What number of {} are there?", "How many {} do you see?"))
        if not world.reads_group(group, several=True):
            return None
        program = call("count", group.program(world.lexicon, several=True))
        return Draft(shape.format(group.text(several=True)), program)
    spot = world.spot((world.placed >= 0) & (world.placed < world.sizes) & world.named)
    anchor = None if spot is None else world.name(spot[2])
    if spot is None or anchor is None or not world.reads_group(spot[0], several=True):
        return None
    group, said, _ = spot
    shape = world.pick(("How many {} are {} {}?", "How many {} are there {} {}?"))
    related = call("relate", group.program(world.lexicon, several=True), asks(said), anchor.program)
    return Draft(shape.format(group.text(several=True), said, anchor.text), call("count", related))


def compare_counts(world: World, wanted: bool) -> Draft | None:
    """ "Are there more chairs than lamps?"."""
    simple = [group for group in world.groups if len(group.adjectives) <= 1]
    first, second = world.pick(simple), world.pick(simple)
    if (first.mask & second.mask).any():
        return None
    word, program = world.pick((("more", "greater"), ("fewer", "less"), ("as many", "equal")))
    a, b = int(first.mask.sum()), int(second.mask.sum())
    true = {"greater": a > b, "less": a < b, "equal": a == b}[program]
    if true != wanted or (program != "equal" and a == b):
        return None
    if not (world.reads_group(first, several=True) and world.reads_group(second, several=True)):
        return None
    sets = [group.program(world.lexicon, several=True) for group in (first, second)]
    texts = [group.text(several=True) for group in (first, second)]
    join = "as" if program == "equal" else "than"
    counts = [call("count", things) for things in sets]
    return Draft(f"Are there {word} {texts[0]} {join} {texts[1]}?", call(program, *counts))


def which(world: World) -> Draft | None:
    """ "Which chair is to the left of the table?", "What is on the table?"."""
    everything = np.array([group.text() == ANYTHING for group in world.groups])[:, None, None]
    one_of_some = (world.placed == 1) & (world.sizes > 1)
    wanted = np.where(everything, world.placed > 0, one_of_some) & world.named
    of_all = world.rng.random() < OF_EVERYTHING and everything.any()
    spot = world.spot(wanted & everything if of_all else wanted)
    anchor = None if spot is None else world.name(spot[2])
    if spot is None or anchor is None:
        return None
    group, said, _ = spot
    if group.text() == ANYTHING:
        return Draft(f"What is {said} {anchor.text}?", call("relate", call("scene"), asks(said), anchor.program))
    if not world.reads_group(group):
        return None
    things = group.program(world.lexicon)
    return Draft(f"Which {group.text()} is {said} {anchor.text}?", call("relate", things, asks(said), anchor.program))


TRUTHS: Mapping[str, Callable[[World, bool], Draft | None]] = {
    function.__name__: function for function in (exist, compare_counts)
}

VALUED: Mapping[str, Callable[[World], Draft | None]] = {function.__name__: function for function in (count, which)}
