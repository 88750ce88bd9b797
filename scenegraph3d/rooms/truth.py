"""Truth: the scene graph of what a picture of a room shows, from the room's own numbers.

Boxes, colours, materials, camera and up are exact; relations are those of `relate` on the exact boxes. What can be
seen of each thing is counted in the pixels of a cast of the room.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry import boxes as yaw_boxes
from ..geometry.cameras import project_box, unproject_pixels
from ..relate import RelationRules, find_relations
from ..relate.rules import DEFAULT_RULES
from ..types import Camera, Objects, SceneGraph, Seen, Up
from .rendering.render import cast
from .world.room import Room

_CANVAS = 2  # how many times as wide and high the picture is made, to see what its border cuts off


@dataclass(frozen=True)
class Visibility:
    """What counts as seen.

    Attributes:
        min_px: fewest pixels of a thing that the graph holds, at the size that the truth is asked for.
        min_share: least share of it that can be seen.
        whole_share: a thing of which more is hidden or cut off than this leaves is "occluded" or "truncated".
    """

    min_px: int = 12
    min_share: float = 0.05
    whole_share: float = 0.98


DEFAULT_VISIBILITY = Visibility()


def truth(
    room: Room,
    size: tuple[int, int] = (256, 256),
    *,
    rules: RelationRules = DEFAULT_RULES,
    visibility: Visibility = DEFAULT_VISIBILITY,
    device: str = "cpu",
) -> SceneGraph:
    """The scene graph of the things that a picture of `room` shows.

    An object's id is its index in `room.things`; what is hardly seen is left out. Its attributes are "color",
    "material" and "visibility": the share of it that is seen, of what would be seen if nothing hid it and the picture
    had no border (within a canvas of twice the width and height). `objects.seen.n_points` is how many pixels show it.

    Args:
        room: what to describe.
        size: width and height in pixels of the picture in which things are counted.
        rules: the thresholds of the relations.
        visibility: what counts as seen.
        device: of torch, "cpu" or "cuda".

    Raises:
        MissingExtraError: torch is not installed.
        InputError: a size that no picture has.
    """
    (graph,) = truths([room], size, rules=rules, visibility=visibility, device=device)
    return graph


def truths(
    rooms: Sequence[Room],
    size: tuple[int, int] = (256, 256),
    *,
    rules: RelationRules = DEFAULT_RULES,
    visibility: Visibility = DEFAULT_VISIBILITY,
    device: str = "cpu",
) -> list[SceneGraph]:
    """The scene graphs of several rooms, each as `truth` gives it, cast together.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: no rooms, or a size that no picture has.
    """
    shown = cast(rooms, size, device=device)
    depth_m, instance = shown.depth_m.cpu().numpy(), shown.instance.cpu().numpy()
    boxes = [_boxes(room) for room in rooms]
    cameras = [room.camera(*size) for room in rooms]
    amodal = shown.amodal_px.cpu().numpy().astype(np.float64)
    whole = _without_border(rooms, boxes, cameras, amodal, device)
    return [
        _graph(room, _Shown(cameras[k], boxes[k], depth_m[k], instance[k], amodal[k], whole[k]), rules, visibility)
        for k, room in enumerate(rooms)
    ]


@dataclass(frozen=True, eq=False)
class _Shown:
    """A room's exact boxes, and what its picture shows: `amodal_px` inside the picture, `whole_px` without a border."""

    camera: Camera
    boxes: yaw_boxes.Boxes
    depth_m: np.ndarray
    instance: np.ndarray
    amodal_px: np.ndarray
    whole_px: np.ndarray


def _boxes(room: Room) -> yaw_boxes.Boxes:
    return yaw_boxes.Boxes(
        np.array([item.center_m for item in room.things]).reshape(-1, 3),
        np.array([item.size_m for item in room.things]).reshape(-1, 3),
        np.array([item.yaw_rad for item in room.things], dtype=np.float64),
    )


def _without_border(
    rooms: Sequence[Room], boxes: list[yaw_boxes.Boxes], cameras: list[Camera], amodal: np.ndarray, device: str
) -> np.ndarray:
    """[B, things] pixels of each thing if nothing hid it and the picture had no border.

    Things that reach over the border are counted again, alone, on a canvas of as many pixels, each as wide and high as
    `_CANVAS` of the picture's.
    """
    out = amodal.copy()
    crossing = [_crossing(*pair) for pair in zip(boxes, cameras, strict=True)]
    cut = [k for k, rows in enumerate(crossing) if len(rows)]
    if not cut:
        return out
    wide = [
        rooms[k]
        .with_things(tuple(rooms[k].things[row] for row in crossing[k]))
        .with_camera(rooms[k].world_from_camera, 2 * math.atan(_CANVAS * math.tan(rooms[k].fov_rad / 2)))
        for k in cut
    ]
    counts = cast(wide, (cameras[0].width, cameras[0].height), device=device).amodal_px.cpu().numpy()
    for k, count in zip(cut, counts, strict=True):
        rows = crossing[k]
        out[k, rows] = np.maximum(amodal[k, rows], _CANVAS**2 * count[: len(rows)])
    return out


def _crossing(boxes: yaw_boxes.Boxes, camera: Camera) -> np.ndarray:
    """Rows of the boxes that are not wholly inside the picture."""
    left, top, right, bottom = project_box(boxes, camera.matrix, camera.world_from_camera).T
    within = (left > -0.5) & (top > -0.5) & (right < camera.width - 0.5) & (bottom < camera.height - 0.5)
    return np.flatnonzero(~within)


def _graph(room: Room, shown: _Shown, rules: RelationRules, visibility: Visibility) -> SceneGraph:
    n = len(room.things)
    visible = np.bincount(shown.instance[shown.instance >= 0], minlength=n)
    share = visible / np.maximum(shown.whole_px[:n], 1)
    rows = np.flatnonzero((visible >= visibility.min_px) & (share >= visibility.min_share))
    things = [room.things[row].thing for row in rows]
    objects = Objects(
        label=tuple(thing.label for thing in things),
        center_m=shown.boxes.center_m[rows],
        size_m=shown.boxes.size_m[rows],
        yaw_rad=shown.boxes.yaw_rad[rows],
        attributes=tuple(
            {"color": thing.finish.color, "material": thing.finish.material, "visibility": round(float(share[row]), 3)}
            for row, thing in zip(rows, things, strict=True)
        ),
        front_known=np.array([thing.front_known for thing in things], dtype=bool),
        id=rows,
        seen=_seen(shown, rows, visible, visibility),
    )
    up = room.world_from_camera[2, :3]
    return SceneGraph(
        objects,
        find_relations(objects, shown.camera, rules),
        shown.camera,
        up=Up((float(up[0]), float(up[1]), float(up[2])), "given", 1.0, True),
        source={"rooms": {"seed": room.seed, "preset": room.preset}},
    )


def _seen(shown: _Shown, rows: np.ndarray, visible: np.ndarray, visibility: Visibility) -> Seen:
    """What the picture shows of the things in `rows`, each of which has a pixel."""
    points, uv, first = _points_in_own_axes(shown, rows)
    low, high = (np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)) if len(rows) else (points,) * 2
    left, right = (np.minimum.reduceat(uv, first), np.maximum.reduceat(uv, first) + 1) if len(rows) else (uv,) * 2
    middle, yaw = (low + high) / 2, shown.boxes.yaw_rad[rows]
    cos, sin = np.cos(yaw), np.sin(yaw)
    amodal, whole = shown.amodal_px[rows], np.maximum(shown.whole_px[rows], 1)
    center = np.stack(
        [cos * middle[:, 0] - sin * middle[:, 1], sin * middle[:, 0] + cos * middle[:, 1], middle[:, 2]], axis=1
    )
    return Seen(
        xyxy_px=np.concatenate([left, right], axis=1).astype(np.float64),
        n_points=visible[rows],
        n_views=np.ones(len(rows), dtype=np.int64),
        center_m=center,
        size_m=high - low,
        truncated=amodal < visibility.whole_share * whole,
        occluded=visible[rows] < visibility.whole_share * amodal,
        completed=("",) * len(rows),
        position_std_m=np.zeros((len(rows), 3)),
    )


def _points_in_own_axes(shown: _Shown, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """World points [P, 3] of the things' pixels, turned about the world's origin into each thing's own axes, the pixels
    [P, 2] (column, row), thing after thing, and where each thing's begin."""
    v, u = np.nonzero(np.isin(shown.instance, rows))
    thing = shown.instance[v, u]
    order = np.argsort(thing, kind="stable")
    v, u, thing = v[order], u[order], thing[order]
    uv = np.stack([u, v], axis=1)
    camera = unproject_pixels(uv, shown.depth_m[v, u].astype(np.float64), shown.camera.matrix)
    pose = shown.camera.world_from_camera
    x, y, z = (camera @ pose[:3, :3].T + pose[:3, 3]).T
    yaw: Any = shown.boxes.yaw_rad[thing]
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1), uv, np.searchsorted(thing, rows)
