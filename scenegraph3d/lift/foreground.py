"""From the pixels of a detection to the points of the thing itself: support found, background and strays dropped."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.points import clusters
from .priors import SizePrior
from .regions import Masks, Region, View
from .settings import LiftSettings


@dataclass(frozen=True)
class Body:
    """The points of one thing.

    Attributes:
        points_m: [N, 3] in the world.
        pixels: [N, 2] row and column of each.
        depth_m: their median depth.
        support_m: height (z in the world) of what it stands on, None if that is not seen.
        occluded: something nearer hides a part of it.
    """

    points_m: Float[np.ndarray, "n 3"]
    pixels: Int64[np.ndarray, "n 2"]
    depth_m: float
    support_m: float | None
    occluded: bool


def body(region: Region, masks: Masks | None, view: View, prior: SizePrior | None, settings: LiftSettings) -> Body:
    """The points of the thing in a region: the largest cluster of a mask, or what stands out in a box.

    In a box without a mask the support is taken off first, then the cluster with most points around the middle of the
    box is kept, to the depth that the prior allows. Points are neighbours if they are so in the picture and as a share
    of their depth, so that a side seen at a grazing angle, with few readings far apart, holds together.
    """
    every = max(1.0, np.count_nonzero(region.within) / settings.max_points)
    chosen = (np.arange(int(len(region.rows) / every)) * every).astype(np.int64)
    rows, columns = region.rows[chosen], region.columns[chosen]
    points = view.world(rows, columns)
    z = view.depth_m[rows, columns]
    depth = float(np.median(z))
    level = _level(region, depth, view, settings)
    support = _support(region, masks, level, view, settings)
    spacing = np.sqrt(region.area_px / len(rows))
    within = region.within[chosen]
    kept = _above_support(points, within, region.masked, support, level, settings)
    steps = np.array([settings.gap_pixels * spacing] * 2 + [settings.gap_depth])
    places = np.stack([rows[kept], columns[kept], np.log(z[kept])], axis=1) / steps
    label = clusters(places, 1.0)
    occluded = region.occluded
    if region.masked:
        own = kept[label == 0]
    else:
        score = _prominence(
            label, within[kept], _central(region, rows[kept], columns[kept], settings), region, settings
        )
        own = _within_reach(kept[within[kept] & (label == score.argmax())], z, prior, settings)
        nearer = z[kept[within[kept]]] < z[own].min() * (1 - settings.occluder_jump)
        occluded = bool(np.count_nonzero(nearer) > settings.occluder_share * len(own))
    pixels = np.stack([rows[own], columns[own]], axis=1)
    return Body(points[own], pixels, float(np.median(z[own])), support, occluded)


def _prominence(
    label: Int64[np.ndarray, " n"],
    within: Bool[np.ndarray, " n"],
    weight: Float[np.ndarray, " n"],
    region: Region,
    settings: LiftSettings,
) -> Float[np.ndarray, " k"]:
    """How much of the box each cluster fills; less if it goes on around the box as a wall or a rail does."""
    inside = np.bincount(label, weights=within) / np.bincount(label)
    bound = np.maximum(inside - region.within_share, 0.0) / max(1 - region.within_share, settings.rim_floor)
    filled = np.bincount(label, weights=weight * within)
    out: Float[np.ndarray, " k"] = filled * (settings.rim_floor + (1 - settings.rim_floor) * bound)
    return out


def _above_support(
    points: Float[np.ndarray, "n 3"],
    within: Bool[np.ndarray, " n"],
    masked: bool,
    support: float | None,
    level_m: float,
    settings: LiftSettings,
) -> Int64[np.ndarray, " m"]:
    """The points above the support: a box shows plenty of it, a mask may run a little over the edge onto it.

    All points where too few would be left, or with a mask where half would go: that is the mask of a flat thing.
    """
    if support is None:
        return np.arange(len(points))
    clear = level_m if masked else level_m * settings.clear_share / settings.level_share
    above = points[:, 2] > support + clear
    enough = max(settings.min_points, len(points) // 2 if masked else 0)
    return np.flatnonzero(above) if np.count_nonzero(above & within) >= enough else np.arange(len(points))


def _level(region: Region, depth_m: float, view: View, settings: LiftSettings) -> float:
    """Heights within this of each other are one level, metres."""
    height_m = (region.xyxy_px[3] - region.xyxy_px[1]) * depth_m / view.camera.fy
    noise = view_noise(view, depth_m, settings)
    return float(max(settings.level_share * height_m, settings.level_noise * noise))


def view_noise(view: View, depth_m: float, settings: LiftSettings) -> float:
    """Standard deviation of one reading at a depth."""
    return settings.noise.std_m(view.depth, depth_m)


def _support(region: Region, masks: Masks | None, level_m: float, view: View, settings: LiftSettings) -> float | None:
    """Height of the support: that of most points in a strip below and beside the foot of the detection."""
    x0, y0, x1, y1 = region.xyxy_px
    down, side = settings.strip_share * (y1 - y0), settings.strip_widen * (x1 - x0)
    top, bottom = max(0, int(y1 - down)), int(np.ceil(y1 + down)) + 1
    left, right = max(0, int(x0 - side)), int(np.ceil(x1 + side)) + 1
    crop = view.depth_m[top:bottom, left:right]
    wanted = crop > 0
    if masks is None:
        wanted[: max(0, int(y1) - top), int(x0) - left : int(np.ceil(x1)) - left] = False
    else:
        wanted &= masks.owner[top:bottom, left:right] != masks.owner[region.rows[0], region.columns[0]]
    rows, columns = np.nonzero(wanted)
    if len(rows) < settings.min_points:
        return None
    step = max(1, len(rows) // settings.max_points)
    heights = np.sort(view.world(rows[::step] + top, columns[::step] + left)[:, 2])
    within = np.searchsorted(heights, heights + 2 * level_m, side="right") - np.arange(len(heights))
    start = int(within.argmax())
    if within[start] < settings.support_share * len(heights):
        return None
    return float(np.median(heights[start : start + within[start]]))


def _central(
    region: Region, rows: Int64[np.ndarray, " n"], columns: Int64[np.ndarray, " n"], settings: LiftSettings
) -> Float[np.ndarray, " n"]:
    x0, y0, x1, y1 = region.xyxy_px
    across = (columns - (x0 + x1) / 2) / (settings.center_share * (x1 - x0))
    down = (rows - (y0 + y1) / 2) / (settings.center_share * (y1 - y0))
    return np.exp(-0.5 * (across**2 + down**2))


def _within_reach(
    own: Int64[np.ndarray, " n"], z: np.ndarray, prior: SizePrior | None, settings: LiftSettings
) -> Int64[np.ndarray, " m"]:
    """The points no deeper behind the near side than a thing of this kind can be."""
    if prior is None:
        return own
    near = float(np.quantile(z[own], 0.05))
    reach = settings.prior_depth * float(np.hypot(prior.length_m[0], prior.width_m[0]))
    return own[z[own] <= near + reach]
