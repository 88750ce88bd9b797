"""Canvas: a picture to draw on, with lines, pills of text and a memory of what is taken.

Coordinates are pixels of the picture that is drawn on, from the centre of its top-left pixel. Everything is
drawn enlarged and brought back to size at the end, which smooths lines and letters.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

Color = tuple[int, ...]
Point = Sequence[float] | np.ndarray
Rect = tuple[float, float, float, float]


def gap(a: Rect, b: Rect) -> float:
    """Pixels between two rectangles, 0 where they touch or overlap."""
    return math.hypot(max(a[0] - b[2], b[0] - a[2], 0.0), max(a[1] - b[3], b[1] - a[3], 0.0))


BACKING: Color = (16, 18, 24, 205)
CASING: Color = (0, 0, 0, 120)
INK: Color = (255, 255, 255, 255)

# Above this many pixels the picture is fine enough to be drawn on as it is.
SMOOTHED_PIXELS = 6_000_000
# One unit of line width and letter size is this share of the shorter side.
UNIT_SHARE = 1 / 480


class Canvas:
    """A picture that is being drawn on.

    Args:
        picture: a PIL picture in RGB, already enlarged by `smooth`; it is drawn on.
        smooth: whole factor by which it is drawn larger than it will be.
        unit: pixels of one unit of line width and letter size.
    """

    def __init__(self, picture: Any, smooth: int, unit: float) -> None:
        from PIL import ImageDraw

        self.width, self.height = picture.width // smooth, picture.height // smooth
        self.unit = unit
        self.taken: list[Rect] = []
        self._picture, self._smooth = picture, smooth
        self._draw = ImageDraw.Draw(picture, "RGBA")
        self._fonts: dict[int, Any] = {}

    @classmethod
    def over(cls, rgb: UInt8[np.ndarray, "h w 3"], enlarge: int = 1) -> "Canvas":
        """A canvas that shows `rgb`, `enlarge` times as large; `rgb` itself is not changed."""
        from PIL import Image

        width, height = rgb.shape[1] * enlarge, rgb.shape[0] * enlarge
        smooth = 2 if width * height <= SMOOTHED_PIXELS else 1
        picture = Image.fromarray(np.ascontiguousarray(rgb))
        picture = picture.resize((width * smooth, height * smooth), Image.Resampling.BICUBIC)
        return cls(picture, smooth, max(1.0, min(width, height) * UNIT_SHARE))

    @contextmanager
    def window(self, rect: Rect) -> Iterator["Canvas"]:
        """A canvas of its own for a part of this one; what is drawn outside it is cut off."""
        at = tuple(round(edge) * self._smooth for edge in rect)
        inner = Canvas(self._picture.crop(at), self._smooth, self.unit)
        yield inner
        self._picture.paste(inner._picture, at[:2])

    @property
    def frame(self) -> Rect:
        """The whole picture."""
        return (0.0, 0.0, self.width - 1.0, self.height - 1.0)

    def line(self, points: Iterable[Point], color: Color, width: float, *, cased: bool = False) -> None:
        """A line through points; `cased` puts a dark rim around it, for any background."""
        flat = self._flat(points)
        if cased:
            self._draw.line(flat, fill=CASING, width=self._wide(width + 1.6 * self.unit), joint="curve")
        self._draw.line(flat, fill=color, width=self._wide(width), joint="curve")

    def dashes(self, ends: Float[np.ndarray, "2 2"], color: Color, width: float) -> None:
        """A dashed line between two points."""
        start, stop = ends
        count = int(np.hypot(*(stop - start)) / (7 * self.unit)) + 1
        at = (np.arange(count)[:, None] + [0.0, 0.5]) / count
        for first, last in start + (stop - start) * at[..., None]:
            self.line((first, last), color, width)

    def polygon(self, points: Iterable[Point], fill: Color) -> None:
        """A filled polygon; fewer than three points draw nothing."""
        flat = self._flat(points)
        if len(flat) >= 3:
            self._draw.polygon(flat, fill=fill)

    def dot(self, at: Point, radius: float, color: Color) -> None:
        """A filled disc with a dark rim."""
        (x, y), r, rim = self._flat([at])[0], radius * self._smooth, self._wide(self.unit)
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=color, outline=CASING, width=rim)

    def panel(self, rect: Rect, fill: Color, outline: Color | None = None, radius: float = 0.0) -> None:
        """A filled rectangle with round corners."""
        (x0, y0), (x1, y1) = self._flat([rect[:2], rect[2:]])
        width = self._wide(self.unit) if outline else 0
        rounded = radius * self._smooth
        self._draw.rounded_rectangle((x0, y0, x1, y1), rounded, fill=fill, outline=outline, width=width)

    def text_size(self, text: str, size: float) -> tuple[float, float]:
        """Width and height of a pill that holds `text` in letters of `size`."""
        wide = self._font(size).getlength(text) / self._smooth
        return wide + 0.8 * size, 1.35 * size

    def text(self, text: str, center: Point, size: float, color: Color) -> None:
        """Text around a point."""
        ((x, y),) = self._flat([center])
        self._draw.text((x, y), text, fill=color, font=self._font(size), anchor="mm")

    def pill(self, text: str, rect: Rect, size: float, *, ink: Color = INK, edge: Color | None = None) -> None:
        """Text on a dark backing that fills `rect`."""
        self.panel(rect, BACKING, edge, radius=0.3 * size)
        self.text(text, (0.5 * (rect[0] + rect[2]), 0.5 * (rect[1] + rect[3])), size, ink)

    def free(self, rect: Rect, within: Rect | None = None) -> bool:
        """True if a rectangle lies within the picture (or `within`) and on nothing that is taken."""
        x0, y0, x1, y1 = within or self.frame
        if rect[0] < x0 or rect[1] < y0 or rect[2] > x1 or rect[3] > y1:
            return False
        return all(gap(rect, other) > 0 for other in self.taken)

    def finished(self) -> UInt8[np.ndarray, "h w 3"]:
        """[H, W, 3] the picture at its size."""
        from PIL import Image

        small = self._picture.resize((self.width, self.height), Image.Resampling.LANCZOS)
        return np.asarray(small, dtype=np.uint8)

    def _flat(self, points: Iterable[Point]) -> list[tuple[float, float]]:
        shift = 0.5 * (self._smooth - 1)
        return [(float(x) * self._smooth + shift, float(y) * self._smooth + shift) for x, y in points]

    def _wide(self, width: float) -> int:
        return max(1, round(width * self._smooth))

    def _font(self, size: float) -> Any:
        from PIL import ImageFont

        points = max(1, round(size * self._smooth))
        if points not in self._fonts:
            self._fonts[points] = ImageFont.load_default(points)
        return self._fonts[points]
