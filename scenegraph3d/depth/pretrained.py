"""A depth network of transformers with its processor: pictures to inputs, outputs to maps at the pictures' sizes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
from jaxtyping import Float32

from ..errors import InputError, ModelError, message, require
from ..models.batch import stacks
from ..models.checkpoint import Checkpoint
from ..models.device import EXTRA, inference, torch_device
from ..models.hub import load
from ..types import Image
from .families import check_architecture, family

Inputs = Mapping[str, Any]


class PretrainedDepth:
    """A depth network that is loaded once and kept.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best one where left out.
        only: the architecture that the caller can use; any whose kind is known where left out.

    Attributes:
        family: what its numbers mean.
        name: the checkpoint's.
        source: where it came from, for a graph.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here.
        ModelError: no such checkpoint, or one that is no depth model whose kind is known.
    """

    def __init__(self, card: Checkpoint, device: str | None, only: str | None = None) -> None:
        self._device = torch_device(device)
        check_architecture(card, only)
        found = load(card, "AutoModelForDepthEstimation", "AutoImageProcessor", self._device)
        self.name, self.source = card.name, found.source
        self.family = family(found.model.config, card)
        self._model, self._processor = found.model, found.processor
        self._pads = _pads(found.processor, card.name)

    def inputs(self, image: Image, **more: Any) -> Inputs:
        """The network's input for one picture: tensors with a first axis of 1.

        Args:
            image: the picture.
            more: what else the processor takes.

        Raises:
            InputError: the processor makes nothing of a picture of this size.
        """
        torch = require("torch", EXTRA)
        pixels = torch.from_numpy(image.rgb.transpose(2, 0, 1).copy())
        with self._of_its_size(image):
            made = self._processor(images=pixels, input_data_format="channels_first", return_tensors="pt", **more)
        return dict(made)

    def run(self, inputs: Sequence[Inputs]) -> Iterator[tuple[int, SimpleNamespace]]:
        """The network's outputs, with the place of their inputs in the sequence.

        Inputs of the same shape go through the network together.

        Raises:
            ModelError: the memory is not enough.
        """
        together = [[index] for index in range(len(inputs))] if self.family.alone else [list(range(len(inputs)))]
        for members in together:
            for rows, stack in stacks([inputs[index] for index in members]):
                with inference(self.name, self._device):
                    found = self._model(**{key: tensor.to(self._device) for key, tensor in stack.items()})
                angles = getattr(found, "field_of_view", None)
                for place, row in enumerate(rows):
                    part = slice(place, place + 1)
                    seen = None if angles is None else angles[part]
                    one = SimpleNamespace(predicted_depth=found.predicted_depth[part], field_of_view=seen)
                    yield members[row], one

    def at_size(self, output: SimpleNamespace, given: Inputs, image: Image) -> Float32[np.ndarray, "h w"]:
        """One picture's output as a map of its size, by the processor's own rule; what it padded is cut off.

        Raises:
            ModelError: the memory is not enough.
        """
        size = (image.height, image.width)
        whole = tuple(given["pixel_values"].shape[-2:]) if self._pads else size
        with inference(self.name, self._device):
            found = self._processor.post_process_depth_estimation(output, [whole])[0]["predicted_depth"]
            values = found.reshape(whole).float().cpu().numpy()
        top, left = ((whole[axis] - size[axis]) // 2 for axis in (0, 1))
        return values[top : top + size[0], left : left + size[1]]

    @contextmanager
    def _of_its_size(self, image: Image) -> Iterator[None]:
        """Processors fail in many ways on pictures that are a few pixels high or wide."""
        try:
            yield
        except (ValueError, RuntimeError, ZeroDivisionError) as error:
            expected = "a picture that its processor can resize"
            got = f"{image.width} x {image.height} pixels ({' '.join(str(error).split())[:120]})"
            raise InputError(message(self.name, expected, got, "give a larger one, less narrow")) from error


def _pads(processor: Any, name: str) -> bool:
    """Whether the processor pads the picture evenly to whole patches and leaves the padding in its maps."""
    if not hasattr(processor, "post_process_depth_estimation"):
        expected = "a processor that puts depth back to the picture's size"
        do = "check preprocessor_config.json"
        raise ModelError(message(name, expected, type(processor).__name__, do))
    pads = bool(getattr(processor, "do_pad", False) and getattr(processor, "size_divisor", None))
    if pads and processor.do_resize:
        expected = "a processor that resizes or pads"
        raise ModelError(message(name, expected, "one that does both", "set do_pad or do_resize to false"))
    return pads
