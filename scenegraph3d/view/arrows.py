"""Arrows: chosen relations as curved arrows from subject to object, with the predicate on them."""

from dataclasses import dataclass

import numpy as np

from ..types import SceneGraph
from .canvas import Canvas, Point, Rect
from .palette import Color
from .place import point_place

# How far an arrow bends aside, as a share of its length.
BEND = 0.16
# Points that make up the curve.
STEPS = 24
LETTER = 8.0
HEAD = 7.0
RIM = (0, 0, 0, 110)
# Shorter arrows than this, in units, would hide what they join: those that tell directions are left out, and
# those that tell support are drawn as their text alone.
SHORTEST = 16.0
SUPPORT = ("on", "inside")


@dataclass(frozen=True, eq=False)
class Places:
    """Where the objects are in the picture.

    Attributes:
        middles, tops: [N, 2] the middle of each box and of its top; NaN for boxes out of sight.
        things: [K, 4] left, top, right, bottom of what texts should leave in sight.
    """

    middles: np.ndarray
    tops: np.ndarray
    things: np.ndarray


def draw_arrows(canvas: Canvas, scene: SceneGraph, rows: list[int], places: Places, colors: dict[str, Color]) -> None:
    """Draw the relations in `rows` of which both objects are in sight."""
    texts = []
    for row in rows:
        relation = scene.relations[row]
        color = colors[scene.objects.label[relation.subject]]
        ends = [relation.object] if relation.third is None else [relation.object, relation.third]
        if np.isnan(places.middles[[relation.subject, *ends]]).any():
            continue
        stops = places.tops if relation.predicate == "on" else places.middles
        if relation.predicate not in SUPPORT and _length(places, relation.subject, ends) < SHORTEST * canvas.unit:
            continue
        middles = [_arrow(canvas, places.middles[relation.subject], stops[end], color) for end in ends]
        at = (float(middles[0][0]), float(middles[0][1]))
        text, size = relation.predicate.replace("_", " "), LETTER * canvas.unit
        rect = point_place(canvas, at, canvas.text_size(text, size), places.things)
        if rect is not None:
            canvas.taken.append(rect)
            texts.append((text, rect, size))
    for text, rect, size in texts:
        _text(canvas, text, rect, size)


def _length(places: Places, subject: int, ends: list[int]) -> float:
    """Pixels of the shortest of the arrows from the subject."""
    return float(np.linalg.norm(places.middles[ends] - places.middles[subject], axis=1).min())


def _arrow(canvas: Canvas, start: np.ndarray, stop: np.ndarray, color: Color) -> Point:
    """One arrow; returns the middle of its curve."""
    u = canvas.unit
    along = stop - start
    length = float(np.hypot(*along))
    bend = 0.5 * (start + stop) + BEND * np.array([along[1], -along[0]])
    t = np.linspace(0.0, 1.0, STEPS)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * stop
    if length >= SHORTEST * u:
        direction = (stop - curve[-4]) / max(float(np.hypot(*(stop - curve[-4]))), 1e-9)
        aside = np.array([-direction[1], direction[0]])
        neck = stop - HEAD * u * direction
        body = [*curve[np.hypot(*(curve - stop).T) > HEAD * u], neck]
        canvas.line(body, (255, 255, 255, 235), 2.0 * u, cased=True)
        canvas.line(body, (*color, 255), 1.0 * u)
        tip = [stop, neck + 0.5 * HEAD * u * aside, neck - 0.5 * HEAD * u * aside]
        canvas.line([*tip, tip[0]], (0, 0, 0, 160), 1.6 * u)
        canvas.polygon(tip, (255, 255, 255, 255))
    canvas.dot(start, 2.6 * u, (*color, 255))
    return curve[STEPS // 2]


def _text(canvas: Canvas, text: str, rect: Rect, size: float) -> None:
    canvas.panel(rect, (255, 255, 255, 225), RIM, radius=0.3 * size)
    canvas.text(text, (0.5 * (rect[0] + rect[2]), 0.5 * (rect[1] + rect[3])), size, (20, 20, 28, 255))
