"""Things with masks, colours and materials by the small network that ships. It was trained on `rooms` alone: for
rendered rooms, demos, tests and benchmarks; photos need a checkpoint of `models`.
"""

from collections.abc import Sequence

import numpy as np

from ..errors import InputError, message, require, suggestion
from ..types import Cuboids, Detections, Image
from .masks import tight_boxes


class RoomsDetector:
    """A detector that needs no download.

    Args:
        device: "cuda", "mps" or "cpu"; the best there is where left out.

    Attributes:
        vocabulary: the labels that it looks for.

    Raises:
        MissingExtraError: torch, timm or safetensors is not installed.
        InputError: no such device.
    """

    source = "rooms"

    def __init__(self, device: str | None = None) -> None:
        for library in ("torch", "timm", "safetensors"):
            require(library, "perception")
        from ..roomnet.perceive import shipped

        self._perception = shipped(device)
        self.vocabulary = self._perception.labels

    def finding(self, labels: Sequence[str]) -> "RoomsDetector":
        """The same detector, looking for `labels` alone.

        Raises:
            InputError: a label that the network does not know.
        """
        for label in labels:
            if label not in self._perception.labels:
                do = suggestion(label, self._perception.labels)
                raise InputError(message("find", "labels that rooms have", repr(label), do))
        out = object.__new__(RoomsDetector)
        out._perception, out.vocabulary = self._perception, tuple(labels)
        return out

    def detect(self, image: Image) -> Detections:
        """What stands in `image`, with disjoint masks at its size, the attributes color and material, and cuboids."""
        found = self._perception.found(image.rgb)
        names = [self._perception.labels[row] for row in found.label]
        detections = Detections(
            xyxy_px=tight_boxes(found.mask),
            label=tuple(names),
            score=found.score,
            mask=found.mask,
            attributes=tuple(
                {"color": color, "material": material}
                for color, material in zip(found.color, found.material, strict=True)
            ),
            cuboids=Cuboids(
                found.center_m,
                found.size_m,
                found.camera_from_box,
                found.depth_m,
                found.front_known,
                self._perception.focal_px(image.rgb),
            ),
        )
        return detections.where(np.array([name in self.vocabulary for name in names], dtype=bool))
