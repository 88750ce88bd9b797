"""Rooms -> batches of pictures with everything that is known about them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from scenegraph3d.rooms.catalogue import LABELS
from scenegraph3d.rooms.rendering.render import render
from scenegraph3d.rooms.world.finish import COLORS, MATERIALS
from scenegraph3d.rooms.world.room import Room

NORMAL_STEPS = 127
MOST_THINGS = 16  # rows of the tables of things: at least as many as any room has


@dataclass(frozen=True, eq=False)
class Batch:
    """B pictures of one size; K = MOST_THINGS.

    Attributes:
        rgb: uint8 [B, H, W, 3].
        depth_m: [B, H, W] along the optical axis.
        normal: int8 [B, H, W, 3]: 127 times the unit normal in the camera's frame.
        instance: int16 [B, H, W] row of the thing, or FLOOR, WALL, CEILING.
        label, color, material: int64 [B, K].
        center_m, size_m: [B, K, 3] in the world; yaw_rad [B, K]; front_known bool [B, K].
        world_from_camera: [B, 4, 4]; log_focal [B]: ln of focal length over the longer side.
    """

    rgb: Tensor
    depth_m: Tensor
    normal: Tensor
    instance: Tensor
    label: Tensor
    color: Tensor
    material: Tensor
    center_m: Tensor
    size_m: Tensor
    yaw_rad: Tensor
    front_known: Tensor
    world_from_camera: Tensor
    log_focal: Tensor

    def to(self, device: str) -> "Batch":
        """The same batch on another device."""
        return Batch(**{field.name: getattr(self, field.name).to(device) for field in fields(self)})

    def __len__(self) -> int:
        return len(self.rgb)


def together(batches: Sequence[Batch]) -> Batch:
    """Batches of one picture size as one."""
    return Batch(**{field.name: torch.cat([getattr(b, field.name) for b in batches]) for field in fields(Batch)})


def rows(batch: Batch, index: Sequence[int] | Tensor) -> Batch:
    """Some pictures of a batch."""
    return Batch(**{field.name: getattr(batch, field.name)[index] for field in fields(batch)})


def make_batch(rooms: Sequence[Room], size: tuple[int, int], device: str = "cpu", supersample: int = 1) -> Batch:
    """Render rooms, with the tables of their things."""
    rendering = render(rooms, size, device=device, supersample=supersample)
    columns = [_table(room) for room in rooms]

    def column(name: str) -> Tensor:
        return torch.from_numpy(np.stack([table[name] for table in columns])).to(device)

    return Batch(
        rgb=rendering.image,
        depth_m=rendering.depth_m,
        normal=(rendering.normal * NORMAL_STEPS).round().to(torch.int8),
        instance=rendering.instance.to(torch.int16),
        **{name: column(name) for name in columns[0]},
    )


def _table(room: Room) -> dict[str, np.ndarray]:
    things = room.things

    def padded(values: list[object], shape: tuple[int, ...], dtype: type) -> np.ndarray:
        out = np.zeros((MOST_THINGS, *shape), dtype=dtype)
        if values:
            out[: len(values)] = np.array(values)
        return out

    return {
        "label": padded([LABELS.index(item.thing.label) for item in things], (), np.int64),
        "color": padded([COLORS.index(item.thing.finish.color) for item in things], (), np.int64),
        "material": padded([MATERIALS.index(item.thing.finish.material) for item in things], (), np.int64),
        "center_m": padded([item.center_m for item in things], (3,), np.float32),
        "size_m": padded([item.size_m for item in things], (3,), np.float32),
        "yaw_rad": padded([item.yaw_rad for item in things], (), np.float32),
        "front_known": padded([item.thing.front_known for item in things], (), np.bool_),
        "world_from_camera": room.world_from_camera.astype(np.float32),
        "log_focal": np.float32(-np.log(2 * np.tan(room.fov_rad / 2))),
    }
