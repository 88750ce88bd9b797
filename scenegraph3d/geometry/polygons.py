"""Convex polygons on the ground, in batches: areas and overlaps.

A polygon is [K, 2] vertices, counter-clockwise; a vertex may repeat, so polygons of different size share one array.
"""

import numpy as np
from jaxtyping import Float

_EPSILON = 1e-12


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """z of the cross product of 2D vectors, over the last axis."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def area(polygon: Float[np.ndarray, "b k 2"]) -> Float[np.ndarray, " b"]:
    """[B] areas (shoelace formula)."""
    return 0.5 * cross(polygon, np.roll(polygon, -1, axis=1)).sum(axis=1)


def intersection_area(p: Float[np.ndarray, "b k 2"], q: Float[np.ndarray, "b l 2"]) -> Float[np.ndarray, " b"]:
    """[B] overlap areas of pairs of convex polygons.

    The outline of the overlap is made of the parts of either polygon's edges that lie inside the other, so its area is
    half the sum of the cross products along those parts (Green's theorem). An edge that both share counts once.
    """
    return 0.5 * (_inner_outline(p, q, shared=True) + _inner_outline(q, p, shared=False))


def _inner_outline(p: np.ndarray, q: np.ndarray, *, shared: bool) -> np.ndarray:
    """[B] sum of cross products along the parts of p's edges inside q, or, if `shared`, on q's edges."""
    step_p, step_q = np.roll(p, -1, axis=1) - p, np.roll(q, -1, axis=1) - q
    start = cross(step_q[:, None], p[:, :, None] - q[:, None])
    start = np.where(np.abs(start) <= _EPSILON, 0.0, start)
    end = np.roll(start, -1, axis=1)
    run = start - end
    with np.errstate(divide="ignore", invalid="ignore"):
        at = start / run
    first = np.where((start < 0) & (end >= 0), at, 0.0).max(axis=2)
    last = np.where((start >= 0) & (end < 0), at, 1.0).min(axis=2)
    on_edge = (start == 0) & (end == 0)
    same_way = (step_p[:, :, None] * step_q[:, None]).sum(axis=3) > 0
    no_edge = (step_q**2).sum(axis=2) == 0
    outside = np.where(on_edge, ~(same_way & shared), (start < 0) & (end < 0)) & ~no_edge[:, None]
    length = np.where(outside.any(axis=2), 0.0, np.maximum(last - first, 0.0))
    return (length * cross(p, step_p)).sum(axis=1)
