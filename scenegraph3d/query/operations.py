"""Operations that give sets of objects, and single ones of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import QueryError, message, suggestion
from ..geometry import boxes
from ..language.wording import number, plural
from ..relate import RelationRules
from ..types import SceneGraph
from .columns import Columns
from .pairs import THREE_PLACES, Frame, Told, View, axes_of, frontless, tell
from .sizes import EXTREMES, SIZE_WORDS, eye_m, measured
from .values import Things

SIDES: Mapping[str, tuple[int, int]] = {"left": (0, -1), "right": (0, 1), "ahead": (1, 1), "behind": (1, -1)}
SHOWN = 6  # of the candidates in a message
SHOWN_LABELS = 20  # of a scene, where it has nothing of a name
_SAME = 1e-9  # relative; what differs by less is equal
_OBJECT_KINDS = ("object", "surface")


@dataclass(frozen=True, eq=False)
class Context:
    """What a program runs on: the scene's columns, and the rules of what it does not hold."""

    columns: Columns
    rules: RelationRules

    @property
    def scene(self) -> SceneGraph:
        """The scene."""
        return self.columns.scene

    def name(self, row: int) -> str:
        """ "cup#3"."""
        return f"{self.scene.objects.label[row]}#{self.scene.objects.id[row]}"

    def names(self, rows: Sequence[int]) -> str:
        """ "table#1 (red), table#4 (brown)"; some of them where there are many."""
        return ", ".join(map(self._detailed, rows[:SHOWN])) + (", ..." if len(rows) > SHOWN else "")

    def _detailed(self, row: int) -> str:
        attributes = self.scene.objects.attributes[row]
        said = [attributes[key] for key in ("size", "color", "material", "shape") if key in attributes]
        words = " ".join(str(value) for value in said)
        return f"{self.name(row)} ({words})" if words else self.name(row)


def scene(context: Context) -> Things:
    """All objects."""
    count = len(context.scene.objects)
    return Things(np.ones(count, dtype=bool), np.zeros(count, dtype=bool), context.scene.objects.score)


def thing(context: Context, id: int) -> Things:  # noqa: A002
    """The object with this id."""
    found = context.scene.objects.id == id
    if not found.any():
        raise QueryError(f"no object #{id} in this scene")
    return scene(context).where(found)


def label(context: Context, of: Things, noun: str) -> Things:
    """Those that may be called by a noun."""
    return of.where(context.columns.named(noun))


def kind(context: Context, of: Things, kind: str) -> Things:
    """Those of one kind: "object" or "surface" (floor, wall)."""
    if kind not in _OBJECT_KINDS:
        raise QueryError(f"unknown kind {kind!r}; {suggestion(kind, _OBJECT_KINDS)}")
    return of.where(np.array([own == kind for own in context.scene.objects.kind], dtype=bool))


def attribute(context: Context, of: Things, key: str, value: str) -> Things:
    """Those with this value of an attribute; those without the attribute are open."""
    key = context.columns.key(key)
    wanted = context.columns.lexicon.normal(value)
    values = context.columns.values(key)
    true = np.array([wanted in own for own in values], dtype=bool)
    unknown = np.array([not own for own in values], dtype=bool)
    open_rows = np.flatnonzero(of.candidates & unknown)
    why = f"the {key} of {context.name(int(open_rows[0]))} is not known" if len(open_rows) else ""
    return of.where(true, unknown, why)


def size(context: Context, of: Things, size: str) -> Things:
    """Those that are large, small, tall, ...: as their attribute says where the scene has it, else beside the median of
    the set."""
    word = context.columns.lexicon.normal(size)
    said = context.columns.values("size")
    with_size = np.array([bool(own) for own in said], dtype=bool)
    if any(word in own for own in said) or (with_size.any() and word in ("large", "small", "medium")):
        return attribute(context, of, "size", word)
    if word not in SIZE_WORDS:
        raise QueryError(f"unknown size {size!r}; {suggestion(word, SIZE_WORDS)}")
    what, sign = SIZE_WORDS[word]
    high, low = _ratios(context.rules, what)
    count = int(of.sure.sum())
    if count < 2:
        none = np.zeros(len(of.sure), dtype=bool)
        return of.where(none, of.sure, "there is nothing to compare its size with")
    logs = np.log(np.maximum(measured(context.scene, what), 1e-9))
    excess = sign * (logs - np.median(logs[of.sure]))
    return of.where(excess > np.log(high), (excess > np.log(low)) & (excess <= np.log(high)))


def _ratios(rules: RelationRules, what: str) -> tuple[float, float]:
    """From which ratio on one is larger than the other, and up to which it is not."""
    return rules.larger_ratio if what == "volume" else (1 / (1 - rules.taller_ratio), 1.0)


def relate(context: Context, of: Things, predicate: str | tuple[str, ...], to: Things, frame: Frame) -> Things:
    """Those that stand in one of the relations to some member of another set."""
    subjects, objects = np.flatnonzero(of.candidates), np.flatnonzero(to.candidates)
    enough = to.sure[objects]
    looking = view(frame)
    told = tell(context.columns, context.rules, several(predicate), subjects, objects, looking, enough=enough)
    return _filtered(of, to, told, (subjects, objects)).resting_on(*looking.things)


def several(predicate: str | tuple[str, ...]) -> tuple[str, ...]:
    """One predicate or more as a tuple."""
    return (predicate,) if isinstance(predicate, str) else predicate


def view(frame: Frame) -> View:
    """Where directions are seen from."""
    if isinstance(frame, View):
        return frame
    if isinstance(frame, Things):
        return View(of=frame)
    frames = ("viewer", "world", "object")
    if frame is not None and frame not in frames:
        raise QueryError(f"unknown frame {frame!r}; {suggestion(frame, frames)}")
    return View(frame)


def looking(context: Context, from_: Things, to: Things) -> View:
    """The outlook of somebody who stands at one object and looks to another."""
    if from_.row == to.row:
        raise QueryError(f"nobody looks from {context.name(from_.row)} to itself")
    return View(of=from_, toward=to)


def _filtered(of: Things, to: Things, told: Told, places: tuple[np.ndarray, np.ndarray]) -> Things:
    """The members of `of` that a table joins to a member of `to`."""
    subjects, objects = places
    true, unknown, score = np.zeros_like(of.sure), np.zeros_like(of.sure), of.score.copy()
    sure_to = to.sure[objects]
    joined = told.true & sure_to
    true[subjects] = joined.any(axis=1)
    unknown[subjects] = (told.true | told.open).any(axis=1)
    pair_score = np.where(joined, np.minimum(told.score, to.score[objects]), 0.0)
    score[subjects] = np.minimum(score[subjects], pair_score.max(axis=1, initial=0.0))
    out = replace(of.where(true, unknown, told.why or to.why), score=score)
    links = told.relation[joined & (told.relation >= 0)]
    kept = np.flatnonzero((joined & out.sure[subjects][:, None]).any(axis=0))
    anchors = replace(to, sure=np.zeros_like(to.sure))
    anchors.sure[objects[kept] if out.sure.any() else to.rows] = True
    return replace(out, links=np.concatenate([of.links, links])).resting_on(anchors)


def between(context: Context, of: Things, first: Things, second: Things | None) -> Things:
    """Those between a member of the one set and a member of the other, or between the two members of one set."""
    if second is None and int(first.sure.sum()) != 2:
        names = context.names(first.rows.tolist())
        raise QueryError(message("between", "two objects, or two sets", names or "none"))
    ends = first.rows, (first if second is None else second).rows
    true, unknown, score = np.zeros_like(of.sure), np.zeros_like(of.sure), np.zeros(len(of.sure))
    links = []
    for a in ends[0].tolist():
        for b in ends[1].tolist():
            if a < b or (second is not None and a != b):
                told = between_two(context, of.candidates, a, b)
                true |= told[0]
                unknown |= told[1]
                score = np.maximum(score, told[2])
                links.append(told[3])
    out = replace(of.where(true, unknown & ~true), score=np.minimum(of.score, score))
    out = replace(out, links=np.concatenate([of.links, *links]))
    return out.resting_on(first, *([] if second is None else [second]))


def between_two(
    context: Context, among: np.ndarray, a: int, b: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of the objects `among`, [N] bool, those between rows `a` and `b`: true, open, score, [N] each, and relations."""
    from ..relate.measure import Measured
    from ..relate.middle import between as claims_of

    scene, relations = context.scene, context.scene.relations
    count = len(scene.objects)
    true, open_, score = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool), np.zeros(count)
    rows = context.columns.relations_to(THREE_PLACES, np.array([a, b]))
    rows = rows[among[relations.subject[rows]]]
    ends = np.sort(np.stack([relations.object[rows], relations.third[rows]]), axis=0)
    rows = rows[(ends[0] == min(a, b)) & (ends[1] == max(a, b))]
    true[relations.subject[rows]] = True
    np.maximum.at(score, relations.subject[rows], relations.score[rows])
    if context.columns.frames(THREE_PLACES) and not relations.evidence_names.get(THREE_PLACES):
        return true, open_, score, rows
    complete = THREE_PLACES in relations.predicates and count <= context.rules.all_pairs_up_to
    middle = np.flatnonzero(among & ~true & (np.arange(count) != a) & (np.arange(count) != b))
    ends_of = [np.array([min(a, b)]), *(np.minimum(middle, end) for end in (a, b))]
    others = [np.array([max(a, b)]), *(np.maximum(middle, end) for end in (a, b))]
    claim = claims_of(Measured(scene.objects, np.concatenate(ends_of), np.concatenate(others)), context.rules)[0]
    ends = np.sort(np.stack([claim.object, np.asarray(claim.third)]), axis=0)
    here = np.flatnonzero((ends[0] == min(a, b)) & (ends[1] == max(a, b)))
    margin, strength = claim.verdict.margin[here], claim.verdict.strength[here]
    subject = claim.subject[here]
    true[subject] |= (margin > 0) & (not complete)
    open_[subject] = (margin <= 0) & (strength > -1)
    score[subject] = np.maximum(score[subject], np.where(true[subject], claim.verdict.score(here), 0.0))
    return true, open_, score, rows


def side(context: Context, of: Things, side: str, frame: Frame) -> Things:
    """Those to the left or right, ahead or behind of the viewer, or of an object that looks where its front is: off the
    line to both sides by more than the angle from which on directions are said; without a camera, as seen from the
    world's origin."""
    if side not in SIDES:
        raise QueryError(f"unknown side {side!r}; {suggestion(side, SIDES)}")
    axis, sign = SIDES[side]
    looking = view(frame)
    none = np.zeros(len(of.sure), dtype=bool)
    why = frontless(context.scene, looking)
    if why:
        return of.where(none, ~none, why)
    axes = axes_of(context.scene, looking)
    if axes is None:
        raise QueryError(message("side", "the frame viewer, world or an object", "object"))
    start = eye_m(context.scene) if looking.of is None else context.scene.objects.center_m[looking.of.row]
    offset = context.scene.objects.center_m[:, :2] - start[:2]
    along = sign * (offset @ axes[axis])
    sideways = np.sin(context.rules.direction_angle_rad) * np.hypot(offset[:, 0], offset[:, 1])
    threshold = np.maximum(context.rules.direction_min_m, sideways)
    others = ~none if looking.of is None else ~looking.of.sure
    return of.where((along > threshold) & others, (np.abs(along) <= threshold) & others).resting_on(*looking.things)


def same(context: Context, of: Things, key: str, as_: Things) -> Things:
    """Others with the same value of an attribute as one object."""
    key = context.columns.key(key)
    values = context.columns.values(key)
    wanted = set(values[as_.row])
    other = np.arange(len(of.sure)) != as_.row
    if not wanted:
        why = f"the {key} of {context.name(as_.row)} is not known"
        return of.where(np.zeros_like(other), other, why).resting_on(as_)
    true = np.array([not wanted.isdisjoint(own) for own in values], dtype=bool) & other
    unknown = np.array([not own for own in values], dtype=bool) & other
    return of.where(true, unknown, f"the {key} of some is not known").resting_on(as_)


def union(_: Context, first: Things, second: Things) -> Things:
    """What is in one or both."""
    sure = first.sure | second.sure
    score = np.maximum(np.where(first.sure, first.score, 0), np.where(second.sure, second.score, 0))
    return _combined(first, second, sure, (first.open | second.open) & ~sure, score)


def intersect(_: Context, first: Things, second: Things) -> Things:
    """What is in both."""
    sure = first.sure & second.sure
    open_ = first.candidates & second.candidates & ~sure
    return _combined(first, second, sure, open_, np.minimum(first.score, second.score))


def difference(_: Context, first: Things, second: Things) -> Things:
    """What is in the first and not in the second."""
    sure = first.sure & ~second.candidates
    out = _combined(first, second, sure, first.candidates & ~second.sure & ~sure, first.score)
    return replace(out, links=first.links)


def _combined(first: Things, second: Things, sure: np.ndarray, open_: np.ndarray, score: np.ndarray) -> Things:
    return Things(
        sure,
        open_,
        score,
        first.why or second.why,
        np.concatenate([first.links, second.links]),
        (*first.used, *second.used),
        np.concatenate([first.facts, second.facts]),
        min(first.base, second.base),
    )


def exactly(context: Context, of: Things, count: int) -> Things:
    """The same set, which must have so many members."""
    rows = of.rows.tolist()
    if len(rows) != count:
        names = f"{number(len(rows))}: {context.names(rows)}" if rows else "none"
        raise QueryError(message("the set", number(count), names))
    return of


def some(context: Context, of: Things) -> Things:
    """The same set, which must have a member."""
    if not of.sure.any():
        raise QueryError(_counted(context, of))
    return of


def unique(context: Context, of: Things) -> Things:
    """The only member."""
    rows = of.rows.tolist()
    if len(rows) != 1:
        raise QueryError(_counted(context, of))
    return of.only(int(rows[0]))


def _counted(context: Context, of: Things) -> str:
    """What to say of a set that should have one member: "two tables: table#1 (red), table#4 (brown)"."""
    rows, maybe = of.rows.tolist(), np.flatnonzero(of.open).tolist()
    if not rows and maybe:
        return f"none for sure; it may be {context.names(maybe)}" + (f", but {of.why}" if of.why else "")
    if not rows:
        known = sorted({label or "thing" for label in context.scene.objects.label})
        more = f" and {len(known) - SHOWN_LABELS} more labels" if len(known) > SHOWN_LABELS else ""
        return message("the set", "one object", "none", f"the scene has: {', '.join(known[:SHOWN_LABELS])}{more}")
    labels = {context.scene.objects.label[row] for row in rows}
    heads = {label.replace("_", " ").split()[-1] for label in labels}
    noun = plural(min(labels if len(labels) == 1 else heads)) if len(heads) == 1 else "things"
    return f"{number(len(rows))} {noun}: {context.names(rows)}; say which one"


def nearest(context: Context, of: Things, to: Things, rank: int) -> Things:
    """The one whose surface is nearest to some member of another set; where surfaces meet, the nearest centre."""
    return _by_distance(context, of, to, rank, 1)


def farthest(context: Context, of: Things, to: Things, rank: int) -> Things:
    """The one whose surface is farthest from the nearest member of another set."""
    return _by_distance(context, of, to, rank, -1)


def _by_distance(context: Context, of: Things, to: Things, rank: int, sign: int) -> Things:
    objects = context.scene.objects
    others = of.where(~to.sure)
    if not to.sure.any():
        raise QueryError(message("the set to be near to", "an object", "none"))
    rows, anchors = others.rows, to.rows
    shape = len(rows), len(anchors)
    i, j = np.repeat(rows, len(anchors)), np.tile(anchors, len(rows))
    gap = boxes.gap_m(objects.boxes, i, j).reshape(shape).min(axis=1)
    center = np.linalg.norm(objects.center_m[i] - objects.center_m[j], axis=1).reshape(shape).min(axis=1)
    row = _ranked(context, others, np.stack([sign * gap, sign * center]), rank)
    return others.only(row).resting_on(to)


def extreme(context: Context, of: Things, most: str, rank: int) -> Things:
    """The largest, tallest, leftmost, ... member, or, by rank, the second largest."""
    if most not in EXTREMES:
        raise QueryError(f"unknown extreme {most!r}; {suggestion(most, EXTREMES)}")
    what, sign = EXTREMES[most]
    value = measured(context.scene, what)[of.rows]
    return of.only(_ranked(context, of, np.stack([-sign * value]), rank))


def _ranked(context: Context, of: Things, keys: np.ndarray, rank: int) -> int:
    """The row of the member with the `rank`-th least keys, [K, members], of which the first counts most."""
    rows = of.rows
    if not len(rows):
        raise QueryError(_counted(context, of))
    if not 1 <= rank <= len(rows):
        raise QueryError(message("rank", f"1 to {len(rows)}, as many as there are", str(rank)))
    order = np.lexsort(keys[::-1])
    chosen = keys[:, order[rank - 1]]
    tolerance = _SAME * np.maximum(1.0, np.abs(chosen))
    equal = (np.abs(keys - chosen[:, None]) <= tolerance[:, None]).all(axis=0)
    if equal.sum() > 1:
        raise QueryError(f"{number(int(equal.sum()))} are equal in this: {context.names(rows[equal].tolist())}")
    return int(rows[order[rank - 1]])


SETS: Mapping[str, Callable[..., Things]] = {
    function.__name__: function
    for function in (
        *(scene, thing, label, kind, attribute, size, relate, between, side, same),
        *(union, intersect, difference, exactly, some, unique, nearest, farthest, extreme),
    )
}
