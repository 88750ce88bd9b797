"""Shadows: how much of a lamp each pixel's surface sees.

Every pixel sends one ray to one of 16 points around the lamp; which, goes by its place in a 4 x 4 pattern. The mean
over the 4 x 4 pixels about it, those of the same face, makes soft edges out of that (Keller and Heidrich, "Interleaved
Sampling", 2001).
"""

import math
from dataclasses import dataclass
from typing import Any

from .packing import Packed, Tensor, take
from .raycast import TINY, Vector, blocked, box_span, dot
from .surface import Surface
from .tiles import PIXELS, TILE, Grid, from_tiles, passes, to_tiles

PATTERN = 4  # side of the pattern, pixels; TILE is a multiple of it


@dataclass(frozen=True)
class Shadows:
    """How shadows are cast.

    Attributes:
        lamp_radius_m: of a lamp: how soft its shadows are.
        lift_m: how far above a surface its rays start, so that it does not shade itself.
        flat: cosine from an axis of its part's frame below which a surface counts as curved.
    """

    lamp_radius_m: float = 0.12
    lift_m: float = 2e-3
    flat: float = 0.99


SHADOWS = Shadows()


@dataclass(frozen=True, eq=False)
class Clusters:
    """The points of a tile that face a lamp, as a ball: [tiles] middles and radii; radius -1 where there are none."""

    middle: Vector
    radius: Tensor


@dataclass(frozen=True, eq=False)
class Faces:
    """Which of the 4 pixels about each, along a row and along a column, show the same face as it does.

    Attributes:
        along: for both axes of the pictures, 4 of [B, H, W], 1 or 0.
    """

    along: tuple[tuple[int, tuple[Tensor, ...]], ...]

    def mean(self, values: Tensor, weights: Tensor) -> Tensor:
        """[B, H, W] sum of values over sum of weights among the 4 x 4 pixels about each."""
        for axis, same in self.along:
            values, weights = _gather(values, axis, same), _gather(weights, axis, same)
        return values / (weights + TINY)


def faces(packed: Packed, seen: Surface) -> Faces:
    """The faces that the pixels show: of parts and walls, those that are flat along an axis apart from the rest."""
    import torch

    x, y, z = (axis.abs() > SHADOWS.flat for axis in seen.own_normal)
    face = (seen.row * 4 + x + 2 * y + 3 * z.to(torch.int64)).to(torch.int32)
    face = face.view(packed.rooms, packed.height, packed.width)
    return Faces(
        tuple((axis, tuple((near == face).to(torch.float32) for near in _shifted(face, axis))) for axis in (1, 2))
    )


def _shifted(values: Tensor, axis: int) -> list[Tensor]:
    """Values of the 4 pixels about each along an axis; -1 beyond the picture."""
    import torch

    before, after = PATTERN // 2, PATTERN - 1 - PATTERN // 2
    margins = (0, 0, before, after) if axis == 1 else (before, after)
    wide = torch.nn.functional.pad(values, margins, value=-1)
    return [wide.narrow(axis, k, values.shape[axis]) for k in range(PATTERN)]


def _gather(values: Tensor, axis: int, same: tuple[Tensor, ...]) -> Tensor:
    near = _shifted(values, axis)
    return near[0] * same[0] + near[1] * same[1] + near[2] * same[2] + near[3] * same[3]


def lit_share(packed: Packed, grid: Grid, seen: Surface, faces: Faces, lamp: Tensor, facing: Tensor) -> Tensor:
    """Share of a lamp that each pixel sees, [N] in [0, 1].

    Args:
        faces: of `seen`.
        lamp: [3, B] the lamp's place in the camera's frame.
        facing: [N] bool, pixels whose surface faces the lamp; the others do not count.
    """
    import torch

    shape = (packed.rooms, packed.height, packed.width)
    t, lift = seen.depth_m, SHADOWS.lift_m
    where = (seen.ray[0] * t, seen.ray[1] * t, t)
    points = [to_tiles(packed, grid, (where[k] + lift * seen.normal[k]).view(shape)) for k in range(3)]
    asks = to_tiles(packed, grid, facing.view(shape))
    dark = torch.zeros_like(asks, dtype=torch.uint8)
    balls = _clusters(points, asks)
    offsets = _lamp_points(t.device)
    for kind, first, last in packed.rows:
        if first == last:
            continue
        part, tile = _casters(packed, grid, (first, last), lamp, balls)
        for run in passes(len(part), t.device):
            p, q = part[run], tile[run]
            turn, middle, source = take(packed.turn, p), take(packed.middle_m, p), take(lamp, take(packed.scene, p))
            own = _rays(turn, middle, source, [take(axis, q) for axis in points], offsets)
            half, form = take(packed.half_m, p), take(packed.form, p)
            hit = blocked(kind, *own, (half[0], half[1], half[2]), form)
            dark.scatter_reduce_(1, q.expand(PIXELS, -1), hit.to(torch.uint8), "amax")
    weight = facing.view(shape).to(t.dtype)
    return faces.mean((1 - from_tiles(packed, grid, dark).to(t.dtype)) * weight, weight).view(-1)


def _lamp_points(device: Any) -> Tensor:
    """[3, PIXELS] points on the lamp for the pixels of a tile: evenly over a ball's surface, neighbours far apart."""
    import torch

    count = PATTERN * PATTERN
    k = torch.arange(count, dtype=torch.float64)
    z = 1 - (2 * k + 1) / count
    turn = k * (math.pi * (3 - math.sqrt(5)))
    across = (1 - z * z).sqrt()
    ball = SHADOWS.lamp_radius_m * torch.stack([across * turn.cos(), across * turn.sin(), z])
    order = torch.tensor([0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5])  # Bayer's
    pattern = ball[:, order].view(3, PATTERN, PATTERN).repeat(1, TILE // PATTERN, TILE // PATTERN)
    return pattern.reshape(3, PIXELS).to(torch.float32).to(device)


def _clusters(points: list[Tensor], asks: Tensor) -> Clusters:
    """Balls about the tiles' points that face the lamp."""
    import torch

    out = (~asks).to(points[0].dtype) * 1e9
    lows, highs = [(axis + out).amin(dim=0) for axis in points], [(axis - out).amax(dim=0) for axis in points]
    middle = [(low + high) / 2 for low, high in zip(lows, highs, strict=True)]
    squares = sum((high - low) ** 2 for low, high in zip(lows, highs, strict=True))
    radius = torch.where(asks.any(dim=0), torch.as_tensor(squares).sqrt() / 2, -1.0)
    return Clusters((middle[0], middle[1], middle[2]), radius)


def _casters(packed: Packed, grid: Grid, rows: tuple[int, int], lamp: Tensor, balls: Clusters) -> tuple[Tensor, Tensor]:
    """Parts among `rows` and tiles whose points they may shade: rows of the table, tiles of all pictures.

    All rays from a lamp's points to a tile's lie in balls strung along the way from lamp to tile.
    """
    import torch

    span = slice(*rows)
    scene, here = packed.scene[span], grid.across * grid.down
    radius = balls.radius.view(packed.rooms, here)[scene]
    to_tile, to_part = [], []
    for k in range(3):
        source = lamp[k, scene]
        to_tile.append(balls.middle[k].view(packed.rooms, here)[scene] - source[:, None])
        to_part.append((packed.middle_m[k, span] - source)[:, None])
    way = to_tile[0] * to_tile[0] + to_tile[1] * to_tile[1] + to_tile[2] * to_tile[2] + TINY
    share = ((to_part[0] * to_tile[0] + to_part[1] * to_tile[1] + to_part[2] * to_tile[2]) / way).clamp_(0, 1)
    off = [to_part[k] - share * to_tile[k] for k in range(3)]
    size = packed.half_m[:, span].square().sum(dim=0).sqrt_()[:, None]
    fat = _fat(radius, size, share, way)
    close = off[0] * off[0] + off[1] * off[1] + off[2] * off[2] <= (size + fat) ** 2
    part, tile = (close & (radius >= 0)).nonzero().unbind(1)
    grown = fat[part, tile]
    part = part + rows[0]
    tile = tile + take(packed.scene, part) * here
    turn, middle = take(packed.turn, part), take(packed.middle_m, part)
    source = take(lamp, take(packed.scene, part))
    near = [source[k] - middle[k] for k in range(3)]
    far = [take(balls.middle[k], tile) - source[k] for k in range(3)]
    o, d = ([dot((turn[k, 0], turn[k, 1], turn[k, 2]), (v[0], v[1], v[2])) for k in range(3)] for v in (near, far))
    half = take(packed.half_m, part) + grown
    enter, leave = box_span((o[0], o[1], o[2]), (d[0], d[1], d[2]), (half[0], half[1], half[2]))
    kept = (torch.maximum(enter, torch.zeros_like(enter)) <= leave.clamp_(max=1)).nonzero().squeeze(1)
    return take(part, kept), take(tile, kept)


def _fat(radius: Tensor, size: Tensor, share: Tensor, way: Tensor) -> Tensor:
    """Radius of the largest ball on the way that can touch a ball of radius `size` whose foot is at `share` of it."""
    reach = (size + radius.clamp(min=SHADOWS.lamp_radius_m)) * way.rsqrt()
    return SHADOWS.lamp_radius_m + radius.clamp(min=0) * (share + reach).clamp(max=1)


def _rays(turn: Tensor, middle: Tensor, source: Tensor, points: list[Tensor], offsets: Tensor) -> tuple[Vector, Vector]:
    """From points [PIXELS, n] to the lamp's points, in the parts' frames."""
    o, d = [], []
    for k in range(3):
        x, y, z = turn[k, 0], turn[k, 1], turn[k, 2]
        home = x * middle[0] + y * middle[1] + z * middle[2]
        goal = x * source[0] + y * source[1] + z * source[2] - home
        start = points[0] * x + points[1] * y + (points[2] * z - home)
        aim = goal + (offsets[0][:, None] * x + offsets[1][:, None] * y + offsets[2][:, None] * z)
        o.append(start)
        d.append(aim - start)
    return (o[0], o[1], o[2]), (d[0], d[1], d[2])
