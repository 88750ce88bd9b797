"""Operations on lengths: units, differences, and what is within a length of something."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from ..errors import QueryError, message, suggestion
from ..geometry import boxes
from ..language.wording import number
from .facts import distance, unit, viewer_distances
from .operations import Context
from .values import Found, Things

METRES: Mapping[str, float] = {
    "mm": 0.001,
    "cm": 0.01,
    "dm": 0.1,
    "m": 1.0,
    "km": 1000.0,
    "in": 0.0254,
    "ft": 0.3048,
    "yd": 0.9144,
}
NOT_METRIC = "undefined, because lengths of the scene are not in metres"


def length(_: Context, value: Found | float, unit: str) -> Found:
    """A number of some unit of length, in metres."""
    factor = _factor(unit)
    of = value if isinstance(value, Found) else Found(value)
    return replace(of, value=None if of.value is None else float(of.value) * factor, unit="m")


def convert(_: Context, of: Found | float, unit: str) -> Found:
    """A length in another unit; undefined where the scene has no metres."""
    factor = _factor(unit)
    of = of if isinstance(of, Found) else Found(of)
    if of.value is None:
        return replace(of, unit=unit)
    if of.unit != "m":
        return replace(of, value=None, confidence=0.0, note=NOT_METRIC)
    return replace(of, value=float(of.value) / factor, unit=unit)


def _factor(unit: str) -> float:
    if unit not in METRES:
        raise QueryError(f"unknown unit {unit!r}; {suggestion(unit, METRES)}")
    return METRES[unit]


def minus(_: Context, first: Found | float, second: Found | float) -> Found:
    """The first number less the second, of the same unit."""
    sides = [side if isinstance(side, Found) else Found(side) for side in (first, second)]
    if any(side.value is None for side in sides):
        note = "; ".join(dict.fromkeys(side.note for side in sides if side.note))
        return Found(None, tuple(sides), confidence=0.0, note=note)
    if sides[0].unit != sides[1].unit:
        return Found(None, tuple(sides), confidence=0.0, note=NOT_METRIC)
    value = float(sides[0].value) - float(sides[1].value)
    return Found(value, tuple(sides), sides[0].unit, min(side.confidence for side in sides))


def apart(context: Context, of: Things) -> Found:
    """The distance of the two members of a set."""
    rows = of.rows.tolist()
    if len(rows) != 2:
        names = f"{number(len(rows))}: {context.names(rows)}" if rows else "none"
        raise QueryError(message("the set", "two objects", names))
    return distance(context, of.only(rows[0]), of.only(rows[1]))


def within(context: Context, of: Things, distance: Found | float, to: Things | None) -> Things:
    """Those whose surface is at most so far from that of some member of another set, or from the camera."""
    wanted = distance if isinstance(distance, Found) else Found(distance, unit=unit(context.scene))
    none = np.zeros(len(of.sure), dtype=bool)
    if wanted.value is None or wanted.unit != unit(context.scene):
        return of.where(none, ~none, NOT_METRIC.removeprefix("undefined, because "))
    if to is None and context.scene.camera is None:
        return of.where(none, ~none, "the scene has no camera")
    rows = np.flatnonzero(of.candidates)
    if to is None:
        near = none.copy()
        near[rows] = viewer_distances(context.scene, rows) <= float(wanted.value)
        return of.where(near)
    sure = _near(context, rows, to.rows, float(wanted.value))
    open_ = _near(context, rows, np.flatnonzero(to.open), float(wanted.value))
    return of.where(sure, open_ & ~sure, to.why).resting_on(to)


def _near(context: Context, rows: np.ndarray, anchors: np.ndarray, most: float) -> np.ndarray:
    """[N] bool: which of `rows` are that near to one of `anchors` other than themselves."""
    out = np.zeros(len(context.scene.objects), dtype=bool)
    i, j = np.repeat(rows, len(anchors)), np.tile(anchors, len(rows))
    i, j = i[i != j], j[i != j]
    out[i[boxes.gap_m(context.scene.objects.boxes, i, j) <= most]] = True
    return out


LENGTHS: Mapping[str, Callable[..., Things | Found]] = {
    function.__name__: function for function in (length, convert, minus, apart, within)
}
