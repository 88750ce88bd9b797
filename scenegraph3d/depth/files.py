"""Depth from files, arrays of disparity and sensors to a DepthMap.

Depth is along the camera's z axis. `depth_scale` is how many units of the file make one metre: 1000 for millimetres,
5000 for TUM RGB-D. Files of whole numbers need it; files of floating point are metres where it is left out. 0 is a
hole. NaN and infinity in a file are refused rather than guessed about.

| file | content |
|---|---|
| .png | 16 bits, one channel |
| .tif, .tiff | 16 or 32 bits or float32, one channel |
| .npy | [H, W] of whole numbers or floating point; never pickled objects |
| .pfm | float32, one channel |
| .exr | one channel, Z, or depth.Z, Y, R; needs the OpenEXR library |

References:
    D. Scharstein et al., High-resolution stereo datasets with subpixel-accurate ground truth, GCPR 2014 (disparity).
"""

import importlib
import io
import math
import struct
import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ..documents import read_bytes
from ..errors import InputError, MissingExtraError, message
from ..types import DepthMap

MAX_PIXELS = 150_000_000  # larger maps are refused before they are decoded
EXR_CHANNELS = ("Z", "depth.Z", "Y", "R")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
)  # what the decoders raise on broken files
_WHOLE_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def read_depth(path: str | PathLike[str], depth_scale: float | int | None = None) -> DepthMap:
    """Read metric depth from a file; the suffix says which kind of file it is.

    Args:
        path: one of the files above.
        depth_scale: units of the file per metre, above 0.

    Raises:
        InputError: not such a file, whole numbers without `depth_scale`, 8 bits, more than one channel, NaN, infinite
            or negative values, or no reading at all.
        MissingExtraError: an .exr file without the library that reads it.
    """
    name, suffix = str(path), Path(path).suffix.lower()
    if suffix not in _READERS:
        raise InputError(message(name, f"a depth file ({', '.join(_READERS)})", f"{suffix or 'no ending'}"))
    if depth_scale is not None and not (math.isfinite(depth_scale) and depth_scale > 0):
        do = "give units per metre, 1000 for millimetres"
        raise InputError(message("depth_scale", "a number above 0", f"{depth_scale}", do))
    data = read_bytes(path)
    try:
        values = _READERS[suffix](data)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    except _BROKEN as error:
        raise InputError(message(name, f"a whole {suffix} depth file", f"a broken one ({error})")) from error
    return _metric(values, depth_scale, name)


def disparity_to_depth(
    disparity_px: Float[np.ndarray, "h w"], *, focal_px: float, baseline_m: float, doffs_px: float = 0.0
) -> DepthMap:
    """Depth of the left camera of a rectified stereo pair: focal_px * baseline_m / (disparity_px + doffs_px).

    Args:
        disparity_px: [H, W] pixels; NaN and infinite mean unknown, and become holes.
        focal_px: focal length of the rectified cameras, pixels.
        baseline_m: distance of the two cameras, metres.
        doffs_px: right minus left principal point's column, pixels (`doffs` of Middlebury's calibration files).

    Raises:
        InputError: a focal length or baseline that is not above 0, or no pixel with a depth.
    """
    for name, value in (("focal_px", focal_px), ("baseline_m", baseline_m)):
        if not (math.isfinite(value) and value > 0):
            raise InputError(message(name, "a number above 0", f"{value}"))
    shifted = np.asarray(disparity_px, dtype=np.float64) + doffs_px
    valid = np.isfinite(shifted) & (shifted > 0)
    depth_m = np.divide(focal_px * baseline_m, shifted, out=np.zeros_like(shifted), where=valid)
    return DepthMap(depth_m, "metric", valid, source="disparity")


def _metric(values: np.ndarray, depth_scale: float | None, name: str) -> DepthMap:
    if values.ndim != 2 or values.dtype.kind not in "uif" or values.dtype.itemsize < 2:
        got = f"dtype {values.dtype} shape {values.shape}"
        do = "8 bits are too coarse for depth, and colour pictures of depth hold none"
        raise InputError(message(name, "one channel of at least 16 bits", got, do))
    whole = values.dtype.kind != "f"
    if whole and depth_scale is None:
        do = "pass depth_scale (units per metre: 1000 for millimetres, 5000 for TUM RGB-D)"
        raise InputError(message(name, "a depth_scale beside whole numbers", f"none, dtype {values.dtype}", do))
    if not whole and not np.isfinite(values).all():
        bad = int((~np.isfinite(values)).sum())
        do = "write 0 where there is no reading: np.where(np.isfinite(depth), depth, 0)"
        raise InputError(message(name, "finite values, 0 for holes", f"{bad} NaN or infinite", do))
    try:
        return DepthMap(values.astype(np.float64) / (depth_scale or 1.0), "metric", source=name)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def _read_picture(data: bytes) -> np.ndarray:
    import PIL.Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = PIL.Image.open(io.BytesIO(data))
        except PIL.Image.DecompressionBombError:
            raise InputError(f"expected at most {MAX_PIXELS} pixels, got far more") from None
        with picture:
            _check_pixels(picture.width * picture.height)
            if picture.mode not in (*_WHOLE_MODES, "F"):
                got = f"mode {picture.mode}"
                do = "8 bits are too coarse for depth, and colour pictures of depth hold none"
                raise InputError(message("depth picture", "one channel of 16 or 32 bits", got, do))
            return np.asarray(picture)


def _read_npy(data: bytes) -> np.ndarray:
    stream = io.BytesIO(data)
    return np.asarray(np.load(stream, allow_pickle=False))


def _read_pfm(data: bytes) -> np.ndarray:
    kind, size, scale, body = data.split(b"\n", 3)
    if kind.strip() != b"Pf":
        raise InputError(message("PFM file", "one channel (Pf)", f"{kind[:8]!r}"))
    width, height = (int(number) for number in size.split())
    _check_pixels(width * height)
    order = "<f4" if float(scale) < 0 else ">f4"
    rows = np.frombuffer(body, dtype=order, count=width * height).reshape(height, width)
    return rows[::-1].astype(np.float32)


def _read_exr(data: bytes) -> np.ndarray:
    import tempfile

    try:
        library = importlib.import_module("OpenEXR")
    except ImportError as error:
        do = "install it with: pip install OpenEXR, or convert the file to .npy or .pfm"
        raise MissingExtraError(f".exr depth needs the OpenEXR library, which is not installed; {do}") from error
    with tempfile.NamedTemporaryFile(suffix=".exr") as copy:
        copy.write(data)
        copy.flush()
        channels: dict[str, Any] = library.File(copy.name, separate_channels=True).channels()
    found = list(channels) if len(channels) == 1 else [name for name in EXR_CHANNELS if name in channels]
    if not found:
        raise InputError(message("EXR file", f"a channel {', '.join(EXR_CHANNELS)}", f"{sorted(channels)}"))
    return np.asarray(channels[found[0]].pixels)


def _check_pixels(count: int) -> None:
    if count > MAX_PIXELS:
        raise InputError(message("depth map", f"at most {MAX_PIXELS} pixels", f"{count}"))


_READERS = {
    ".png": _read_picture,
    ".tif": _read_picture,
    ".tiff": _read_picture,
    ".npy": _read_npy,
    ".pfm": _read_pfm,
    ".exr": _read_exr,
}
