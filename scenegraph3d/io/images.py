"""Picture files to an Image: JPEG, PNG, TIFF, WebP, BMP and what else Pillow reads.

The picture comes out upright (EXIF orientation is applied) as 8-bit RGB; transparency is dropped, of several frames the
first is taken. A focal length that EXIF states becomes `Image.focal_px`. Not handled: lens distortion, colour profiles,
more than 8 bits per channel in one grey channel (that is a depth map, see `scenegraph3d.depth`).

References:
    CIPA DC-008 (Exif 3.0): tags FocalLength, FocalPlaneXResolution, FocalLengthIn35mmFilm.
"""

import math
import struct
import warnings
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from ..documents import read_bytes
from ..errors import InputError, message
from ..geometry.cameras import focal_px_from_35mm
from ..types import Image

if TYPE_CHECKING:
    import PIL.Image

MAX_PIXELS = 150_000_000  # 450 MB as RGB; larger pictures are refused before they are decoded

_MM_PER_UNIT = {2: 25.4, 3: 10.0, 4: 1.0}  # EXIF FocalPlaneResolutionUnit: inch, centimetre, millimetre
_EXIF_IFD = 0x8769
_FOCAL_LENGTH, _FOCAL_35MM = 0x920A, 0xA405
_PLANE_X_RESOLUTION, _PLANE_UNIT = 0xA20E, 0xA210
_PIXEL_X, _PIXEL_Y = 0xA002, 0xA003
_DEEP_MODES = ("F", "I", "I;16", "I;16B", "I;16L", "I;16N")
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ArithmeticError, EOFError, struct.error)


def read_image(path: str | PathLike[str]) -> Image:
    """Read a picture.

    Returns:
        [H, W, 3] uint8 RGB, upright, with the focal length in pixels that EXIF states.

    Raises:
        InputError: the file is missing, not a picture, truncated, larger than `MAX_PIXELS`, or one deep grey channel.
    """
    import io

    import PIL.Image

    name = str(path)
    data = read_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data)) as picture:
                return _decode(picture, name)
    except InputError:
        raise
    except PIL.UnidentifiedImageError as error:
        raise InputError(
            message(name, "a picture (JPEG, PNG, TIFF, ...)", f"{len(data)} bytes of something else")
        ) from error
    except PIL.Image.DecompressionBombError as error:
        raise InputError(message(name, f"at most {MAX_PIXELS} pixels", "far more", "scale it down first")) from error
    except _BROKEN as error:
        reason = f"a broken one ({error})"
        raise InputError(message(name, "a whole picture", reason, "is the file truncated? copy it again")) from error


def _decode(picture: "PIL.Image.Image", name: str) -> Image:
    from PIL import ImageOps

    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise InputError(message(name, f"at most {MAX_PIXELS} pixels", f"{width} x {height}", "scale it down first"))
    if picture.mode in _DEEP_MODES:
        got = f"one channel of more than 8 bits (mode {picture.mode})"
        raise InputError(message(name, "a colour picture", got, "pass a depth map as depth"))
    picture.load()
    try:
        focal_px = _focal_px(picture)
        upright = ImageOps.exif_transpose(picture)
    except _BROKEN:
        focal_px, upright = None, picture
    return Image(np.asarray(upright.convert("RGB")), source=name, focal_px=focal_px)


def _focal_px(picture: "PIL.Image.Image") -> float | None:
    """Focal length in pixels of this picture: from the sensor's resolution where EXIF has it, else from 35 mm terms."""
    tags = picture.getexif().get_ifd(_EXIF_IFD)
    width, height = picture.size
    focal_mm, resolution = _positive(tags.get(_FOCAL_LENGTH)), _positive(tags.get(_PLANE_X_RESOLUTION))
    if focal_mm and resolution:
        mm = _MM_PER_UNIT.get(tags.get(_PLANE_UNIT, 2))
        recorded = max(_positive(tags.get(_PIXEL_X)) or width, _positive(tags.get(_PIXEL_Y)) or height)
        if mm:
            return focal_mm * resolution / mm * max(width, height) / recorded
    equivalent_mm = _positive(tags.get(_FOCAL_35MM))
    return focal_px_from_35mm(equivalent_mm, width, height) if equivalent_mm else None


def _positive(value: Any) -> float | None:
    try:
        number = float(value)
    except _BROKEN:
        return None
    return number if math.isfinite(number) and number > 0 else None
