"""DepthMap from an RGB image, by any depth network of transformers whose kind of depth is known (`families`).

Depth comes back at the picture's size, resized by the model's own processor. No reading are values that are NaN,
infinite or not above 0, such as inverse depth at infinity, and values at the limit of a metric head: what it puts there
is at least so far away, as the sky is. ZoeDepth is run once, without its second run on the mirrored picture.

Depth Pro gives inverse depth times the focal length over the picture's width. The focal length is the caller's camera's
or the one in the picture's EXIF data, and else its own estimate, which `DepthMap.focal_px` then holds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..errors import InputError, ModelError, message
from ..geometry.cameras import focal_px_from_fov
from ..models.checkpoint import checkpoint
from ..models.hub import model_type
from ..types import Camera, DepthMap, Image
from .families import PROMPTED
from .pretrained import Inputs, PretrainedDepth
from .prompted import PromptedDepth


@dataclass(frozen=True)
class TransformersSettings:
    """What counts as a reading.

    Attributes:
        saturated: share of the largest depth that a metric head can give from which on a value says only "far".
    """

    saturated: float = 0.99


DEFAULT_SETTINGS = TransformersSettings()


def transformers_depth(spec: str = "", device: str | None = None) -> "TransformersDepth | PromptedDepth":
    """The estimator of a checkpoint: `PromptedDepth` where it completes a sensor's depth, else `TransformersDepth`.

    Args:
        spec: a name in checkpoints.json, a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.

    Raises:
        As `TransformersDepth`.
    """
    made: type[TransformersDepth] | type[PromptedDepth] = TransformersDepth
    if model_type(checkpoint(spec, "depth")) == PROMPTED:
        made = PromptedDepth
    return made(spec, device)


class TransformersDepth:
    """An estimator of depth from a checkpoint of transformers' AutoModelForDepthEstimation.

    Args:
        spec: a name in checkpoints.json, a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.
        settings: what counts as a reading.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here, or neither a name, a hub id nor a folder.
        ModelError: the files cannot be had, or are no depth model whose kind is known.
    """

    def __init__(
        self, spec: str = "", device: str | None = None, *, settings: TransformersSettings = DEFAULT_SETTINGS
    ) -> None:
        card = checkpoint(spec, "depth")
        if model_type(card) == PROMPTED:
            do = "make a PromptedDepth of it and call estimate_from(image, sensor)"
            raise ModelError(message(card.name, "a model that needs a picture alone", "one that needs a sensor", do))
        self._network = PretrainedDepth(card, device)
        self._settings = settings

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Depth of `image` at its size.

        Args:
            image: the picture.
            camera: its intrinsics; Depth Pro uses the focal length, unless it is assumed.

        Raises:
            InputError: a picture too small or too narrow for the model, or without any reading.
            ModelError: the memory is not enough.
        """
        return self.estimate_batch([image], [camera])[0]

    def estimate_batch(self, images: Sequence[Image], cameras: Sequence[Camera | None]) -> list[DepthMap]:
        """What `estimate` gives for each, in order; inputs of the same shape go through the network together.

        Raises:
            As `estimate`.
        """
        pairs = list(zip(images, cameras, strict=True))
        inputs = [self._network.inputs(image) for image in images]
        found: dict[int, DepthMap] = {}
        for index, output in self._network.run(inputs):
            found[index] = self._depth_map(output, inputs[index], *pairs[index])
        return [found[index] for index in range(len(pairs))]

    def _depth_map(self, output: SimpleNamespace, given: Inputs, image: Image, camera: Camera | None) -> DepthMap:
        kind, seen = self._network.family.kind, None
        if self._network.family.by_focal:
            focal = _known_focal(image, camera)
            if focal is None:
                focal = seen = _seen_focal(output, image, self._network.name)
            kind = "relative" if focal is None else kind
            output.field_of_view = None if focal is None else _angle(focal, image, output)
        values = self._network.at_size(output, given, image)
        return DepthMap(values, kind, self._readings(values), self._network.source, seen)

    def _readings(self, values: np.ndarray) -> np.ndarray:
        limit = self._network.family.limit
        most = np.inf if limit is None else limit * self._settings.saturated
        valid = (values > 0) & (values < most)
        if not valid.any():
            expected = "a value above 0" if limit is None else f"a value above 0 and below {most:g}"
            raise InputError(message(f"{self._network.name}: depth", expected, "none", "try another picture or model"))
        return valid


def _known_focal(image: Image, camera: Camera | None) -> float | None:
    """Pixels; None where nothing but an assumption tells."""
    if camera is not None and camera.intrinsics_source != "assumed":
        return camera.fx
    return image.focal_px


def _seen_focal(output: SimpleNamespace, image: Image, name: str) -> float | None:
    """What the network sees, pixels; None of a checkpoint that has no head for it."""
    if output.field_of_view is None:
        return None
    degrees = float(output.field_of_view)
    if not 0 < degrees < 180:
        expected = "a field of view between 0 and 180 degrees"
        raise InputError(message(f"{name} on {image.source}", expected, f"{degrees:g}", "give the camera"))
    return focal_px_from_fov(math.radians(degrees), image.width)


def _angle(focal_px: float, image: Image, output: SimpleNamespace) -> Any:
    """The horizontal field of view as the network has it: a tensor of degrees."""
    degrees = math.degrees(2 * math.atan(image.width / (2 * focal_px)))
    return output.predicted_depth.new_tensor([degrees])
