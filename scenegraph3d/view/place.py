"""Places for labels: near what they name, inside the picture, on no other label, and beside small things.

Candidates are tried from the best place outwards. One that would lie on another label is out; of the others
the one is taken that hides least of the things in the picture and is nearest to where the label belongs.
"""

import math
from collections.abc import Iterator

import numpy as np

from .canvas import Canvas, Rect

# How far, in heights of the label, it may be moved from where it belongs, and into how many directions.
REACH = 5
DIRECTIONS = 12
# What one step further down the list of candidates costs, against hiding a whole thing, which costs 1.
STEP_COST = 0.02


def label_place(canvas: Canvas, box: Rect, size: tuple[float, float], things: np.ndarray) -> Rect | None:
    """A free rectangle of `size` for a label of what fills `box`; None where there is none near.

    Best is above the box, then under it, inside it at the top, at its sides, then around its top.
    `things` [N, 4] are left, top, right, bottom of what should stay in sight.
    """
    return _best_free(canvas, _around_box(box, size), size, things)


def point_place(canvas: Canvas, at: tuple[float, float], size: tuple[float, float], things: np.ndarray) -> Rect | None:
    """A free rectangle of `size` around a point, or near it; None where there is none near."""
    return _best_free(canvas, _around_point(*at, size), size, things)


def spot_place(canvas: Canvas, spots: np.ndarray, size: tuple[float, float], things: np.ndarray) -> Rect | None:
    """A free rectangle of `size` around one of the spots [K, 2], those on no thing and the first ones first."""
    x, y = spots[:, :1], spots[:, 1:]
    on_thing = (x > things[:, 0]) & (x < things[:, 2]) & (y > things[:, 1]) & (y < things[:, 3])
    order = np.argsort(on_thing.sum(axis=1), kind="stable")
    return _best_free(canvas, ((float(spots[k, 0]), float(spots[k, 1])) for k in order), size, things)


def hidden(things: np.ndarray, rect: Rect) -> float:
    """Sum over things [N, 4] of the share of each that a rectangle covers."""
    wide = np.minimum(things[:, 2], rect[2]) - np.maximum(things[:, 0], rect[0])
    high = np.minimum(things[:, 3], rect[3]) - np.maximum(things[:, 1], rect[1])
    area = np.maximum((things[:, 2] - things[:, 0]) * (things[:, 3] - things[:, 1]), 1.0)
    return float((np.maximum(wide, 0) * np.maximum(high, 0) / area).sum())


def _best_free(
    canvas: Canvas, centers: Iterator[tuple[float, float]], size: tuple[float, float], things: np.ndarray
) -> Rect | None:
    wide, high = 0.5 * size[0], 0.5 * size[1]
    best, least = None, math.inf
    for step, (wanted_x, wanted_y) in enumerate(centers):
        if step * STEP_COST >= least:
            break
        x = min(max(wanted_x, wide), canvas.frame[2] - wide)
        y = min(max(wanted_y, high), canvas.frame[3] - high)
        rect = (x - wide, y - high, x + wide, y + high)
        if canvas.free(rect):
            cost = step * STEP_COST + hidden(things, rect)
            best, least = (rect, cost) if cost < least else (best, least)
    return best


def _around_box(box: Rect, size: tuple[float, float]) -> Iterator[tuple[float, float]]:
    x, y = 0.5 * (box[0] + box[2]), 0.5 * (box[1] + box[3])
    wide, high = 0.5 * size[0], 0.5 * size[1]
    yield x, box[1] - 1.3 * high
    yield box[0] + wide, box[1] - 1.3 * high
    yield box[2] - wide, box[1] - 1.3 * high
    yield x, box[3] + 1.3 * high
    yield box[0] + wide, box[3] + 1.3 * high
    yield box[2] - wide, box[3] + 1.3 * high
    yield x, box[1] + 1.3 * high
    yield x, box[3] - 1.3 * high
    yield box[0] - 1.1 * wide, y
    yield box[2] + 1.1 * wide, y
    yield from _around_point(x, box[1], size)


def _around_point(x: float, y: float, size: tuple[float, float]) -> Iterator[tuple[float, float]]:
    yield x, y
    for ring in range(1, REACH + 1):
        for k in range(DIRECTIONS):
            angle = 2 * math.pi * k / DIRECTIONS - 0.5 * math.pi
            yield x + ring * (0.4 * size[0]) * math.cos(angle), y + ring * size[1] * math.sin(angle)
