"""Facts: what of a scene's relations a person would say, and how much it matters."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...types import SceneGraph
from ...types.predicates import OPPOSITES
from ...types.relations import FRAMES
from .wording import Triple

_HELD = ("on", "inside")


@dataclass(frozen=True)
class Worth:
    """How much a fact matters.

    Attributes:
        predicate: weight of each predicate that captions use; the others are not said.
        reach_m: facts of things twice this far apart weigh half as much as those of neighbours.
        elsewhere: factor for things of which one is on something that the other is not on.
        landmark: factor for a thing whose place is told by one that is at least `larger` times smaller.
        counted, shared: factors for facts of like things as a number, and of several things named one by one.
        main_share: least visible share of a main thing ...
        main_pixels: ... and least share of the picture that shows it.
        main_most: most main things.
    """

    predicate: dict[str, float] = field(
        default_factory=lambda: {
            "on": 3.0,
            "inside": 4.0,
            "left_of": 1.0,
            "right_of": 1.0,
            "in_front_of": 1.0,
            "behind": 1.0,
            "above": 0.8,
            "below": 0.8,
            "next_to": 2.0,
            "near": 0.5,
        }
    )
    reach_m: float = 1.0
    elsewhere: float = 0.3
    landmark: float = 0.15
    larger: float = 4.0
    counted: float = 1.5
    shared: float = 0.6
    main_share: float = 0.3
    main_pixels: float = 0.001
    main_most: int = 9


WORTH = Worth()


@dataclass(frozen=True)
class Fact:
    """One statement about rows of a scene.

    Attributes:
        subjects: the things of which it is said, one or several.
        predicate: of `relate`.
        object: the thing that they are related to.
        weight: how much it matters.
        counted: the subjects are spoken of as a number of like things: all that have the label (and color, if given).
        color: that all of them share.
    """

    subjects: tuple[int, ...]
    predicate: str
    object: int
    weight: float
    counted: bool = False
    color: str | None = None

    @property
    def things(self) -> frozenset[int]:
        """All rows that it speaks of."""
        return frozenset((*self.subjects, self.object))

    @property
    def triples(self) -> tuple[tuple[int, str, int], ...]:
        """What it says, thing by thing."""
        return tuple((row, self.predicate, self.object) for row in self.subjects)


@dataclass(frozen=True, eq=False)
class Facts:
    """What can be said of a scene.

    Attributes:
        single: facts of one thing and another.
        counted: facts of several like things and another, that are spoken of as a number.
        main: rows of the things that a full caption should have, the largest in the picture first.
        support: for each thing that is on or in others, how, and the one that stands highest: that which it rests on.
        resting: all that is on or in what, (row, predicate, row), whether or not through another thing.
        sayable: all that may be said, worth a fact of its own or not.
    """

    single: tuple[Fact, ...]
    counted: tuple[Fact, ...]
    main: tuple[int, ...]
    support: Mapping[int, tuple[str, int]]
    resting: frozenset[Triple]
    sayable: frozenset[Triple]


def facts(scene: SceneGraph) -> Facts:
    """What a person might say of the picture that `scene` is the truth of.

    Left out are directions of which the reference's own front says the opposite, what is beside, above or near a
    thing that it is on or in, what is on a thing only through another one, and that a table is above what is under it.
    """
    relations = scene.relations
    names = [relations.predicates[code] for code in relations.code.tolist()]
    rows = list(zip(relations.subject.tolist(), names, relations.object.tolist(), strict=True))
    own = (relations.frame_code == FRAMES.index("object")).tolist()
    seen = [row for row, of_object in zip(rows, own, strict=True) if not of_object]
    contrary = {(a, OPPOSITES[p], b) for (a, p, b), of_object in zip(rows, own, strict=True) if of_object}
    bottom, top = (scene.objects.center_m[:, 2] + side * scene.objects.size_m[:, 2] / 2 for side in (-1, 1))
    said = [
        (a, p, b)
        for a, p, b in seen
        if p in WORTH.predicate and (a, p, b) not in contrary and (p != "above" or bottom[a] > top[b])
    ]
    resting = frozenset(row for row in said if row[1] in _HELD)
    support = _support(scene, resting)
    over = {frozenset((a, b)) for a, p, b in seen if p in (*_HELD, "above")}
    beside = {frozenset((a, b)) for a, p, b in seen if p == "next_to"}
    kept = [(a, p, b) for a, p, b in said if _worth_saying(a, p, b, support, over, beside)]
    single = tuple(
        Fact((a,), p, b, weight) for (a, p, b), weight in zip(kept, _weights(scene, support, kept), strict=True)
    )
    return Facts(
        single, tuple(_counted(scene, single, resting)), tuple(_main(scene)), support, resting, frozenset(said)
    )


def shared_facts(single: Sequence[Fact]) -> list[Fact]:
    """Facts of two or three things, named one by one, that are related to another one in the same way."""
    groups: dict[tuple[str, int], list[Fact]] = {}
    for fact in sorted(single, key=lambda fact: fact.weight, reverse=True):
        groups.setdefault((fact.predicate, fact.object), []).append(fact)
    return [
        Fact(tuple(fact.subjects[0] for fact in group[:count]), predicate, other, WORTH.shared * group[0].weight)
        for (predicate, other), group in groups.items()
        for count in (2, 3)
        if len(group) >= count
    ]


def _support(scene: SceneGraph, resting: frozenset[Triple]) -> dict[int, tuple[str, int]]:
    bottom = (scene.objects.center_m[:, 2] - scene.objects.size_m[:, 2] / 2).tolist()
    ordered = sorted(resting, key=lambda row: (row[0], bottom[row[2]], row[2]))
    return {a: (p, b) for a, p, b in ordered}


def _worth_saying(
    a: int,
    p: str,
    b: int,
    support: Mapping[int, tuple[str, int]],
    over: set[frozenset[int]],
    beside: set[frozenset[int]],
) -> bool:
    if p in _HELD:
        return support[a] == (p, b)
    if p in ("above", "below"):
        return True
    pair = frozenset((a, b))
    return pair not in over and (p != "near" or pair not in beside)


def _counted(scene: SceneGraph, single: Sequence[Fact], resting: frozenset[Triple]) -> list[Fact]:
    """Facts of all like things, two or more, that are on or in one thing, or all on one side of it."""
    labels, rows = scene.objects.label, scene.objects.attributes
    groups: dict[tuple[str, int, str, str | None], list[Fact]] = {}
    for fact in single:
        (subject,) = fact.subjects
        for color in (None, str(rows[subject]["color"])):
            groups.setdefault((fact.predicate, fact.object, labels[subject], color), []).append(fact)
    out = []
    for (predicate, other, label, color), members in groups.items():
        if len(members) < 2:
            continue
        same = [i for i, name in enumerate(labels) if name == label and color in (None, rows[i]["color"])]
        here = [i for i in same if (i, predicate, other) in resting] if predicate in _HELD else same
        if other in same or len(here) != len(members):
            continue
        if color is not None and len(groups[predicate, other, label, None]) == len(members):
            continue
        subjects = tuple(member.subjects[0] for member in members)
        weight = WORTH.counted * max(member.weight for member in members)
        out.append(Fact(subjects, predicate, other, weight, True, color))
    return out


def _weights(scene: SceneGraph, support: Mapping[int, tuple[str, int]], triples: Sequence[Triple]) -> list[float]:
    center, volume = scene.objects.center_m.tolist(), scene.objects.size_m.prod(axis=1).tolist()
    shown = np.sqrt(np.log2(2 + _pixels(scene))).tolist()
    out = []
    for a, p, b in triples:
        weight = WORTH.predicate[p] * shown[a] * shown[b]
        if p not in _HELD:
            weight *= WORTH.reach_m / (WORTH.reach_m + math.dist(center[a], center[b]))
            weight *= WORTH.elsewhere if support.get(a) != support.get(b) else 1.0
            weight *= WORTH.landmark if volume[a] > WORTH.larger * volume[b] else 1.0
        out.append(weight)
    return out


def _main(scene: SceneGraph) -> list[int]:
    pixels, camera = _pixels(scene), scene.camera
    share = [float(row["visibility"]) for row in scene.objects.attributes]
    least = WORTH.main_pixels * (camera.width * camera.height if camera is not None else 1)
    order = np.argsort(-pixels, kind="stable").tolist()
    return [row for row in order if pixels[row] > least and share[row] >= WORTH.main_share][: WORTH.main_most]


def _pixels(scene: SceneGraph) -> np.ndarray:
    seen = scene.objects.seen
    return np.zeros(len(scene.objects)) if seen is None else seen.n_points
