"""DepthMap from an RGB image, by an ONNX network of the user's own that a card describes.

The card is that of `models.card` with the section `depth`:

| field | content | left out |
|---|---|---|
| kind | "metric", "relative" or "inverse_relative": see `DepthMap` | - |
| output | the model's output, [1, 1, h, w], [1, h, w], [1, h, w, 1] or [h, w] over the whole input | its only one |
| unit_m | of a metric network, metres in one unit of its output | 1 |

Depth comes back at the picture's size, bilinear; values that are NaN, infinite or not above 0 are no reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, message
from ..models.card import choice, parsed, read_card, text
from ..models.network import DEFAULT_SESSION, Network, SessionSettings, session_on
from ..types import Camera, DepthMap, Image
from ..types.depth import DEPTH_KINDS


@dataclass(frozen=True)
class DepthSpec:
    """What a depth network gives: the card's section `depth`.

    Attributes:
        kind: of depth, as `DepthMap` has it.
        output: the model's output; None for its only one.
        unit_m: metres in one unit of a metric network's output.
    """

    kind: str
    output: str | None = None
    unit_m: float = 1.0


class OnnxDepth:
    """An estimator of depth from a card; the network is loaded once and kept.

    Args:
        card: path of the card.
        device: "cpu", "cuda" or "mps" instead of the providers in the settings.
        settings: how onnxruntime runs it.

    Raises:
        MissingExtraError: onnxruntime is not installed.
        InputError: no card, a card that is not as above, or a model that is not what it says.
    """

    def __init__(
        self, card: str | PathLike[str] = "", device: str | None = None, *, settings: SessionSettings = DEFAULT_SESSION
    ) -> None:
        read = read_card(card, "depth")
        self.spec = parsed(read, _spec)
        self._network = Network(read, session_on(device, settings))
        self._output = self._network.output_named(self.spec.output, "depth.output")

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Depth of `image` at its size.

        Args:
            image: the picture.
            camera: not used.

        Raises:
            InputError: the network fails, or its output is no map, or without a value above 0.
        """
        del camera
        (found,), place = self._network.run(image, [self._output])
        model = self._network.card.model
        values = found[..., 0] if found.ndim == 4 and found.shape[1] > 1 == found.shape[3] else found
        if not _is_one_map(values.shape):
            expected = "one map, shape [1, 1, h, w], [1, h, w], [1, h, w, 1] or [h, w]"
            raise InputError(message(f"{model}: output {self._output}", expected, f"shape {list(found.shape)}"))
        depth = place.map_to_image(values.reshape(values.shape[-2:])) * np.float32(self.spec.unit_m)
        if not (depth > 0).any():
            raise InputError(message(f"{model}: output {self._output}", "a value above 0", "none", "check the card"))
        return DepthMap(depth, self.spec.kind, source=f"onnx:{model.name}")


def _is_one_map(shape: tuple[int, ...]) -> bool:
    return 2 <= len(shape) <= 4 and min(shape) > 0 and all(side == 1 for side in shape[:-2])


def _spec(section: Mapping[str, Any]) -> DepthSpec:
    where = "depth"
    found = doc.mapping(dict(section), where, ("kind",), ("output", "unit_m"))
    kind = choice(found, "kind", where, DEPTH_KINDS)
    unit_m = doc.value_of({"unit_m": 1, **found}, "unit_m", where, doc.NUMBER)
    if unit_m <= 0 or ("unit_m" in found and kind != "metric"):
        raise doc.fail(f"{where}.unit_m", "a number above 0, of a metric network alone", unit_m)
    return DepthSpec(kind, text(found, "output", where), float(unit_m))
