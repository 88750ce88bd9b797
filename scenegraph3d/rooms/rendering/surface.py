"""Surfaces: what each pixel of a picture of a room shows, where it is and which way it faces. No light yet."""

from dataclasses import dataclass

from ..world.room import CEILING, FLOOR, WALL
from .packing import Packed, Tensor, take
from .raycast import TINY, Vector, dot, normals
from .tiles import Grid, nearest


@dataclass(frozen=True, eq=False)
class Surface:
    """N = B x H x W pixels, one picture after another.

    Attributes:
        depth_m: [N] along the optical axis.
        instance: [N] int32: index of the thing in its room, or FLOOR, WALL, CEILING.
        normal: three [N], unit, in the camera's frame, facing the camera.
        ray: two [N], x and y of the camera ray whose z is 1.
        row: [N] row of the part; P + 3 b + 0, 1, 2 for the floor, the walls and the ceiling of room b.
        own_point_m, own_normal: three [N] each, in the part's or the room's own frame.
        amodal_px: [B, most things] pixels that each thing would cover if nothing hid it.
    """

    depth_m: Tensor
    instance: Tensor
    normal: Vector
    ray: tuple[Tensor, Tensor]
    row: Tensor
    own_point_m: Vector
    own_normal: Vector
    amodal_px: Tensor


def surface(packed: Packed, grid: Grid) -> Surface:
    """What the pixels show, first hit by first hit."""
    import torch

    depth, row, amodal = nearest(packed, grid)
    device, shape = depth.device, depth.shape
    step = grid.step[:, None, None]
    x = ((torch.arange(packed.width, device=device) - (packed.width - 1) / 2) * step).expand(shape).reshape(-1)
    y = (torch.arange(packed.height, device=device) - (packed.height - 1) / 2)[:, None] * step
    y = y.expand(shape).reshape(-1)
    out = _walls(packed, x, y, depth.shape)
    depth, row = depth.view(-1), row.view(-1)
    shown = depth < out.depth_m
    for kind, first, last in packed.rows:
        at = (shown & (row >= first) & (row < last)).nonzero().squeeze(1)
        part = take(row, at)
        turn, middle = take(packed.turn, part), take(packed.middle_m, part)
        t, rx, ry = take(depth, at), take(x, at), take(y, at)
        reach = (rx * t - middle[0], ry * t - middle[1], t - middle[2])
        point = [dot((turn[k, 0], turn[k, 1], turn[k, 2]), reach) for k in range(3)]
        half, form = take(packed.half_m, part), take(packed.form, part)
        own = normals(kind, (point[0], point[1], point[2]), (half[0], half[1], half[2]), form)
        seen = _facing([dot((turn[0, k], turn[1, k], turn[2, k]), own) for k in range(3)], rx, ry)
        for k in range(3):
            out.own_point_m[k].index_copy_(0, at, point[k])
            out.own_normal[k].index_copy_(0, at, own[k])
            out.normal[k].index_copy_(0, at, seen[k])
        out.depth_m.index_copy_(0, at, t)
        out.row.index_copy_(0, at, part)
        out.instance.index_copy_(0, at, take(packed.thing, part).to(torch.int32))
    return Surface(**{**vars(out), "amodal_px": amodal})


def _facing(normal: list[Tensor], x: Tensor, y: Tensor) -> Vector:
    """The normals, turned about where they look away from the camera."""
    away = 1 - 2 * (normal[0] * x + normal[1] * y + normal[2] > 0).to(x.dtype)
    return normal[0] * away, normal[1] * away, normal[2] * away


def _walls(packed: Packed, x: Tensor, y: Tensor, shape: tuple[int, int, int]) -> Surface:
    """The walls' box alone: where a ray from within leaves it."""
    import torch

    def each(values: Tensor) -> Tensor:
        return values[:, None].expand(-1, shape[1] * shape[2]).reshape(-1)

    turn = [[each(packed.wall_turn[i, j]) for j in range(3)] for i in range(3)]
    eye, half = ([each(values[k]) for k in range(3)] for values in (packed.wall_eye_m, packed.wall_half_m))
    d = [turn[k][0] * x + turn[k][1] * y + turn[k][2] + TINY for k in range(3)]
    ways = [d[k].sign() for k in range(3)]
    t = [(half[k] * ways[k] - eye[k]) / d[k] for k in range(3)]
    depth = torch.minimum(torch.minimum(t[0], t[1]), t[2])
    level = t[2] == depth
    first = (t[0] == depth) & ~level
    own = [-ways[0] * first, -ways[1] * ~(first | level), -ways[2] * level]
    up = level & (d[2] > 0)
    instance = torch.full_like(depth, WALL, dtype=torch.int32)
    instance = instance + (FLOOR - WALL) * (level & ~up) + (CEILING - WALL) * up
    room = each(torch.arange(packed.rooms, device=x.device))
    normal = [dot((turn[0][k], turn[1][k], turn[2][k]), (own[0], own[1], own[2])) for k in range(3)]
    return Surface(
        depth_m=depth,
        instance=instance.to(torch.int32),
        normal=(normal[0], normal[1], normal[2]),
        ray=(x, y),
        row=packed.scene.shape[0] + 3 * room + ~level + 2 * up,
        own_point_m=(eye[0] + depth * d[0], eye[1] + depth * d[1], eye[2] + depth * d[2]),
        own_normal=(own[0], own[1], own[2]),
        amodal_px=None,
    )
