"""Perception: a picture's pixels through the network that ships, once for all who ask."""

import functools
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from ..models.device import inference, torch_device
from .decode import DecodeSettings, Things, depth_of, things_of
from .network import RoomNetwork, from_description, normalised

WEIGHTS = Path(__file__).parents[1] / "weights" / "rooms.safetensors"
LONGER_PX = 256  # of the network's input: what it was trained at last
STEP_PX = 4  # input sizes are multiples of it
MOST_KEPT = 16  # pictures whose maps are remembered


@dataclass(frozen=True, eq=False)
class Perception:
    """The network with its weights, and what it last said.

    Attributes:
        network: in evaluation mode, on `device`.
        fronts: rows of categories whose boxes have a front.
        device: where it runs.
    """

    network: RoomNetwork
    fronts: tuple[int, ...]
    device: torch.device
    _said: OrderedDict[bytes, dict[str, Tensor]]

    @classmethod
    def load(cls, path: Path = WEIGHTS, device: str | None = None) -> "Perception":
        """The network of a safetensors file whose metadata describe it."""
        place = torch_device(device)
        with safe_open(path, "pt") as file:
            network = from_description(json.loads(file.metadata()["network"]))
            fronts = tuple(json.loads(file.metadata()["fronts"]))
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        network = network.to(place).to(memory_format=torch.channels_last).eval()
        return cls(network, fronts, place, OrderedDict())

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories that it tells apart."""
        return self.network.labels

    def maps(self, rgb: np.ndarray) -> dict[str, Tensor]:
        """What the network says of a picture, uint8 [H, W, 3]; see `layout`. On the CPU, float32, batch of one."""
        key = hashlib.blake2b(rgb.tobytes() + repr(rgb.shape).encode(), digest_size=16).digest()
        if key not in self._said:
            with inference("the network of rooms", self.device):
                said = self.network(_input(rgb).to(self.device))
                self._said[key] = {name: value.float().cpu() for name, value in said.items()}
            while len(self._said) > MOST_KEPT:
                self._said.popitem(last=False)
        return self._said[key]

    def depth_m(self, rgb: np.ndarray) -> np.ndarray:
        """Metres along the optical axis, float32 [H, W]."""
        return depth_of(self.maps(rgb), *rgb.shape[:2]).numpy()

    def focal_px(self, rgb: np.ndarray) -> float:
        """Focal length, pixels of the picture."""
        return float(self.maps(rgb)["camera"][0, 2].exp()) * max(rgb.shape[:2])

    def things(self, rgb: np.ndarray, settings: DecodeSettings) -> Things:
        """The things of a picture."""
        height, width = rgb.shape[:2]
        return things_of(self.maps(rgb), height, width, self.fronts, settings)


@functools.cache
def shipped(device: str | None = None) -> Perception:
    """The network that ships, loaded once for each device."""
    return Perception.load(device=device)


def _input(rgb: np.ndarray) -> Tensor:
    height, width = rgb.shape[:2]
    scale = LONGER_PX / max(height, width)
    size = [max(round(side * scale / STEP_PX), 1) * STEP_PX for side in (height, width)]
    picture = normalised(torch.from_numpy(rgb.copy())[None])
    shrinks = scale < 1
    out = functional.interpolate(picture, size, mode="bilinear", align_corners=False, antialias=shrinks)
    return out.contiguous(memory_format=torch.channels_last)
