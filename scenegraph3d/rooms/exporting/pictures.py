"""Pictures of rooms as arrays and as files: colours, depth, instances, normals.

    colours    8-bit RGB
    depth      16-bit grey, millimetres along the optical axis; what is farther than 65.535 m reads 65535
    instances  8-bit grey, the index of the thing in the room, which is its id in the truth; 255 floor, 254 wall,
               253 ceiling
    normals    8-bit RGB, 0 to 255 for -1 to 1: red to the right, green up, blue towards the viewer

The last three can be drawn for people, too: depth from light (near) to dark, each instance in a colour of its own.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped, UInt8, UInt16

from ..rendering.render import render
from ..world.room import CEILING, FLOOR, WALL, Room

KINDS = ("picture", "depth", "ids", "normals")
DEEPEST_MM = 2**16 - 1
JPEG_QUALITY = 95
# Colours of what is no thing, and of depth from the nearest to the farthest.
SURROUNDINGS = {FLOOR: (96, 96, 96), WALL: (64, 64, 64), CEILING: (40, 40, 40)}
DEPTH_COLORS = ((255, 244, 190), (250, 150, 60), (170, 50, 110), (60, 25, 110), (10, 10, 40))
_GOLDEN = 0.381966  # of a turn: hues so far apart stay apart, however many there are


@dataclass(frozen=True, eq=False)
class Shown:
    """What one picture of a room shows.

    Attributes:
        image: [H, W, 3] sRGB.
        depth_m: [H, W] metres along the optical axis.
        instance: [H, W] index of the thing, or FLOOR, WALL, CEILING.
        normal: [H, W, 3] unit, camera frame (x right, y down, z forward).
    """

    image: UInt8[np.ndarray, "h w 3"]
    depth_m: Float[np.ndarray, "h w"]
    instance: Int[np.ndarray, "h w"]
    normal: Float[np.ndarray, "h w 3"]

    def drawn(self, kind: str) -> UInt8[np.ndarray, "h w 3"]:
        """One of KINDS, drawn for people."""
        if kind == "picture":
            return self.image
        if kind == "depth":
            return depth_colors(self.depth_m)
        return id_colors(self.instance) if kind == "ids" else normal_colors(self.normal)


def views(rooms: Sequence[Room], size: tuple[int, int], *, supersample: int, device: str = "cpu") -> list[Shown]:
    """The pictures of rooms, in their order.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: a size, a supersample or a device that cannot be.
    """
    seen = render(rooms, size, device=device, supersample=supersample)
    columns = (values.cpu().numpy() for values in (seen.image, seen.depth_m, seen.instance, seen.normal))
    return [Shown(*row) for row in zip(*columns, strict=True)]


def depth_mm(depth_m: Float[np.ndarray, "h w"]) -> UInt16[np.ndarray, "h w"]:
    """[H, W] whole millimetres."""
    return np.clip(np.rint(depth_m.astype(np.float64) * 1000), 0, DEEPEST_MM).astype(np.uint16)


def ids(instance: Int[np.ndarray, "h w"]) -> UInt8[np.ndarray, "h w"]:
    """[H, W] the thing's index; 255 floor, 254 wall, 253 ceiling."""
    return instance.astype(np.uint8)


def normal_colors(normal: Float[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
    """[H, W, 3] red to the right, green up, blue towards the viewer."""
    out: np.ndarray = np.rint((normal * (1, -1, -1) + 1) * 127.5)
    return out.astype(np.uint8)


def depth_colors(depth_m: Float[np.ndarray, "h w"]) -> UInt8[np.ndarray, "h w 3"]:
    """[H, W, 3] from the nearest to the farthest of the picture, equal steps for equal ratios."""
    logs = np.log(depth_m)
    far = (logs - logs.min()) / max(float(np.ptp(logs)), 1e-6) * (len(DEPTH_COLORS) - 1)
    steps = np.arange(len(DEPTH_COLORS))
    out = np.stack([np.interp(far, steps, channel) for channel in np.transpose(DEPTH_COLORS)], axis=-1)
    return np.rint(out).astype(np.uint8)


def id_colors(instance: Int[np.ndarray, "h w"]) -> UInt8[np.ndarray, "h w 3"]:
    """[H, W, 3] a colour of its own for each thing, greys for what surrounds them."""
    import colorsys

    count = max(int(instance.max()), 0) + 1
    table = [colorsys.hsv_to_rgb(k * _GOLDEN % 1, 0.75, 1.0 if k % 2 else 0.8) for k in range(count)]
    out = (255 * np.array(table)[np.maximum(instance, 0)]).astype(np.uint8)
    for value, color in SURROUNDINGS.items():
        out[instance == value] = color
    return out


def encoded(pixels: Shaped[np.ndarray, "h w *c"], form: str = "PNG") -> bytes:
    """The bytes of a picture file, "PNG" or "JPEG"."""
    from PIL import Image

    out = io.BytesIO()
    options: dict[str, Any] = {"quality": JPEG_QUALITY, "subsampling": 0} if form == "JPEG" else {}
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, form, **options)
    return out.getvalue()
