"""Square pictures of single things, as image encoders take them.

Everything but the thing is grey, where its mask is known: an encoder asked what a cup is made of answers for the table
under it, too. Square, because encoders squash other shapes or cut off their ends.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from ..detect.given import check_inside
from ..types import Detections, Image


@dataclass(frozen=True)
class CropSettings:
    """How a thing is cut out.

    Attributes:
        margin: share of its longer side that is added on every side.
        fill: red, green and blue of what is not the thing; middle grey is near the mean that encoders subtract.
    """

    margin: float = 0.05
    fill: tuple[int, int, int] = (128, 128, 128)


DEFAULT_CROPS = CropSettings()


def crops(
    image: Image, detections: Detections, settings: CropSettings = DEFAULT_CROPS
) -> list[UInt8[np.ndarray, "_ _ 3"]]:
    """A square crop [S, S, 3] of each thing, in its own size, the thing in the middle.

    Args:
        image: uint8 RGB.
        detections: in its pixels; with masks all but the thing is filled, without masks all beyond the margin.
        settings: see `CropSettings`.

    Raises:
        InputError: masks of another size than the picture, or a box that does not touch it.
    """
    check_inside(detections, image.width, image.height)
    return [_crop(image, detections, row, settings) for row in range(len(detections))]


def _crop(image: Image, detections: Detections, row: int, settings: CropSettings) -> UInt8[np.ndarray, "_ _ 3"]:
    low, high = detections.xyxy_px[row, :2], detections.xyxy_px[row, 2:]
    reach = settings.margin * float((high - low).max())
    size = np.array([image.width, image.height])
    x0, y0 = np.floor(np.clip(low - reach, 0, size - 1)).astype(np.int64).tolist()
    x1, y1 = np.ceil(np.clip(high + reach, 1, size)).astype(np.int64).tolist()
    part = image.rgb[y0:y1, x0:x1]
    side = max(part.shape[:2])
    out = np.empty((side, side, 3), dtype=np.uint8)
    out[:] = settings.fill
    top, left = (side - part.shape[0]) // 2, (side - part.shape[1]) // 2
    place = out[top : top + part.shape[0], left : left + part.shape[1]]
    own = np.ones(part.shape[:2], dtype=bool) if detections.mask is None else detections.mask[row, y0:y1, x0:x1]
    place[own] = part[own]
    return out
