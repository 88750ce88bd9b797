"""Pairs: which of many pairs of objects stand in a relation: true, false, or too close to call.

Relations that the graph holds are true. What a graph of measured relations does not hold is false, unless the rules
call it too close; in scenes so large that `relate` looked at near pairs only, the rules decide of the others. What a
graph has from elsewhere (people, an engine) is used as it is: what it does not hold is false. A predicate that the
graph was not asked for is measured by the rules of `relate`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from ..errors import QueryError, suggestion
from ..relate import PREDICATES, RelationRules
from ..relate.claims import Claims
from ..relate.directions import own_directions, viewer_directions
from ..relate.measure import Measured
from ..relate.pairs import candidate_pairs
from ..relate.relate import DIRECTIONS, claims_of_pairs
from ..relate.vertical import vertical
from ..types import FRAMES, SceneGraph
from .columns import Columns
from .values import Things

THREE_PLACES = "between"
_NEED_OTHERS = ("above", "below", "on", "under", "inside", "contains")  # two things alone do not tell
_CHUNK = 65536  # pairs measured at a time
_LEVEL_M = 1e-6  # on the ground, from which on a look has a direction
_SCENES = 8  # of which what rests on what is remembered

Keyed = tuple[np.ndarray, np.ndarray, Claims]  # subject * N + object, ascending; the claim's row of each; the claim


@dataclass(frozen=True, eq=False)
class View:
    """Where directions are seen from.

    Attributes:
        frame: "viewer", "world" or "object" (each reference's own front); None for what the predicate is usually said
            in.
        of: an object whose front is straight ahead, for "from the chair's point of view"; None for no such.
        toward: an object that is straight ahead instead, for "standing at the chair and looking to the sofa".
    """

    frame: str | None = None
    of: Things | None = None
    toward: Things | None = None

    @property
    def things(self) -> tuple[Things, ...]:
        """The objects that it rests on."""
        return tuple(one for one in (self.of, self.toward) if one is not None)


Frame = str | Things | View | None  # what a program says of where directions are seen from


@dataclass(frozen=True, eq=False)
class Told:
    """K x A answers: whether each of K subjects stands in the relation to each of A objects.

    Attributes:
        true, open: [K, A] bool: it does; it cannot be told.
        score: [K, A] how sure what is true is, or how near to true what is not.
        relation: [K, A] row of the scene's relation that says so; -1 for none.
        margin: [K, A] by how much the threshold is cleared where the rules were asked; NaN elsewhere.
        why: why it cannot be told; "" for too close to call.
        evidence: the numbers measured of a single pair.
    """

    true: np.ndarray
    open: np.ndarray
    score: np.ndarray
    relation: np.ndarray
    margin: np.ndarray
    why: str = ""
    evidence: dict[str, float] = field(default_factory=dict)

    def __or__(self, other: "Told") -> "Told":
        """Either of two predicates."""
        true = self.true | other.true
        better = other.score > self.score
        return Told(
            true,
            (self.open | other.open) & ~true,
            np.maximum(self.score, other.score),
            np.where(better & (other.relation >= 0), other.relation, np.maximum(self.relation, -1)),
            np.where(better, other.margin, self.margin),
            self.why or other.why,
            {**self.evidence, **other.evidence},
        )


def tell(
    columns: Columns,
    rules: RelationRules,
    predicates: Sequence[str],
    subjects: np.ndarray,
    objects: np.ndarray,
    view: View,
    *,
    enough: np.ndarray | None = None,
) -> Told:
    """Whether any of `predicates` holds between the rows `subjects`, [K], and `objects`, [A]. No thing stands in a
    relation to itself.

    Args:
        enough: [A] bool: a subject that the scene joins to one of these objects is not measured against the others.

    Raises:
        QueryError: a predicate that neither the scene nor the rules know, or `between`.
    """
    asked = [_asked(columns, rules, view, plain_name(name)) for name in predicates]
    tables = [_looked_up(columns, one, subjects, objects) for one in asked]
    settled = np.zeros(len(subjects), dtype=bool)
    if enough is not None:
        settled = np.logical_or.reduce([table.true[:, enough].any(axis=1) for table in tables])
    left = ~settled[:, None] & (subjects[:, None] != objects[None, :])
    told = _completed(tables[0], asked[0], (subjects, objects, left))
    for table, one in zip(tables[1:], asked[1:], strict=True):
        told = told | _completed(table, one, (subjects, objects, left))
    return told


def plain_name(predicate: str) -> str:
    """A predicate as the library writes it: "left_of"."""
    return "_".join(predicate.lower().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True)
class _Asked:
    """One predicate of a scene, and where its truth comes from.

    Attributes:
        scene: that is asked.
        rules: thresholds for what it does not hold.
        view: where directions are seen from.
        predicate: its name.
        frames: of the relations that count.
        measured: the rules may speak of what the scene does not hold.
        complete: they may not say that it is true.
    """

    scene: SceneGraph
    rules: RelationRules
    view: View
    predicate: str
    frames: frozenset[str]
    measured: bool
    complete: bool


def _completed(told: Told, asked: _Asked, pairs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Told:
    """The table with what the rules say of the pairs that the scene does not join, of those `left`, [K, A] bool."""
    subjects, objects, left = pairs
    rest = np.argwhere(left & ~told.true)
    if not asked.measured or not len(rest):
        return told
    why, evidence = "", dict[str, float]()
    for part in np.array_split(rest, len(rest) // _CHUNK + 1):
        why, evidence = _measure(told, asked, (subjects, objects, part))
    return replace(told, why=why, evidence=evidence)


def _asked(columns: Columns, rules: RelationRules, view: View, predicate: str) -> _Asked:
    scene = columns.scene
    known = predicate in scene.relations.predicates
    if predicate == THREE_PLACES:
        raise QueryError("between is said of three things: ask it with between(...) or judge_between(...)")
    if not known and predicate not in PREDICATES:
        choices = {*scene.relations.predicates, *PREDICATES}
        raise QueryError(f"unknown predicate {predicate!r}; {suggestion(predicate, choices)}")
    present = columns.frames(predicate)
    ours = predicate in PREDICATES and bool(scene.relations.evidence_names.get(predicate))
    frames = _frames(scene, predicate, view, present, ours=ours)
    there = bool(frames & present)
    small = len(scene.objects) <= rules.all_pairs_up_to or predicate in _NEED_OTHERS
    default = view.of is None and view.frame is None
    complete = known and small and (default or there or (ours and view.frame == "object"))
    measured = predicate in PREDICATES and (ours or not there)
    return _Asked(scene, rules, view, predicate, frames, measured, complete)


def _frames(scene: SceneGraph, predicate: str, view: View, present: frozenset[str], *, ours: bool) -> frozenset[str]:
    if predicate not in DIRECTIONS:
        return frozenset(FRAMES)
    if view.of is not None:
        return frozenset()
    if view.frame is None and not ours:
        return present - {"object"} or present
    wanted = _frame(scene, view)
    return frozenset({wanted} if wanted == "object" or scene.camera is not None else {"viewer", "world"})


def _frame(scene: SceneGraph, view: View) -> str:
    if view.frame == "object":
        return "object"
    return view.frame if view.frame and scene.camera is not None else _usual_frame(scene)


def _usual_frame(scene: SceneGraph) -> str:
    return "world" if scene.camera is None else "viewer"


def _looked_up(columns: Columns, asked: _Asked, subjects: np.ndarray, objects: np.ndarray) -> Told:
    """The table of what the scene holds; of several frames the surest."""
    shape = len(subjects), len(objects)
    true, score, margin = np.zeros(shape, dtype=bool), np.zeros(shape), np.full(shape, np.nan)
    relation = np.full(shape, -1, dtype=np.int64)
    relations, count = columns.scene.relations, len(columns.scene.objects)
    row_of, column_of = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    row_of[subjects], column_of[objects] = np.arange(len(subjects)), np.arange(len(objects))
    rows = columns.relations_to(asked.predicate, objects)
    rows = rows[row_of[relations.subject[rows]] >= 0]
    rows = rows[np.array([frame in asked.frames for frame in FRAMES])[relations.frame_code[rows]]]
    rows = rows[relations.subject[rows] != relations.object[rows]]
    rows = rows[np.argsort(relations.score[rows], kind="stable")]
    at = row_of[relations.subject[rows]], column_of[relations.object[rows]]
    true[at], score[at], margin[at] = True, relations.score[rows], relations.margin_m[rows]
    relation[at] = rows
    return Told(true, np.zeros(shape, dtype=bool), score, relation, margin)


def _measure(
    told: Told, asked: _Asked, pairs: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[str, dict[str, float]]:
    """Put what the rules say of some pairs into the table; why some are undefined, and the numbers of a single one."""
    scene, view = asked.scene, asked.view
    subjects, objects, part = pairs
    at = part[:, 0], part[:, 1]
    subject, object_ = subjects[at[0]], objects[at[1]]
    if asked.predicate in DIRECTIONS:
        without = _without_front(scene, object_, view)
        if len(without):
            told.open[at], told.score[at] = True, 0.5
            defined = np.zeros(0, dtype=np.int64) if view.of else np.flatnonzero(scene.objects.front_known[object_])
            at = at[0][defined], at[1][defined]
            subject, object_ = subject[defined], object_[defined]
        why = f"the {scene.objects.label[without[0]]}'s front is not known" if len(without) else ""
    else:
        why = ""
    true, open_, score, margin, evidence = _verdicts(asked, (subject, object_))
    held = true & asked.complete
    told.true[at], told.open[at] = true & ~held, open_
    told.score[at], told.margin[at] = np.where(held, np.minimum(score, 0.5), score), margin
    return why, evidence


def _without_front(scene: SceneGraph, objects: np.ndarray, view: View) -> np.ndarray:
    """Rows of the objects whose front would have to be known and is not."""
    if view.of is not None:
        objects = np.array([view.of.row] if view.toward is None else [], dtype=np.int64)
    elif view.frame != "object":
        return np.zeros(0, dtype=np.int64)
    return objects[~scene.objects.front_known[objects]]


def _verdicts(
    asked: _Asked, pairs: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, float]]:
    """True, open, score and margin, [P] each, by the rules; the evidence of a single pair."""
    count, total = len(asked.scene.objects), len(pairs[0])
    true, open_ = np.zeros(total, dtype=bool), np.zeros(total, dtype=bool)
    score, margin, evidence = np.zeros(total), np.full(total, np.nan), dict[str, float]()
    wanted = pairs[0] * count + pairs[1]
    for key, order, claim in _claimed(asked, pairs):
        place = np.searchsorted(key, wanted)
        here = np.flatnonzero(key[np.minimum(place, len(key) - 1)] == wanted) if len(key) else place[:0]
        rows = order[place[here]]
        margin[here], score[here] = claim.verdict.margin[rows], claim.verdict.score(rows)
        true[here] = claim.verdict.margin[rows] > 0
        open_[here] = ~true[here] & (claim.verdict.strength[rows] > -1)
        if total == 1 and len(rows):
            evidence = {name: float(values[rows[0]]) for name, values in claim.evidence.items()}
    return true, open_, score, margin, evidence


def _claimed(asked: _Asked, pairs: tuple[np.ndarray, np.ndarray]) -> tuple[Keyed, ...]:
    """The claims of one predicate about some pairs at least, in the frame that is asked for."""
    scene, rules, predicate, view = asked.scene, asked.rules, asked.predicate, asked.view
    if predicate in _NEED_OTHERS:
        return _of_whole_scene(scene, rules)[predicate]
    count = len(scene.objects)
    unordered = np.unique(np.minimum(*pairs) * count + np.maximum(*pairs))
    measured = Measured(scene.objects, unordered // count, unordered % count, _eye_m(scene))
    axes = axes_of(scene, view) if predicate in DIRECTIONS else None
    if predicate not in DIRECTIONS:
        claims = claims_of_pairs(measured, scene.camera, _rules_for(rules, predicate))
    elif axes is None:
        claims = own_directions(measured, rules)
    else:
        claims = viewer_directions(measured, rules, axes, "viewer")
    return tuple(_keyed(claim, count) for claim in claims if claim.predicate == predicate)


def _eye_m(scene: SceneGraph) -> np.ndarray | None:
    return None if scene.camera is None else scene.camera.center_m


def _keyed(claim: Claims, count: int) -> Keyed:
    key = claim.subject * count + claim.object
    order = np.argsort(key, kind="stable")
    return key[order], order, claim


@lru_cache(maxsize=_SCENES)
def _of_whole_scene(scene: SceneGraph, rules: RelationRules) -> dict[str, tuple[Keyed, ...]]:
    """What is on, above and inside what. What a thing rests on depends on what else could hold it, so that all pairs
    whose footprints may meet are looked at together, as `relate` does."""
    objects = scene.objects
    if len(objects) > rules.all_pairs_up_to:
        i, j = candidate_pairs(objects, rules)
    else:
        reach = 0.5 * np.hypot(objects.size_m[:, 0], objects.size_m[:, 1])
        offset = objects.center_m[:, None, :2] - objects.center_m[None, :, :2]
        i, j = np.nonzero(np.triu(np.hypot(offset[..., 0], offset[..., 1]) <= reach[:, None] + reach[None, :], 1))
    claims = vertical(Measured(objects, i, j, _eye_m(scene)), rules)
    return {
        name: tuple(_keyed(claim, len(objects)) for claim in claims if claim.predicate == name) for name in _NEED_OTHERS
    }


def frontless(scene: SceneGraph, view: View) -> str:
    """Why an outlook is not known: "the lamp's front is not known"; "" for one that is."""
    if view.of is None or view.toward is not None or scene.objects.front_known[view.of.row]:
        return ""
    return f"the {scene.objects.label[view.of.row]}'s front is not known"


def axes_of(scene: SceneGraph, view: View) -> np.ndarray | None:
    """[2, 2] right and ahead on the ground, as unit vectors; None for each reference's own front.

    Raises:
        QueryError: who looks straight up or down.
    """
    if view.of is not None and view.toward is not None:
        ahead = (scene.objects.center_m[view.toward.row] - scene.objects.center_m[view.of.row])[:2]
        far = float(np.linalg.norm(ahead))
        if far < _LEVEL_M:
            raise QueryError("who looks straight up or down has no left and right")
        return np.array([[ahead[1], -ahead[0]], ahead]) / far
    if view.of is not None:
        yaw = float(scene.objects.yaw_rad[view.of.row])
        return np.array([[np.sin(yaw), -np.cos(yaw)], [np.cos(yaw), np.sin(yaw)]])
    frame = _frame(scene, view)
    if frame == "object":
        return None
    return np.eye(2) if frame == "world" else np.stack(scene.viewer_axes())[:, :2]


@lru_cache(maxsize=64)
def _rules_for(rules: RelationRules, predicate: str) -> RelationRules:
    return replace(rules, predicates=(predicate,))
