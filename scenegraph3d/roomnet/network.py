"""The network: a ResNet of timm, a pyramid on top, and every answer read at half the input's resolution."""

from dataclasses import asdict, dataclass
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from .layout import CAMERA, STEP, channels

STEM_WIDTH = 64  # of timm's ResNets
PLACE = 2  # channels that tell each pixel where it is: a horizon says little without its height in the picture
SURVEY_CELLS = 4  # the whole picture is surveyed in so many rows and columns
STRIDE = 32  # of the deepest maps; pictures are padded to multiples of it


@dataclass(frozen=True)
class Widths:
    """How wide the network is.

    Attributes:
        stages: channels of the backbone's four stages.
        pyramid: channels of the pyramid, a quarter of the input's resolution and below.
        fine: channels at half resolution.
        survey: channels of the coarse view of the whole picture that tells the camera and the scale.
    """

    stages: tuple[int, int, int, int] = (48, 96, 192, 320)
    pyramid: int = 96
    fine: int = 48
    survey: int = 32


class RoomNetwork(nn.Module):
    """Picture [B, 3, H, W], normalised, H and W multiples of 4 -> maps by name (see `layout`) and "camera" [B, 3]."""

    def __init__(self, labels: tuple[str, ...], widths: Widths = Widths()) -> None:
        super().__init__()
        self.labels = labels
        self.widths = widths
        self.backbone = timm.create_model(
            "resnet18", pretrained=False, features_only=True, channels=widths.stages, in_chans=3 + PLACE
        )
        stem, *stages = (STEM_WIDTH, *widths.stages)
        p, f = widths.pyramid, widths.fine
        self.lateral = nn.ModuleList([nn.Conv2d(width, p, 1) for width in stages])
        self.survey = nn.Conv2d(stages[-1], widths.survey, 1)
        seen = stages[-1] + widths.survey * SURVEY_CELLS**2
        self.context = nn.Sequential(nn.Linear(seen, p), nn.ReLU(), nn.Linear(p, p))
        self.smooth = nn.ModuleList([_conv(p, p) for _ in stages])
        self.camera = nn.Sequential(nn.Linear(seen, p), nn.ReLU(), nn.Linear(p, len(CAMERA)))
        self.narrow = nn.Conv2d(p, f, 1)
        self.stem = nn.Conv2d(stem, f, 1)
        self.fine = nn.Sequential(_conv(f, f), _conv(f, f), nn.Conv2d(f, sum(channels(labels).values()), 1))

    def forward(self, picture: Tensor) -> dict[str, Tensor]:
        """The maps and the camera of pictures."""
        height, width = picture.shape[-2:]
        placed = torch.cat([picture, _places(picture)], dim=1)
        stem, *stages = self.backbone(functional.pad(placed, (0, -width % STRIDE, 0, -height % STRIDE)))
        cells = functional.adaptive_avg_pool2d(self.survey(stages[-1]), SURVEY_CELLS)
        deep = torch.cat([cells.flatten(1), stages[-1].amax(dim=(2, 3))], dim=1)
        x = self.smooth[-1](self.lateral[-1](stages[-1]) + self.context(deep)[:, :, None, None])
        for lateral, smooth, stage in zip(self.lateral[-2::-1], self.smooth[-2::-1], stages[-2::-1], strict=True):
            x = smooth(lateral(stage) + functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        camera = self.camera(deep)
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
    return RoomNetwork(tuple(description["labels"]), Widths(**{**widths, "stages": tuple(widths["stages"])}))


def normalised(rgb: Tensor) -> Tensor:
    """uint8 sRGB [B, H, W, 3] -> the network's input, float32 [B, 3, H, W] around 0."""
    return (rgb.permute(0, 3, 1, 2).float() / 127.5 - 1.0) * 2.0


def _conv(inner: int, outer: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inner, outer, 3, padding=1, bias=False), nn.BatchNorm2d(outer), nn.ReLU())


def _places(picture: Tensor) -> Tensor:
    """x and y [B, 2, H, W] of the pixels, from the middle, 2 at the ends of the longer side."""
    height, width = picture.shape[-2:]
    x, y = (torch.arange(side, device=picture.device) + 0.5 - side / 2 for side in (width, height))
    grid = torch.stack([x.expand(height, width), y[:, None].expand(height, width)]) * (4 / max(height, width))
    return grid.to(picture.dtype).expand(len(picture), -1, -1, -1)
