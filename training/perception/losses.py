"""What it costs to say something else than the truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from scenegraph3d.roomnet import upright

from .samples import Batch
from .targets import Boxes, Grid, boxes, grid, middles


@dataclass(frozen=True)
class Weights:
    """How much each loss counts."""

    log_depth: float = 2.0
    category: float = 1.0
    center: float = 1.0
    offset: float = 10.0
    color: float = 0.3
    material: float = 0.2
    shift: float = 1.0
    log_size: float = 0.5
    axis: float = 0.3
    square: float = 0.15
    front: float = 0.2
    camera: float = 2.0


def losses(maps: Mapping[str, Tensor], batch: Batch, start: tuple[int, int]) -> dict[str, Tensor]:
    """Each loss by name, unweighted.

    Args:
        maps: what the network said, float32.
        batch: the truth, at the network's input size.
        start: which of each two pixels, [0, 1] by row and column, stands for a cell of the fine maps.
    """
    said = {name: value.permute(0, 2, 3, 1) for name, value in maps.items() if name != "camera"}
    fine = grid(batch, 2, start, said["category"].shape[-1] - 3)
    coarse = grid(batch, 4, start, said["category"].shape[-1] - 3)
    return {
        **_fine(said, batch, fine),
        **_appearance(said, batch, coarse),
        **_boxes(said, boxes(batch, coarse), coarse.weight),
        "camera": _camera(maps["camera"], batch),
    }


def total(each: Mapping[str, Tensor], weights: Weights) -> Tensor:
    """The sum that is minimised."""
    return torch.stack([getattr(weights, name) * value for name, value in each.items()]).sum()


def _fine(said: Mapping[str, Tensor], batch: Batch, cells: Grid) -> dict[str, Tensor]:
    background = 1.0
    weight = cells.weight / cells.weight.mean().clamp(min=1e-6)
    mix = background + weight
    log_depth = (said["log_depth"][..., 0] - cells.depth_m.log()).abs()
    category = functional.cross_entropy(said["category"].flatten(0, 2), cells.category.flatten(), reduction="none")
    middle, heat = middles(batch, cells)
    offset = (said["offset"] - (cells.of(middle) - cells.xy)).abs().sum(dim=-1)
    return {
        "log_depth": (log_depth * mix).mean() / 2,
        "category": (category * mix.flatten()).mean() / 2,
        "center": _focal(said["center"][..., 0], heat),
        "offset": _mean(offset, cells.weight),
    }


def _focal(logit: Tensor, heat: Tensor) -> Tensor:
    """Penalty-reduced focal loss of a heat map (Zhou et al., Objects as Points, 2019, eq. 1), with soft positives."""
    chance = logit.sigmoid()
    hit = functional.logsigmoid(logit) * (1 - chance).square() * heat.pow(4)
    miss = functional.logsigmoid(-logit) * chance.square() * (1 - heat).pow(4)
    return -(hit + miss).sum() / heat.pow(4).sum().clamp(min=1)


def _appearance(said: Mapping[str, Tensor], batch: Batch, cells: Grid) -> dict[str, Tensor]:
    out = {}
    for name, table in (("color", batch.color), ("material", batch.material)):
        truth = cells.of(table).flatten()
        each = functional.cross_entropy(said[name].flatten(0, 2), truth, reduction="none")
        out[name] = _mean(each.view(cells.weight.shape), cells.weight)
    return out


def _boxes(said: Mapping[str, Tensor], truth: Boxes, weight: Tensor) -> dict[str, Tensor]:
    shift = (said["shift"] - truth.shift).norm(dim=-1) / truth.length
    log_size = (said["log_size"] - truth.log_size).abs().sum(dim=-1)
    return {
        "shift": _mean(shift, weight),
        "log_size": _mean(log_size, weight),
        "axis": _mean((said["axis"] - truth.axis).square().sum(dim=-1), weight * truth.elongation),
        "square": _mean((said["square"] - truth.square).square().sum(dim=-1), weight),
        "front": _mean((said["front"] - truth.front).square().sum(dim=-1), weight * truth.front_known),
    }


def _camera(said: Tensor, batch: Batch) -> Tensor:
    pitch, roll = upright.pitch_and_roll(batch.world_from_camera[:, :3, :3])
    return (said - torch.stack([pitch, roll, batch.log_focal], dim=-1)).abs().sum(dim=-1).mean()


def _mean(value: Tensor, weight: Tensor) -> Tensor:
    return (value * weight).sum() / weight.sum().clamp(min=1e-6)
