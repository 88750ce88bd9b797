"""A picture to a network's input, and what comes out back to the picture's pixels.

Pixels: x to the right, y down, 0 at the outer edge of the first pixel, so that pixel i spans i to i + 1, in the picture
and in the input alike; so the way back is exact whatever the sizes. Pictures are made smaller with a filter as wide as
the step, which leaves no aliasing.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Shaped

from ..types import Image
from .card import InputSpec


@dataclass(frozen=True)
class Placement:
    """Where a picture stands in a network's input.

    Attributes:
        image_width, image_height: size of the picture, pixels.
        input_width, input_height: size of the input, pixels.
        left, top, width, height: the part of the input that the picture fills, pixels of the input.
    """

    image_width: int
    image_height: int
    input_width: int
    input_height: int
    left: int
    top: int
    width: int
    height: int

    def boxes_to_image(self, xyxy: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
        """Boxes [N, 4] in pixels of the input, as pixels of the picture; not cut off at its border."""
        per_pixel = np.array([self.image_width / self.width, self.image_height / self.height])
        return (xyxy - np.tile([self.left, self.top], 2)) * np.tile(per_pixel, 2)

    def map_to_image(self, values: Float32[np.ndarray, "h w"]) -> Float32[np.ndarray, "image_h image_w"]:
        """A map [h, w] over the whole input, of any size, at the size of the picture: padding off, then bilinear.

        NaN, infinite and not positive values are left out of the interpolation, and are 0 where they outweigh others.
        """
        rows, columns = values.shape
        across, down = columns / self.input_width, rows / self.input_height
        part = (
            self.left * across,
            self.top * down,
            min((self.left + self.width) * across, columns),
            min((self.top + self.height) * down, rows),
        )
        whole = np.array([np.floor(part[0]), np.floor(part[1]), np.ceil(part[2]), np.ceil(part[3])], dtype=int)
        inside = values[whole[1] : whole[3], whole[0] : whole[2]]
        box = (part[0] - whole[0], part[1] - whole[1], part[2] - whole[0], part[3] - whole[1])
        seen = np.isfinite(inside) & (inside > 0)
        if seen.all():
            return self._resized(inside, box)
        weight = self._resized(seen.astype(np.float32), box)
        total = self._resized(np.where(seen, inside, 0).astype(np.float32), box)
        return np.divide(total, weight, out=np.zeros_like(total), where=weight >= 0.5)

    def _resized(self, values: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
        import PIL.Image

        size = (self.image_width, self.image_height)
        picture = PIL.Image.fromarray(np.ascontiguousarray(values))
        return np.asarray(picture.resize(size, PIL.Image.Resampling.BILINEAR, box=box))


def placement(image: Image, spec: InputSpec, width: int, height: int) -> Placement:
    """Where `image` stands in an input of `width` x `height` pixels."""
    filled = (width, height)
    if spec.fit == "letterbox":
        ratio = min(width / image.width, height / image.height)
        filled = (max(round(image.width * ratio), 1), max(round(image.height * ratio), 1))
    spare = (width - filled[0], height - filled[1])
    left, top = (spare[0] // 2, spare[1] // 2) if spec.place == "center" else (0, 0)
    return Placement(image.width, image.height, width, height, left, top, *filled)


def tensor(image: Image, spec: InputSpec, place: Placement) -> Shaped[np.ndarray, "1 a b c"]:
    """The network's input, float32, [1, 3, H, W] or [1, H, W, 3] as the card's layout says."""
    import PIL.Image

    size = (place.width, place.height)
    fitted = np.asarray(PIL.Image.fromarray(image.rgb).resize(size, PIL.Image.Resampling.BILINEAR), dtype=np.float32)
    values = np.full((place.input_height, place.input_width, 3), spec.pad, dtype=np.float32)
    values[place.top : place.top + place.height, place.left : place.left + place.width] = fitted
    if spec.channels == "bgr":
        values = values[..., ::-1]
    std = np.array(spec.std, dtype=np.float32)
    values = values * (np.float32(spec.scale) / std) - np.array(spec.mean, dtype=np.float32) / std
    ordered = values if spec.layout == "nhwc" else values.transpose(2, 0, 1)
    return np.ascontiguousarray(ordered[None])
