"""Which pixels belong to which detection, and what lies around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Float32, Int64

from ..geometry.boxes import inside
from ..geometry.cameras import unproject_pixels
from ..geometry.fit import YawBox
from ..geometry.frames import transform_points
from ..geometry.points import flying_pixels
from ..types import Camera, DepthMap, Detections
from .settings import LiftSettings


@dataclass(frozen=True)
class View:
    """One picture's depth, cleaned, with the camera that took it.

    Attributes:
        depth: the depth map as it came.
        depth_m: [H, W] its values without flying pixels, 0 where there is no reading.
        camera: the camera with its pose.
    """

    depth: DepthMap
    depth_m: Float32[np.ndarray, "h w"]
    camera: Camera

    @classmethod
    def of(cls, depth: DepthMap, camera: Camera, settings: LiftSettings) -> "View":
        """The view of a depth map, flying pixels removed."""
        flying = flying_pixels(depth.values, settings.flying_jump)
        return cls(depth, np.where(flying, np.float32(0), depth.values), camera)

    def world(self, rows: Int64[np.ndarray, " n"], columns: Int64[np.ndarray, " n"]) -> Float[np.ndarray, "n 3"]:
        """[N, 3] world points of pixels, metres."""
        pixels = np.stack([columns, rows], axis=1)
        points = unproject_pixels(pixels, self.depth_m[rows, columns], self.camera.matrix)
        return transform_points(self.camera.world_from_camera, points)


@dataclass(frozen=True)
class Region:
    """The pixels of one detection.

    Attributes:
        xyxy_px: its box, cut at the image border.
        rows, columns: [N] pixels that hold depth: of the mask, or of the box and a rim around it.
        within: [N] True for those of the mask or of the box itself.
        area_px: pixels with or without depth, rim and all.
        within_share: share of them in the mask or the box itself.
        masked: the pixels come from a mask; else all of the box's.
        truncated: it reaches the border of the image.
        occluded: a nearer reading lies just outside the outline of the mask; False without one.
    """

    xyxy_px: Float[np.ndarray, " 4"]
    rows: Int64[np.ndarray, " n"]
    columns: Int64[np.ndarray, " n"]
    within: Bool[np.ndarray, " n"]
    area_px: int
    within_share: float
    masked: bool
    truncated: bool
    occluded: bool


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
    x0, y0 = np.clip(np.floor(box[:2]), 0, (width, height)).astype(int).tolist()
    x1, y1 = np.clip(np.ceil(box[2:]), 0, (width, height)).astype(int).tolist()
    occluded = False
    if masks is not None:
        own = masks.owner[y0:y1, x0:x1] == index
        occluded = _hidden_outline(own, (y0, x0), view, settings)
        area = within_area = int(np.count_nonzero(own))
        rows, columns = np.nonzero(own & (view.depth_m[y0:y1, x0:x1] > 0))
        rows, columns = rows + y0, columns + x0
    else:
        rim_x, rim_y = round(settings.rim_share * (x1 - x0)), round(settings.rim_share * (y1 - y0))
        top, left = max(0, y0 - rim_y), max(0, x0 - rim_x)
        crop = view.depth_m[top : y1 + rim_y, left : x1 + rim_x]
        area, within_area = crop.size, (y1 - y0) * (x1 - x0)
        rows, columns = np.nonzero(crop)
        rows, columns = rows + top, columns + left
    within = (rows >= y0) & (rows < y1) & (columns >= x0) & (columns < x1)
    margin = settings.border_px
    truncated = bool((box[:2] < margin).any() or box[2] > width - margin or box[3] > height - margin)
    clipped = np.array([x0, y0, x1, y1], dtype=np.float64)
    share = within_area / max(area, 1)
    return Region(clipped, rows, columns, within, area, share, masks is not None, truncated, occluded)


@dataclass(frozen=True)
class Claim:
    """What a detection without a mask has taken: its box in the picture, and the box of the points it was given."""

    xyxy_px: Float[np.ndarray, " 4"]
    box: YawBox


def without(found: Region, claims: Sequence[Claim], view: View) -> Region:
    """The region less the pixels whose points lie in what overlapping smaller detections have taken."""
    keep = np.ones(len(found.rows), dtype=bool)
    low, high = found.xyxy_px[:2], found.xyxy_px[2:]
    near = [claim for claim in claims if (claim.xyxy_px[:2] < high).all() and (claim.xyxy_px[2:] > low).all()]
    if near:
        points = view.world(found.rows, found.columns)
        for claim in near:
            keep &= ~inside(points, *claim.box)
    return replace(found, rows=found.rows[keep], columns=found.columns[keep], within=found.within[keep])


def _bounds(mask: Bool[np.ndarray, "h w"]) -> tuple[int, int, int, int]:
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _hidden_outline(own: Bool[np.ndarray, "h w"], corner: tuple[int, int], view: View, settings: LiftSettings) -> bool:
    """True if beside enough of the outline, a few pixels out, lies something nearer.

    What lies at or below the level of the object's lowest point is the thing that it stands on, and hides nothing.
    """
    height, width = view.depth_m.shape
    reach = settings.occluder_px
    padded = np.pad(own, 1)
    insides, outsides = [], []
    for step in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        beside = padded[1 + step[0] : padded.shape[0] - 1 + step[0], 1 + step[1] : padded.shape[1] - 1 + step[1]]
        rows, columns = np.nonzero(own & ~beside)
        insides.append(np.stack([rows, columns]) + np.array(corner)[:, None])
        outsides.append(insides[-1] + reach * np.array(step)[:, None])
    inside, outside = np.concatenate(insides, axis=1), np.concatenate(outsides, axis=1)
    seen = (outside >= 0).all(axis=0) & (outside[0] < height) & (outside[1] < width)
    inside, outside = inside[:, seen], outside[:, seen]
    near, far = view.depth_m[tuple(outside)], view.depth_m[tuple(inside)]
    hides = (near > 0) & (near < far * (1 - settings.occluder_jump))
    if not hides.any():
        return False
    bottom = view.world(*inside[:, far > 0])[:, 2].min()
    above = view.world(*outside[:, hides])[:, 2] > bottom + settings.occluder_jump * float(np.median(far[far > 0]))
    return bool(np.count_nonzero(above) > settings.occluder_share * inside.shape[1])
