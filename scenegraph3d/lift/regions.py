"""Which pixels belong to which detection, and what lies around them."""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Float32, Int64

from ..geometry.fit import YawBox
from ..geometry.points import flying_pixels, middle
from ..types import Camera, DepthMap, Detections
from .settings import LiftSettings


@dataclass(frozen=True)
class View:
    """One picture's depth, cleaned, with the camera that took it.

    Attributes:
        depth: the depth map as it came.
        depth_m: [H, W] its values without flying pixels, 0 where there is no reading.
        camera: the camera with its pose.
        world_from_pixel: [3, 3] from a pixel (column, row, 1) to the way from the camera, in the world, to its point at
            depth 1.
    """

    depth: DepthMap
    depth_m: Float32[np.ndarray, "h w"]
    camera: Camera
    world_from_pixel: Float[np.ndarray, "3 3"]

    @classmethod
    def of(cls, depth: DepthMap, camera: Camera, settings: LiftSettings) -> "View":
        """The view of a depth map, flying pixels removed."""
        depth_m = depth.values.copy()
        depth_m[flying_pixels(depth_m, settings.flying_jump)] = 0
        world_from_pixel = camera.world_from_camera[:3, :3] @ np.linalg.inv(camera.matrix)
        return cls(depth, depth_m, camera, world_from_pixel)

    def readings(self, pixels: Int64[np.ndarray, "n 2"]) -> Float[np.ndarray, " n"]:
        """[N] depth along z of pixels (row, column), metres."""
        rows, columns = pixels.T
        return self.depth_m.take(rows * self.depth_m.shape[1] + columns).astype(np.float64)

    def world(
        self, pixels: Int64[np.ndarray, "n 2"], depth_m: Float[np.ndarray, " n"] | None = None
    ) -> Float[np.ndarray, "n 3"]:
        """[N, 3] world points of pixels (row, column), metres, at their own depth or a given one."""
        z = self.readings(pixels) if depth_m is None else depth_m
        ways = np.empty((3, len(z)))
        ways[2] = z
        np.multiply(pixels.T[::-1], z, out=ways[:2])
        return (self.world_from_pixel @ ways + self.camera.center_m[:, None]).T

    def sight(self, column: float, row: float) -> Float[np.ndarray, " 3"]:
        """[3] the way from the camera, in the world, to the point of a pixel at depth 1."""
        return self.world_from_pixel @ (column, row, 1.0)

    def noise_m(self, depth_m: float, settings: LiftSettings) -> float:
        """Standard deviation of a reading at a depth."""
        return float(settings.noise.std_m(self.depth, np.array([depth_m], dtype=np.float64))[0])

    def level_m(self, xyxy_px: Float[np.ndarray, " 4"], depth_m: float, settings: LiftSettings) -> float:
        """Heights within this of each other are one level for what fills a box at a depth, metres."""
        x0, y0, x1, y1 = xyxy_px.tolist()
        slope = abs(float(self.sight((x0 + x1) / 2, (y0 + y1) / 2)[2]))
        height_m = (y1 - y0) * depth_m / self.camera.fy
        noise_m = settings.level_noise * self.noise_m(depth_m, settings)
        return float(max(settings.level_share * height_m, noise_m * slope))

    def jump_m(self, xyxy_px: Float[np.ndarray, " 4"], depth_m: float, settings: LiftSettings) -> float:
        """Steps in depth above this are one thing before another, for what fills a box at a depth, metres."""
        x0, y0, x1, y1 = xyxy_px.tolist()
        looks_m = min((x1 - x0) / self.camera.fx, (y1 - y0) / self.camera.fy) * depth_m
        return max(settings.occluder_jump * looks_m, settings.level_noise * self.noise_m(depth_m, settings))


@dataclass(frozen=True)
class Region:
    """The pixels of one detection.

    Attributes:
        xyxy_px: its box, cut at the image border.
        cells: [h, w] one pixel per block, True where it is of the mask, or of the box and a rim around it.
        step: rows and columns of pixels of a block.
        pixels: [N, 2] row and column of readings in the mask, or in the box and its rim, evenly thinned out.
        places: [N, 2] the block of each.
        within: [N] True for those of the mask or of the box itself.
        area_px: pixels with or without depth, rim and all.
        within_share: share of them in the mask or the box itself.
        masked: the pixels come from a mask; else all of the box's.
        cut: [2] it reaches the border of the image at the sides; at the top or the foot.
        occluded: a nearer reading lies just outside the outline of the mask; False without one.
        others_px: [M, 4] without a mask, what the boxes of the other detections cover of the box and its rim.
    """

    xyxy_px: Float[np.ndarray, " 4"]
    cells: Bool[np.ndarray, "h w"]
    step: int
    pixels: Int64[np.ndarray, "n 2"]
    places: Int64[np.ndarray, "n 2"]
    within: Bool[np.ndarray, " n"]
    area_px: int
    within_share: float
    masked: bool
    cut: Bool[np.ndarray, " 2"]
    occluded: bool
    others_px: Float[np.ndarray, "m 4"]


@dataclass(frozen=True)
class Masks:
    """Masks with what several of them share given to one.

    Attributes:
        owner: [H, W] the detection that each pixel belongs to, -1 for none.
        xyxy_px: [N, 4] bounds of each mask as it came.
    """

    owner: Int64[np.ndarray, "h w"]
    xyxy_px: Float[np.ndarray, "n 4"]

    @classmethod
    def of(cls, detections: Detections) -> "Masks | None":
        """The masks of detections; None if they have none.

        A pixel in several masks belongs to the one with the fewest pixels (the pillow, not the bed); of equal ones to
        the first.
        """
        masks = detections.mask
        if masks is None or len(masks) == 0:
            return None
        bounds = np.array([_bounds(mask) for mask in masks])
        crops = [np.s_[y0:y1, x0:x1] for x0, y0, x1, y1 in bounds]
        area = [np.count_nonzero(mask[crop]) for mask, crop in zip(masks, crops, strict=True)]
        owner = np.full(masks.shape[1:], -1, dtype=np.int64)
        for i in np.lexsort((-np.arange(len(masks)), -np.array(area))):
            owner[crops[i]][masks[i][crops[i]]] = i
        return cls(owner, bounds.astype(np.float64))


def region(index: int, detections: Detections, masks: Masks | None, view: View, settings: LiftSettings) -> Region:
    """The pixels of detection `index`; none where its box lies outside the image or smaller masks cover its own."""
    height, width = view.depth_m.shape
    box = detections.xyxy_px[index] if masks is None else masks.xyxy_px[index]
    x0, x1 = (min(max(x, 0), width) for x in (math.floor(box[0]), math.ceil(box[2])))
    y0, y1 = (min(max(y, 0), height) for y in (math.floor(box[1]), math.ceil(box[3])))
    margin = settings.border_px
    cut = (box[:2] < margin) | (box[2:] > np.array([width, height]) - margin)
    clipped = np.array([x0, y0, x1, y1], dtype=np.float64)
    own: Bool[np.ndarray, "h w"]
    if masks is None:
        rim_x, rim_y = round(settings.rim_share * (x1 - x0)), round(settings.rim_share * (y1 - y0))
        top, left = max(0, y0 - rim_y), max(0, x0 - rim_x)
        own = np.ones(view.depth_m[top : y1 + rim_y, left : x1 + rim_x].shape, dtype=bool)
        area, inner, occluded = own.size, (y1 - y0) * (x1 - x0), False
        others = _within(detections.xyxy_px, (left, top, x1 + rim_x, y1 + rim_y), index)
    else:
        top, left = y0, x0
        own = masks.owner[y0:y1, x0:x1] == index
        area = inner = int(np.count_nonzero(own))
        occluded, others = _hidden_outline(own, clipped, view, settings), np.empty((0, 4))
    readings = np.flatnonzero(own & (view.depth_m[top : top + own.shape[0], left : left + own.shape[1]] > 0))
    share = inner / max(area, 1)
    most = settings.max_points if masks is not None else settings.max_box_points
    every = max(1.0, len(readings) * share / most)
    chosen = readings[(np.arange(int(len(readings) / every)) * every).astype(np.int64)]
    rows, columns = np.divmod(chosen, max(own.shape[1], 1))
    step = round(math.sqrt(every))
    cells, places = own[::step, ::step], np.stack([rows // step, columns // step], axis=1)
    rows, columns = rows + top, columns + left
    pixels = np.stack([rows, columns], axis=1)
    within = (rows >= y0) & (rows < y1) & (columns >= x0) & (columns < x1)
    return Region(clipped, cells, step, pixels, places, within, area, share, masks is not None, cut, occluded, others)


class Claims:
    """What detections without masks have taken, each its box in the picture and the box of the points it was given."""

    def __init__(self, most: int) -> None:
        self._count = 0
        self._xyxy_px = np.empty((most, 4))
        self._boxes = np.empty((most, 7))

    def add(self, xyxy_px: Float[np.ndarray, " 4"], box: YawBox) -> None:
        """One more that takes the points in its box."""
        self._xyxy_px[self._count] = xyxy_px
        self._boxes[self._count] = (*box.center_m, *box.size_m, box.yaw_rad)
        self._count += 1

    def without(self, found: Region, view: View) -> Region:
        """The region less the pixels whose points lie in what overlapping detections have taken."""
        taken = self._xyxy_px[: self._count]
        low, high = found.xyxy_px[:2], found.xyxy_px[2:]
        near = np.flatnonzero((taken[:, :2] < high).all(axis=1) & (taken[:, 2:] > low).all(axis=1))
        if len(near) == 0 or len(found.pixels) == 0:
            return found
        points = view.world(found.pixels)
        keep = np.ones(len(points), dtype=bool)
        for *center, length, width, height, yaw in self._boxes[near].tolist():
            x, y, z = (points - center).T
            cos, sin = math.cos(yaw), math.sin(yaw)
            on_ground = (np.abs(cos * x + sin * y) <= length / 2) & (np.abs(cos * y - sin * x) <= width / 2)
            keep &= ~(on_ground & (np.abs(z) <= height / 2))
        rows = np.flatnonzero(keep)
        pixels, places = found.pixels.take(rows, axis=0), found.places.take(rows, axis=0)
        return replace(found, places=places, pixels=pixels, within=found.within[rows])


def _within(
    boxes_px: Float[np.ndarray, "n 4"], window_px: tuple[int, int, int, int], but: int
) -> Float[np.ndarray, "m 4"]:
    """What boxes other than row `but` cover of a window, left, top, right, bottom."""
    left, top, right, bottom = boxes_px.T
    left, top = np.maximum(left, window_px[0]), np.maximum(top, window_px[1])
    right, bottom = np.minimum(right, window_px[2]), np.minimum(bottom, window_px[3])
    some = (left < right) & (top < bottom)
    some[but] = False
    return np.stack([left[some], top[some], right[some], bottom[some]], axis=1)


def _bounds(mask: Bool[np.ndarray, "h w"]) -> tuple[int, int, int, int]:
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _hidden_outline(
    own: Bool[np.ndarray, "h w"], xyxy_px: Float[np.ndarray, " 4"], view: View, settings: LiftSettings
) -> bool:
    """True if beside enough of the outline, a few pixels out, lies something nearer.

    What lies at or below the level of the object's lowest point is the thing that it stands on, and hides nothing.
    """
    if not own.any():
        return False
    padded = np.zeros((own.shape[0] + 2, own.shape[1] + 2), dtype=bool)
    padded[1:-1, 1:-1] = own
    beside = np.stack([padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]])
    way, rows, columns = np.nonzero(own & ~beside)
    inside = np.stack([rows, columns], axis=1) + xyxy_px[[1, 0]].astype(np.int64)
    outside = inside + settings.occluder_px * np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])[way]
    height, width = view.depth_m.shape
    rows, columns = outside.T
    seen = (rows >= 0) & (columns >= 0) & (rows < height) & (columns < width)
    inside, outside = inside[seen], outside[seen]
    near, far = view.depth_m[tuple(outside.T)], view.depth_m[tuple(inside.T)]
    if not (far > 0).any():
        return False
    depth = middle(far[far > 0])
    hides = (near > 0) & (near < far - view.jump_m(xyxy_px, depth, settings))
    if np.count_nonzero(hides) <= settings.occluder_share * len(inside):
        return False
    bottom = view.world(inside[far > 0])[:, 2].min()
    above = view.world(outside[hides])[:, 2] > bottom + view.level_m(xyxy_px, depth, settings)
    return bool(np.count_nonzero(above) > settings.occluder_share * len(inside))
