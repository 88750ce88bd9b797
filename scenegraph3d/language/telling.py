"""Telling: which of a graph's relations a text should state, each fact once, and in which order.

Of a relation and its inverse, and of the two ways to say a symmetric one, a single one is told: of the thing that comes
later in the order of telling, by the one that is known already. What follows from others is left out: a cup on a table
is above it and near it, and on what the table is on; what is left of what is left of a lamp is left of the lamp.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InputError, message
from ..types import FRAMES, SceneGraph
from ..types.predicates import CANONICAL, SYMMETRIC
from .naming import adjectives
from .wording import plain, verb_phrase

HOLDING = ("on", "inside")
BACKGROUND = ("floor", "ground", "wall", "ceiling", "room")  # that things are on these, everybody knows
# Most telling first; predicates that relate does not know are what someone wanted to say, and come with the first.
_TIERS: tuple[tuple[str, ...], ...] = (
    HOLDING,
    ("next_to", "facing", "left_of", "in_front_of", "above"),
    ("between",),
    ("touching", "near"),
    ("larger_than", "taller_than", "far_from", "aligned_with"),
)
_PLACES = {name for names in _TIERS for name in names} - {"facing"}
_NEARBY = ("next_to", "touching", "above")  # closer than near
_CHAINS = ("left_of", "in_front_of", "above", "larger_than", "taller_than")
_MILLIMETRE_DIGITS = 3  # so that rounding decides nothing


@dataclass(frozen=True)
class Amount:
    """How much a text says.

    Attributes:
        relations: most relations in all.
        per_pair, per_subject: most relations of the same two things, and of the same subject.
        tiers: how many kinds of relations, the most telling first: what is on or in what; directions and neighbours;
            between; nearness; comparisons.
        others: most things that no relation is told of.
    """

    relations: float = math.inf
    per_pair: float = math.inf
    per_subject: float = math.inf
    tiers: int = len(_TIERS)
    others: float = math.inf


AMOUNTS = {
    "short": Amount(relations=5, per_pair=1, per_subject=1, tiers=2, others=3),
    "medium": Amount(relations=15, per_pair=1, per_subject=2, tiers=4, others=8),
    "long": Amount(),
}


@dataclass(frozen=True)
class Told:
    """One relation that is told; `row` is one of the scene's relations, the others are rows of its objects."""

    subject: int
    predicate: str
    object: int
    third: int | None
    row: int

    @property
    def canonical(self) -> str:
        """The predicate, or the one of which it is the inverse."""
        return CANONICAL.get(self.predicate, self.predicate)

    @property
    def ends(self) -> tuple[int, int]:
        """Subject and object as the canonical predicate has them."""
        return (self.object, self.subject) if self.predicate in CANONICAL else (self.subject, self.object)

    @property
    def things(self) -> tuple[int, ...]:
        """All rows that it speaks of."""
        return (self.subject, self.object, *(() if self.third is None else (self.third,)))

    @property
    def tier(self) -> int:
        """How telling its predicate is, 0 most."""
        return _tier(self.predicate)


def amount(length: str) -> Amount:
    """How much a text of that length says.

    Raises:
        InputError: not one of "short", "medium", "long".
    """
    if length not in AMOUNTS:
        raise InputError(message("length", f"one of {', '.join(AMOUNTS)}", repr(length)))
    return AMOUNTS[length]


def facts(scene: SceneGraph, place: Sequence[int], tiers: int = len(_TIERS)) -> list[Told]:
    """Every fact of the graph that has words, once, in the order of the relations.

    Left out are relations in an object's own frame, which the same words would turn into the viewer's, and predicates
    that are neither the library's nor phrases or verbs of English.

    Args:
        place: [N] each object's place in the order of telling; of two ways to say a fact, the subject is the later one.
        tiers: how many kinds of relations, the most telling first.
    """
    relations = scene.relations
    sayable = [_tier(name) < tiers and verb_phrase(_sayable(name)) is not None for name in relations.predicates]
    kept = np.array([*sayable, False])[relations.code] & (relations.frame_code != FRAMES.index("object"))
    rows = np.flatnonzero(kept & (relations.subject != relations.object))
    columns = (relations.subject, relations.code, relations.object, relations.third)
    found: dict[tuple[str, object], Told] = {}
    for row, subject, code, object_, third in zip(
        rows.tolist(), *(column[rows].tolist() for column in columns), strict=True
    ):
        told = _told(subject, relations.predicates[code], object_, third, row)
        key = _key(told)
        if key not in found or _better(told, found[key], place):
            found[key] = told
    return list(found.values())


def _tier(predicate: str) -> int:
    canonical = CANONICAL.get(predicate, predicate)
    return next((i for i, names in enumerate(_TIERS) if canonical in names), 0)


def _told(subject: int, name: str, object_: int, third: int, row: int) -> Told:
    if name == "contains":  # its verb says the same as "inside", the other way round
        return Told(object_, "inside", subject, None, row)
    return Told(subject, _sayable(name), object_, None if third < 0 else third, row)


def _sayable(name: str) -> str:
    return "inside" if name == "contains" else name


def _key(told: Told) -> tuple[str, object]:
    if told.third is not None:
        return told.predicate, (told.subject, frozenset((told.object, told.third)))
    return told.canonical, frozenset(told.ends) if told.canonical in SYMMETRIC else told.ends


def _better(told: Told, other: Told, place: Sequence[int]) -> bool:
    if told.canonical in HOLDING:
        return told.predicate in HOLDING and other.predicate not in HOLDING
    return place[told.subject] > place[other.subject]


def holders(told: Iterable[Told]) -> dict[int, set[int]]:
    """For each thing that is on or in others, those."""
    out: dict[int, set[int]] = {}
    for one in told:
        if one.canonical in HOLDING:
            held, holder = one.ends
            out.setdefault(held, set()).add(holder)
    return out


def order(scene: SceneGraph) -> list[int]:
    """Rows of the objects in the order of telling: what stands by itself from the largest to the smallest, surfaces
    first, each followed by what is on or in it."""
    count = len(scene.objects)
    held = holders(facts(scene, range(count), tiers=1))
    bottom = scene.objects.center_m[:, 2] - scene.objects.size_m[:, 2] / 2
    volume = scene.objects.size_m.prod(axis=1)
    rank = [(kind != "surface", -v, i) for i, (kind, v) in enumerate(zip(scene.objects.kind, volume, strict=True))]
    parts: dict[int, list[int]] = {}
    for row in sorted(range(count), key=rank.__getitem__):
        over = [holder for holder in held.get(row, ()) if scene.objects.kind[holder] != "surface"]
        parent = max(over, key=lambda holder: (bottom[holder], -volume[holder], holder), default=-1)
        parts.setdefault(parent, []).append(row)
    out: dict[int, None] = {}
    stack = [*reversed(range(count)), *reversed(parts.get(-1, []))]  # rings of holders come last
    while stack:
        row = stack.pop()
        if row not in out:
            out[row] = None
            stack.extend(reversed(parts.get(row, [])))
    return list(out)


def worth_telling(told: Sequence[Told]) -> list[Told]:
    """Those that do not follow from others of them."""
    apart = _without_held(told)
    after: dict[str, dict[int, set[int]]] = {name: {} for name in _CHAINS}
    for one in apart:
        if one.canonical in after:
            after[one.canonical].setdefault(one.ends[0], set()).add(one.ends[1])
    direct = [one for one in apart if not _chained(one, after.get(one.canonical, {}))]
    beside = {frozenset(one.ends) for one in direct if one.canonical in _NEARBY}
    return [one for one in direct if one.canonical != "near" or frozenset(one.ends) not in beside]


def _without_held(told: Sequence[Told]) -> list[Told]:
    """Without what is clear of things that are on or in one another, by way of others too."""
    held = holders(told)
    through = {thing: _all_holders(thing, held) for thing in held}

    def clear(one: Told) -> bool:
        first, second = one.ends
        if one.canonical in HOLDING:
            return any(second in through.get(middle, ()) and middle != second for middle in held[first])
        known = one.third is None and one.canonical in _PLACES
        return known and (second in through.get(first, ()) or first in through.get(second, ()))

    return [one for one in told if not clear(one)]


def _all_holders(thing: int, held: dict[int, set[int]]) -> set[int]:
    """What a thing is on or in, by way of other things too."""
    out: set[int] = set()
    left = [thing]
    while left:
        fresh = held.get(left.pop(), set()) - out
        out |= fresh
        left.extend(fresh)
    return out - {thing}


def _chained(one: Told, after: dict[int, set[int]]) -> bool:
    """a of b and b of c say it already."""
    first, second = one.ends
    return any(second in after.get(middle, ()) for middle in after.get(first, ()))


def chosen(scene: SceneGraph, told: Sequence[Told], much: Amount) -> list[Told]:
    """Those that a text of that length states, in the order in which they came.

    Taken first: what is more telling, then what stands on or in the same things, then what is nearer. Where not all
    are taken, none is that only numbers could put into words: "the second apple is next to the first apple".
    """
    if much == Amount():
        return list(told)
    kinds = [
        (plain(label), adjectives(row))
        for label, row in zip(scene.objects.label, scene.objects.attributes, strict=True)
    ]
    weigh = _weights(scene, told)
    used: Counter[tuple[str, object]] = Counter()
    picked: set[int] = set()
    for one in sorted(told, key=weigh):
        pair, subject = ("pair", frozenset(one.things)), ("subject", one.subject)
        full = used[pair] >= much.per_pair or used[subject] >= much.per_subject or len(picked) >= much.relations
        alike = any(kinds[one.subject] == kinds[other] for other in one.things[1:])
        if weigh(one)[0] < much.tiers and not full and not alike:
            picked.add(one.row)
            used.update((pair, subject))
    return [one for one in told if one.row in picked]


def _weights(scene: SceneGraph, told: Sequence[Told]) -> Callable[[Told], tuple[int, float, int]]:
    """What to sort by, the most telling first: how telling it is, metres apart, its row.

    Of things on or in different ones, that says already where they are; the more so inside, or on the floor.
    """
    center = scene.objects.center_m
    known = [plain(label) in BACKGROUND for label in scene.objects.label]
    held = {row: {holder for holder in over if not known[holder]} for row, over in holders(told).items()}
    within = {one.ends[0] for one in told if one.canonical == "inside"}

    def weigh(one: Told) -> tuple[int, float, int]:
        others, tier = one.things[1:], one.tier
        if one.canonical not in HOLDING and any(held.get(one.subject, set()) != held.get(row, set()) for row in others):
            tier += len(_TIERS) if within.intersection(one.things) else 1
        if any(known[row] for row in one.things):
            tier += len(_TIERS)
        far_m = max(math.dist(center[one.subject], center[other]) for other in others)
        return tier, round(far_m, _MILLIMETRE_DIGITS), one.row

    return weigh
