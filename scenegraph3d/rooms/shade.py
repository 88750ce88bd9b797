"""Shading: light on surfaces, in linear light, and the sRGB picture of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.frames import invert, transform_points
from .packing import Packed, Tensor
from .raycast import Vector, dot
from .room import Room, solids
from .surface import Surface


@dataclass(frozen=True)
class Shading:
    """How light looks.

    Attributes:
        levels: steps of linear light from black to white that the sRGB table tells apart.
    """

    levels: int = 8192


SHADING = Shading()


def shade(rooms: Sequence[Room], packed: Packed, seen: Surface, supersample: int) -> Tensor:
    """The pictures, [B, H, W, 3] uint8 sRGB, of squares of `supersample` pixels each."""
    import torch

    def put(values: object) -> Tensor:
        return torch.from_numpy(np.asarray(values, dtype=np.float32)).to(seen.depth_m.device)

    paints = [paint for room in rooms for paint in solids(room).paint]
    walls = [paint for room in rooms for paint in (room.walls.floor, room.walls.wall, room.walls.ceiling)]
    rgb = put([paints[k].rgb for k in packed.order] + [paint.rgb for paint in walls]).T
    base = rgb[:, seen.row]
    room = torch.arange(packed.rooms, device=seen.row.device)[:, None]
    room = room.expand(-1, packed.width * packed.height).reshape(-1)
    light = [put([r.ambient[k] for r in rooms])[room] for k in range(3)]
    point = (seen.ray[0] * seen.depth_m, seen.ray[1] * seen.depth_m, seen.depth_m)
    for k in range(max(len(r.lights) for r in rooms)):
        shone = put([_lamp(r, k) for r in rooms])[room].T
        way = (shone[0] - point[0], shone[1] - point[1], shone[2] - point[2])
        strength = _lambert(seen.normal, way) * shone[6] ** 2 / (dot(way, way) + shone[6] ** 2) * 2
        light = [light[c] + strength * shone[3 + c] for c in range(3)]
    linear = torch.stack([base[c] * light[c] for c in range(3)])
    return encode(linear, packed, supersample)


def _lamp(room: Room, k: int) -> list[float]:
    """Place in the camera's frame, colour and reach of a room's light; a dark one where it has none."""
    if k >= len(room.lights):
        return [0.0] * 6 + [1.0]
    light = room.lights[k]
    place = transform_points(invert(room.world_from_camera), np.array([light.position_m], dtype=np.float64))[0]
    return [*place, *light.rgb, light.reach_m]


def _lambert(normal: Vector, way: Vector) -> Tensor:
    return (dot(normal, way) * dot(way, way).rsqrt()).clamp(min=0)


def encode(linear: Tensor, packed: Packed, supersample: int) -> Tensor:
    """Linear light [3, N] as sRGB pictures, averaged over squares of `supersample` pixels."""
    import torch

    height, width = packed.height // supersample, packed.width // supersample
    whole = linear.view(3, packed.rooms, height, supersample, width, supersample)
    mean = whole.mean(dim=(3, 5)) if supersample > 1 else whole[:, :, :, 0, :, 0]
    steps = SHADING.levels - 1
    value = np.arange(SHADING.levels) / steps
    srgb = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    table = torch.from_numpy(np.rint(255 * srgb).astype(np.uint8)).to(linear.device)
    index = (mean.clamp(0, 1) * steps + 0.5).to(torch.int64)
    return table[index].permute(1, 2, 3, 0).contiguous()
