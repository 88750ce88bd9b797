"""The network: a ResNet of timm, a pyramid on top, and every answer read at half the input's resolution."""

from dataclasses import asdict, dataclass
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from .layout import CAMERA, STEP, channels

STEM_WIDTH = 64  # of timm's ResNets
STRIDE = 32  # of the deepest maps; pictures are padded to multiples of it


@dataclass(frozen=True)
class Widths:
    """How wide the network is.

    Attributes:
        stages: channels of the backbone's four stages.
        pyramid: channels of the pyramid, a quarter of the input's resolution and below.
        fine: channels at half resolution.
    """

    stages: tuple[int, int, int, int] = (48, 96, 192, 320)
    pyramid: int = 96
    fine: int = 48


class RoomNetwork(nn.Module):
    """Picture [B, 3, H, W], normalised, H and W multiples of 4 -> maps by name (see `layout`) and "camera" [B, 3]."""

    def __init__(self, labels: tuple[str, ...], widths: Widths = Widths()) -> None:
        super().__init__()
        self.labels = labels
        self.widths = widths
        self.backbone = timm.create_model("resnet18", pretrained=False, features_only=True, channels=widths.stages)
        stem, *stages = (STEM_WIDTH, *widths.stages)
        p, f = widths.pyramid, widths.fine
        self.lateral = nn.ModuleList([nn.Conv2d(width, p, 1) for width in stages])
        self.context = nn.Sequential(nn.Linear(2 * stages[-1], p), nn.ReLU(), nn.Linear(p, p))
        self.smooth = nn.ModuleList([_conv(p, p) for _ in stages])
        self.camera = nn.Sequential(nn.Linear(2 * stages[-1] + 2 * p, p), nn.ReLU(), nn.Linear(p, len(CAMERA)))
        self.narrow = nn.Conv2d(p, f, 1)
        self.stem = nn.Conv2d(stem, f, 1)
        self.fine = nn.Sequential(_conv(f, f), _conv(f, f), nn.Conv2d(f, sum(channels(labels).values()), 1))

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        """The maps and the camera of pictures."""
        height, width = picture.shape[-2:]
        stem, *stages = self.backbone(functional.pad(picture, (0, -width % STRIDE, 0, -height % STRIDE)))
        deep = _pooled(stages[-1])
        x = self.smooth[-1](self.lateral[-1](stages[-1]) + self.context(deep)[:, :, None, None])
        for lateral, smooth, stage in zip(self.lateral[-2::-1], self.smooth[-2::-1], stages[-2::-1], strict=True):
            x = smooth(lateral(stage) + functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        camera = self.camera(torch.cat([deep, _pooled(x)], dim=1))
        finer = functional.interpolate(self.narrow(x), scale_factor=2.0, mode="nearest")
        maps = self.fine(self.stem(stem) + finer)[..., : height // STEP, : width // STEP]
        names = channels(self.labels)
        return {"camera": camera, **dict(zip(names, torch.split(maps, list(names.values()), dim=1), strict=True))}

    def describe(self) -> dict[str, Any]:
        """What `from_description` needs to build the same network."""
        return {"labels": list(self.labels), "widths": asdict(self.widths)}


def from_description(description: dict[str, Any]) -> RoomNetwork:
    """A network of random weights from what `describe` gave."""
    widths = description["widths"]
    return RoomNetwork(tuple(description["labels"]), Widths(tuple(widths["stages"]), widths["pyramid"], widths["fine"]))


def normalised(rgb: Tensor) -> Tensor:
    """uint8 sRGB [B, H, W, 3] -> the network's input, float32 [B, 3, H, W] around 0."""
    return (rgb.permute(0, 3, 1, 2).float() / 127.5 - 1.0) * 2.0


def _conv(inner: int, outer: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inner, outer, 3, padding=1, bias=False), nn.BatchNorm2d(outer), nn.ReLU())


def _pooled(x: Tensor) -> Tensor:
    return torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
