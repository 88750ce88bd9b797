"""From the pixels of a detection to the points of the thing itself: noise and support taken off, background dropped."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int64

from ..geometry.points import clusters, extremes, middle
from .layers import thing_among
from .priors import SizePrior
from .regions import Masks, Region, View
from .settings import LiftSettings
from .smooth import smoothed
from .walls import on_walls

MAD_TO_SIGMA = 1.4826  # of a normal distribution


@dataclass(frozen=True)
class Body:
    """The points of one thing.

    Attributes:
        points_m: [N, 3] in the world.
        pixels: [N, 2] row and column of each.
        depth_m: their median depth.
        support_m: height (z in the world) of what it stands on, None if that is not seen.
        occluded: something nearer hides a part of it.
        fit: how much of the detection's box and of their bounds is common to both; 1 with a mask.
        topped: it is of a kind that carries things, and its top is in view.
    """

    points_m: Float[np.ndarray, "n 3"]
    pixels: Int64[np.ndarray, "n 2"]
    depth_m: float
    support_m: float | None
    occluded: bool
    fit: float
    topped: bool = False


def body(region: Region, masks: Masks | None, view: View, prior: SizePrior | None, settings: LiftSettings) -> Body:
    """The points of the thing in a region: all of a mask but what is far behind or before, or what a box is about.

    In a box without a mask the support and the walls around are taken off first; of the layers that are left the one
    that explains the box is kept, to the depth that the prior allows.
    """
    pixels = region.pixels
    readings = view.readings(pixels)
    z = _smoothed(readings, np.arange(len(pixels)), region, view, settings)
    points = view.world(pixels, z)
    depth = middle(z)
    level = view.level_m(region.xyxy_px, depth, settings)
    support = _support(region, masks, _foot(points, region, settings) + level, level, view, settings)
    kept = _above_support(points, region, support, level, depth, view, settings)
    if region.masked:
        own = kept[_main_layers(z[kept], pixels.take(kept, axis=0), view, settings)]
        points_own, pixels_own = points.take(own, axis=0), pixels.take(own, axis=0)
        topped = _top(points_own[:, 2], level, prior, settings) is not None
        return Body(points_own, pixels_own, middle(z[own]), support, region.occluded, 1.0, topped)
    ground = points.T[:2].take(kept, axis=1)
    kept = kept[~on_walls(ground, kept, region, view, view.noise_m(depth, settings), settings.walls)]
    thing, fit = thing_among(_clusters(kept, z, region, settings), kept, z, region, view, prior, settings.layers)
    within = region.within[kept]
    own = _within_reach(kept[within & thing], z, prior, settings)
    top = _top(points[own, 2], level, prior, settings)
    own = own if top is None else own[points[own, 2] <= top]
    nearer = z[kept[within]] < z[own].min() - view.jump_m(region.xyxy_px, depth, settings)
    occluded = bool(np.count_nonzero(nearer) > settings.occluder_share * len(own))
    z_own, pixels_own = _smoothed(readings[own], own, region, view, settings), pixels.take(own, axis=0)
    return Body(view.world(pixels_own, z_own), pixels_own, middle(z_own), support, occluded, fit, top is not None)


def everything(region: Region, view: View, settings: LiftSettings) -> Body:
    """All points of a mask or of a box, at whatever distance and whatever they are of."""
    rows = np.flatnonzero(region.within)
    pixels = region.pixels[rows]
    readings = view.readings(pixels)
    z = _smoothed(readings, rows, region, view, settings)
    return Body(view.world(pixels, z), pixels, middle(z), None, region.occluded, float(region.masked))


def _smoothed(
    z_m: Float[np.ndarray, " n"], rows: Int64[np.ndarray, " n"], region: Region, view: View, settings: LiftSettings
) -> Float[np.ndarray, " n"]:
    """Some of the region's readings without their noise, each from its neighbours among them."""
    pixels, places = region.pixels.take(rows, axis=0), region.places.take(rows, axis=0)
    return smoothed(z_m, pixels, places, settings.noise.std_m(view.depth, z_m), settings.smooth)


def _clusters(
    rows: Int64[np.ndarray, " n"], z: Float[np.ndarray, " all"], region: Region, settings: LiftSettings
) -> Int64[np.ndarray, " n"]:
    """The cluster of each reading. Neighbours are so in the picture and as a share of their depth, so that a side seen
    at a grazing angle, with few readings far apart, holds together."""
    step_px = settings.gap_pixels * math.sqrt(region.area_px / len(region.pixels))
    down, across = region.pixels.take(rows, axis=0).T / step_px
    return clusters(np.stack([down, across, np.log(z[rows]) / settings.gap_depth]).T, 1.0)


def _foot(points: Float[np.ndarray, "n 3"], region: Region, settings: LiftSettings) -> float:
    """Height of most readings at the foot of a box; without bound if there are none, or with a mask."""
    top, bottom = region.xyxy_px[[1, 3]]
    low = region.within & (region.pixels[:, 0] >= bottom - settings.foot_share * (bottom - top))
    return middle(points[low, 2]) if low.any() and not region.masked else np.inf


def _main_layers(
    z: Float[np.ndarray, " n"], pixels: Int64[np.ndarray, "n 2"], view: View, settings: LiftSettings
) -> Bool[np.ndarray, " n"]:
    """The readings of the largest layer of a mask and of those no farther from it in depth than a share of how large it
    looks. A layer is a range of depths without a gap; a few stray readings fill none."""
    bins = (np.log(z) / settings.gap_depth).astype(np.int64)
    bins -= bins.min()
    counts = np.bincount(bins)
    filled = counts >= min(settings.min_points, counts.max())
    layer_of_bin = np.where(filled, np.cumsum(~filled), -1)
    layer = layer_of_bin[bins]
    sizes = np.bincount(layer[layer >= 0])
    main = layer == sizes.argmax()
    near, far = float(z[main].min()), float(z[main].max())
    low, high = extremes(pixels[main])
    looks_m = float((high - low).min()) * near / view.camera.fy
    reach = settings.part_reach * looks_m
    return np.asarray(main | ((layer >= 0) & (z >= near - reach) & (z <= far + reach)))


def _above_support(
    points: Float[np.ndarray, "n 3"],
    region: Region,
    support: float | None,
    level_m: float,
    depth_m: float,
    view: View,
    settings: LiftSettings,
) -> Int64[np.ndarray, " m"]:
    """The points above the support, and with a mask the parts that lie flat on it: a box shows plenty of the support, a
    mask may run a little over the edge onto it. All points where too few would be left.
    """
    everything = np.arange(len(points))
    if support is None:
        return everything
    clear = level_m if region.masked else level_m * settings.clear_share / settings.level_share
    above = points[:, 2] > support + clear
    if region.masked:
        above |= _flat_part(above, region, level_m * view.camera.fy / depth_m, settings)
    enough = max(settings.min_points, len(points) // 2 if region.masked else 0)
    return np.flatnonzero(above) if np.count_nonzero(above & region.within) >= enough else everything


def _flat_part(
    above: Bool[np.ndarray, " n"], region: Region, band_px: float, settings: LiftSettings
) -> Bool[np.ndarray, " n"]:
    """Readings at the level of the support where the mask is wider than an edge that runs over, and than the foot of
    something that stands there, `band_px` rows high."""
    from scipy.ndimage import maximum_filter, minimum_filter

    if above.all():
        return above
    low = region.cells.astype(np.uint8)
    low[tuple(region.places[above].T)] = 0
    over = 2 * settings.overrun_px + 1
    window = [1 + 2 * round(over_px / region.step // 2) for over_px in (over + band_px, over)]
    core = minimum_filter(low, size=window, mode="constant")
    if not core.any():
        return np.zeros(len(above), dtype=bool)
    wide = maximum_filter(core, size=window, mode="constant")
    return np.asarray(wide[tuple(region.places.T)] > 0)


def _support(
    region: Region, masks: Masks | None, highest_m: float, level_m: float, view: View, settings: LiftSettings
) -> float | None:
    """Height of the support, `highest_m` or lower: that of most points in a strip below and beside the foot of the
    detection."""
    x0, y0, x1, y1 = region.xyxy_px
    down, side = settings.strip_share * (y1 - y0), settings.strip_widen * (x1 - x0)
    top, bottom = max(0, int(y1 - down)), int(np.ceil(y1 + down)) + 1
    left, right = max(0, int(x0 - side)), int(np.ceil(x1 + side)) + 1
    crop = view.depth_m[top:bottom, left:right]
    wanted = crop > 0
    if masks is None:
        wanted[: max(0, int(y1) - top), int(x0) - left : int(np.ceil(x1)) - left] = False
    else:
        wanted &= masks.owner[top:bottom, left:right] != masks.owner[tuple(region.pixels[0])]
    found = np.flatnonzero(wanted)
    if len(found) < settings.min_points:
        return None
    rows, columns = np.divmod(found[:: max(1, len(found) // settings.support_points)], crop.shape[1])
    heights = np.sort(view.world(np.stack([rows + top, columns + left], axis=1))[:, 2])
    heights = heights[: np.searchsorted(heights, highest_m, side="right")]
    if len(heights) < settings.min_points:
        return None
    within = np.searchsorted(heights, heights + 2 * level_m, side="right") - np.arange(len(heights))
    start = int(within.argmax())
    if within[start] < settings.support_share * len(heights):
        return None
    return float(heights[start + within[start] // 2])


def _within_reach(
    own: Int64[np.ndarray, " n"], z: np.ndarray, prior: SizePrior | None, settings: LiftSettings
) -> Int64[np.ndarray, " m"]:
    """The points no deeper behind the near side than a thing of this kind can be."""
    if prior is None:
        return own
    own_z = z[own]
    near = float(np.partition(own_z, len(own) // 20)[len(own) // 20])
    return own[own_z <= near + settings.prior_depth * prior.diagonal_m]


def _top(
    height_m: Float[np.ndarray, " n"], level_m: float, prior: SizePrior | None, settings: LiftSettings
) -> float | None:
    """How high the points of the top of what carries things reach: those of the level that most are at, but for strays.
    None for other kinds, and where no level stands out."""
    if prior is None or not prior.carries:
        return None
    heights = np.sort(height_m)
    ends = np.searchsorted(heights, heights + 2 * level_m, side="right")
    counts = ends - np.arange(len(heights))
    start = int(counts.argmax())
    if counts[start] < settings.top_share * len(heights):
        return None
    flat = heights[start : ends[start]]
    height = middle(flat)
    return height + min(level_m, settings.top_sigmas * MAD_TO_SIGMA * middle(np.abs(flat - height)))
