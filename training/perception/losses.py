"""What it costs to say something else than the truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.layout import BACKGROUND

from .samples import Batch
from .targets import Boxes, Cells, boxes, cells


@dataclass(frozen=True)
class Weights:
    """How much each loss counts."""

    log_depth: float = 2.0
    category: float = 1.0
    normal: float = 1.0
    center: float = 1.0
    offset: float = 10.0
    color: float = 0.3
    material: float = 0.2
    shift: float = 1.0
    log_size: float = 0.5
    axis: float = 0.3
    square: float = 0.15
    front: float = 0.2
    camera: float = 4.0


def losses(maps: Mapping[str, Tensor], batch: Batch, start: tuple[int, int]) -> dict[str, Tensor]:
    """Each loss by name, unweighted.

    Args:
        maps: what the network said, float32.
        batch: the truth, at the network's input size.
        start: which pixels stand for the maps' cells, see `targets.cells`.
    """
    truth = cells(batch, start, maps["category"].shape[1] - len(BACKGROUND))
    return {
        **_everywhere(maps, truth),
        **_of_things(maps, batch, truth),
        **_of_boxes(maps, boxes(batch, truth), truth),
        "camera": _camera(maps["camera"], batch),
    }


def total(each: Mapping[str, Tensor], weights: Weights) -> Tensor:
    """The sum that is minimised."""
    return torch.stack([getattr(weights, name) * value for name, value in each.items()]).sum()


def _everywhere(maps: Mapping[str, Tensor], truth: Cells) -> dict[str, Tensor]:
    weight = 1 + truth.emphasis
    log_depth = (maps["log_depth"][:, 0] - truth.depth_m.log()).abs()
    category = functional.cross_entropy(maps["category"], truth.category, reduction="none")
    return {
        "log_depth": _mean(log_depth, weight),
        "category": _mean(category, weight),
        "normal": _mean((maps["normal"] - truth.normal).norm(dim=1), weight),
        "center": _focal(maps["center"][:, 0], truth.heat),
    }


def _focal(logit: Tensor, heat: Tensor) -> Tensor:
    """Penalty-reduced focal loss of a heat map (Zhou et al., Objects as Points, 2019, eq. 1), with soft positives."""
    chance = logit.sigmoid()
    positive = heat.pow(4)
    hit = functional.logsigmoid(logit) * (1 - chance).square() * positive
    miss = functional.logsigmoid(-logit) * chance.square() * (1 - heat).pow(4)
    return -(hit + miss).sum() / positive.sum().clamp(min=1)


def _of_things(maps: Mapping[str, Tensor], batch: Batch, truth: Cells) -> dict[str, Tensor]:
    def error(name: str, table: Tensor) -> Tensor:
        return functional.cross_entropy(truth.said(maps[name]), truth.of(table), reduction="none")

    return {
        "offset": _mean((truth.said(maps["offset"]) - truth.offset).abs().sum(dim=-1), truth.weight),
        "color": _mean(error("color", batch.color), truth.weight),
        "material": _mean(error("material", batch.material), truth.weight),
    }


def _of_boxes(maps: Mapping[str, Tensor], box: Boxes, truth: Cells) -> dict[str, Tensor]:
    def off(name: str, wanted: Tensor) -> Tensor:
        return truth.said(maps[name]) - wanted

    return {
        "shift": _mean(off("shift", box.shift).norm(dim=-1) / box.length_m, truth.weight),
        "log_size": _mean(off("log_size", box.log_size).abs().sum(dim=-1), truth.weight),
        "axis": _mean(off("axis", box.axis).square().sum(dim=-1), truth.weight * box.elongation),
        "square": _mean(off("square", box.square).square().sum(dim=-1), truth.weight),
        "front": _mean(off("front", box.front).square().sum(dim=-1), truth.weight * box.front_known),
    }


def _camera(said: Tensor, batch: Batch) -> Tensor:
    pitch, roll = upright.pitch_and_roll(batch.world_from_camera[:, :3, :3])
    return (said - torch.stack([pitch, roll, batch.log_focal], dim=-1)).abs().sum(dim=-1).mean()


def _mean(value: Tensor, weight: Tensor) -> Tensor:
    return (value * weight).sum() / weight.sum().clamp(min=1e-6)
