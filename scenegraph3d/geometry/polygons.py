"""Convex polygons on the ground, in batches: hulls, overlap areas, points inside.

A polygon is [K, 2] vertices, counter-clockwise; a vertex may repeat, so polygons of different size share one array.
"""

import numpy as np
from jaxtyping import Bool, Float

_EPSILON = 1e-9


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """z of the cross product of 2D vectors, over the last axis."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def area(polygon: Float[np.ndarray, "b k 2"]) -> Float[np.ndarray, " b"]:
    """[B] areas (shoelace formula)."""
    return 0.5 * cross(polygon, np.roll(polygon, -1, axis=1)).sum(axis=1)


def contains(polygon: Float[np.ndarray, "b k 2"], points: Float[np.ndarray, "b p 2"]) -> Bool[np.ndarray, "b p"]:
    """[B, P] true where a point lies in its polygon or on its edge."""
    edges = np.roll(polygon, -1, axis=1) - polygon
    to_point = points[:, :, None] - polygon[:, None]
    return (cross(edges[:, None], to_point) >= -_EPSILON).all(axis=2)


def intersection_area(p: Float[np.ndarray, "b k 2"], q: Float[np.ndarray, "b l 2"]) -> Float[np.ndarray, " b"]:
    """[B] overlap areas of pairs of convex polygons.

    The corners of the overlap are the corners of one polygon inside the other and the crossings of their edges;
    sorted by angle about their mean they are its outline.
    """
    crossings, crossed = _edge_crossings(p, q)
    points = np.concatenate([p, q, crossings], axis=1)
    valid = np.concatenate([contains(q, p), contains(p, q), crossed], axis=1)
    count = valid.sum(axis=1)
    center = np.where(valid[..., None], points, 0).sum(axis=1) / np.maximum(count, 1)[:, None]
    points = np.where(valid[..., None], points, center[:, None]) - center[:, None]
    angle = np.where(valid, np.arctan2(points[..., 1], points[..., 0]), np.inf)
    order = np.argsort(angle, axis=1)
    outline = np.take_along_axis(points, order[..., None], axis=1)
    first = np.take_along_axis(points, order[:, :1, None], axis=1)
    filled = np.arange(valid.shape[1])[None] < count[:, None]
    return np.where(count >= 3, area(np.where(filled[..., None], outline, first)), 0.0)


def _edge_crossings(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[B, K*L, 2] points where the edges of p and q cross, and [B, K*L] where they do."""
    step_p = np.roll(p, -1, axis=1) - p
    step_q = np.roll(q, -1, axis=1) - q
    denominator = cross(step_p[:, :, None], step_q[:, None])
    between = q[:, None] - p[:, :, None]
    safe = np.where(np.abs(denominator) > _EPSILON * _EPSILON, denominator, np.inf)
    along_p = cross(between, step_q[:, None]) / safe
    along_q = cross(between, step_p[:, :, None]) / safe
    crossed = np.isfinite(safe) & (along_p >= 0) & (along_p <= 1) & (along_q >= 0) & (along_q <= 1)
    points = p[:, :, None] + along_p[..., None] * step_p[:, :, None]
    return points.reshape(len(p), -1, 2), crossed.reshape(len(p), -1)


def hulls(points: Float[np.ndarray, "b k 2"]) -> Float[np.ndarray, "b k 2"]:
    """[B, K, 2] convex hulls of K points each, counter-clockwise, the last corner repeated to fill K (gift wrapping)."""
    batch, size, _ = points.shape
    rows = np.arange(batch)
    start = np.lexsort((points[..., 0], points[..., 1]), axis=1)[:, 0]
    out = np.empty_like(points)
    current, closed = start, np.zeros(batch, dtype=bool)
    for k in range(size):
        out[:, k] = points[rows, current]
        step = points - points[rows, current][:, None]
        turn = cross(step[:, :, None], step[:, None, :])
        length = (step**2).sum(axis=2)
        scale = np.maximum(length.max(axis=1), 1e-300)[:, None]
        outermost = (turn >= -1e-12 * scale[:, :, None]).all(axis=2) & (length > 1e-18 * scale)
        following = np.where(outermost, length, -1).argmax(axis=1)
        closed = closed | ~outermost.any(axis=1)
        following = np.where(closed, current, following)
        closed = closed | (following == start)
        current = np.where(closed, current, following)
    return out
