"""DepthMap: depth per pixel, with its kind said."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32

from ..errors import InputError, message
from . import _check
from .camera import Camera
from .up import Up

DEPTH_KINDS = ("metric", "relative", "inverse_relative")


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class DepthMap:
    """Depth along the camera's z axis, one value per pixel.

    Attributes:
        values: [H, W] float32. Metres for kind "metric"; up to an unknown scale for "relative"; up to an unknown
            scale and shift of 1/depth for "inverse_relative". 0 means that the sensor gave no reading.
        kind: one of "metric", "relative", "inverse_relative". A relative map never becomes metres by itself.
        valid: [H, W] bool, where `values` holds a reading. Left out, it is `values > 0`.
        source: how it was obtained, such as "sensor" or a file name.
        focal_px: focal length that the estimator saw in the picture, pixels; None if it says nothing of it.
        up: the direction against gravity that it saw; None if it says nothing of it.

    Raises:
        InputError: not [H, W] floating point; NaN, infinite or negative values that `valid` does not mark as holes;
            no valid pixel at all.
    """

    values: Float32[np.ndarray, "h w"]
    kind: str = "metric"
    valid: Bool[np.ndarray, "h w"] = _check.FILLED_IN
    source: str = "sensor"
    focal_px: float | None = None
    up: Up | None = None

    def __post_init__(self) -> None:
        _check.choice(self.kind, "depth kind", DEPTH_KINDS)
        values = self.values
        if not isinstance(values, np.ndarray) or values.ndim != 2 or values.dtype.kind != "f":
            got = (
                f"dtype {values.dtype} shape {values.shape}"
                if isinstance(values, np.ndarray)
                else type(values).__name__
            )
            raise InputError(
                message(
                    "depth", "floating-point values of shape [H, W]", got, "divide integer depth by its scale first"
                )
            )
        valid = self._mask(values)
        kept = values if valid.all() else np.where(valid, values, 0)
        if not (kept.min(initial=0) >= 0 and kept.max(initial=0) < np.inf):
            raise InputError(_unreadable(values[valid]))
        out = np.array(kept, dtype=np.float32)
        object.__setattr__(self, "values", _check.freeze(out))
        object.__setattr__(self, "valid", _check.freeze(valid & (out > 0)))
        if not self.valid.any():
            raise InputError(
                message("depth", "at least one pixel above 0", "none", "check the file and the depth scale")
            )

    def _mask(self, values: np.ndarray) -> np.ndarray:
        given: np.ndarray | None = self.valid
        valid = np.ones(values.shape, dtype=bool) if given is None else np.array(given, dtype=bool)
        if valid.shape != values.shape:
            raise InputError(message("depth valid mask", f"shape {values.shape}", f"shape {valid.shape}"))
        return valid

    def check_fits(self, camera: Camera) -> None:
        """Refuse a camera of another size.

        Raises:
            InputError: the sizes differ.
        """
        if (self.width, self.height) != (camera.width, camera.height):
            raise InputError(
                message(
                    "depth",
                    f"the camera's size, {camera.width} x {camera.height}",
                    f"{self.width} x {self.height}",
                    "give the intrinsics at the depth's size, or resize the depth without interpolation",
                )
            )

    @property
    def height(self) -> int:
        """Rows, in pixels."""
        return int(self.values.shape[0])

    @property
    def width(self) -> int:
        """Columns, in pixels."""
        return int(self.values.shape[1])


def _unreadable(seen: np.ndarray) -> str:
    """What is wrong with values of which some are no depth."""
    counts = {
        "NaN": int(np.isnan(seen).sum()),
        "infinite": int(np.isinf(seen).sum()),
        "negative": int((seen < 0).sum()),
    }
    got = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    expected = "finite values, 0 where there is no reading"
    return message("depth", expected, got, "mark holes with valid=np.isfinite(depth) & (depth > 0)")
