"""A quick look at a network in training: pixel by pixel, on rooms of the validation split."""

import functools

import torch
from torch import Tensor, nn

from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.layout import BACKGROUND
from scenegraph3d.roomnet.network import normalised
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.splits import seeds

from .samples import Batch, make_batch
from .targets import boxes, cells

CHUNK = 16
SHAPES = ((128, 128), (256, 192))


def validate(network: nn.Module, device: str, pictures: int) -> dict[str, float]:
    """Errors by name and picture size: depth (AbsRel), category, color and material (share of pixels of things that
    are right, each thing the same), offset (parts of the longer side), shift (of the box's diagonal), camera (degrees).
    """
    out = {}
    for width, height in SHAPES:
        each = [_errors(network, batch.to(device)) for batch in _batches(width, height, pictures)]
        for name in each[0]:
            out[f"{name}@{width}x{height}"] = round(sum(row[name] for row in each) / len(each), 4)
    return out


@functools.cache
def _batches(width: int, height: int, pictures: int) -> tuple[Batch, ...]:
    rooms = [sample_room(seed, "indoor") for seed in seeds("validation")[:pictures]]
    return tuple(make_batch(rooms[i : i + CHUNK], (width, height)) for i in range(0, len(rooms), CHUNK))


@torch.inference_mode()
def _errors(network: nn.Module, batch: Batch) -> dict[str, float]:
    maps = network(normalised(batch.rgb).contiguous(memory_format=torch.channels_last))
    truth = cells(batch, (0, 0), maps["category"].shape[1] - len(BACKGROUND))
    box = boxes(batch, truth)
    pitch, roll = upright.pitch_and_roll(batch.world_from_camera[:, :3, :3])
    right = maps["category"].argmax(dim=1) == truth.category

    def mean(value: Tensor) -> float:
        return float((value * truth.weight).sum() / truth.weight.sum())

    def share(name: str, table: Tensor) -> float:
        return mean((truth.said(maps[name]).argmax(dim=-1) == truth.of(table)).float())

    return {
        "depth": float(((maps["log_depth"][:, 0].exp() - truth.depth_m).abs() / truth.depth_m).mean()),
        "category": mean(right[truth.where].float()),
        "background": float(right[truth.emphasis == 0].float().mean()),
        "offset": mean((truth.said(maps["offset"]) - truth.offset).norm(dim=-1)),
        "color": share("color", batch.color),
        "material": share("material", batch.material),
        "shift": mean((truth.said(maps["shift"]) - box.shift).norm(dim=-1) / box.length_m),
        "log_size": mean((truth.said(maps["log_size"]) - box.log_size).abs().mean(dim=-1)),
        "pitch_deg": float((maps["camera"][:, 0] - pitch).abs().rad2deg().mean()),
        "roll_deg": float((maps["camera"][:, 1] - roll).abs().rad2deg().mean()),
        "focal": float((maps["camera"][:, 2].exp() / batch.log_focal.exp() - 1).abs().mean()),
    }
