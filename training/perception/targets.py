"""What the network should say of a batch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.layout import STEP

from .samples import NORMAL_STEPS, Batch

FEWEST_PX = 12  # things of fewer pixels are told to the category map alone
HEAT_SPREAD = 0.12  # of a thing's width: standard deviation of the bump that marks its middle
LEAST_SPREAD_CELLS = 0.7
ROUND = 0.3  # ln of the ratio of a box's horizontal sides at which its longer side counts fully


@dataclass(frozen=True, eq=False)
class Cells:
    """The truth of every cell of the maps, h x w of them, and of the M cells that show things.

    Attributes:
        depth_m: [B, h, w].
        category: int64 [B, h, w]: row of the category map.
        normal: [B, 3, h, w] in the camera's frame.
        heat: [B, h, w]: what the center map should be, in [0, 1].
        emphasis: [B, h, w]: how much a cell counts where all cells count; 1 on average on things, and a thing's
            sum grows with the root of its area.
        where: three int64 [M]: picture, row and column of each cell of a thing.
        thing: int64 [M]: its row in the tables of things.
        weight: [M]: the emphasis there.
        offset: [M, 2], parts of the longer side.
    """

    depth_m: Tensor
    category: Tensor
    normal: Tensor
    heat: Tensor
    emphasis: Tensor
    where: tuple[Tensor, Tensor, Tensor]
    thing: Tensor
    weight: Tensor
    offset: Tensor

    def of(self, table: Tensor) -> Tensor:
        """The rows [M, ...] of a table [B, K, ...] of things."""
        return table[self.where[0], self.thing]

    def said(self, maps: Tensor) -> Tensor:
        """The columns [M, C] of maps [B, C, h, w]."""
        picture, row, column = self.where
        return maps[picture, :, row, column]


def cells(batch: Batch, start: tuple[int, int], categories: int) -> Cells:
    """The truth on the pixels start, start + STEP, ..., by row and column.

    Args:
        batch: the truth at the network's input size.
        start: which of each STEP pixels stands for a cell, by row and column.
        categories: of things; the background's rows follow.
    """
    instance = batch.instance[:, start[0] :: STEP, start[1] :: STEP].long()
    depth = batch.depth_m[:, start[0] :: STEP, start[1] :: STEP]
    normal = batch.normal[:, start[0] :: STEP, start[1] :: STEP]
    thing = instance.clamp(min=0)
    area = _pixels(batch).gather(1, thing.flatten(1)).view(thing.shape)
    category = torch.where(
        instance >= 0, batch.label.gather(1, thing.flatten(1)).view(thing.shape), categories - 1 - instance
    )
    where = torch.nonzero((instance >= 0) & (area >= FEWEST_PX), as_tuple=True)
    weight = area[where].rsqrt()
    weight = weight / weight.mean() if len(weight) else weight
    emphasis = torch.zeros_like(depth)
    emphasis[where] = weight
    place = _places(*instance.shape[1:], depth.device)
    middle, reach = _middles(where, thing[where], place, batch.label.shape)
    return Cells(
        depth_m=depth,
        category=category,
        normal=normal.permute(0, 3, 1, 2).float() / NORMAL_STEPS,
        heat=_heat(middle, reach, place),
        emphasis=emphasis,
        where=where,
        thing=thing[where],
        weight=weight,
        offset=middle[where[0], thing[where]] - place[where[1], where[2]],
    )


@dataclass(frozen=True, eq=False)
class Boxes:
    """What the maps of boxes should say of M cells; see `roomnet.layout`.

    Attributes:
        shift, log_size: [M, 3]; axis, square, front: [M, 2].
        length_m: [M] of the box's diagonal.
        elongation: [M] in [0, 1]: how much one horizontal side is longer than the other.
        front_known: bool [M].
    """

    shift: Tensor
    log_size: Tensor
    axis: Tensor
    square: Tensor
    front: Tensor
    length_m: Tensor
    elongation: Tensor
    front_known: Tensor


def boxes(batch: Batch, truth: Cells) -> Boxes:
    """What the maps of boxes should say."""
    rotation = batch.world_from_camera[:, :3, :3]
    rays = upright.rays(rotation, batch.log_focal.exp(), *truth.depth_m.shape[1:])[truth.where]
    bearing = upright.bearing(rays)
    seen = rays * truth.depth_m[truth.where][:, None] + batch.world_from_camera[truth.where[0], :3, 3]
    size = truth.of(batch.size_m)
    lengths, order = size[:, :2].sort(dim=-1, descending=True)
    turn = truth.of(batch.yaw_rad) + bearing
    longer = turn + torch.where(order[:, 0] == 1, torch.pi / 2, 0.0)
    return Boxes(
        shift=upright.turned_by(truth.of(batch.center_m) - seen, bearing),
        log_size=torch.cat([lengths, size[:, 2:]], dim=-1).clamp(min=1e-3).log(),
        axis=_circle(2 * longer),
        square=_circle(4 * turn),
        front=_circle(turn),
        length_m=size.norm(dim=-1),
        elongation=((lengths[:, 0] / lengths[:, 1].clamp(min=1e-3)).log() / ROUND).clamp(0, 1),
        front_known=truth.of(batch.front_known),
    )


def _pixels(batch: Batch) -> Tensor:
    """Pixels of each thing, [B, K]."""
    count = batch.label.shape[1]
    flat = batch.instance.long().flatten(1)
    out = torch.zeros(len(batch), count + 1, device=flat.device)
    return out.scatter_add_(1, torch.where(flat >= 0, flat, count), torch.ones_like(flat, dtype=out.dtype))[:, :count]


def _places(height: int, width: int, device: torch.device) -> Tensor:
    """x, y [h, w, 2] of the cells' middles, in parts of the longer side."""
    y, x = torch.meshgrid(torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij")
    return (torch.stack([x, y], dim=-1) + 0.5) / max(height, width)


def _middles(
    where: tuple[Tensor, Tensor, Tensor], thing: Tensor, place: Tensor, shape: torch.Size
) -> tuple[Tensor, Tensor]:
    """Middle of each thing's cells [B, K, 2], and the root of their area [B, K], in parts of the longer side."""
    row = where[0] * shape[1] + thing
    sums = torch.zeros(shape.numel(), 3, device=place.device)
    sums.index_add_(0, row, torch.cat([place[where[1], where[2]], torch.ones(len(row), 1, device=row.device)], dim=-1))
    area = sums[:, 2]
    middle = sums[:, :2] / area.clamp(min=1)[:, None]
    return middle.view(*shape, 2), area.sqrt().view(shape) / max(place.shape)


def _heat(middle: Tensor, reach: Tensor, place: Tensor) -> Tensor:
    """Bumps [B, h, w] of height 1 at the middles of things."""
    spread = (reach * HEAT_SPREAD).clamp(min=LEAST_SPREAD_CELLS / max(place.shape))
    x, y = place[0, :, 0], place[:, 0, 1]
    along_x = torch.exp(-(x - middle[..., :1]).square() / (2 * spread[..., None].square()))
    along_y = torch.exp(-(y - middle[..., 1:]).square() / (2 * spread[..., None].square()))
    bumps = along_y[..., :, None] * (along_x * (reach > 0)[..., None])[..., None, :]
    return bumps.amax(dim=1)


def _circle(angle: Tensor) -> Tensor:
    return torch.stack([angle.cos(), angle.sin()], dim=-1)
