"""Gravity-aligned boxes of points: turned about z only, of least volume, and not led astray by stray points."""

import math
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int64, Shaped

from ..errors import InputError, message
from .points import extremes, isolated

_FLAT = 1e-9
_TIE = 1e-6


class YawBox(NamedTuple):
    """A box turned about z: centre [3] and full size [3] in metres, yaw in radians."""

    center_m: Float[np.ndarray, " 3"]
    size_m: Float[np.ndarray, " 3"]
    yaw_rad: float


@dataclass(frozen=True)
class BoxFitSettings:
    """How stray points are told from the body.

    Attributes:
        min_points: fewer points than this are all believed.
        points_per_cell: size of the cells in which crowding is measured, as points of the body per cell.
        crowd_share: a point whose cell holds a smaller share than this of the typical crowd is stray.
        trim_share: share of the points that may still lie outside each of the six faces. On a surface it costs nothing,
            because a face holds far more points; on a filled volume it costs this share of the length per face.
    """

    min_points: int = 50
    points_per_cell: float = 6.0
    crowd_share: float = 0.4
    trim_share: float = 0.0015


@dataclass(frozen=True)
class ClosenessSettings:
    """How the closeness of points to the sides of a rectangle is measured.

    Attributes:
        steps: yaws tried over the quarter turn, before a parabola through the best three.
        noise_m: deviation of a point, metres.
        corner_share: how round the sides may be, as a share of the footprint's diagonal: distances below this, or below
            `noise_m`, count as this.
        trim_share: share of the points that may lie beyond each side.
        peak_apart_rad: of peaks closer than this the higher one counts.
        peak_share: a peak this share as high as the best is a candidate too.
    """

    steps: int = 36
    noise_m: float = 0.0
    corner_share: float = 0.03
    trim_share: float = 0.02
    peak_apart_rad: float = 0.2
    peak_share: float = 0.85


DEFAULT_FIT = BoxFitSettings()


def fit_yaw_box(points_m: Shaped[np.ndarray, "..."], settings: BoxFitSettings = DEFAULT_FIT) -> YawBox:
    """The box of least volume, turned about z only, around the body of `points_m`.

    Args:
        points_m: [N, 3], N at least 1, metres, z up. Collinear, coplanar and single points give boxes with zero sizes.
        settings: how stray points are told from the body.

    Returns:
        Centre, size with size x >= size y, and yaw in (-pi/2, pi/2].

    Raises:
        InputError: another shape, no point, or coordinates that are not finite.

    Isolated points are dropped, a side of the rectangle of least area lies on an edge of the footprint's convex hull
    (Freeman and Shapira 1975), and each face may leave `trim_share` of the points outside. The hull is taken twice, the
    second time without the points outside the first box, so that a stray point beside the body cannot turn it.
    """
    _check_points(points_m)
    body = _body(points_m, settings)
    outside = int(settings.trim_share * len(body)) if len(body) >= settings.min_points else 0
    yaw = least_area_yaw(body[:, :2])
    if outside:
        turned = _turned(body, yaw)
        low, high = extremes(turned, outside)
        inside = ((turned >= low) & (turned <= high)).all(axis=1)
        yaw = least_area_yaw(body[inside, :2])
    return box_at_yaw(body, yaw, outside)


def box_at_yaw(points_m: Float[np.ndarray, "n 3"], yaw_rad: float, outside: int = 0) -> YawBox:
    """The smallest box at a yaw (or a quarter turn from it, so that size x >= size y) around the points.

    Args:
        points_m: [N, 3] metres.
        yaw_rad: turn about z.
        outside: points that may lie beyond each face.
    """
    low, high = extremes(_turned(points_m, yaw_rad), outside)
    center = _turned((low + high)[None] / 2, -yaw_rad)[0]
    size = high - low
    if size[1] > size[0]:
        size, yaw_rad = size[[1, 0, 2]], yaw_rad + np.pi / 2
    return YawBox(center, size, float(np.pi / 2 - (np.pi / 2 - yaw_rad) % np.pi))


def least_area_yaw(xy_m: Float[np.ndarray, "n 2"]) -> float:
    """Yaw in [0, pi/2) of the least rectangle around points of the ground, or of the line through collinear ones."""
    from scipy.spatial import ConvexHull

    offset = xy_m - xy_m.mean(axis=0)
    axes = np.linalg.eigh(offset.T @ offset)[1]
    across_m, along_m = np.ptp(offset @ axes, axis=0)
    if across_m <= _FLAT * max(along_m, float(np.abs(xy_m).max())):
        return float(np.arctan2(axes[1, 1], axes[0, 1]) % (np.pi / 2)) if along_m > across_m else 0.0
    hull = offset[ConvexHull(offset).vertices]
    edge = np.roll(hull, -1, axis=0) - hull
    angle = np.arctan2(edge[:, 1], edge[:, 0]) % (np.pi / 2)
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    area = np.ptp(hull @ along.T, axis=0) * np.ptp(hull @ across.T, axis=0)
    return float(angle[area <= area.min() * (1 + _TIE)].min())


def closeness_yaws(
    xy_m: Float[np.ndarray, "n 2"], viewpoint_m: Float[np.ndarray, " 2"], settings: ClosenessSettings
) -> Float[np.ndarray, " k"]:
    """Yaws in [0, pi/2) of rectangles to whose sides the points lie close, the closest first: right for an L and other
    outlines seen from one side, where the rectangle of least area is not.

    Args:
        xy_m: [N, 2] points on the ground, spread evenly (voxel means), metres.
        viewpoint_m: [2] from where they were seen. Of two opposite sides the one that faces it counts; if neither does,
            the one to which the points are closer on the whole.
        settings: see `ClosenessSettings`.

    Returns:
        [K] peaks of the closeness over the yaw, K at least 1: more than one where the points leave it open.

    The closeness criterion of Zhang et al., "Efficient L-Shape Fitting for Vehicle Detection Using Laser Scanners"
    (2017), with the sides chosen by the viewpoint.
    """
    angle, axes = _directions(settings.steps)
    distance = _side_distance(axes @ xy_m.T, axes @ viewpoint_m, int(settings.trim_share * len(xy_m)))
    nearest = np.minimum(distance[: settings.steps], distance[settings.steps :])
    floor = max(settings.corner_share * math.dist(*extremes(xy_m)), settings.noise_m)
    if floor == 0:
        return angle[:1]
    score = (floor / np.maximum(nearest, floor)).mean(axis=1)
    before, after = np.append(score[-1], score[:-1]), np.append(score[1:], score[0])
    peaks = np.flatnonzero((score >= before) & (score > after) & (score >= settings.peak_share * score.max()))
    peaks = _apart(peaks[np.argsort(-score[peaks], kind="stable")], settings)
    if len(peaks) == 0:
        return angle[:1]
    bend = before[peaks] - 2 * score[peaks] + after[peaks]
    shift = 0.5 * (before[peaks] - after[peaks]) / bend
    return (angle[peaks] + shift * (np.pi / 2 / settings.steps)) % (np.pi / 2)


@cache
def _directions(steps: int) -> tuple[Float[np.ndarray, " k"], Float[np.ndarray, "k 2"]]:
    """Angles over the half turn, `steps` to a quarter, and the unit vectors of them."""
    angle = np.arange(2 * steps) * (np.pi / 2 / steps)
    return angle, np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _apart(peaks: Int64[np.ndarray, " n"], settings: ClosenessSettings) -> Int64[np.ndarray, " k"]:
    """The first of those that lie close together, round the quarter turn."""
    least = settings.steps * settings.peak_apart_rad / (np.pi / 2)
    kept: list[int] = []
    for peak in peaks.tolist():
        away = [abs(peak - other) for other in kept]
        if all(least <= step <= settings.steps - least for step in away):
            kept.append(peak)
    return np.array(kept, dtype=np.int64)


def _side_distance(
    coordinate: Float[np.ndarray, "k n"], viewpoint: Float[np.ndarray, " k"], outside: int
) -> Float[np.ndarray, "k n"]:
    low, high = extremes(coordinate.T, outside)
    from_low, from_high = np.abs(coordinate - low[:, None]), np.abs(coordinate - high[:, None])
    low_counts = ((viewpoint <= high) & (from_low.sum(axis=1) < from_high.sum(axis=1))) | (viewpoint < low)
    return np.where(low_counts[:, None], from_low, from_high)


def _turned(points_m: Shaped[np.ndarray, "n 3"], yaw_rad: float) -> Shaped[np.ndarray, "n 3"]:
    """Points in axes turned by `yaw_rad` about z."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return points_m @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _body(points_m: np.ndarray, settings: BoxFitSettings) -> np.ndarray:
    if len(points_m) < settings.min_points:
        return points_m
    return points_m[~isolated(points_m, settings.points_per_cell, settings.crowd_share)]


def _check_points(points_m: np.ndarray) -> None:
    good = points_m.ndim == 2 and points_m.shape[1:] == (3,) and len(points_m) and points_m.dtype.kind == "f"
    if not good:
        raise InputError(
            message("points", "floats of shape [N, 3], N at least 1", f"dtype {points_m.dtype} shape {points_m.shape}")
        )
    if not np.isfinite(points_m).all():
        bad = int((~np.isfinite(points_m)).any(axis=1).sum())
        raise InputError(message("points", "finite coordinates", f"{bad} rows with NaN or infinity", "drop those rows"))
