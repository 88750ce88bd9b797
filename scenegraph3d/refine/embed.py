"""Embeddings of things by any backbone of timm: what each looks like, as a vector of length 1.

The angle between two vectors says how alike two things look: to find a thing again in another picture, or among many.
"""

import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, UInt8

from ..errors import ModelError, message, require
from ..models.checkpoint import Checkpoint, checkpoint
from ..models.device import EXTRA, inference, torch_device
from ..models.hub import fetch
from ..types import Detections, Image
from .crops import DEFAULT_CROPS, CropSettings, crops

DEFAULT_CHECKPOINT = "dinov2-small"
PREFIXES = ("hf-hub:", "hf_hub:", "local-dir:")
SHOWN_KEYS = 3
_BROKEN = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    AttributeError,
)  # what timm raises on files of others


@dataclass(frozen=True)
class EmbedSettings:
    """How embeddings are made.

    Attributes:
        batch: crops that go through the network together.
        crops: how things are cut out.
    """

    batch: int = 32
    crops: CropSettings = DEFAULT_CROPS


DEFAULT_SETTINGS = EmbedSettings()


class CropEmbedding:
    """A refiner that gives each detection an embedding; the network is loaded once and kept.

    Args:
        spec: a known name, a model of timm ("vit_small_patch14_dinov2.lvd142m"), a hub id or local folder in timm's
            format ("hf-hub:" or "local-dir:" may stand before). Weights are read from safetensors alone.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.
        settings: see `EmbedSettings`.

    Attributes:
        source: where the network came from.

    Raises:
        MissingExtraError: torch or timm is not installed.
        InputError: no such model or device.
        ModelError: its files cannot be had, are broken, pickled, or not timm's.
    """

    def __init__(
        self, spec: str = DEFAULT_CHECKPOINT, device: str | None = None, *, settings: EmbedSettings = DEFAULT_SETTINGS
    ) -> None:
        timm = require("timm", EXTRA)
        self.settings = settings
        self._device = torch_device(device)
        self._card = _card(spec, timm)
        folder = fetch(self._card)
        self._model = _backbone(self._card, folder, timm).to(self._device)
        self._transform = timm.data.create_transform(**timm.data.resolve_model_data_config(self._model))
        place = folder.name if self._card.hub_id is None else f"{self._card.hub_id}@{folder.name}"
        self.source = f"timm:{place}"

    def refine(self, image: Image, detections: Detections) -> Detections:
        """The same detections with `embedding` [N, D], float32, rows of length 1; what was there is replaced.

        Raises:
            InputError: masks or boxes that are not of this picture.
            ModelError: the memory is not enough.
        """
        found = self.embed(crops(image, detections, self.settings.crops))
        return replace(detections, embedding=found)

    def embed(self, pictures: Sequence[UInt8[np.ndarray, "_ _ 3"]]) -> Float32[np.ndarray, "n d"]:
        """[N, D] the embedding of each of several pictures of any size, rows of length 1.

        Raises:
            ModelError: the memory is not enough.
        """
        import torch
        from PIL import Image as Pillow

        parts = [np.empty((0, self._model.num_features), dtype=np.float32)]
        with inference(self._card.name, self._device, coarse=True):
            for first in range(0, len(pictures), self.settings.batch):
                some = pictures[first : first + self.settings.batch]
                batch = torch.stack([self._transform(Pillow.fromarray(one)) for one in some])
                features = self._model(batch.to(self._device)).float()
                parts.append(torch.nn.functional.normalize(features, dim=-1).cpu().numpy())
        return np.concatenate(parts[1:] or parts)


def _card(spec: str, timm: Any) -> Checkpoint:
    """The checkpoint of a spec; a model of timm is on the hub under its owner's name."""
    name = spec
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    if name == spec and "/" not in spec and timm.is_model(spec):
        known = timm.get_pretrained_cfg(spec)
        if known is None or not known.hf_hub_id:
            raise ModelError(message(spec, "a model of timm with weights on the hub", "one without"))
        return Checkpoint(spec, hub_id=known.hf_hub_id)
    return checkpoint(name, "refine")


def _backbone(card: Checkpoint, folder: Path, timm: Any) -> Any:
    """The network without its classifier, in evaluation mode, with the weights of the folder and no others."""
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        do = "convert them to safetensors; pickled weights can run code and are not loaded"
        raise ModelError(message(card.name, "weights in safetensors files", f"none in {folder.name}", do))
    # timm would take a pickle before a safetensors file of another name, so it is told which file.
    place: dict[str, Any] = {"source": "", "file": str(weights[0]), "hf_hub_id": None, "url": ""}
    try:
        with _quiet():
            model = timm.create_model(
                f"local-dir:{folder}", pretrained=True, num_classes=0, pretrained_cfg_overlay=place
            )
    except Exception as error:
        if not isinstance(error, _BROKEN) and not type(error).__module__.startswith("safetensors"):
            raise
        reason = " ".join(str(error).split())[:200]
        raise ModelError(message(card.name, "a checkpoint in timm's format", f"({reason})")) from error
    _check_keys(card, model, weights[0])
    return model.eval()


def _check_keys(card: Checkpoint, model: Any, weights: Path) -> None:
    """Refuse weights that timm has left at random: those that the header of the safetensors file does not name."""
    with weights.open("rb") as file:
        names = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    missing = sorted({name for name, _ in model.named_parameters()}.difference(names))
    if missing:
        shown = ", ".join(missing[:SHOWN_KEYS]) + (", ..." if len(missing) > SHOWN_KEYS else "")
        raise ModelError(message(card.name, "the weights of the whole model", f"none for {shown}"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep timm's reports to itself: what matters of them is checked here."""
    logger = logging.getLogger("timm")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            logger.setLevel(level)
