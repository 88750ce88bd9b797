"""What every estimator of depth does: Image -> DepthMap."""

from typing import Protocol, runtime_checkable

from ..types import Camera, DepthMap, Image


@runtime_checkable
class DepthEstimator(Protocol):
    """A source of depth for a picture that has none: one method is enough."""

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Depth of `image`, at its size and orientation, with its kind said.

        Args:
            image: the picture.
            camera: its intrinsics if they are known, for estimators that use them.
        """
        ...
