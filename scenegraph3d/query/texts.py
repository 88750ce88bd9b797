"""Operations that give texts and directions."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from ..geometry import boxes
from ..language.wording import PREPOSITIONS
from .facts import unit, viewer_distance
from .operations import Context, view
from .pairs import View, axes_of
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
    lengths = [f"{measured(context.scene, what)[row]:.2f}" for what in ("width", "depth", "height")]
    size = f"{' x '.join(lengths)} {unit(context.scene)} (width, depth, height)"
    parts = [", ".join([context.name(row), *words]), size]
    if context.scene.camera is not None:
        parts.append(f"{viewer_distance(context, of).value:.2f} {unit(context.scene)} from the viewer")
    place = position(context, of)
    return Found("; ".join([*parts, *([place.value] if place.value else [])]), (of, place), confidence=_score(of))


def direction(context: Context, to: Things, from_: Things | None, frame: str | Things | None) -> Found:
    """Where one object lies as seen from another, or from the viewer: bearing, hour of the clock and words.

    Straight ahead is the viewer's heading; with the frame "object" the front of the object that is looked from, and
    with another object as the frame, that one's.
    """
    objects = context.scene.objects
    looking = view(frame)
    if looking.frame == "object":
        looking = View(of=from_)
    of = tuple(one for one in (to, from_, looking.of) if one is not None)
    if looking.of is not None and not objects.front_known[looking.of.row]:
        note = f"undefined, because the {objects.label[looking.of.row]}'s front is not known"
        return Found(None, of, confidence=0.0, note=note)
    axes = axes_of(context.scene, looking)
    start = eye_m(context.scene) if from_ is None else objects.center_m[from_.row]
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
    function.__name__: function for function in (name, value, position, describe, direction)
}
