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
from . import upright
from .decode import DecodeSettings, depth_of, things_of
from .layout import COLORS, MATERIALS
from .network import RoomNetwork, from_description, normalised

WEIGHTS = Path(__file__).parents[1] / "weights" / "rooms.safetensors"
STEP_PX = 4  # input sizes are multiples of it
DEFAULT_DECODE = DecodeSettings()
MOST_KEPT = 16  # pictures whose maps are remembered


@dataclass(frozen=True, eq=False)
class Perception:
    """The network with its weights, and what it last said.

    Attributes:
        network: in evaluation mode, on `device`.
        fronts: rows of categories whose boxes have a front.
        longer_px: the longer side that pictures are made to: what it was trained at last.
        device: where it runs.
    """

    network: RoomNetwork
    fronts: tuple[int, ...]
    longer_px: int
    device: torch.device
    _said: OrderedDict[bytes, dict[str, Tensor]]

    @classmethod
    def load(cls, path: Path = WEIGHTS, device: str | None = None) -> "Perception":
        """The network of a safetensors file whose metadata describe it."""
        place = torch_device(device)
        with safe_open(path, "pt") as file:
            about = {name: json.loads(value) for name, value in file.metadata().items()}
        network = from_description(about["network"])
        network.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        network = network.to(place).to(memory_format=torch.channels_last).eval()
        return cls(network, tuple(about["fronts"]), int(about["longer_px"]), place, OrderedDict())

    @property
    def labels(self) -> tuple[str, ...]:
        """The categories that it tells apart."""
        return self.network.labels

    def maps(self, rgb: np.ndarray) -> dict[str, Tensor]:
        """What the network says of a picture, uint8 [H, W, 3]; see `layout`. On the CPU, float32, batch of one."""
        key = hashlib.blake2b(rgb.tobytes() + repr(rgb.shape).encode(), digest_size=16).digest()
        if key not in self._said:
            with inference("the network of rooms", self.device):
                said = self.network(_input(rgb, self.longer_px).to(self.device))
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

    def up(self, rgb: np.ndarray) -> np.ndarray:
        """Unit vector [3] against gravity, in the camera's frame."""
        pitch, roll, _ = self.maps(rgb)["camera"][0].double()
        return np.asarray(upright.world_from_camera(pitch, roll)[2].numpy())

    def found(self, rgb: np.ndarray, settings: DecodeSettings = DEFAULT_DECODE) -> "Found":
        """The things of a picture."""
        height, width = rgb.shape[:2]
        maps = self.maps(rgb)
        things = things_of(maps, height, width, self.fronts, settings)
        camera_from_world = upright.world_from_camera(maps["camera"][0, 0], maps["camera"][0, 1]).T
        turn = functional.pad(torch.stack([things.yaw_rad.cos(), things.yaw_rad.sin()], dim=-1), (0, 1))
        up = torch.tensor([0.0, 0.0, 1.0]).expand_as(turn)
        box = torch.stack([turn, torch.linalg.cross(up, turn), up], dim=-1)
        depth_m = self.depth_m(rgb)
        mask = things.mask.numpy()
        return Found(
            mask=mask,
            label=things.label.tolist(),
            color=[COLORS[row] for row in things.color.tolist()],
            material=[MATERIALS[row] for row in things.material.tolist()],
            score=things.score.numpy().astype(np.float64),
            center_m=(things.center_m @ camera_from_world.T).numpy().astype(np.float64),
            size_m=things.size_m.numpy().astype(np.float64),
            camera_from_box=(camera_from_world @ box).numpy().astype(np.float64),
            depth_m=np.array([np.median(depth_m[one]) for one in mask], dtype=np.float64),
            front_known=np.isin(things.label.numpy(), self.fronts),
        )


@dataclass(frozen=True, eq=False)
class Found:
    """N things of a picture, in the camera's frame.

    Attributes:
        mask: bool [N, H, W], disjoint.
        label: N rows of the network's labels.
        color, material: N names.
        score: [N] in [0, 1].
        center_m, size_m: [N, 3] of the box: its middle, and full lengths along its own axes.
        camera_from_box: [N, 3, 3] rotations.
        depth_m: [N] median depth in the mask.
        front_known: bool [N]: the box's x axis is the thing's front.
    """

    mask: np.ndarray
    label: list[int]
    color: list[str]
    material: list[str]
    score: np.ndarray
    center_m: np.ndarray
    size_m: np.ndarray
    camera_from_box: np.ndarray
    depth_m: np.ndarray
    front_known: np.ndarray


@functools.cache
def shipped(device: str | None = None) -> Perception:
    """The network that ships, loaded once for each device."""
    return Perception.load(device=device)


def _input(rgb: np.ndarray, longer_px: int) -> Tensor:
    height, width = rgb.shape[:2]
    scale = longer_px / max(height, width)
    size = [max(round(side * scale / STEP_PX), 1) * STEP_PX for side in (height, width)]
    picture = normalised(torch.from_numpy(rgb.copy())[None])
    shrinks = scale < 1
    out = functional.interpolate(picture, size, mode="bilinear", align_corners=False, antialias=shrinks)
    return out.contiguous(memory_format=torch.channels_last)
