"""Tiles: which parts each small square of a picture can show, and what its pixels show of them.

A picture is cut into tiles of TILE x TILE pixels. An entry is a part and a tile that it may reach; only the rays of the
entries are tested. Tensors of an entry's pixels are [TILE * TILE, entries]: row by row of the tile, entries side by
side, so that what is one per entry needs no copy per pixel.
"""

from dataclasses import dataclass
from typing import Any

from .packing import Kind, Packed, Tensor, take
from .raycast import Vector, box_span, hits

TILE = 8  # side of a tile, pixels
PIXELS = TILE * TILE
SLACK = 1e-4  # what a part's box is grown by, of its size, against rounding
PASS_PIXELS = {"cpu": 1 << 17}  # entries' pixels that go through at once: as many as fit into a core's cache
PASS_PIXELS_ELSEWHERE = 1 << 25
INFINITE = 0x7F800000  # bits of the float32 infinity
KEY = 1 << 32  # a key is the bits of a depth above a row of the table
MISS = INFINITE * KEY


@dataclass(frozen=True, eq=False)
class Grid:
    """The tiles of B pictures.

    Attributes:
        across, down: tiles along a picture's sides.
        left, top: [B, across], [B, down] camera ray (z = 1) of the tiles' first pixels.
        step: [B] ray step from pixel to pixel.
    """

    across: int
    down: int
    left: Tensor
    top: Tensor
    step: Tensor


def grid(packed: Packed) -> Grid:
    """The tiles of the pictures that `packed` is made for."""
    import torch

    across, down = -(-packed.width // TILE), -(-packed.height // TILE)
    device = packed.focal_px.device
    step = 1 / packed.focal_px
    columns = TILE * torch.arange(across, device=device) - (packed.width - 1) / 2
    rows = TILE * torch.arange(down, device=device) - (packed.height - 1) / 2
    return Grid(across, down, columns * step[:, None], rows * step[:, None], step)


def passes(count: int, device: Any) -> list[slice]:
    """Entries in runs that go through at once."""
    size = max(1, PASS_PIXELS.get(device.type, PASS_PIXELS_ELSEWHERE) // PIXELS)
    return [slice(first, min(first + size, count)) for first in range(0, count, size)]


def entries(packed: Packed, grid: Grid, first: int, last: int) -> tuple[Tensor, Tensor]:
    """Parts among rows `first` to `last` and tiles that they may reach: rows of the table, tiles of all pictures."""
    rows = slice(first, last)
    scene, middle = packed.scene[rows], packed.middle_m[:, rows]
    axes = packed.turn[:, :, rows] * (packed.half_m[:, None, rows] * (1 + SLACK))  # [part axis, camera axis, rows]
    ahead = middle[2] + axes[:, 2].abs().sum(dim=0) > 0
    reached = []
    for axis, start in ((0, grid.left), (1, grid.top)):
        low = start[scene].T  # [tiles along the axis, rows]
        high = low + (TILE - 1) * grid.step[scene]
        right = middle[axis] - low * middle[2]
        left = middle[axis] - high * middle[2]
        for k in range(3):
            right = right + (axes[k, axis] - low * axes[k, 2]).abs()
            left = left - (axes[k, axis] - high * axes[k, 2]).abs()
        reached.append((right >= 0) & (left <= 0))
    both = (reached[1][:, None] & reached[0][None] & ahead).permute(2, 0, 1).reshape(last - first, -1)
    part, tile = both.nonzero().unbind(1)
    part = part + first
    kept = _near(packed, grid, part, tile)
    part, tile = take(part, kept), take(tile, kept)
    return part, take(packed.scene, part) * (grid.across * grid.down) + tile


def _near(packed: Packed, grid: Grid, part: Tensor, tile: Tensor) -> Tensor:
    """Entries whose part a tile's middle ray meets, once it is grown by what the tile's corners are off that ray."""
    scene = take(packed.scene, part)
    step, halfway = take(grid.step, scene), (TILE - 1) / 2
    x = grid.left[scene, tile % grid.across] + halfway * step
    y = grid.top[scene, tile // grid.across] + halfway * step
    turn, middle, half = take(packed.turn, part), take(packed.middle_m, part), take(packed.half_m, part) * (1 + SLACK)
    farthest = middle[2] + (turn[:, 2].abs() * half).sum(dim=0)
    half = half + farthest * step * (halfway * 2**0.5)
    d = tuple(turn[k, 0] * x + turn[k, 1] * y + turn[k, 2] for k in range(3))
    enter, leave = box_span(origin(turn, middle), d, (half[0], half[1], half[2]))
    return ((enter <= leave) & (leave > 0)).nonzero().squeeze(1)


def origin(turn: Tensor, middle: Tensor) -> Vector:
    """The camera in the parts' own frames, from [3, 3, n] turns and [3, n] middles."""
    x, y, z = (-(turn[k, 0] * middle[0] + turn[k, 1] * middle[1] + turn[k, 2] * middle[2]) for k in range(3))
    return x, y, z


def rays(packed: Packed, grid: Grid, part: Tensor, tile: Tensor) -> tuple[Vector, Vector]:
    """Rays of the entries in their parts' frames: origins [n], directions [PIXELS, n]; t is depth along the axis."""
    import torch

    scene = take(packed.scene, part)
    tile = tile % (grid.across * grid.down)
    turn = take(packed.turn, part)
    offset = torch.arange(TILE, device=part.device)[:, None] * take(grid.step, scene)
    x = grid.left[scene, tile % grid.across] + offset
    y = grid.top[scene, tile // grid.across] + offset
    d = []
    for k in range(3):
        rows, columns = turn[k, 1] * y + turn[k, 2], turn[k, 0] * x
        d.append((rows[:, None] + columns[None]).view(PIXELS, -1))
    return origin(turn, take(packed.middle_m, part)), (d[0], d[1], d[2])


def nearest(packed: Packed, grid: Grid) -> tuple[Tensor, Tensor, Tensor]:
    """What the pixels show.

    Returns:
        depth [B, H, W], infinite where there is no part; the row of the part [B, H, W], 0 there; and the number of
        pixels that each thing would cover alone, [B, most things].
    """
    import torch

    found = [(kind, *entries(packed, grid, first, last)) for kind, first, last in packed.rows if first < last]
    tiles, most = grid.across * grid.down * packed.rooms, max(1, packed.most_things)
    device = packed.scene.device
    empty = torch.zeros(0, dtype=torch.int64, device=device)
    part = torch.cat([empty, *(part for _, part, _ in found)])
    tile = torch.cat([empty, *(tile for _, _, tile in found)])
    pair = tile * most + take(packed.thing, part)
    seen = torch.zeros(tiles * most, dtype=torch.bool, device=device)
    seen[pair] = True
    pairs = seen.nonzero().squeeze(1)  # a tile and a thing that it may show
    place = take(seen.cumsum(0) - 1, pair)
    keys = torch.full((PIXELS, len(pairs)), MISS, device=device)
    start = 0
    for kind, kind_part, kind_tile in found:
        for run in passes(len(kind_part), device):
            count = run.stop - run.start
            _meet(packed, grid, (kind, kind_part[run], kind_tile[run]), place[start : start + count], keys)
            start += count
    valid = take(picture_mask(packed, grid), pairs // most)
    amodal = torch.zeros(packed.rooms * most, dtype=torch.int64, device=device)
    room = pairs // (most * grid.across * grid.down)
    amodal.index_add_(0, room * most + pairs % most, ((keys < MISS) & valid).sum(dim=0))
    whole = torch.full((PIXELS, tiles), MISS, device=device)
    whole.scatter_reduce_(1, (pairs // most).expand(PIXELS, -1), keys, "amin")
    key = from_tiles(packed, grid, whole)
    depth = (key >> 32).to(torch.int32).view(torch.float32)
    return depth, key & (KEY - 1), amodal.view(packed.rooms, most)[:, : packed.most_things]


def _meet(packed: Packed, grid: Grid, entry: tuple[Kind, Tensor, Tensor], place: Tensor, keys: Tensor) -> None:
    """Lower `keys` at the entries' places to what their rays meet."""
    import torch

    kind, part, tile = entry
    o, d = rays(packed, grid, part, tile)
    half, form = take(packed.half_m, part), take(packed.form, part)
    for t, hit in hits(kind, o, d, (half[0], half[1], half[2]), form):
        bits = torch.maximum(t.view(torch.int32), (~hit).to(torch.int32).mul_(INFINITE))
        key = bits.to(torch.int64).mul_(KEY).add_(part)
        keys.scatter_reduce_(1, place.expand(PIXELS, -1), key, "amin")


def from_tiles(packed: Packed, grid: Grid, values: Tensor) -> Tensor:
    """[PIXELS, tiles] as pictures [B, H, W]."""
    across, down = grid.across, grid.down
    whole = values.view(TILE, TILE, packed.rooms, down, across).permute(2, 3, 0, 4, 1)
    return whole.reshape(packed.rooms, down * TILE, across * TILE)[:, : packed.height, : packed.width].contiguous()


def to_tiles(packed: Packed, grid: Grid, values: Tensor) -> Tensor:
    """Pictures [B, H, W] as [PIXELS, tiles]; pixels beyond the picture are 0."""
    import torch

    across, down = grid.across, grid.down
    padding = (0, across * TILE - packed.width, 0, down * TILE - packed.height)
    whole = torch.nn.functional.pad(values, padding)
    return whole.view(packed.rooms, down, TILE, across, TILE).permute(2, 4, 0, 1, 3).reshape(PIXELS, -1)


def picture_mask(packed: Packed, grid: Grid) -> Tensor:
    """[PIXELS, tiles] pixels that are in the pictures."""
    import torch

    inside = torch.ones(packed.rooms, packed.height, packed.width, dtype=torch.bool, device=packed.scene.device)
    return to_tiles(packed, grid, inside)
