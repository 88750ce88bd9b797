"""Sheets: the flat boxes of floors, table tops and walls.

One mask of "wall" covers all walls in sight, and one of "floor" ends where things stand on it. So the points of a
surface become one level sheet, or one upright sheet for each wall, or, where they are neither, one box around all; and
the ground goes on beneath what stands on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64

from ..geometry.boxes import Boxes, footprints, ground_gap_m
from ..geometry.fit import YawBox, fit_yaw_box
from .settings import LiftSettings, SurfaceSettings
from .walls import upright_plane

_SIGMA = 1.4826  # standard deviations of a normal distribution to one median absolute deviation
_SAME_M = 1e-9


@dataclass(frozen=True)
class Sheet:
    """One flat part of a surface.

    Attributes:
        box: around it, metres.
        rows: [N] the points that are of it.
        level: things can stand on it.
    """

    box: YawBox
    rows: Int64[np.ndarray, " n"]
    level: bool


def sheets(points_m: Float[np.ndarray, "n 3"], noise_m: float, settings: LiftSettings) -> list[Sheet]:
    """The flat parts of a surface, largest first; one at least.

    Args:
        points_m: [N, 3] in the world, metres, z up; N > 0.
        noise_m: standard deviation of a reading.
        settings: see `SurfaceSettings` and `WallSettings`.
    """
    own = settings.surface
    reach_m = max(own.noise_times * noise_m, own.flat_share * float(np.linalg.norm(np.ptp(points_m, axis=0))))
    level = _most_level(points_m[:, 2], reach_m)
    upright = _upright(points_m, reach_m, settings)
    if len(level) >= max((len(rows) for rows, _ in upright), default=0):
        if len(level) >= own.flat_most * len(points_m):
            return [Sheet(_level_box(points_m[level], noise_m, settings), level, level=True)]
    elif sum(len(rows) for rows, _ in upright) >= own.flat_most * len(points_m):
        return [Sheet(_upright_box(points_m[rows], yaw, noise_m, own), rows, level=False) for rows, yaw in upright]
    return [Sheet(_level_box(points_m, noise_m, settings), np.arange(len(points_m)), level=False)]


def carrying(
    sheets_: Sequence[YawBox], things: Sequence[YawBox], noise_m: Sequence[float], settings: SurfaceSettings
) -> list[YawBox]:
    """Level sheets, the ground gone on beneath the things that stand on it, or at its height beside its edge.

    The ground is what nothing reaches below. A table top does not go on: what stands behind it seems to begin at its
    height, because the table hides the rest.

    Args:
        sheets_: their boxes, metres.
        things: the boxes of what may stand on it.
        noise_m: standard deviation of a reading of each sheet.
        settings: see `SurfaceSettings`.

    Returns:
        The boxes in their order, all but a ground that is wider now the same objects.
    """
    if not sheets_:
        return []
    lowest = min(range(len(sheets_)), key=lambda i: sheets_[i].center_m[2])
    ground = sheets_[lowest]
    stands = [_at_its_height(thing, ground, noise_m[lowest], settings) for thing in things]
    below = [_bottom_m(thing) < ground.center_m[2] for thing in things]
    if any(lower and not on for lower, on in zip(below, stands, strict=True)):
        return list(sheets_)
    wider = _beneath(ground, [thing for thing, on in zip(things, stands, strict=True) if on], settings)
    return [wider if i == lowest else sheet for i, sheet in enumerate(sheets_)]


def _beneath(sheet: YawBox, left: list[YawBox], settings: SurfaceSettings) -> YawBox:
    while left:
        boxes = _boxes([sheet, *left])
        reach_m = settings.beside_share * boxes.size_m[1:, :2].max(axis=1)
        beside = ground_gap_m(boxes, np.zeros(len(left), dtype=np.int64), 1 + np.arange(len(left))) <= reach_m
        if not beside.any():
            break
        wider = _around(footprints(boxes)[np.concatenate([[True], beside])].reshape(-1, 2), sheet)
        sheet = wider if (wider.size_m > sheet.size_m + _SAME_M).any() else sheet
        left = [one for one, joined in zip(left, beside.tolist(), strict=True) if not joined]
    return sheet


def _around(corners_m: Float[np.ndarray, "n 2"], sheet: YawBox) -> YawBox:
    """The sheet, as long and wide as it takes to hold corners on the ground."""
    cos, sin = np.cos(sheet.yaw_rad), np.sin(sheet.yaw_rad)
    axes = np.array([[cos, sin], [-sin, cos]])
    low, high = (corners_m @ axes.T).min(axis=0), (corners_m @ axes.T).max(axis=0)
    return YawBox(
        np.array([*((low + high) / 2 @ axes), sheet.center_m[2]]),
        np.array([*(high - low), sheet.size_m[2]]),
        sheet.yaw_rad,
    )


def _at_its_height(thing: YawBox, sheet: YawBox, noise_m: float, settings: SurfaceSettings) -> bool:
    reach_m = max(settings.noise_times * noise_m, settings.rest_share * thing.size_m[2]) + sheet.size_m[2] / 2
    return bool(abs(_bottom_m(thing) - sheet.center_m[2]) <= reach_m)


def _bottom_m(thing: YawBox) -> float:
    return float(thing.center_m[2] - thing.size_m[2] / 2)


def _boxes(boxes: Sequence[YawBox]) -> Boxes:
    center_m, size_m, yaw_rad = (np.array(column, dtype=np.float64) for column in zip(*boxes, strict=True))
    return Boxes(center_m, size_m, yaw_rad)


def _most_level(height_m: Float[np.ndarray, " n"], reach_m: float) -> Int64[np.ndarray, " k"]:
    """The rows of the most heights within `reach_m` of one level, in order."""
    order = np.argsort(height_m, kind="stable")
    ends = np.searchsorted(height_m[order], height_m[order] + 2 * reach_m, side="right")
    first = int((ends - np.arange(len(order))).argmax())
    return np.sort(order[first : ends[first]])


def _upright(
    points_m: Float[np.ndarray, "n 3"], reach_m: float, settings: LiftSettings
) -> list[tuple[Int64[np.ndarray, " k"], float]]:
    """The rows and the yaw of each wall, those with most points first; a point is of the wall that it is nearest to."""
    lines = _lines(points_m[:, :2], reach_m, settings)
    if len(lines) == 0:
        return []
    off_m = np.abs(points_m[:, :2] @ lines[:, :2].T - lines[:, 2])
    nearest = np.where(off_m.min(axis=1) <= reach_m, off_m.argmin(axis=1), -1)
    parts = [(np.flatnonzero(nearest == i), _yaw_along(line)) for i, line in enumerate(lines)]
    crowded = settings.surface.crowded * reach_m
    walls = [part for i, part in enumerate(parts) if len(part[0]) and np.median(off_m[part[0], i]) <= crowded]
    least_m = settings.surface.part_height * max((float(np.ptp(points_m[rows, 2])) for rows, _ in walls), default=0.0)
    tall = [part for part in walls if np.ptp(points_m[part[0], 2]) >= least_m]
    return sorted(tall, key=lambda part: -len(part[0]))


def _lines(xy_m: Float[np.ndarray, "n 2"], reach_m: float, settings: LiftSettings) -> Float[np.ndarray, "k 3"]:
    """[K, 3] the lines on the ground that hold most points, each of those that the ones before it leave."""
    lines: list[np.ndarray] = []
    rest = xy_m
    while len(rest):
        line = upright_plane(rest, reach_m, settings.walls)
        if line is None:
            break
        on = np.abs(rest @ line[:2] - line[2]) <= reach_m
        if np.count_nonzero(on) < settings.surface.part_share * len(xy_m):
            break
        lines.append(line)
        rest = rest[~on]
    return np.array(lines, dtype=np.float64).reshape(len(lines), 3)


def _level_box(points_m: Float[np.ndarray, "n 3"], noise_m: float, settings: LiftSettings) -> YawBox:
    """The outline of the points, and their heights but for the strays at both ends."""
    box = fit_yaw_box(points_m, settings.fit)
    off = np.abs(points_m[:, 2] - np.median(points_m[:, 2]))
    near = off <= settings.surface.noise_times * max(noise_m, _SIGMA * float(np.median(off)))
    low, high = np.quantile(points_m[near, 2], (settings.surface.trim_share, 1 - settings.surface.trim_share))
    center, size = box.center_m.copy(), np.maximum(box.size_m, noise_m)
    center[2], size[2] = (low + high) / 2, high - low
    return YawBox(center, size, box.yaw_rad)


def _upright_box(
    points_m: Float[np.ndarray, "n 3"], yaw_rad: float, noise_m: float, settings: SurfaceSettings
) -> YawBox:
    """From end to end and from top to bottom of the points, and as thick as they lie but for the strays."""
    axes = np.array([[np.cos(yaw_rad), np.sin(yaw_rad), 0], [-np.sin(yaw_rad), np.cos(yaw_rad), 0], [0, 0, 1]])
    turned = points_m @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    low[1], high[1] = np.quantile(turned[:, 1], (settings.trim_share, 1 - settings.trim_share))
    return YawBox((low + high) / 2 @ axes, np.maximum(high - low, noise_m), yaw_rad)


def _yaw_along(line: Float[np.ndarray, " 3"]) -> float:
    """The yaw in (-pi/2, pi/2] of a box that lies along a line on the ground, given by its normal."""
    return float(np.pi / 2 - (np.pi / 2 - np.arctan2(line[0], -line[1])) % np.pi)
