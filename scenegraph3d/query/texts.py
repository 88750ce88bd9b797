"""Operations that give texts and directions."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..errors import QueryError, message
from ..geometry import boxes
from ..language.wording import PREPOSITIONS
from .facts import unit, viewer_distance
from .operations import Context, view
from .pairs import Frame, View, axes_of, frontless
from .sizes import eye_m, measured
from .values import Found, Things

SECTORS = (
    *("straight ahead", "ahead on the right", "to the right", "behind on the right"),
    *("straight behind", "behind on the left", "to the left", "ahead on the left"),
)
STEEP_RAD = math.radians(30)  # from which on what is higher or lower is said to be
# What tells best where a thing is: what holds it, then its neighbours, surest first within a group.
_HELD = ("inside", "on", "under", "contains")
_BESIDE = ("next_to", "left_of", "right_of", "in_front_of", "behind", "above", "below", "near", "touching")


def name(context: Context, of: Things) -> Found:
    """The label."""
    return Found(context.scene.objects.label[of.row], (of,), confidence=_score(of))


def value(context: Context, of: Things, key: str) -> Found:
    """An attribute as the scene has it."""
    key = context.columns.key(key)
    text = context.columns.raw_value(of.row, key)
    if text is None:
        note = f"undefined, because the {key} of {context.name(of.row)} is not known"
        return Found(None, (of,), confidence=0.0, note=note)
    return Found(text, (of,), confidence=_score(of))


def values(context: Context, of: Things, key: str) -> Found:
    """The different values of an attribute among the members of a set: "red and blue"."""
    key = context.columns.key(key)
    rows = of.rows.tolist()
    texts = {row: context.columns.raw_value(row, key) for row in rows}
    known = list(dict.fromkeys(text for text in texts.values() if text))
    unknown = [context.name(row) for row, text in texts.items() if not text]
    because = f"the {key} of {unknown[0]} is not known" if unknown else ""
    if not known:
        note = f"undefined, because {because or 'there is none'}"
        return Found(None, (of,), confidence=0.0, note=note)
    return Found(" and ".join(known), (of,), confidence=float(of.score[rows].min()), note=because)


def choose(_: Context, names: str | tuple[str, ...], first: Found, second: Found, third: Found | None) -> Found:
    """The name of the one of two or three truths that holds: "both" where several do, "neither" where none does."""
    parts = [first, second, *([third] if third is not None else [])]
    if isinstance(names, str) or len(names) != len(parts):
        raise QueryError(message("choose", f"{len(parts)} names", repr(names)))
    true = [(name, part) for name, part in zip(names, parts, strict=True) if part.value]
    open_ = [name for name, part in zip(names, parts, strict=True) if part.value is None]
    of = tuple(part for _, part in true) or tuple(parts)
    if not true and open_:
        notes = dict.fromkeys(part.note for part in parts if part.value is None)
        return Found(None, of, confidence=0.0, note="; ".join(notes))
    note = f"of {' and '.join(map(repr, open_))} it cannot be told" if open_ else ""
    said = true[0][0] if len(true) == 1 else "neither" if not true else "both" if len(parts) == 2 else ""
    return Found(said or " and ".join(name for name, _ in true), of, None, min(p.confidence for p in of), note=note)


def dimensions(context: Context, of: Things) -> Found:
    """ "1.40 x 0.80 x 0.74 m (width, depth, height)"."""
    lengths = [f"{measured(context.scene, what)[of.row]:.2f}" for what in ("width", "depth", "height")]
    text = f"{' x '.join(lengths)} {unit(context.scene)} (width, depth, height)"
    return Found(text, (of,), confidence=_score(of))


def position(context: Context, of: Things) -> Found:
    """Where an object is, by the relations that tell it best: what it is on, in or under, and what it is beside."""
    rows = _telling(context, of.row)
    relations = context.scene.relations
    if not rows:
        note = f"undefined, because the scene has no relation of {context.name(of.row)} that tells it"
        return Found(None, (of,), confidence=0.0, note=note)
    parts = []
    for row in rows:
        predicate = relations.predicates[int(relations.code[row])]
        words = PREPOSITIONS.get(predicate, predicate.replace("_", " "))
        parts.append(f"{words} {_definite(context, int(relations.object[row]))}")
    sure = min(_score(of), float(relations.score[rows].min()))
    return Found(", ".join(parts), (of,), confidence=sure, relations=tuple(rows))


def _telling(context: Context, row: int) -> list[int]:
    """Up to two relations of one object: with what holds it, and with another neighbour, the nearest of them."""
    relations, objects = context.scene.relations, context.scene.objects
    own = np.flatnonzero((relations.subject == row) & (relations.object != row))
    names = [relations.predicates[code] for code in relations.code[own].tolist()]
    gap = boxes.gap_m(objects.boxes, np.full(len(own), row), relations.object[own])
    ordered = np.lexsort([relations.object[own], -relations.score[own], gap]).tolist()
    out: list[int] = []
    for group in (_HELD, _BESIDE):
        said = {int(relations.object[i]) for i in out}
        found = [i for i in ordered if names[i] in group and int(relations.object[own[i]]) not in said]
        found.sort(key=lambda i: (group.index(names[i]) if group is _HELD else gap[i], group.index(names[i])))
        out += [int(own[i]) for i in found[:1]]
    return out


def _definite(context: Context, row: int) -> str:
    """ "the table", or "table#4" where there are several."""
    labels = context.scene.objects.label
    return f"the {labels[row]}" if labels.count(labels[row]) == 1 else context.name(row)


def describe(context: Context, of: Things) -> Found:
    """An object in a line: its name, attributes, size, distance and place."""
    objects, row = context.scene.objects, of.row
    said = [context.columns.raw_value(row, key) for key in ("color", "material", "shape")]
    words = [text for text in said if text and text != objects.label[row]]
    parts = [", ".join([context.name(row), *words]), dimensions(context, of).value]
    if context.scene.camera is not None:
        parts.append(f"{viewer_distance(context, of).value:.2f} {unit(context.scene)} from the viewer")
    place = position(context, of)
    return Found("; ".join([*parts, *([place.value] if place.value else [])]), (of, place), confidence=_score(of))


def direction(context: Context, to: Things, from_: Things | None, frame: Frame) -> Found:
    """Where one object lies as seen from another, or from the viewer: bearing, hour of the clock and words.

    Straight ahead is the viewer's heading; with the frame "object" the front of the object that is looked from, and
    with another object as the frame, that one's, from where it is looked where `from_` is left out.
    """
    objects = context.scene.objects
    looking = view(frame)
    if looking.frame == "object":
        looking = View(of=from_)
    of = (to, *([] if from_ is None else [from_]), *looking.things)
    why = frontless(context.scene, looking)
    if why:
        return Found(None, of, confidence=0.0, note=f"undefined, because {why}")
    axes = axes_of(context.scene, looking)
    origin = looking.of if from_ is None else from_
    start = eye_m(context.scene) if origin is None else objects.center_m[origin.row]
    offset = objects.center_m[to.row] - start
    right, ahead = (axes @ offset[:2]).tolist()
    bearing = math.atan2(right, ahead)
    elevation = math.atan2(float(offset[2]), math.hypot(right, ahead))
    words = SECTORS[round(bearing / (math.pi / 4)) % len(SECTORS)]
    if abs(elevation) > STEEP_RAD:
        words += ", above" if elevation > 0 else ", below"
    hour = round(bearing / (math.pi / 6)) % 12
    found = {"bearing_rad": bearing, "clock_hour": hour or 12, "elevation_rad": elevation, "words": words}
    return Found(found, of, confidence=min(map(_score, of)))


def _score(of: Things) -> float:
    return min(of.base, float(of.score[of.row]))


TEXTS: Mapping[str, Callable[..., Found]] = {
    function.__name__: function for function in (name, value, values, choose, dimensions, position, describe, direction)
}
