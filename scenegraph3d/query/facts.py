"""Operations that give numbers and truths."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..errors import QueryError, message, suggestion
from ..geometry import boxes
from ..types import SceneGraph
from .operations import Context, between_two, several, view
from .pairs import Frame, tell
from .sizes import MEASURES, eye_m, measured
from .values import Found, Things

_SAME = 1e-9  # relative; numbers that differ by less are equal


def count(_: Context, of: Things) -> Found:
    """How many members there are for sure."""
    maybe = int(of.open.sum())
    note = f"{maybe} more cannot be told" + (f": {of.why}" if of.why else "") if maybe else ""
    return Found(int(of.sure.sum()), (of,), confidence=_least(of), note=note)


def distance(context: Context, first: Things, second: Things) -> Found:
    """Metres between two surfaces; the evidence has the distance of the centres."""
    objects, i, j = context.scene.objects, first.row, second.row
    gap = float(boxes.gap_m(objects.boxes, [i], [j])[0])
    center = float(np.linalg.norm(objects.center_m[i] - objects.center_m[j]))
    sure = min(_least(first), _least(second))
    return Found(gap, (first, second), unit(context.scene), sure, {"gap_m": gap, "center_m": center})


def viewer_distance(context: Context, of: Things) -> Found:
    """Metres from the camera to the surface; the evidence has the distance of the centre."""
    if context.scene.camera is None:
        return Found(None, (of,), unit(context.scene), 0.0, note="undefined, because the scene has no camera")
    objects, row = context.scene.objects, of.row
    gap = float(viewer_distances(context.scene, of.rows)[0])
    center = float(np.linalg.norm(eye_m(context.scene) - objects.center_m[row]))
    return Found(gap, (of,), unit(context.scene), _least(of), {"gap_m": gap, "center_m": center})


def viewer_distances(scene: SceneGraph, rows: np.ndarray) -> np.ndarray:
    """[K] metres from the camera to the surfaces of some objects; 0 for one that the camera is in."""
    objects = scene.objects
    offset = eye_m(scene) - objects.center_m[rows]
    cos, sin = np.cos(objects.yaw_rad[rows]), np.sin(objects.yaw_rad[rows])
    turned = (cos * offset[:, 0] + sin * offset[:, 1], cos * offset[:, 1] - sin * offset[:, 0], offset[:, 2])
    outside = np.abs(np.stack(turned, axis=1)) - 0.5 * objects.size_m[rows]
    gap: np.ndarray = np.linalg.norm(np.maximum(outside, 0.0), axis=1)
    return gap


def measure(context: Context, of: Things, what: str) -> Found:
    """Height, length, width, depth, volume, or elevation, the height of the centre over the world's origin."""
    if what not in MEASURES:
        raise QueryError(f"unknown measure {what!r}; {suggestion(what, MEASURES)}")
    value = float(measured(context.scene, what)[of.row])
    return Found(value, (of,), unit(context.scene, 3 if what == "volume" else 1), _least(of))


def unit(scene: SceneGraph, power: int = 1) -> str:
    """The unit of lengths, or of volumes, in a scene."""
    if scene.scale != "metric":
        return "scene units" if power == 1 else f"scene units{power}"
    return "m" if power == 1 else f"m{power}"


def exist(_: Context, of: Things) -> Found:
    """Whether there is a member."""
    if of.sure.any():
        return Found(True, (of,), confidence=float(min(of.base, of.score[of.sure].max())))
    if of.open.any():
        return Found(None, (of,), confidence=0.0, note=undecided(of.why))
    return Found(False, (of,), confidence=of.base)


def undecided(why: str) -> str:
    """The note of a truth that cannot be told."""
    return f"undefined, because {why}" if why else "too close to call"


def equal(_: Context, first: Found | float, second: Found | float) -> Found:
    """Whether two numbers are the same."""
    return _compared(first, second, lambda a, b: math.isclose(a, b, rel_tol=_SAME))


def less(_: Context, first: Found | float, second: Found | float) -> Found:
    """Whether the first number is less."""
    return _compared(first, second, lambda a, b: a < b and not math.isclose(a, b, rel_tol=_SAME))


def greater(_: Context, first: Found | float, second: Found | float) -> Found:
    """Whether the first number is greater."""
    return _compared(first, second, lambda a, b: a > b and not math.isclose(a, b, rel_tol=_SAME))


def _compared(first: Found | float, second: Found | float, holds: Callable[[float, float], bool]) -> Found:
    sides = [side if isinstance(side, Found) else Found(side) for side in (first, second)]
    note = "; ".join(dict.fromkeys(side.note for side in sides if side.note))
    if len({side.unit for side in sides} - {None}) > 1:
        note = f"undefined, because {sides[0].unit} are not {sides[1].unit}"
        return Found(None, tuple(sides), confidence=0.0, note=note)
    if any(side.value is None for side in sides):
        return Found(None, tuple(sides), confidence=0.0, note=note)
    value = holds(float(sides[0].value), float(sides[1].value))
    evidence = {name: float(side.value) for name, side in zip(("first", "second"), sides, strict=True)}
    return Found(value, tuple(sides), confidence=min(side.confidence for side in sides), evidence=evidence, note=note)


def same_value(context: Context, first: Things, second: Things, key: str) -> Found:
    """Whether two objects have a value of an attribute in common."""
    key = context.columns.key(key)
    values = [set(context.columns.values(key)[one.row]) for one in (first, second)]
    unknown = [one.row for one, own in zip((first, second), values, strict=True) if not own]
    if unknown:
        note = f"undefined, because the {key} of {context.name(unknown[0])} is not known"
        return Found(None, (first, second), confidence=0.0, note=note)
    return Found(not values[0].isdisjoint(values[1]), (first, second), confidence=min(_least(first), _least(second)))


def alike(context: Context, of: Things, key: str) -> Found:
    """Whether all members of a set, two or more, have one value of an attribute in common."""
    key = context.columns.key(key)
    rows = of.rows.tolist()
    if len(rows) < 2:
        raise QueryError(message("the set", "two objects or more", context.names(rows) or "none"))
    values = [set(context.columns.values(key)[row]) for row in rows]
    known = [own for own in values if own]
    if known and not set.intersection(*known):
        return Found(False, (of,), confidence=_least(of))
    if len(known) < len(values):
        unknown = next(row for row, own in zip(rows, values, strict=True) if not own)
        note = f"undefined, because the {key} of {context.name(unknown)} is not known"
        return Found(None, (of,), confidence=0.0, note=note)
    return Found(True, (of,), confidence=_least(of))


def has_value(context: Context, of: Things, key: str, value: str) -> Found:
    """Whether an attribute has a value."""
    key = context.columns.key(key)
    own = context.columns.values(key)[of.row]
    if not own:
        note = f"undefined, because the {key} of {context.name(of.row)} is not known"
        return Found(None, (of,), confidence=0.0, note=note)
    return Found(context.columns.lexicon.normal(value) in own, (of,), confidence=_least(of))


def called(context: Context, of: Things, noun: str) -> Found:
    """Whether an object may be called by a noun."""
    return Found(bool(context.columns.named(noun)[of.row]), (of,), confidence=_least(of))


def judge(
    context: Context,
    subject: Things,
    predicate: str | tuple[str, ...],
    object: Things,
    frame: Frame,
) -> Found:
    """Whether one of the relations holds between two objects."""
    if subject.row == object.row:
        raise QueryError(f"{context.name(subject.row)} stands in no relation to itself")
    rows = np.array([subject.row]), np.array([object.row])
    looking = view(frame)
    told = tell(context.columns, context.rules, several(predicate), *rows, looking)
    of = (subject, object, *looking.things)
    score, row, margin = float(told.score[0, 0]), int(told.relation[0, 0]), float(told.margin[0, 0])
    if told.open[0, 0]:
        return Found(None, of, confidence=0.0, evidence=told.evidence, note=undecided(told.why))
    true = bool(told.true[0, 0])
    sure = min(score if true else 1 - score, *map(_least, of))
    evidence = dict(context.scene.relations[row].evidence) if row >= 0 else dict(told.evidence)
    evidence |= {} if math.isnan(margin) else {"margin_m": margin}
    return Found(true, of, confidence=sure, evidence=evidence, relations=(row,) if row >= 0 else ())


def judge_between(context: Context, subject: Things, first: Things, second: Things) -> Found:
    """Whether an object is between two others."""
    if len({subject.row, first.row, second.row}) < 3:
        raise QueryError("between is said of three different objects")
    true, open_, score, rows = between_two(context, subject.sure, first.row, second.row)
    of, row = (subject, first, second), subject.row
    if open_[row]:
        return Found(None, of, confidence=0.0, note=undecided(""))
    sure = float(score[row] if true[row] else 1 - score[row])
    value, relations = bool(true[row]), tuple(rows.tolist())
    return Found(value, of, confidence=min(sure, *map(_least, of)), relations=relations)


def both(_: Context, first: Found, second: Found) -> Found:
    """Both are true; false where one is false, whatever the other."""
    return _joined(first, second, False)


def either(_: Context, first: Found, second: Found) -> Found:
    """One is true or both; true where one is true, whatever the other."""
    return _joined(first, second, True)


def _joined(first: Found, second: Found, decisive: bool) -> Found:
    """Kleene's three-valued conjunction (`decisive` is false) or disjunction."""
    parts = (first, second)
    deciding = [part for part in parts if part.value is decisive]
    if deciding:
        return Found(decisive, parts, confidence=max(part.confidence for part in deciding))
    if any(part.value is None for part in parts):
        note = "; ".join(dict.fromkeys(part.note for part in parts if part.value is None))
        return Found(None, parts, confidence=0.0, note=note)
    return Found(not decisive, parts, confidence=min(part.confidence for part in parts))


def not_(_: Context, of: Found) -> Found:
    """The contrary; of what cannot be told it cannot be told, either."""
    return Found(None if of.value is None else not of.value, (of,), confidence=of.confidence, note=of.note)


def _least(of: Things) -> float:
    """The score of the least sure member."""
    rows = of.rows
    return min(of.base, float(of.score[rows].min())) if len(rows) else of.base


FACTS: Mapping[str, Callable[..., Found]] = {
    function.__name__.rstrip("_"): function
    for function in (
        *(count, distance, viewer_distance, measure, exist, equal, less, greater, same_value, alike, has_value, called),
        *(judge, judge_between, both, either, not_),
    )
}
