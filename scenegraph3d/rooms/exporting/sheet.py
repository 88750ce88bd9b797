"""Contact sheet: many small pictures in one, each with its name."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8

GAP_PX = 4
LETTER_SHARE = 0.09  # height of the names as a share of a picture's
LEAST_LETTER_PX = 9
BACKGROUND = (24, 24, 28)
INK = (255, 255, 255)


def columns_of(count: int, size: tuple[int, int]) -> int:
    """How many pictures of that width and height stand side by side, so that the sheet is about 4 to 3 and full."""
    ideal = max(1, min(count, round(math.sqrt(count * 4 / 3 * size[1] / size[0]))))
    return min(range(max(1, ideal - 1), ideal + 2), key=lambda columns: (-count % columns, abs(columns - ideal)))


def contact_sheet(
    pictures: Sequence[UInt8[np.ndarray, "h w 3"]], names: Sequence[str], columns: int
) -> UInt8[np.ndarray, "H W 3"]:
    """[H, W, 3] the pictures, row by row, with their names in their upper left corners.

    Args:
        pictures: all of one size, at least one.
        names: one for each.
        columns: how many stand side by side.
    """
    from PIL import Image, ImageDraw, ImageFont

    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / columns)
    size = (columns * (width + GAP_PX) + GAP_PX, rows * (height + GAP_PX) + GAP_PX)
    sheet = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(sheet, "RGBA")
    letter = max(LEAST_LETTER_PX, round(LETTER_SHARE * height))
    font = ImageFont.load_default(letter)
    for k, (pixels, name) in enumerate(zip(pictures, names, strict=True)):
        x, y = GAP_PX + k % columns * (width + GAP_PX), GAP_PX + k // columns * (height + GAP_PX)
        sheet.paste(Image.fromarray(np.ascontiguousarray(pixels)), (x, y))
        wide = font.getlength(name) + 0.6 * letter
        draw.rectangle((x, y, x + min(wide, width - 1), y + min(1.3 * letter, height - 1)), fill=(0, 0, 0, 170))
        draw.text((x + 0.3 * letter, y + 0.65 * letter), name, fill=INK, font=font, anchor="lm")
    return np.asarray(sheet)
