"""Cuboids: boxes that a detector sees in 3D, in the camera's frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int

from ..errors import InputError, message
from . import _check

_RIGID = 1e-3


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Cuboids:
    """Boxes of N detections, as a network sees them that estimates them from one picture.

    Attributes:
        center_m: [N, 3] their middles in the camera's frame (x right, y down, z forward), metres.
        size_m: [N, 3] full lengths along the box's own x, y, z; z is meant to be upright.
        camera_from_box: [N, 3, 3] rotations.
        depth_m: [N] median depth of what the picture shows of each, as the detector sees it. Where depth from elsewhere
            says otherwise, the box is moved along its line of sight.
        front_known: [N] bool: the box's +x axis is the thing's own front. False where left out.
        focal_px: focal length that the detector saw the picture through. Where it is known to be another, the boxes are
            moved to where the picture shows them. None where the detector knows the camera.

    Raises:
        InputError: lengths differ, a size, a depth or the focal length not above 0, a matrix that is no rotation.
    """

    center_m: Float64[np.ndarray, "n 3"]
    size_m: Float64[np.ndarray, "n 3"]
    camera_from_box: Float64[np.ndarray, "n 3 3"]
    depth_m: Float64[np.ndarray, " n"]
    front_known: Bool[np.ndarray, " n"] = _check.FILLED_IN
    focal_px: float | None = None

    def __post_init__(self) -> None:
        center = _check.array(self.center_m, "cuboids.center_m", (None, 3))
        n = len(center)
        turn = _check.array(self.camera_from_box, "cuboids.camera_from_box", (n, 3, 3))
        off = np.abs(turn @ turn.transpose(0, 2, 1) - np.eye(3)).max(axis=(1, 2), initial=0)
        if (off > _RIGID).any() or (np.linalg.det(turn) < 0).any():
            got = f"{turn[int(off.argmax())].tolist()}"
            raise InputError(message("cuboids.camera_from_box", "rotations", got, "check the order of its rows"))
        size = _check.array(self.size_m, "cuboids.size_m", (n, 3))
        depth = _check.array(self.depth_m, "cuboids.depth_m", (n,))
        for name, value in (("size_m", size), ("depth_m", depth)):
            if (value <= 0).any():
                raise InputError(message(f"cuboids.{name}", "metres above 0", f"{value.min():g}"))
        if self.focal_px is not None and not 0 < self.focal_px < np.inf:
            raise InputError(message("cuboids.focal_px", "pixels above 0", f"{self.focal_px}"))
        front = np.zeros(n, dtype=bool) if self.front_known is None else self.front_known
        object.__setattr__(self, "center_m", center)
        object.__setattr__(self, "size_m", size)
        object.__setattr__(self, "camera_from_box", turn)
        object.__setattr__(self, "depth_m", depth)
        object.__setattr__(self, "front_known", _check.array(front, "cuboids.front_known", (n,), bool))

    def where(self, keep: Bool[np.ndarray, " n"] | Int[np.ndarray, " k"]) -> "Cuboids":
        """The rows that a boolean mask or an index array picks, in its order."""
        return Cuboids(
            self.center_m[keep],
            self.size_m[keep],
            self.camera_from_box[keep],
            self.depth_m[keep],
            self.front_known[keep],
            self.focal_px,
        )

    def __len__(self) -> int:
        return len(self.center_m)
