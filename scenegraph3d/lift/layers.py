"""Which of the layers in a box without a mask is the thing: the one that explains the whole box.

A thing spans its box and ends at its sides. What passes through goes on around the box, what stands before it fills a
part, and what another box explains better is another thing. Pieces that together span the box, at one depth, are one
thing with something before it. And at the right depth the box is as large as things of its kind are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.points import extremes, middle
from .priors import SizePrior
from .regions import Region, View
from .settings import LayerSettings

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Layer:
    """Readings that hang together, or several of such pieces: their cluster labels, bounds in the picture (top, left,
    bottom, right), median depth, number of readings in the box, and how much of the box and they is common to both."""

    labels: tuple[int, ...]
    bounds: Bounds
    depth_m: float
    filled: float
    contained: bool
    fit: float


def thing_among(
    label: Int64[np.ndarray, " n"],
    rows: Int64[np.ndarray, " n"],
    z_m: Float[np.ndarray, " all"],
    found: Region,
    view: View,
    prior: SizePrior | None,
    settings: LayerSettings,
) -> tuple[Bool[np.ndarray, " n"], float]:
    """[N] True for the readings of the thing, and its fit: how much of the box and of the bounds of the readings is
    common to both (intersection over union).

    Args:
        label: [N] cluster of each reading.
        rows: [N] their rows in the region.
        z_m: depth of every reading of the region, metres.
        found: box and rim.
        view: what the camera sees.
        prior: usual size, None if the category is unknown.
        settings: see `LayerSettings`.
    """
    left, top, right, bottom = found.xyxy_px.tolist()
    box = (top, left, bottom, right)
    pieces = _pieces(label, rows, z_m, found, box, settings)
    layers = [_joined(piece, pieces, box, view, prior, settings) for piece in pieces]
    best = max(layers, key=lambda layer: _score(layer, found, view, prior, settings))
    own = np.zeros(int(label.max()) + 1, dtype=bool)
    own[list(best.labels)] = True
    return own[label], best.fit


def _pieces(
    label: Int64[np.ndarray, " n"],
    rows: Int64[np.ndarray, " n"],
    z_m: Float[np.ndarray, " all"],
    found: Region,
    box: Bounds,
    settings: LayerSettings,
) -> list[_Layer]:
    """The clusters that fill most of the box, largest first."""
    counts = np.bincount(label)
    filled = np.bincount(label, weights=found.within[rows])
    largest = np.argsort(-filled, kind="stable")[: settings.most]
    out = []
    for k in largest[filled[largest] >= settings.least_share * filled.max()].tolist():
        own = rows[label == k]
        low, high = extremes(found.pixels.take(own, axis=0), int(settings.trim_share * len(own)))
        bounds = (float(low[0]), float(low[1]), float(high[0] + 1), float(high[1] + 1))
        contained = bool(filled[k] >= settings.contained_share * counts[k])
        out.append(_Layer((k,), bounds, middle(z_m[own]), float(filled[k]), contained, float(_common(bounds, box))))
    return out


def _joined(
    layer: _Layer, pieces: list[_Layer], box: Bounds, view: View, prior: SizePrior | None, settings: LayerSettings
) -> _Layer:
    """The layer and the pieces at its depth with which it explains more of the box, where none goes on around it."""
    if not layer.contained:
        return layer
    top, left, bottom, right = layer.bounds
    looks_m = max(bottom - top, right - left) * layer.depth_m / view.camera.fy
    reach = settings.reach * (looks_m if prior is None else prior.diagonal_m)
    for piece in pieces:
        if piece.labels[0] in layer.labels or not piece.contained or abs(piece.depth_m - layer.depth_m) > reach:
            continue
        (top, left, bottom, right), other = layer.bounds, piece.bounds
        bounds = min(top, other[0]), min(left, other[1]), max(bottom, other[2]), max(right, other[3])
        fit = float(_common(bounds, box))
        if fit > layer.fit + settings.gain:
            labels, filled = layer.labels + piece.labels, layer.filled + piece.filled
            layer = _Layer(labels, bounds, layer.depth_m, filled, True, fit)
    return layer


def _score(layer: _Layer, found: Region, view: View, prior: SizePrior | None, settings: LayerSettings) -> float:
    """How well a layer explains the box; 0 where its bounds miss it."""
    if layer.fit == 0:
        return 0.0
    left, top, right, bottom = found.others_px.T
    rivals = _common(layer.bounds, (top, left, bottom, right))
    ahead = layer.fit / rivals.max(initial=layer.fit)
    odds = (
        1.0 if prior is None or view.depth.kind != "metric" else _size_odds(layer.depth_m, found, view, prior, settings)
    )
    return float(ahead**settings.rival_power * layer.filled**settings.fill_power * layer.fit * odds)


def _size_odds(depth_m: float, found: Region, view: View, prior: SizePrior, settings: LayerSettings) -> float:
    """How usual the size is that the box has at a depth, 1 for that of the mean however the thing is turned."""
    x0, y0, x1, y1 = found.xyxy_px.tolist()
    camera = view.camera
    sight = view.sight((x0 + x1) / 2, (y0 + y1) / 2)
    down = abs(float(sight[2])) / math.sqrt(sight @ sight)
    upright = prior.height_m[0] * math.sqrt(1 - down**2)
    width = (x1 - x0) * depth_m / camera.fx, prior.width_m[0], prior.diagonal_m, prior.length_m[1]
    height = (y1 - y0) * depth_m / camera.fy, upright, upright + prior.diagonal_m * down, prior.height_m[1]
    off = 0.0
    for (looks, low, high, std), open_ended in zip((width, height), found.cut, strict=True):
        miss = max(looks - high, 0.0 if open_ended else low - looks, 0.0)
        off += (miss / (std + settings.size_slack * high)) ** 2
    return max(math.exp(-0.5 * off), settings.least_odds)


def _common(bounds: Bounds, other: Sequence[Any]) -> Any:
    """Intersection over union of a box in the picture with another, or with others, given by their four columns."""
    top, left, bottom, right = bounds
    other_top, other_left, other_bottom, other_right = other
    down = np.minimum(bottom, other_bottom) - np.maximum(top, other_top)
    across = np.minimum(right, other_right) - np.maximum(left, other_left)
    common = np.maximum(down, 0.0) * np.maximum(across, 0.0)
    other_area = (other_bottom - other_top) * (other_right - other_left)
    return common / ((bottom - top) * (right - left) + other_area - common)
