"""What every refiner does: Image + Detections -> Detections of which more is known."""

from typing import Protocol, runtime_checkable

from ..types import Detections, Image


@runtime_checkable
class Refiner(Protocol):
    """Adds to what was found: masks, attributes, embeddings."""

    def refine(self, image: Image, detections: Detections) -> Detections:
        """The same things, in the same order, with more known of them."""
        ...
