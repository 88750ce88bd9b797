"""relate: typed relations from 3D boxes alone, in one vectorised pass over pairs."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import QueryError, message, suggestion
from ..types import FRAMES, Camera, Objects, Relations, SceneGraph, viewer_axes
from .claims import Claims
from .comparison import alignment, comparison
from .directions import own_directions, viewer_directions
from .measure import Measured
from .middle import between
from .pairs import candidate_pairs
from .proximity import proximity
from .rules import DEFAULT_RULES, RelationRules
from .vertical import vertical

DIRECTIONS = ("left_of", "right_of", "in_front_of", "behind")
EVIDENCE_COLUMNS = 2
_FAMILIES = (
    (("above", "below", "on", "under", "inside", "contains"), vertical),
    (("touching", "near", "far_from", "next_to"), proximity),
    (("larger_than", "smaller_than", "taller_than"), comparison),
    (("aligned_with",), alignment),
    (("between",), between),
)


def relate(
    objects: Objects | Sequence[Mapping[str, Any]], camera: Camera | None = None, rules: RelationRules = DEFAULT_RULES
) -> SceneGraph:
    """A scene graph of 3D boxes, with every relation that holds between them.

    Args:
        objects: boxes in the world frame (z up, metres), or rows for `Objects.from_rows`.
        camera: the viewer, for left, right, front and behind; without one they follow the world's axes (+x right,
            +y ahead) and their frame says "world".
        rules: the thresholds.

    Raises:
        InputError: rows that are not boxes.
    """
    boxes = objects if isinstance(objects, Objects) else Objects.from_rows(objects)
    return SceneGraph(boxes, find_relations(boxes, camera, rules), camera)


def find_relations(objects: Objects, camera: Camera | None, rules: RelationRules) -> Relations:
    """The relations that are true of `objects`, closed under inverse and symmetry."""
    measured = Measured(objects, *candidate_pairs(objects, rules), _eye_m(camera))
    return _collect(claims_of_pairs(measured, camera, rules), rules)


@dataclass(frozen=True)
class Judgement:
    """One question of yes or no about a pair.

    Attributes:
        truth: True, False, or None where it is too close to call or not defined (an object without a known front).
        score: in [0, 1], how sure; 0.5 where it is not defined.
        margin_m: by how much the threshold is cleared; negative where it is missed; NaN where nothing was measured: not
            defined, or footprints apart for relations of what is on, above or inside.
        evidence: the measured numbers.
    """

    truth: bool | None
    score: float
    margin_m: float
    evidence: Mapping[str, float]


def judge(
    objects: Objects,
    subject: int,
    predicate: str,
    object: int,
    *,
    camera: Camera | None = None,
    frame: str | None = None,
    rules: RelationRules = DEFAULT_RULES,
) -> Judgement:
    """Whether `predicate` holds between two rows of `objects`, three-valued, by the same rules as `relate`.

    Only the two are looked at: that a thing lies in a drawer, so not on the drawer below, or on a table, so not on the
    chair that is pushed under it, `relate` alone can see.

    Args:
        frame: "viewer", "world" or "object" for directions; left out, the viewer's with a camera, else the world's.

    Raises:
        QueryError: an unknown predicate, or one of three arguments.
    """
    known = tuple(name for name in rules.predicates if name != "between")
    if predicate not in known:
        raise QueryError(f"cannot judge {predicate!r} of a pair; {suggestion(predicate, known)}")
    wanted = frame or ("viewer" if camera else "world") if predicate in DIRECTIONS else "world"
    if subject == object:
        raise QueryError(message("judge", "two different objects", f"row {subject} twice"))
    pair = np.array([min(subject, object)]), np.array([max(subject, object)])
    for claim in claims_of_pairs(Measured(objects, *pair, _eye_m(camera)), camera, rules):
        if (claim.predicate, claim.frame) == (predicate, wanted) and claim.subject.tolist() == [subject]:
            return _judgement(claim)
    if predicate in DIRECTIONS:
        return Judgement(None, 0.5, math.nan, {})
    return Judgement(False, 0.0, math.nan, {})


def _judgement(claim: Claims) -> Judgement:
    score, margin = float(claim.verdict.score(np.array([0]))[0]), float(claim.verdict.margin[0])
    unsure = margin <= 0 and claim.verdict.strength[0] > -1
    evidence = {name: float(value[0]) for name, value in claim.evidence.items()}
    return Judgement(None if unsure else margin > 0, score, margin, evidence)


def _eye_m(camera: Camera | None) -> np.ndarray | None:
    return None if camera is None else camera.center_m


def claims_of_pairs(m: Measured, camera: Camera | None, rules: RelationRules) -> Iterable[Claims]:
    """What every family of predicates says of the measured pairs, true or not."""
    wanted = set(rules.predicates)
    if wanted & set(DIRECTIONS):
        axes = np.stack(viewer_axes(camera))[:, :2]
        yield from viewer_directions(m, rules, axes, "viewer" if camera is not None else "world")
        yield from own_directions(m, rules)
    for names, family in _FAMILIES:
        if wanted & set(names):
            yield from family(m, rules)


def _collect(claims: Iterable[Claims], rules: RelationRules) -> Relations:
    """The true claims as columns, in the order of the families and the pairs."""
    codes = {name: code for code, name in enumerate(rules.predicates)}
    kept = [(claim, np.flatnonzero(claim.verdict.true)) for claim in claims if claim.predicate in codes]
    if not kept:
        return Relations.empty(rules.predicates)
    total = sum(len(rows) for _, rows in kept)
    third, evidence = np.full(total, -1, dtype=np.int32), np.full((total, EVIDENCE_COLUMNS), np.nan)
    start = 0
    for claim, rows in kept:
        part = slice(start, start + len(rows))
        start += len(rows)
        if claim.third is not None:
            third[part] = claim.third[rows]
        for column, values in enumerate(claim.evidence.values()):
            evidence[part, column] = values[rows]
    counts = [len(rows) for _, rows in kept]
    return Relations(
        subject=np.concatenate([claim.subject[rows] for claim, rows in kept]).astype(np.int32),
        object=np.concatenate([claim.object[rows] for claim, rows in kept]).astype(np.int32),
        code=np.repeat(np.array([codes[claim.predicate] for claim, _ in kept], dtype=np.int16), counts),
        frame_code=np.repeat(np.array([FRAMES.index(claim.frame) for claim, _ in kept], dtype=np.int8), counts),
        score=np.concatenate([claim.verdict.score(rows) for claim, rows in kept]),
        margin_m=np.concatenate([claim.verdict.margin[rows] for claim, rows in kept]),
        third=third,
        evidence=evidence,
        predicates=rules.predicates,
        evidence_names={claim.predicate: tuple(claim.evidence) for claim, _ in kept},
    )
