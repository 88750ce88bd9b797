"""Splits by seed range, and the combinations that only one of them shows.

    demo        0 to 999                  pictures to look at, examples, tests
    validation  1 000 to 9 999            choices while training
    test        10 000 to 19 999          the figures that are told
    heldout     20 000 to 29 999          the figures on combinations that were never trained on
    spare       30 000 to 999 999         nothing yet
    train       1 000 000 to 2^63 - 1

Every room of `heldout` has in view at least one pair of HELD_OUT_COLORS or one triple of HELD_OUT_RELATIONS; no room of
any other split has any, in view or not.
"""

from collections.abc import Mapping, Sequence
from numbers import Integral

from ..errors import InputError, message, suggestion
from .world.room import FLOOR, Placed, Room

SPLITS: Mapping[str, range] = {
    "demo": range(1_000),
    "validation": range(1_000, 10_000),
    "test": range(10_000, 20_000),
    "heldout": range(20_000, 30_000),
    "spare": range(30_000, 1_000_000),
    "train": range(1_000_000, 2**63),
}

HELD_OUT_COLORS = frozenset(
    {
        ("purple", "mug"),
        ("green", "chair"),
        ("red", "bottle"),
        ("blue", "bowl"),
        ("orange", "book"),
        ("yellow", "box"),
        ("pink", "ball"),
        ("blue", "sofa"),
        ("red", "lamp"),
        ("white", "table"),
        ("green", "toy car"),
        ("purple", "vase"),
    }
)

HELD_OUT_RELATIONS = frozenset(
    {
        ("ball", "inside", "bowl"),
        ("candle", "on", "book"),
        ("mug", "on", "desk"),
        ("apple", "inside", "box"),
        ("clock", "on", "cabinet"),
        ("bottle", "on", "stool"),
    }
)


def split_of(seed: object) -> str:
    """The split that a seed belongs to.

    Raises:
        InputError: the seed is no whole number, or in no split.
    """
    number = whole(seed)
    return next(name for name, seeds_of in SPLITS.items() if number in seeds_of)


def whole(seed: object) -> int:
    """A seed as a plain number.

    Raises:
        InputError: it is no whole number, or in no split.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral):
        raise InputError(message("seed", "a whole number", repr(seed)))
    if int(seed) not in range(SPLITS["train"].stop):
        raise InputError(message("seed", "0 to 2^63 - 1", str(seed)))
    return int(seed)


def seeds(split: str) -> range:
    """The seeds of a split.

    Raises:
        InputError: no split has that name.
    """
    if split not in SPLITS:
        raise InputError(message("split", "the name of a split", repr(split), suggestion(str(split), SPLITS)))
    return SPLITS[split]


def held_out(things: Sequence[Placed]) -> list[tuple[str, ...]]:
    """The held-out pairs (color, label) and triples (label, "on" or "inside", label) among `things`, sorted."""
    found: set[tuple[str, ...]] = set()
    for item in things:
        found |= {(item.thing.finish.color, item.thing.label)} & HELD_OUT_COLORS
        relations = support_relations(item.thing.label, item.support, item.inside, things)
        found |= relations & HELD_OUT_RELATIONS
    return sorted(found)


def support_relations(label: str, support: int, inside: bool, things: Sequence[Placed]) -> set[tuple[str, str, str]]:
    """What a thing of that label rests on or in: its support, and every container that holds one of its supports."""
    found: set[tuple[str, str, str]] = set()
    if support != FLOOR and not inside:
        found.add((label, "on", things[support].thing.label))
    while support != FLOOR:
        holder = things[support]
        if inside:
            found.add((label, "inside", holder.thing.label))
        support, inside = holder.support, holder.inside
    return found


def held_out_in(room: Room) -> list[tuple[str, ...]]:
    """The held-out combinations that a room shows; see `held_out`."""
    return held_out(room.things)
