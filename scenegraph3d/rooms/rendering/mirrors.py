"""Mirrors: what shining surfaces show of a room that holds nothing but its walls and bright windows in them."""

from dataclasses import dataclass

from .packing import Packed, Tensor, take
from .patterns import noise, sharpness
from .raycast import TINY, Vector, dot
from .surface import Surface


@dataclass(frozen=True)
class Mirror:
    """The mirrored room, in shares of the light from everywhere.

    Attributes:
        near, far: brightness of the floor at the mirroring point, and `reach_m` away and farther.
        wall, ceiling, window: their brightness.
        blend_m: height over which floor and wall, wall and ceiling run into each other.
        spacing_m: from window to window along a wall.
        brush_m: width and length of the streaks of brushed metal.
        brush: how much the streaks differ.
        window_at: middle of the windows' height, and half of it, in shares of half the room's height above its middle.
    """

    near: float = 0.15
    far: float = 1.8
    reach_m: float = 0.9
    wall: float = 1.5
    ceiling: float = 1.9
    window: float = 3.5
    blend_m: float = 0.4
    spacing_m: float = 4.5
    brush_m: tuple[float, float] = (0.018, 0.5)
    brush: float = 0.3
    window_at: tuple[float, float] = (0.25, 0.5)


MIRROR = Mirror()
LEVEL = 0.7  # cosine above which a surface is a lid, not a side


def brushed(seen: Surface, at: Tensor, blur_m: Tensor) -> Tensor:
    """[n] how much more or less than all the pixels `at` mirror, as the streaks of brushed metal; around 1."""
    import torch

    x, y, z = (take(axis, at) for axis in seen.own_point_m)
    lid = take(seen.own_normal[2], at).abs() > LEVEL
    across, along = torch.where(lid, y, z), torch.where(lid, x, x + y)
    width, length = MIRROR.brush_m
    return 1 + MIRROR.brush * (noise(across / width, along / length) - 0.5) * sharpness(take(blur_m, at) / width / 2)


def mirrored(packed: Packed, seen: Surface, eye: Vector, room: Tensor, at: Tensor) -> Tensor:
    """Brightness of what the pixels `at` mirror, [n].

    Args:
        eye: three [N], unit, from the surfaces to the camera.
        room: [N] the room of each pixel.
        at: [n] pixels.
    """
    import torch

    def local(v: list[Tensor]) -> list[Tensor]:
        return [dot((turn[k, 0], turn[k, 1], turn[k, 2]), (v[0], v[1], v[2])) for k in range(3)]

    here = take(room, at)
    turn, half = take(packed.wall_turn, here), take(packed.wall_half_m, here)
    depth, x, y = take(seen.depth_m, at), take(seen.ray[0], at), take(seen.ray[1], at)
    start = [a + b for a, b in zip(local([x * depth, y * depth, depth]), take(packed.wall_eye_m, here), strict=True)]
    n, e = ([take(axis, at) for axis in axes] for axes in (seen.normal, eye))
    twice = 2 * dot((n[0], n[1], n[2]), (e[0], e[1], e[2]))
    way = [axis + TINY for axis in local([twice * n[k] - e[k] for k in range(3)])]
    t = [(half[k] * way[k].sign() - start[k]) / way[k] for k in range(3)]
    nearest = torch.minimum(torch.minimum(t[0], t[1]), t[2])
    hit = [start[k] + nearest * way[k] for k in range(3)]
    low = ((hit[2] + half[2]) / MIRROR.blend_m).clamp(0, 1)
    high = ((half[2] - hit[2]) / MIRROR.blend_m).clamp(0, 1)
    along = (hit[0] + hit[1]) / MIRROR.spacing_m
    across = (2 - 6 * (along - along.round()).abs()).clamp(0, 1)
    middle, reach = MIRROR.window_at
    upright = (4 - 4 * (hit[2] / half[2] - middle).abs() / reach).clamp(0, 1)
    wall = MIRROR.wall + (MIRROR.window - MIRROR.wall) * across * upright
    wall = MIRROR.ceiling + (wall - MIRROR.ceiling) * high
    floor = MIRROR.near + (MIRROR.far - MIRROR.near) * (nearest / MIRROR.reach_m).clamp(0, 1)
    return floor + (wall - floor) * low
