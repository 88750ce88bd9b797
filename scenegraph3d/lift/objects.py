"""Detections, depth and a camera to Objects in the world.

Per detection: the pixels of its mask, or what stands out in its box; their points, noise taken off; the box turned
about z that their footprint asks for; and the whole box behind what was seen. The world is that of the camera's pose,
z up.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message
from ..geometry.fit import YawBox, box_at_yaw, closeness_yaws
from ..geometry.frames import ground_axes
from ..geometry.points import evened_out, extremes
from ..types import Camera, Cuboids, DepthMap, Detections, Objects, Seen
from .completion import Completed, Evidence, complete
from .ends import find_ends
from .foreground import Body, body, everything
from .priors import COMMON_SIZES, SizePriors
from .regions import Claims, Masks, Region, View, region
from .round import round_footprint
from .settings import LiftSettings
from .surfaces import carrying, sheets

DEFAULT_SETTINGS = LiftSettings()


@dataclass(frozen=True)
class Skipped:
    """A detection that became no object.

    Attributes:
        index: its row in the detections.
        label: its label.
        reason: why, in words.
    """

    index: int
    label: str
    reason: str


@dataclass(frozen=True)
class Lifted:
    """What `lift` returns.

    Attributes:
        objects: the objects, in the order of their detections, with `seen` filled.
        skipped: the detections that became none, and why.
    """

    objects: Objects
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class _Row:
    index: int
    whole: Completed
    body: Body
    region: Region
    std_m: Float[np.ndarray, " 3"]
    xyxy_px: Float[np.ndarray, " 4"]
    level: bool = False


def lift(
    detections: Detections,
    depth: DepthMap,
    camera: Camera,
    settings: LiftSettings = DEFAULT_SETTINGS,
    priors: SizePriors = COMMON_SIZES,
) -> Lifted:
    """Gravity-aligned 3D boxes of what was detected.

    Args:
        detections: with masks, or with boxes alone. Those that come with cuboids keep them, moved to the distance
            that the depth has. What several masks or boxes share belongs to the smallest. A row
            whose attributes hold {"kind": "surface"} becomes thin boxes of kind "surface", one for each wall that it
            covers; the ground goes on beneath what stands on it.
        depth: metric, or relative (then lengths come in its unit and no size prior is used); dense or sparse.
        camera: intrinsics at the size of the depth map, and the pose whose world the objects are given in (z up).
        settings: see `LiftSettings`.
        priors: usual sizes by label, to complete what is not seen.

    Returns:
        The objects, and the detections that were skipped because too little depth was theirs.

    Raises:
        InputError: sizes of depth, masks and camera differ; a relative inverse depth; every detection was skipped.
    """
    _check(detections, depth, camera)
    view = View.of(depth, camera, settings)
    masks = Masks.of(detections)
    regions = [region(i, detections, masks, view, settings) for i in range(len(detections))]
    rows: list[_Row] = []
    skipped: list[Skipped] = []
    claims = Claims(len(regions))
    for i in sorted(range(len(regions)), key=lambda i: regions[i].area_px):
        found = regions[i] if masks is not None else claims.without(regions[i], view)
        parts = _lift_one(i, found, masks, detections, view, settings, priors)
        if isinstance(parts, Skipped):
            skipped.append(parts)
        else:
            rows += parts
            if not _is_surface(detections, i):
                claims.add(found.xyxy_px, parts[0].whole.seen)
    rows = sorted(_beneath(rows, detections, view, settings), key=lambda row: row.index)
    skipped.sort(key=lambda one: one.index)
    if skipped and not rows:
        raise InputError(
            message(
                "detections",
                f"depth for at least one of {len(detections)}",
                f"none: {skipped[0].label} has {skipped[0].reason}",
                "check that depth and detections belong to one picture",
            )
        )
    return Lifted(_objects(rows, detections), tuple(skipped))


def _lift_one(
    index: int,
    found: Region,
    masks: Masks | None,
    detections: Detections,
    view: View,
    settings: LiftSettings,
    priors: SizePriors,
) -> list[_Row] | Skipped:
    label = detections.label[index]
    prior = priors.find(label)
    if np.count_nonzero(found.within) < settings.min_points:
        return Skipped(index, label, _too_little(f"{np.count_nonzero(found.within)} depth points", found, settings))
    surface = _is_surface(detections, index)
    own = everything(found, view, settings) if surface else body(found, masks, view, prior, settings)
    if len(own.points_m) < settings.min_points:
        return Skipped(
            index, label, _too_little(f"{len(own.points_m)} depth points that hang together", found, settings)
        )
    noise = view.noise_m(own.depth_m, settings)
    if surface:
        return _surface_rows(index, own, found, detections.xyxy_px[index], view, settings)
    if detections.cuboids is not None:
        whole = _as_detected(detections.cuboids, index, own, view, noise, settings)
        return [_Row(index, whole, own, found, _position_std(whole, noise, view), detections.xyxy_px[index])]
    ring = _ring(own, view, noise, settings)
    yaws = _yaws(own.points_m, view, noise, settings) if ring is None else _heading_yaw(view)
    completed = [
        complete(seen, _evidence(seen, ring, own, found, view, settings), prior, settings.completion)
        for seen in _seen_boxes(own.points_m, yaws, noise, settings)
    ]
    whole = max(completed, key=lambda one: one.log_likelihood)
    return [_Row(index, whole, own, found, _position_std(whole, noise, view), detections.xyxy_px[index])]


def _as_detected(
    cuboids: Cuboids, index: int, own: Body, view: View, noise_m: float, settings: LiftSettings
) -> Completed:
    """The box that the detector saw, at the distance of the points."""
    pose, camera = view.camera.world_from_camera, view.camera
    through = cuboids.focal_px or camera.fx
    said = cuboids.center_m[index]
    center = said * np.array([through / camera.fx, through / camera.fy, 1.0]) * (own.depth_m / cuboids.depth_m[index])
    before, after, ahead = (pose[:3, :3] @ way for way in (said, center, cuboids.camera_from_box[index, :, 0]))
    # How a thing is turned is seen against the line of sight.
    yaw = math.atan2(ahead[1], ahead[0]) + math.atan2(after[1], after[0]) - math.atan2(before[1], before[0])
    seen = _seen_boxes(own.points_m, np.array([yaw]), noise_m, settings)[0]
    box = YawBox(after + pose[:3, 3], cuboids.size_m[index], yaw)
    return Completed(box, seen, "detector", np.zeros(3), 0.0)


def _surface_rows(
    index: int, own: Body, found: Region, xyxy_px: Float[np.ndarray, " 4"], view: View, settings: LiftSettings
) -> list[_Row]:
    """One row for each flat part of a surface; of several parts each has the bounds of its own pixels."""
    noise = view.noise_m(own.depth_m, settings)
    parts = sheets(own.points_m, noise, settings)
    out = []
    for part in parts:
        pixels = own.pixels[part.rows]
        bounds = np.array([*pixels.min(axis=0)[::-1], *pixels.max(axis=0)[::-1] + 1], dtype=np.float64)
        body_of_part = replace(own, points_m=own.points_m[part.rows], pixels=pixels)
        whole = Completed(part.box, part.box, "", np.zeros(3), 0.0)
        std = _position_std(whole, noise, view)
        out.append(_Row(index, whole, body_of_part, found, std, bounds if len(parts) > 1 else xyxy_px, part.level))
    return out


def _beneath(rows: list[_Row], detections: Detections, view: View, settings: LiftSettings) -> list[_Row]:
    """The rows, the ground gone on beneath what stands on it."""
    level = [row for row in rows if row.level]
    things = [row.whole.box for row in rows if not _is_surface(detections, row.index)]
    noise = [view.noise_m(row.body.depth_m, settings) for row in level]
    boxes = carrying([row.whole.box for row in level], things, noise, settings.surface)
    wider = {
        id(row): replace(row, whole=replace(row.whole, box=box, how="beneath"))
        for row, box in zip(level, boxes, strict=True)
        if box is not row.whole.box
    }
    return [wider.get(id(row), row) for row in rows]


def _position_std(whole: Completed, noise_m: float, view: View) -> Float[np.ndarray, " 3"]:
    """[3] depth noise acts along the line of sight, and what was filled in along its own axes."""
    sight = whole.box.center_m - view.camera.center_m
    return np.hypot(noise_m * np.abs(sight) / np.linalg.norm(sight), whole.std_m)


def _ring(
    own: Body, view: View, noise_m: float, settings: LiftSettings
) -> tuple[Float[np.ndarray, " 2"], float] | None:
    """The circle of a round thing; none is sought where the outline may be what a box without a mask cuts out."""
    if own.fit < settings.layers.ring_fit:
        return None
    return round_footprint(own.points_m[:, :2], view.camera.center_m[:2], noise_m, settings.round)


def _yaws(
    points: Float[np.ndarray, "n 3"], view: View, noise_m: float, settings: LiftSettings
) -> Float[np.ndarray, " k"]:
    """The yaws at which the footprint of the points lies closest to the sides of a rectangle, best first."""
    low, high = extremes(points[:, :2])
    diagonal = math.dist(low, high)
    if diagonal == 0:
        return np.zeros(1)
    ground = evened_out(points[:, :2], settings.footprint_cell * diagonal)
    return closeness_yaws(ground, view.camera.center_m[:2], replace(settings.closeness, noise_m=noise_m))


def _heading_yaw(view: View) -> Float[np.ndarray, " 1"]:
    """The yaw for what has none: along the viewer's axes."""
    right = ground_axes(view.camera.world_from_camera)[0]
    return np.array([np.arctan2(right[1], right[0])])


def _seen_boxes(
    points: Float[np.ndarray, "n 3"], yaws: Float[np.ndarray, " k"], noise_m: float, settings: LiftSettings
) -> list[YawBox]:
    outside = int(settings.trim_share * len(points))
    boxes = [box_at_yaw(points, float(yaw), outside) for yaw in yaws]
    return [YawBox(box.center_m, np.maximum(box.size_m, noise_m), box.yaw_rad) for box in boxes]


def _evidence(
    seen: YawBox,
    ring: tuple[Float[np.ndarray, " 2"], float] | None,
    own: Body,
    found: Region,
    view: View,
    settings: LiftSettings,
) -> Evidence:
    ends = find_ends(seen, own.points_m, view, settings)
    return Evidence(
        camera_m=view.camera.center_m,
        ends=ends.topped() if own.topped else ends,
        occluded=own.occluded,
        support_m=own.support_m,
        outline_m=_outline(own, found, view, settings),
        ring=ring,
        metric=view.depth.kind == "metric",
    )


def _outline(own: Body, found: Region, view: View, settings: LiftSettings) -> tuple[float, float]:
    """Heights to which the detection reaches above and below depth that leaves a part of its rows empty.

    The row at the end of the detection is met at the depth of the points nearest to it in the picture.
    """
    heights = own.points_m[:, 2]
    out = [float(heights.min()), float(heights.max())]
    top, bottom = found.xyxy_px[1], found.xyxy_px[3] - 1
    gap = settings.outline_gap * (bottom - top)
    ends = (own.pixels[:, 0].argmin(), top), (own.pixels[:, 0].argmax(), bottom)
    for side, (end, row) in zip((1, 0), ends, strict=True):
        if side and own.topped:
            continue
        at_border = row <= 0 or row >= view.camera.height - 1
        if abs(own.pixels[end, 0] - row) > gap and not at_border and not own.occluded:
            pixel = np.array([[int(row), own.pixels[end, 1]]])
            height = float(view.world(pixel, view.depth_m[tuple(own.pixels[end])][None])[0, 2])
            out[side] = (max if side else min)(out[side], height)
    return out[0], out[1]


def _too_little(what: str, found: Region, settings: LiftSettings) -> str:
    pixels = round(found.area_px * found.within_share)
    what = "no pixel of its own" if pixels == 0 else f"{what} in {pixels} pixels"
    return f"{what}, {settings.min_points} needed"


def _is_surface(detections: Detections, index: int) -> bool:
    return detections.attributes[index].get("kind") == "surface"


def _objects(rows: Iterable[_Row], detections: Detections) -> Objects:
    rows = list(rows)
    index = [row.index for row in rows]
    attributes = [dict(detections.attributes[i]) for i in index]
    kinds = tuple("surface" if _is_surface(detections, i) else "object" for i in index)
    for row in attributes:
        row.pop("kind", None)
    fronts = np.zeros(len(detections), dtype=bool) if detections.cuboids is None else detections.cuboids.front_known
    seen = Seen(
        xyxy_px=np.array([row.xyxy_px for row in rows], dtype=np.float64).reshape(len(rows), 4),
        n_points=np.array([len(row.body.points_m) for row in rows], dtype=np.int64),
        n_views=np.ones(len(rows), dtype=np.int64),
        center_m=_stack([row.whole.seen.center_m for row in rows]),
        size_m=_stack([row.whole.seen.size_m for row in rows]),
        truncated=np.array([row.region.cut.any() for row in rows], dtype=bool),
        occluded=np.array([row.body.occluded for row in rows], dtype=bool),
        completed=tuple(row.whole.how for row in rows),
        position_std_m=_stack([row.std_m for row in rows]),
    )
    return Objects(
        label=tuple(detections.label[i] for i in index),
        center_m=_stack([row.whole.box.center_m for row in rows]),
        size_m=_stack([row.whole.box.size_m for row in rows]),
        yaw_rad=np.array([row.whole.box.yaw_rad for row in rows], dtype=np.float64),
        score=detections.score[index],
        attributes=tuple(attributes),
        front_known=fronts[index],
        kind=kinds,
        seen=seen,
        embedding=None if detections.embedding is None else detections.embedding[index],
    )


def _stack(rows: list[np.ndarray]) -> Float[np.ndarray, "n 3"]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), 3)


def _check(detections: Detections, depth: DepthMap, camera: Camera) -> None:
    depth.check_fits(camera)
    if detections.mask is not None and len(detections) and detections.mask.shape[1:] != depth.values.shape:
        got = f"{detections.mask.shape[2]} x {detections.mask.shape[1]}"
        want = f"{depth.width} x {depth.height} pixels as the depth"
        raise InputError(message("masks", want, got, "resize them first"))
    if depth.kind == "inverse_relative":
        raise InputError(
            message("depth kind", "metric or relative", depth.kind, "calibrate it first: a plane is not flat in it")
        )
