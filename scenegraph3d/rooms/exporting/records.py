"""Records: all that is known of one picture of a room, as plain values, the same for every format of `export`.

Things go by their id: the index of the thing in the room, the value of its pixels in the instance picture. Lengths are
metres, angles radians, rotations row by row; numbers are rounded to a millionth.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64

from ...types import Camera, SceneGraph
from ..captioning.caption import DEFAULT_STYLE, DETAILS, Caption, caption
from ..layout.sample import sample_room
from ..rendering.render import PIXELS_AT_ONCE
from ..truth import truths
from .pictures import Shown, views

DIGITS = 6
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Record:
    """One picture with what it shows.

    Attributes:
        seed, preset: of the room.
        pinhole: the camera that took it.
        shown: the picture, depth, instances and normals.
        graph: the truth.
        captions: what might be said of it.
    """

    seed: int
    preset: str
    pinhole: Camera
    shown: Shown
    graph: SceneGraph
    captions: tuple[Caption, ...]

    def camera(self) -> Row:
        """Intrinsics in pixels, the pose, and up in the camera's frame (x right, y down, z forward)."""
        return {
            **{name: float(getattr(self.pinhole, name)) for name in ("fx", "fy", "cx", "cy")},
            "world_from_camera": _plain(self.pinhole.world_from_camera),
            "up_camera": _plain(self.graph.up.camera),
        }

    def objects(self) -> list[Row]:
        """The things that are seen, each with its box in the world and in the camera's frame."""
        objects = self.graph.objects
        seen: Any = objects.seen
        centers, rotations = self._boxes_in_camera()
        return [
            {
                "id": int(objects.id[k]),
                "label": objects.label[k],
                **objects.attributes[k],
                "truncated": bool(seen.truncated[k]),
                "occluded": bool(seen.occluded[k]),
                "front_known": bool(objects.front_known[k]),
                "pixels": int(seen.n_points[k]),
                "xyxy_px": seen.xyxy_px[k].tolist(),
                "size_m": _plain(objects.size_m[k]),
                "center_world_m": _plain(objects.center_m[k]),
                "yaw_world_rad": _plain(objects.yaw_rad[k]),
                "center_camera_m": _plain(centers[k]),
                "rotation_camera_from_box": _plain(rotations[k]),
            }
            for k in range(len(objects))
        ]

    def relations(self) -> list[Row]:
        """What `relate` finds between the exact boxes; `third` is the third argument of "between", else None."""
        name = self.graph.objects.id.tolist()
        return [
            {
                "subject": name[row.subject],
                "predicate": row.predicate,
                "object": name[row.object],
                "third": None if row.third is None else name[row.third],
                "frame": row.frame,
                "score": _plain(row.score),
                "margin_m": _plain(row.margin_m),
            }
            for row in self.graph.relations
        ]

    def sayings(self) -> list[Row]:
        """The captions; see `caption_row`."""
        return [caption_row(one) for one in self.captions]

    def _boxes_in_camera(self) -> tuple[Float64[np.ndarray, "n 3"], Float64[np.ndarray, "n 3 3"]]:
        objects, pose = self.graph.objects, self.pinhole.world_from_camera
        cos, sin, zero = np.cos(objects.yaw_rad), np.sin(objects.yaw_rad), np.zeros(len(objects))
        turn = np.stack([cos, -sin, zero, sin, cos, zero, zero, zero, zero + 1], axis=1).reshape(-1, 3, 3)
        return (objects.center_m - pose[:3, 3]) @ pose[:3, :3], pose[:3, :3].T @ turn


def caption_row(one: Caption) -> Row:
    """A caption as plain values: its text and detail, the ids it mentions, its triples and attributes."""
    return {
        **asdict(one),
        "objects": list(one.objects),
        "triples": [{"subject": a, "predicate": name, "object": b} for a, name, b in one.triples],
        "attributes": [{"object": thing, "name": name, "value": value} for thing, name, value in one.attributes],
    }


def captions_of(graph: SceneGraph) -> tuple[Caption, ...]:
    """Captions of a truth at each level of detail."""
    kinds = [detail for detail in DETAILS for _ in range(DEFAULT_STYLE.each)]
    return tuple(caption(graph, k, detail) for k, detail in enumerate(kinds))


def records(
    seeds: Sequence[int], preset: str, size: tuple[int, int], *, supersample: int, device: str = "cpu"
) -> Iterator[Record]:
    """The records of rooms, in the order of their seeds.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: a seed, a preset, a size, a supersample or a device that cannot be.
    """
    together = max(1, PIXELS_AT_ONCE // (size[0] * size[1]))
    for first in range(0, len(seeds), together):
        rooms = [sample_room(seed, preset) for seed in seeds[first : first + together]]
        pictures = views(rooms, size, supersample=supersample, device=device)
        for room, shown, graph in zip(rooms, pictures, truths(rooms, size, device=device), strict=True):
            yield Record(room.seed, room.preset, room.camera(*size), shown, graph, captions_of(graph))


def _plain(values: Any) -> Any:
    """Plain rounded numbers, none of them -0."""
    return (np.round(np.asarray(values, dtype=np.float64), DIGITS) + 0.0).tolist()
