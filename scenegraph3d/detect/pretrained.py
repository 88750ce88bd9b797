"""What detectors with pretrained classes have in common: loading, class names, batches of pictures.

How pictures share a batch is said in `models.batch`.
"""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ModelError, message
from ..models.batch import stacks
from ..models.checkpoint import Checkpoint
from ..models.device import inference, torch_device
from ..models.hub import load
from ..types import Detections, Image
from .classes import asked_for, vocabulary_of

_UNNAMED = re.compile(r"|N/A|LABEL_\d+")


@dataclass(frozen=True)
class Prepared:
    """A picture as a network takes it.

    Attributes:
        tensors: what the processor made of it, a batch of one.
        height, width: of the picture, pixels.
        share: how much of the input's height and width it fills; below 1 where padding follows, below or to the right.
    """

    tensors: Mapping[str, Any]
    height: int
    width: int
    share: tuple[float, float]


class PretrainedDetector:
    """A detector whose classes are those of a checkpoint; its network is loaded once and kept.

    Attributes:
        vocabulary: the labels that it looks for, as the checkpoint writes them.
        classes: the same by the network's numbers.
        source: where the network came from.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best there is where left out.
        model_class, processor_class: of transformers.
        types: the architectures that can be read.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device.
        ModelError: see `models.hub.load`; or classes without names.
    """

    def __init__(
        self, card: Checkpoint, device: str | None, model_class: str, processor_class: str, types: tuple[str, ...]
    ) -> None:
        self._loaded = load(card, model_class, processor_class, torch_device(device), types=types)
        self._all = _named(self._loaded.model.config.id2label, card.name)
        self.classes = self._all
        self.vocabulary = vocabulary_of(self.classes)
        self.source = self._loaded.source

    def finding(self, labels: Sequence[str]) -> "PretrainedDetector":
        """The same detector, the network shared, that gives things of `labels` alone.

        Args:
            labels: as `classes.asked_for` takes them.

        Raises:
            InputError: none, or one that the checkpoint does not know.
        """
        found = copy(self)
        found.classes = asked_for(labels, self._all, self._loaded.checkpoint.name)
        found.vocabulary = vocabulary_of(found.classes)
        return found

    def detect(self, image: Image) -> Detections:
        """What the network finds in `image`, best score first.

        Raises:
            ModelError: the memory is not enough.
        """
        return self.detect_batch([image])[0]

    def detect_batch(self, images: Sequence[Image]) -> list[Detections]:
        """What `detect` gives for each picture, in order; those that make tensors of one shape run together.

        Raises:
            ModelError: the memory is not enough.
        """
        found: dict[int, Detections] = {}
        with inference(self._loaded.checkpoint.name, self._loaded.device):
            pictures = [self._prepared(image) for image in images]
            for rows, stack in stacks([picture.tensors for picture in pictures]):
                group = [pictures[row] for row in rows]
                found.update(zip(rows, self._read(self._forward(stack), group), strict=True))
        return [found[row] for row in range(len(images))]

    def _prepared(self, image: Image) -> Prepared:
        made = self._processed(_channels_first(image))
        tensors = {name: value for name, value in made.items() if hasattr(value, "shape")}
        return Prepared(tensors, image.height, image.width, self._share(tensors, image))

    def _processed(self, picture: Any) -> Mapping[str, Any]:
        """What the processor makes of a [3, H, W] uint8 tensor."""
        found: Mapping[str, Any] = self._loaded.processor(
            images=[picture], return_tensors="pt", input_data_format="channels_first"
        )
        return found

    def _share(self, tensors: Mapping[str, Any], image: Image) -> tuple[float, float]:  # noqa: ARG002
        """How much of the input's height and width the picture fills."""
        if "pixel_mask" not in tensors:
            return 1.0, 1.0
        filled = tensors["pixel_mask"][0].bool()
        height, width = filled.shape
        return int(filled.any(dim=1).sum()) / height, int(filled.any(dim=0).sum()) / width

    def _forward(self, stack: Mapping[str, Any]) -> Any:
        return self._loaded.model(**{name: value.to(self._loaded.device) for name, value in stack.items()})

    def _read(self, outputs: Any, group: Sequence[Prepared]) -> list[Detections]:
        """What the network's outputs say is in each picture of the group."""
        raise NotImplementedError


def _channels_first(image: Image) -> Any:
    import torch

    return torch.from_numpy(np.array(image.rgb)).permute(2, 0, 1)


def _named(id2label: Mapping[int, str], name: str) -> dict[int, str]:
    """The classes that have a name, by number."""
    found = {number: label.strip() for number, label in id2label.items() if not _UNNAMED.fullmatch(label.strip())}
    if not found:
        got = f"{len(id2label)} classes without names, such as {next(iter(id2label.values()), '')!r}"
        raise ModelError(message(name, "names of its classes", got, "write them into id2label of its config.json"))
    return found
