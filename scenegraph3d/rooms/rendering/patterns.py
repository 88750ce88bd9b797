"""Patterns: how much of its second colour a surface shows where, in its own frame, smoothed to the size of a pixel."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..world.parts import PATTERNS
from .packing import Kind, Packed, Tensor, take
from .raycast import TINY
from .surface import Surface


@dataclass(frozen=True)
class Drawing:
    """The proportions of patterns, in lengths of their repeat unless said otherwise.

    Attributes:
        dot: radius of a dot.
        brick: height of a brick of length 1.
        mortar: width of the gap between bricks.
        plank: length of a plank of width 1.
        joint: width of the gap between planks.
        plank_tones: how much planks differ, in shares of the second colour.
        grain_run: length of a wave of the grain along the wood.
        grain_bend: how far the grain strays.
        ring: width of a ring of the grain.
    """

    dot: float = 0.3
    brick: float = 0.36
    mortar: float = 0.05
    plank: float = 7.0
    joint: float = 0.03
    plank_tones: float = 0.65
    grain_run: float = 6.0
    grain_bend: float = 0.8
    ring: float = 0.35


DRAWING = Drawing()


@dataclass(frozen=True, eq=False)
class Spot:
    """n points of surfaces that bear the same pattern, in lengths of its repeat.

    Attributes:
        u, v: [n] along the surface.
        lengthwise, crosswise, inwards: [n] along and across the part's longest axis.
        blur: [n] size of a pixel there.
    """

    u: Tensor
    v: Tensor
    lengthwise: Tensor
    crosswise: Tensor
    inwards: Tensor
    blur: Tensor


def second_share(packed: Packed, seen: Surface, blur_m: Tensor) -> Tensor:
    """[N] how much of its paint's second colour each pixel shows, 0 to 1; `blur_m` is a pixel's size on the surface."""
    import torch

    device = seen.row.device
    codes = torch.tensor([PATTERNS.index(paint.pattern) for paint in packed.paints], device=device)
    repeat = torch.tensor([paint.pattern_m for paint in packed.paints], dtype=torch.float32, device=device)
    code = take(codes, seen.row)
    out = torch.zeros_like(seen.depth_m)
    for name in sorted({paint.pattern for paint in packed.paints} & set(_DRAWN)):
        at = (code == PATTERNS.index(name)).nonzero().squeeze(1)
        out.index_copy_(0, at, _DRAWN[name](_spot(packed, seen, at, repeat, take(blur_m, at))))
    return out


def _spot(packed: Packed, seen: Surface, at: Tensor, repeat: Tensor, blur: Tensor) -> Spot:
    """Coordinates: across faces of boxes; around and along what is round, whole repeats around."""
    import torch

    row = take(seen.row, at)
    x, y, z = (take(axis, at) for axis in seen.own_point_m)
    nx, ny, nz = (take(axis, at).abs() for axis in seen.own_normal)
    halves = torch.cat([packed.half_m, packed.wall_half_m.repeat_interleave(3, dim=1)], dim=1)
    size, width, longest = take(repeat, row), take(halves[0], row), take(halves.argmax(dim=0), row)
    first, last = next((first, last) for kind, first, last in packed.rows if kind is Kind.BOX)
    angular = ((row < first) | (row >= last)) & (row < packed.scene.shape[0])
    lid = nz >= torch.maximum(nx, ny)
    around = (width * (math.pi / 2) / size).round().clamp_(min=1) * size * _turn(x, y)
    u = torch.where(lid, x, torch.where(angular, around, torch.where(nx > ny, y, x)))
    v = torch.where(lid, y, z)
    lengthwise = torch.where(longest == 0, x, torch.where(longest == 1, y, z))
    crosswise = torch.where(longest == 0, y, torch.where(longest == 1, z, x))
    inwards = torch.where(longest == 0, z, torch.where(longest == 1, x, y))
    return Spot(*(axis / size for axis in (u, v, lengthwise, crosswise, inwards, blur)))


def _turn(x: Tensor, y: Tensor) -> Tensor:
    """How far around (x, y) is, 0 to 4, even in steps of a quarter: x / (|x| + |y|) stands for the angle."""
    import torch

    share = x / (x.abs() + y.abs() + TINY)
    return torch.where(y >= 0, 1 - share, 3 + share)


def _band(value: Tensor, share: float, blur: Tensor) -> Tensor:
    """1 in a band of width `share` about each whole number, 0 elsewhere, smoothed."""
    edge = share / 2 - (value - value.round()).abs()
    sharp = (0.5 + edge / blur.clamp(min=1e-3)).clamp(0, 1)
    return share + (sharp - share) * sharpness(blur)


def sharpness(blur: Tensor) -> Tensor:
    """1 where a pixel is well below a repeat, 0 where it is as large."""
    return (2 - 2 * blur).clamp(0, 1)


def _hash(i: Tensor, j: Tensor) -> Tensor:
    """A number in [0, 1) for each pair of whole numbers."""
    import torch

    mixed = i.to(torch.int64) * 374761393 + j.to(torch.int64) * 668265263
    mixed = ((mixed ^ (mixed >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFF).to(torch.float32) / 0x10000


def noise(x: Tensor, y: Tensor) -> Tensor:
    """Smooth noise in [0, 1] with bumps of length 1."""
    i, j = x.floor(), y.floor()
    fx, fy = x - i, y - j
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    low = _hash(i, j) * (1 - fx) + _hash(i + 1, j) * fx
    high = _hash(i, j + 1) * (1 - fx) + _hash(i + 1, j + 1) * fx
    return low * (1 - fy) + high * fy


def _stripes(s: Spot) -> Tensor:
    return _band(s.v, 0.5, s.blur)


def _checks(s: Spot) -> Tensor:
    a, b = _band(s.u / 2 - 0.25, 0.5, s.blur / 2), _band(s.v / 2 - 0.25, 0.5, s.blur / 2)
    return a + b - 2 * a * b


def _dots(s: Spot) -> Tensor:
    du, dv = s.u - s.u.round(), s.v - s.v.round()
    edge = DRAWING.dot - (du * du + dv * dv).sqrt()
    sharp = (0.5 + edge / s.blur.clamp(min=1e-3)).clamp(0, 1)
    mean = math.pi * DRAWING.dot**2
    return mean + (sharp - mean) * sharpness(s.blur)


def _bricks(s: Spot) -> Tensor:
    course = s.v / DRAWING.brick
    line = _band(course, DRAWING.mortar / DRAWING.brick, s.blur / DRAWING.brick)
    shift = course.floor() * 0.5
    return 1 - (1 - line) * (1 - _band(s.u + shift, DRAWING.mortar, s.blur))


def _planks(s: Spot) -> Tensor:
    board = s.u.floor()
    along = s.v / DRAWING.plank + _hash(board, board * 0)
    tone = _hash(board, along.floor() + 7) * DRAWING.plank_tones * sharpness(s.blur / 2)
    tone = tone + (0.5 * DRAWING.plank_tones) * (1 - sharpness(s.blur / 2))
    line = _band(s.u, DRAWING.joint, s.blur)
    end = _band(along, DRAWING.joint / DRAWING.plank, s.blur / DRAWING.plank)
    grain = 0.25 * (noise(s.u * 9, s.v * 0.8) - 0.5) * sharpness(s.blur * 4)
    return (1 - (1 - tone - grain) * (1 - line) * (1 - end)).clamp(0, 1)


def _grain(s: Spot) -> Tensor:
    bend = DRAWING.grain_bend * noise(s.lengthwise / DRAWING.grain_run, s.crosswise + 0.7 * s.inwards)
    a, b = s.crosswise + 3.3, s.inwards * 0.8 + 1.7
    ring = (a * a + b * b).sqrt() / DRAWING.ring + bend
    wave = 1 - 2 * (ring - ring.round()).abs()
    fine = noise(s.crosswise * 7 + s.inwards * 5, s.lengthwise / 2)
    value = 0.6 * wave * wave + 0.4 * fine
    return 0.45 + (value - 0.45) * sharpness(s.blur / DRAWING.ring / 1.5)


def _speckle(s: Spot) -> Tensor:
    coarse, fine = noise(s.u, s.v), noise(s.u * 2.7 + 5, s.v * 2.7 + 9)
    mixed = 0.6 * coarse + 0.4 * fine
    return 0.5 + (mixed - 0.5) * sharpness(s.blur)


_DRAWN: dict[str, Callable[[Spot], Tensor]] = {
    "stripes": _stripes,
    "checks": _checks,
    "dots": _dots,
    "bricks": _bricks,
    "planks": _planks,
    "grain": _grain,
    "noise": _speckle,
}
