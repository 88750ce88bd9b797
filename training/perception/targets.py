"""What the network should say of a batch: maps at half and at a quarter of the resolution."""

from dataclasses import dataclass

import torch
from torch import Tensor

from scenegraph3d.roomnet import upright

from .samples import Batch

FEWEST_PX = 12  # things of fewer pixels are told to the category map alone
HEAT_SPREAD = 0.12  # of a thing's width: standard deviation of the bump that marks its middle
LEAST_SPREAD_CELLS = 0.8


@dataclass(frozen=True, eq=False)
class Grid:
    """Truth on every `step`-th pixel, H and W those of the grid.

    Attributes:
        depth_m: [B, H, W].
        thing: int64 [B, H, W]: row of the thing; 0 where `is_thing` is false.
        is_thing: bool [B, H, W]: a thing of enough pixels.
        category: int64 [B, H, W]: row of the category map.
        weight: [B, H, W]: by which a pixel counts, so that a thing counts as the root of its area.
        xy: [B, H, W, 2]: place of each cell, in parts of the longer side.
    """

    depth_m: Tensor
    thing: Tensor
    is_thing: Tensor
    category: Tensor
    weight: Tensor
    xy: Tensor

    def of(self, table: Tensor) -> Tensor:
        """Each cell's row of a table [B, K, ...] of things."""
        batch = torch.arange(len(table), device=table.device)[:, None, None]
        return table[batch, self.thing]


def grid(batch: Batch, step: int, start: tuple[int, int], categories: int) -> Grid:
    """The truth on the pixels start, start + step, ..."""
    instance = batch.instance[:, start[0] :: step, start[1] :: step].long()
    depth = batch.depth_m[:, start[0] :: step, start[1] :: step]
    height, width = instance.shape[1:]
    seen = instance >= 0
    thing = instance.clamp(min=0)
    pixels = _pixels(batch)
    area = _gather(pixels, thing)
    is_thing = seen & (area >= FEWEST_PX)
    category = torch.where(seen, _gather(batch.label, thing), categories - 1 - instance)
    weight = torch.where(is_thing, (height * width * step**2 / area.clamp(min=FEWEST_PX)).sqrt(), 0.0)
    y, x = torch.meshgrid(
        (torch.arange(height, device=depth.device) + 0.5) / max(height, width),
        (torch.arange(width, device=depth.device) + 0.5) / max(height, width),
        indexing="ij",
    )
    xy = torch.stack([x, y], dim=-1).expand(len(batch), -1, -1, -1)
    return Grid(depth, thing, is_thing, category, weight, xy)


@dataclass(frozen=True, eq=False)
class Boxes:
    """Truth of boxes in the upright frame of each cell; see `roomnet.layout`."""

    shift: Tensor
    log_size: Tensor
    axis: Tensor
    square: Tensor
    front: Tensor
    length: Tensor  # [B, H, W] of the box's diagonal, metres
    elongation: Tensor  # [B, H, W] in [0, 1]: how much one horizontal side is longer
    front_known: Tensor


def boxes(batch: Batch, cells: Grid) -> Boxes:
    """What the coarse maps should say where there are things."""
    rotation = batch.world_from_camera[:, :3, :3]
    rays = upright.rays(rotation, batch.log_focal.exp(), *cells.depth_m.shape[1:])
    bearing = upright.bearing(rays)
    seen = rays * cells.depth_m[..., None] + batch.world_from_camera[:, None, None, :3, 3]
    size = cells.of(batch.size_m)
    lengths, order = size[..., :2].sort(dim=-1, descending=True)
    turn = cells.of(batch.yaw_rad) + bearing
    longer = turn + torch.where(order[..., 0] == 1, torch.pi / 2, 0.0)
    return Boxes(
        shift=upright.turned_by(cells.of(batch.center_m) - seen, bearing),
        log_size=torch.cat([lengths, size[..., 2:]], dim=-1).clamp(min=1e-3).log(),
        axis=_circle(2 * longer),
        square=_circle(4 * turn),
        front=_circle(turn),
        length=size.norm(dim=-1).clamp(min=1e-3),
        elongation=((lengths[..., 0] / lengths[..., 1].clamp(min=1e-3)).log() / 0.3).clamp(0, 1),
        front_known=cells.of(batch.front_known),
    )


def middles(batch: Batch, cells: Grid) -> tuple[Tensor, Tensor]:
    """Middle of each thing's visible cells, [B, K, 2] in parts of the longer side, and its heat map [B, H, W]."""
    count = batch.label.shape[1]
    here = torch.nn.functional.one_hot(cells.thing, count) * cells.is_thing[..., None]
    flat = here.flatten(1, 2).to(torch.float32)
    area = flat.sum(dim=1)
    middle = torch.einsum("bpk,bpc->bkc", flat, cells.xy.flatten(1, 2)) / area.clamp(min=1)[..., None]
    longer = max(cells.depth_m.shape[1:])
    spread = (area.sqrt() * HEAT_SPREAD).clamp(min=LEAST_SPREAD_CELLS) / longer
    away = (cells.xy[:, :, :, None] - middle[:, None, None]).square().sum(dim=-1)
    bump = torch.exp(-away / (2 * spread.square()[:, None, None])) * (area > 0)[:, None, None]
    return middle, bump.amax(dim=-1)


def _pixels(batch: Batch) -> Tensor:
    count = batch.label.shape[1]
    flat = batch.instance.long().flatten(1)
    out = torch.zeros(len(batch), count + 1, device=flat.device)
    return out.scatter_add_(1, torch.where(flat >= 0, flat, count), torch.ones_like(flat, dtype=out.dtype))[:, :count]


def _gather(table: Tensor, thing: Tensor) -> Tensor:
    return table.gather(1, thing.flatten(1)).view(thing.shape)


def _circle(angle: Tensor) -> Tensor:
    return torch.stack([angle.cos(), angle.sin()], dim=-1)
