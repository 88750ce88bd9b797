"""Salience: which relations say most about a scene, for a reader who sees only some of them.

Support and containment come first (they tell how the scene stands), then directions between neighbours, then
what lies between two things, then nearness, then comparisons. Of a relation and its inverse one is kept.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ..types import FRAMES, Relations, SceneGraph
from ..types.predicates import CANONICAL, SYMMETRIC

# Most informative first; a predicate that is not listed comes after all of them.
TIERS: tuple[tuple[str, ...], ...] = (
    ("inside", "on"),
    ("facing", "left_of", "in_front_of", "above"),
    ("between",),
    ("touching", "next_to", "near"),
    ("aligned_with", "larger_than", "taller_than", "far_from"),
)
DIRECTIONS = 1


@dataclass(frozen=True)
class Quota:
    """How many relations to choose, so that no pair, object or kind of relation takes all the room.

    Attributes:
        total: relations in all.
        per_pair: relations between the same two objects.
        per_object: relations with the same subject.
        per_target: relations with the same object.
        per_tier: for each tier of predicates, its largest number; tiers beyond the end get none.
    """

    total: int = 8
    per_pair: int = 1
    per_object: int = 2
    per_target: int = 3
    per_tier: tuple[int, ...] = (4, 4, 1, 1)


def informative(scene: SceneGraph) -> Int[np.ndarray, " k"]:
    """Rows of the scene's relations, most informative first, without inverses and mirrored symmetric ones.

    Within a tier: objects before surfaces, the viewer's frame before others, then surer and nearer pairs.
    """
    relations = scene.relations
    rows = np.flatnonzero(_wanted(relations))
    tier = tiers(scene)[rows]
    is_surface = np.array([kind == "surface" for kind in scene.objects.kind], dtype=bool)
    subject, object_ = relations.subject[rows], relations.object[rows]
    surfaces = is_surface[subject].astype(int) * 2 + is_surface[object_]
    by_viewer = relations.frame_code[rows] != FRAMES.index("viewer")
    third = np.where(relations.third[rows] < 0, object_, relations.third[rows])
    at_m = scene.objects.center_m
    apart_m = np.maximum(*(np.linalg.norm(at_m[subject] - at_m[end], axis=1) for end in (object_, third)))
    sure = np.round(relations.score[rows], 1)
    return rows[np.lexsort((apart_m, -sure, by_viewer & (tier == DIRECTIONS), surfaces, tier))]


def chosen(scene: SceneGraph, quota: Quota) -> list[int]:
    """Rows of the few relations that are worth an arrow, most informative first."""
    relations, tier_of = scene.relations, tiers(scene)
    rows = informative(scene)
    rows = rows[tier_of[rows] < len(quota.per_tier)]
    picked: list[int] = []
    used: dict[tuple[str, object], int] = {}
    for row in rows.tolist():
        if len(picked) == quota.total:
            break
        tier = int(tier_of[row])
        if used.get(("tier", tier), 0) >= quota.per_tier[tier]:
            continue
        subject, object_ = int(relations.subject[row]), int(relations.object[row])
        limits = {
            ("pair", frozenset((subject, object_))): quota.per_pair,
            ("subject", subject): quota.per_object,
            ("object", object_): quota.per_target,
        }
        if all(used.get(key, 0) < limit for key, limit in limits.items()) and not _follows(relations, row, picked):
            picked.append(row)
            for key in (("tier", tier), *limits):
                used[key] = used.get(key, 0) + 1
    return picked


def _follows(relations: Relations, row: int, picked: list[int]) -> bool:
    """True if the row says what two picked ones of its kind say together: a of b, b of c, so a of c."""
    same = [r for r in picked if relations.code[r] == relations.code[row]]
    after = {int(relations.object[r]) for r in same if relations.subject[r] == relations.subject[row]}
    before = {int(relations.subject[r]) for r in same if relations.object[r] == relations.object[row]}
    return bool(after & before)


def tiers(scene: SceneGraph) -> Int[np.ndarray, " m"]:
    """[M] the tier of each relation: that of its predicate, or the last for what is inside another thing.

    Where a thing in a bowl is, the bowl says already.
    """
    relations = scene.relations
    place = {name: i for i, names in enumerate(TIERS) for name in names}
    of_predicate = [place.get(CANONICAL.get(name, name), len(TIERS)) for name in relations.predicates]
    out = np.array(of_predicate, dtype=np.int64)[relations.code]
    names = np.array([*relations.predicates, ""])[relations.code]
    held = np.zeros(len(scene.objects), dtype=bool)
    held[relations.subject[names == "inside"]] = True
    told = held[relations.subject] | held[relations.object]
    out[told & ~np.isin(names, ("inside", "contains"))] = len(TIERS)
    return out


def _wanted(relations: Relations) -> np.ndarray:
    names = relations.predicates
    inverse = np.array([CANONICAL.get(name) in names for name in names], dtype=bool)[relations.code]
    symmetric = np.array([name in SYMMETRIC for name in names], dtype=bool)[relations.code]
    first = np.where(relations.third >= 0, relations.object, relations.subject)
    second = np.where(relations.third >= 0, relations.third, relations.object)
    return ~inverse & ~(symmetric & (first > second))
