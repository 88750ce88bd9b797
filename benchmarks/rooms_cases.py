"""Rooms with their pictures and their truth, made once for everything that is measured on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

import scenegraph3d as sg3
from scenegraph3d.detect.masks import tight_boxes
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.rendering.photograph import photograph
from scenegraph3d.rooms.rendering.render import cast, render
from scenegraph3d.rooms.splits import seeds
from scenegraph3d.rooms.truth import truths
from scenegraph3d.rooms.world.room import Room

TOGETHER = 8  # rooms that are rendered at once
SUPERSAMPLE = 2

Size = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Known:
    """What is true of one view of a room.

    Attributes:
        room: the room.
        depth_m: [H, W] float32, metres along the optical axis.
        instance: [H, W] which thing of the room each pixel shows; below 0 where it shows none.
        truth: the graph of what can be seen; `objects.id` are the numbers of `instance`.
    """

    room: Room
    depth_m: np.ndarray
    instance: np.ndarray
    truth: sg3.SceneGraph

    @property
    def detections(self) -> sg3.Detections:
        """What a faultless detector finds: the objects of the truth, in its order."""
        objects = self.truth.objects
        mask = self.instance == objects.id[:, None, None]
        attributes = tuple({name: row[name] for name in ("color", "material")} for row in objects.attributes)
        return sg3.Detections(tight_boxes(mask), objects.label, mask=mask, attributes=attributes)


@dataclass(frozen=True, eq=False)
class Case(Known):
    """A view with its pictures.

    Attributes:
        image: what is rendered.
        photograph: the same as a camera would have taken it.
    """

    image: sg3.Image
    photograph: sg3.Image


Made = TypeVar("Made", bound=Known)


def views(preset: str, split: str, count: int, sizes: tuple[Size, ...]) -> list[Known]:
    """The truth of the first `count` rooms of a split, views of `sizes` (width, height) in turn; no pictures."""
    return _in_turn(_views, preset, split, count, sizes)


def cases(preset: str, split: str, count: int, sizes: tuple[Size, ...]) -> list[Case]:
    """The first `count` rooms of a split, pictures of `sizes` (width, height) in turn."""
    return _in_turn(_cases, preset, split, count, sizes)


def _in_turn(
    make: Callable[[list[Room], Size], list[Made]], preset: str, split: str, count: int, sizes: tuple[Size, ...]
) -> list[Made]:
    chosen = list(seeds(split)[:count])
    made: dict[int, Made] = {}
    for k, size in enumerate(sizes):
        own = chosen[k :: len(sizes)]
        for i in range(0, len(own), TOGETHER):
            part = own[i : i + TOGETHER]
            made |= zip(part, make([sample_room(seed, preset) for seed in part], size), strict=True)
    return [made[seed] for seed in chosen]


def _views(rooms: list[Room], size: Size) -> list[Known]:
    shown, graphs = cast(rooms, size), truths(rooms, size)
    return [Known(room, shown.depth_m[k].numpy(), shown.instance[k].numpy(), graphs[k]) for k, room in enumerate(rooms)]


def _cases(rooms: list[Room], size: Size) -> list[Case]:
    shown, graphs = render(rooms, size, supersample=SUPERSAMPLE), truths(rooms, size)
    taken = photograph(shown.image, [room.seed for room in rooms])
    return [
        Case(
            room=room,
            depth_m=shown.depth_m[k].numpy(),
            instance=shown.instance[k].numpy(),
            truth=graphs[k],
            image=sg3.Image(shown.image[k].numpy()),
            photograph=sg3.Image(taken[k].numpy()),
        )
        for k, room in enumerate(rooms)
    ]
