"""What every detector does: Image -> Detections."""

from typing import Protocol, runtime_checkable

from ..types import Detections, Image


@runtime_checkable
class Detector(Protocol):
    """A source of detections: one method is enough."""

    def detect(self, image: Image) -> Detections:
        """What is in `image`, in its pixels: boxes, and masks at its size where the detector has them."""
        ...
