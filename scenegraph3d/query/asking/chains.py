"""Chains: questions that find one thing by another before they ask, as CLEVR's do."""

from collections.abc import Callable, Mapping

import numpy as np

from ...language.wording import article
from ..columns import columns_of
from ..program import call
from .draft import VALUES, Draft
from .world import ANYTHING, Group, Name, World, asks

SOME = 0.75  # of the counts of which none is not looked for
ONE_HOP = 0.5  # of the questions whether there is a thing near another


def hop(world: World, without: str = "") -> Name | None:
    """A thing that only its place tells from others of its group: "the mug on the table"."""
    spot = world.spot((world.placed == 1) & (world.sizes > 1) & world.named)
    anchor = None if spot is None else world.name(spot[2])
    if spot is None or anchor is None:
        return None
    group, said, _ = spot
    told = frozenset(key for key, _ in group.adjectives)
    if without in told or not world.reads_group(group):
        return None
    program = call("unique", call("relate", group.program(world.lexicon), asks(said), anchor.program))
    text = f"the {group.text()} {world.pick(('', 'that is '))}{said} {anchor.text}"
    row = int(np.flatnonzero(group.mask & world.clear(said).yes[:, anchor.row])[0])
    return Name(row, text, program, group.noun, told)


def chain_attribute(world: World) -> Draft | None:
    """ "What color is the mug on the table?"."""
    key = world.pick(tuple(VALUES))
    one = hop(world, key)
    if one is None or len(world.words.get(key, ())) < 2 or key not in dict(world.told_of(one.row)):
        return None
    return Draft(world.pick(VALUES[key]).format(one.text), call("value", one.program, key))


def chain_count(world: World) -> Draft | None:
    """ "How many mugs are on the table that is left of the laptop?", "How many things are behind the sofa and left of
    the lamp?", "How many other things are the same color as the lamp?"."""
    return world.pick((_count_at_hop, _count_at_hop, _count_of_both, _count_same))(world)


def _count_at_hop(world: World) -> Draft | None:
    least = 1 if world.rng.random() < SOME else 0
    spot = _related_to(world, hop(world), (world.placed >= least) & (world.placed < world.sizes))
    if spot is None or not world.reads_group(spot[0], several=True):
        return None
    group, said, anchor = spot
    program = call("relate", group.program(world.lexicon, several=True), asks(said), anchor.program)
    return Draft(f"How many {group.text(several=True)} are {said} {anchor.text}?", call("count", program))


def _related_to(world: World, anchor: Name | None, wanted: np.ndarray) -> tuple[Group, str, Name] | None:
    """A group and a phrase that relates it to a thing, of those `wanted`, shaped as `World.placed`."""
    if anchor is None:
        return None
    spot = world.spot(wanted & (np.arange(wanted.shape[2]) == anchor.row))
    return None if spot is None else (spot[0], spot[1], anchor)


def _count_of_both(world: World) -> Draft | None:
    some = (world.placed > 0) & (world.placed < world.sizes)
    one, other = (_related_to(world, world.someone(), some) for _ in range(2))
    if one is None or other is None or one[2].row == other[2].row:
        return None
    (group, said, first), (_, also, second) = one, other
    unclear = ~(world.clear(also).yes | world.clear(also).no)[group.mask, second.row]
    if unclear.any() or not world.reads_group(group, several=True):
        return None
    program = group.program(world.lexicon, several=True)
    for words, anchor in ((said, first), (also, second)):
        program = call("relate", program, asks(words), anchor.program)
    question = f"How many {group.text(several=True)} are {said} {first.text} and {also} {second.text}?"
    return Draft(question, call("count", program))


def _count_same(world: World) -> Draft | None:
    key = world.pick(("color", "material", "shape", "size"))
    one, group = world.someone(key), world.pick(world.groups)
    columns = columns_of(world.scene, world.lexicon)
    values = columns.values(columns.key(key))
    if one is None or not group.mask[one.row] or key in dict(group.adjectives):
        return None
    if not all(values[row] for row in np.flatnonzero(group.mask).tolist()):
        return None
    program, text = group.program(world.lexicon, several=True), group.text(several=True)
    if not world.reads_group(group, several=True):
        return None
    shape = world.pick(("How many other {} are the same {key} as {}?", "How many other {} have the same {key} as {}?"))
    return Draft(shape.format(text, one.text, key=key), call("count", call("same", program, key, one.program)))


def chain_exist(world: World, wanted: bool) -> Draft | None:
    """ "Is there a mug on the table?", "Is there a mug on the table that is left of the laptop?"."""
    found = world.placed > 0 if wanted else world.placed == 0
    anchor = world.someone() if world.rng.random() < ONE_HOP else hop(world)
    spot = _related_to(world, anchor, found & (world.placed < world.sizes))
    if spot is None or spot[0].text() == ANYTHING or not world.reads_group(spot[0]):
        return None
    group, said, anchor = spot
    program = call("relate", group.program(world.lexicon), asks(said), anchor.program)
    question = f"Is there {article(group.text())} {group.text()} {said} {anchor.text}?"
    return Draft(question, call("exist", program))


TRUTHS: Mapping[str, Callable[[World, bool], Draft | None]] = {"chain_exist": chain_exist}
VALUED: Mapping[str, Callable[[World], Draft | None]] = {
    "chain_attribute": chain_attribute,
    "chain_count": chain_count,
}
