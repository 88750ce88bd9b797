"""Image: a picture as uint8 RGB."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from ..errors import InputError, message
from . import _check


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Image:
    """A picture.

    Attributes:
        rgb: [H, W, 3] uint8, red first, row 0 at the top.
        source: where it came from (a file name), or "array".
        focal_px: focal length that the file's EXIF data states, in pixels of this image; None if it states none.

    Raises:
        InputError: another shape or dtype.
    """

    rgb: UInt8[np.ndarray, "h w 3"]
    source: str = "array"
    focal_px: float | None = None

    def __post_init__(self) -> None:
        rgb = self.rgb
        if not isinstance(rgb, np.ndarray) or rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
            got = f"dtype {rgb.dtype} shape {rgb.shape}" if isinstance(rgb, np.ndarray) else type(rgb).__name__
            raise InputError(message("image", "uint8 RGB of shape [H, W, 3]", got, "convert it first"))
        if 0 in rgb.shape:
            raise InputError(message("image", "at least one pixel", f"shape {rgb.shape}"))
        object.__setattr__(self, "rgb", _check.freeze(rgb.copy()))

    @property
    def height(self) -> int:
        """Rows, in pixels."""
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        """Columns, in pixels."""
        return int(self.rgb.shape[1])
