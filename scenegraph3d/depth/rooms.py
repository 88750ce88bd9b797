"""Metric depth and field of view by the small network that ships. It was trained on `rooms` alone: for rendered rooms,
demos, tests and benchmarks; photos need a checkpoint of `models`.
"""

import numpy as np

from ..errors import require
from ..types import Camera, DepthMap, Image, Up

SOURCE = "rooms"
UP_CONFIDENCE = 0.8  # cautious: in most rooms it is right to a few degrees (benchmarks/rooms_perception.py)


class RoomsDepth:
    """An estimator that needs no download.

    Args:
        device: "cuda", "mps" or "cpu"; the best there is where left out.

    Raises:
        MissingExtraError: torch, timm or safetensors is not installed.
        InputError: no such device.
    """

    def __init__(self, device: str | None = None) -> None:
        for library in ("torch", "timm", "safetensors"):
            require(library, "perception")
        from ..roomnet.perceive import shipped

        self._perception = shipped(device)

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Metres along the optical axis. Where `camera` is known, distances are those at which things of the sizes
        that the network sees look as large as they do through that camera; else its own focal length comes along.
        """
        depth, focal_px = self._perception.depth_m(image.rgb), self._perception.focal_px(image.rgb)
        x, y, z = self._perception.up(image.rgb).tolist()
        up = Up((x, y, z), "estimator", UP_CONFIDENCE)
        if camera is not None:
            return DepthMap(depth * np.float32(camera.fx / focal_px), source=SOURCE, up=up)
        return DepthMap(depth, source=SOURCE, focal_px=focal_px, up=up)
