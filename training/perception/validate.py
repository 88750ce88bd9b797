"""A quick look at a network in training: pixel by pixel, on rooms of the validation split."""

import functools

import torch
from torch import nn

from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.network import normalised
from scenegraph3d.rooms.sample import sample_room
from scenegraph3d.rooms.splits import seeds

from .samples import Batch, make_batch
from .targets import boxes, grid, middles

PICTURES = 64
SHAPES = ((128, 128), (256, 192))


def validate(network: nn.Module, device: str) -> dict[str, float]:
    """Errors by name and picture size: depth (AbsRel), category, color and material (share of pixels of things that
    are right, each thing the same), offset (parts of the longer side), shift (of the box's diagonal), camera (degrees).
    """
    out = {}
    for width, height in SHAPES:
        each = [_errors(network, batch.to(device)) for batch in _batches(width, height)]
        for name in each[0]:
            out[f"{name}@{width}x{height}"] = round(sum(row[name] for row in each) / len(each), 4)
    return out


@functools.cache
def _batches(width: int, height: int) -> tuple[Batch, ...]:
    rooms = [sample_room(seed, "indoor") for seed in seeds("validation")[:PICTURES]]
    return tuple(make_batch(rooms[i : i + 16], (width, height)) for i in range(0, len(rooms), 16))


@torch.inference_mode()
def _errors(network: nn.Module, batch: Batch) -> dict[str, float]:
    maps = network(normalised(batch.rgb).contiguous(memory_format=torch.channels_last))
    said = {name: value.permute(0, 2, 3, 1) for name, value in maps.items() if name != "camera"}
    fine = grid(batch, 2, (0, 0), said["category"].shape[-1] - 3)
    coarse = grid(batch, 4, (0, 0), said["category"].shape[-1] - 3)
    truth = boxes(batch, coarse)
    middle, _ = middles(batch, fine)
    pitch, roll = upright.pitch_and_roll(batch.world_from_camera[:, :3, :3])

    def mean(value: torch.Tensor, weight: torch.Tensor) -> float:
        return float((value * weight).sum() / weight.sum())

    def right(name: str, table: torch.Tensor) -> float:
        return mean((said[name].argmax(dim=-1) == coarse.of(table)).float(), coarse.weight)

    focal_error = maps["camera"][:, 2].exp() / batch.log_focal.exp() - 1
    return {
        "depth": float(((said["log_depth"][..., 0].exp() - fine.depth_m).abs() / fine.depth_m).mean()),
        "category": mean((said["category"].argmax(dim=-1) == fine.category).float(), fine.weight),
        "background": mean((said["category"].argmax(dim=-1) == fine.category).float(), (fine.weight == 0).float()),
        "offset": mean((said["offset"] - (fine.of(middle) - fine.xy)).norm(dim=-1), fine.weight),
        "color": right("color", batch.color),
        "material": right("material", batch.material),
        "shift": mean((said["shift"] - truth.shift).norm(dim=-1) / truth.length, coarse.weight),
        "log_size": mean((said["log_size"] - truth.log_size).abs().mean(dim=-1), coarse.weight),
        "pitch_deg": float((maps["camera"][:, 0] - pitch).abs().rad2deg().mean()),
        "roll_deg": float((maps["camera"][:, 1] - roll).abs().rad2deg().mean()),
        "focal": float(focal_error.abs().mean()),
    }
