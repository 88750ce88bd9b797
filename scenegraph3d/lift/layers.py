"""Which of the layers in a box without a mask is the thing: the one that explains the whole box.

A thing spans its box and ends at its sides. What passes through goes on around the box, what stands before it fills a
part, and what another box explains better is another thing. Pieces that together span the box, at one depth, are one
thing with something before it. And at the right depth the box is as large as things of its kind are.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.cameras import unproject_pixels
from .priors import SizePrior
from .regions import Region, View
from .settings import LayerSettings

Bounds = Float[np.ndarray, "2 2"]


@dataclass(frozen=True)
class _Layer:
    """Readings that hang together, or several of such pieces: their cluster labels, bounds in the picture (low and high
    row and column), median depth, number of readings in the box, and how much of the box and they is common to both."""

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
    box = found.xyxy_px.reshape(2, 2)[:, ::-1]
    pieces = _pieces(label, rows, z_m, found, box, settings)
    layers = [_joined(piece, pieces, box, view, prior, settings) for piece in pieces]
    scores = [_score(layer, found, view, prior, settings) for layer in layers]
    best = layers[int(np.argmax(scores))]
    return np.isin(label, best.labels), best.fit


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
        outside = int(settings.trim_share * len(own))
        ordered = np.partition(found.pixels[own], (outside, len(own) - 1 - outside), axis=0)
        bounds = np.stack([ordered[outside], ordered[len(own) - 1 - outside] + 1]).astype(np.float64)
        depth = float(np.median(z_m[own]))
        contained = filled[k] >= settings.contained_share * counts[k]
        out.append(
            _Layer(
                (k,),
                bounds,
                depth,
                float(filled[k]),
                bool(contained),
                float(_common(bounds[0], bounds[1], box[0], box[1])),
            )
        )
    return out


def _joined(
    layer: _Layer, pieces: list[_Layer], box: Bounds, view: View, prior: SizePrior | None, settings: LayerSettings
) -> _Layer:
    """The layer and the pieces at its depth with which it explains more of the box, where none goes on around it."""
    if not layer.contained:
        return layer
    looks_m = float((layer.bounds[1] - layer.bounds[0]).max()) * layer.depth_m / view.camera.fy
    reach = settings.reach * (looks_m if prior is None else prior.diagonal_m)
    for piece in pieces:
        if piece.labels[0] in layer.labels or not piece.contained or abs(piece.depth_m - layer.depth_m) > reach:
            continue
        low, high = np.minimum(layer.bounds[0], piece.bounds[0]), np.maximum(layer.bounds[1], piece.bounds[1])
        bounds = np.stack([low, high])
        fit = float(_common(low, high, box[0], box[1]))
        if fit > layer.fit + settings.gain:
            labels, filled = layer.labels + piece.labels, layer.filled + piece.filled
            layer = _Layer(labels, bounds, layer.depth_m, filled, True, fit)
    return layer


def _score(layer: _Layer, found: Region, view: View, prior: SizePrior | None, settings: LayerSettings) -> float:
    """How well a layer explains the box; 0 where its bounds miss it."""
    if layer.fit == 0:
        return 0.0
    rivals = _common(layer.bounds[0], layer.bounds[1], found.others_px[:, 1::-1], found.others_px[:, :1:-1])
    ahead = layer.fit / rivals.max(initial=layer.fit)
    odds = (
        1.0 if prior is None or view.depth.kind != "metric" else _size_odds(layer.depth_m, found, view, prior, settings)
    )
    return float(ahead**settings.rival_power * layer.filled**settings.fill_power * layer.fit * odds)


def _size_odds(depth_m: float, found: Region, view: View, prior: SizePrior, settings: LayerSettings) -> float:
    """How usual the size is that the box has at a depth, 1 for that of the mean however the thing is turned."""
    x0, y0, x1, y1 = found.xyxy_px
    camera = view.camera
    sight = unproject_pixels(np.array([[x0 + x1, y0 + y1]]) / 2, np.ones(1), camera.matrix)[0]
    down = abs(float(camera.world_from_camera[2, :3] @ sight)) / float(np.linalg.norm(sight))
    upright = prior.height_m[0] * math.sqrt(1 - down**2)
    width = (x1 - x0) * depth_m / camera.fx, prior.width_m[0], prior.diagonal_m, prior.length_m[1]
    height = (y1 - y0) * depth_m / camera.fy, upright, upright + prior.diagonal_m * down, prior.height_m[1]
    off = 0.0
    for (looks, low, high, std), open_ended in zip((width, height), found.cut, strict=True):
        miss = max(looks - high, 0.0 if open_ended else low - looks, 0.0)
        off += (miss / (std + settings.size_slack * high)) ** 2
    return max(math.exp(-0.5 * off), settings.least_odds)


def _common(
    low: Float[np.ndarray, " 2"],
    high: Float[np.ndarray, " 2"],
    other_low: Float[np.ndarray, "*m 2"],
    other_high: Float[np.ndarray, "*m 2"],
) -> Float[np.ndarray, "*m"]:
    """Intersection over union of a box in the picture with others."""
    common = np.maximum(np.minimum(high, other_high) - np.maximum(low, other_low), 0.0).prod(axis=-1)
    return np.asarray(common / ((high - low).prod() + (other_high - other_low).prod(axis=-1) - common))
