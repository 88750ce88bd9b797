"""Colour names of detections: Image + Detections -> Detections with the attributes "color" and "colors".

"color" is the name of the largest part of the object, one of the eleven basic colour terms of English (Berlin and
Kay): black, white, grey, red, green, blue, yellow, orange, purple, pink, brown. "colors" lists [name, share] of all
parts that are large enough, largest first. Cyan and turquoise are green or blue, beige is brown or yellow.

Pixels are compared in OKLab, where a shadow scales lightness, a and b by one factor: a / L and b / L stay what they
are. So each pixel is first put into a family by its hue and by C / L, its chroma against its lightness, and then each
family is named as a whole, by its hue, its chroma and the lightness of its well lit part: brown is not a badly lit
orange, and the shaded side of a red ball is red. Highlights are left to the greys, of which they are a small share.

What it does not do: the colour of the light is not removed (a white wall under a yellow lamp may be yellow), nor is
what a shiny object mirrors; lightness is against the picture's brightest part, so a white thing in shadow is grey.

References:
    B. Ottosson, A perceptual color space for image processing, 2020 (OKLab); B. Berlin and P. Kay, Basic Color Terms,
    1969; R. Munroe, Color survey results, 2010: the borders between the names are set by the colours that people there
    gave the names to.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Float32, Integer, UInt8

from ..types import Detections, Image

COLOR_NAMES = ("black", "white", "grey", "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown")
BLACK, WHITE, GREY, RED, GREEN, BLUE, YELLOW, ORANGE, PURPLE, PINK, BROWN = range(len(COLOR_NAMES))
ATTRIBUTES = ("color", "colors")
SHARE_DIGITS = 3

_CONES_FROM_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)  # of linear sRGB
_LAB_FROM_CONES = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)  # of the cones' cube roots
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
_DARKEST = 1e-3  # lightness that a pixel is taken to have at least, so that black has a chroma
_BINS = 64  # of lightness


@dataclass(frozen=True)
class ColorBorders:
    """Borders between the colour names in OKLab: lightness L from 0 to 1, chroma C, hue in degrees from a towards b.

    Attributes:
        hue_deg: where pink, red, orange, yellow, green, blue and purple begin.
        neutral_chroma: with less chroma a colour of middle lightness is grey.
        light, white_chroma, cream_chroma: from `light` to L = 1 this border goes linearly to `white_chroma`, among
            oranges and yellows (paper, pale wood) to `cream_chroma`.
        dark, dark_chroma: neutrals that are darker are black, and this is the border there.
        black: what is darker has no colour.
        white: neutral and lighter is white.
        pink: reds of pink's hue that are lighter are pink; the others are red, those left of hue 0 purple.
        light_red: reds that are lighter are pink.
        brown_red_chroma: reds with less chroma are brown.
        brown: oranges that are darker are brown.
        orange_chroma: oranges with less chroma are brown, those that are lighter than `brown` and left of
            `peach_deg` pink.
        peach_deg: see above.
        yellow: yellows that are darker are brown.
        olive, olive_deg: from this hue on it is this lightness, and what is darker is green.
        yellow_chroma: yellows with less chroma are brown or green in the same way.
        light_purple: purples that are lighter are pink if they are right of `orchid_deg`.
        orchid_deg: see above.
    """

    hue_deg: tuple[float, float, float, float, float, float, float] = (335.0, 14.0, 36.0, 78.0, 116.0, 183.0, 284.0)
    neutral_chroma: float = 0.045
    light: float = 0.8
    white_chroma: float = 0.025
    cream_chroma: float = 0.06
    dark: float = 0.33
    dark_chroma: float = 0.052
    black: float = 0.18
    white: float = 0.86
    pink: float = 0.55
    light_red: float = 0.68
    brown_red_chroma: float = 0.1
    brown: float = 0.6
    orange_chroma: float = 0.13
    peach_deg: float = 45.0
    yellow: float = 0.74
    olive: float = 0.55
    olive_deg: float = 93.0
    yellow_chroma: float = 0.08
    light_purple: float = 0.72
    orchid_deg: float = 310.0


@dataclass(frozen=True)
class ColorSettings:
    """How the colours of an object are found.

    Attributes:
        borders: between the names.
        max_pixels: pixels looked at, over all objects of a picture; evenly spread over each object.
        least_pixels: pixels looked at in each object's box, whatever their number.
        weak_chroma: pixels with less C / L are averaged before they are named, so that noise of the sensor and of
            compression is not taken for colour.
        pale: among the weak, pixels lighter than this are one family, which the shaded side of white things belongs to.
        body_quantile: a family's lightness is this quantile of its pixels': above its shaded part, below highlights.
        middle_spread: without a mask, pixels count by a Gaussian over the box with this standard deviation, in half
            widths and half heights.
        white_quantile, white: a picture is brightened, as an eye adapts, until this quantile of its pixels' largest
            channels is as light as a grey of lightness `white`. No grey becomes white by that alone.
        most_gain: lightness is multiplied by this much at most: a picture may be of dark things.
        min_share: parts with a smaller share of the object are not listed.
    """

    borders: ColorBorders = field(default_factory=ColorBorders)
    max_pixels: int = 60_000
    least_pixels: int = 200
    weak_chroma: float = 0.1
    pale: float = 0.76
    body_quantile: float = 0.85
    middle_spread: float = 0.4
    white_quantile: float = 0.98
    white: float = 0.85
    most_gain: float = 1.5
    min_share: float = 0.1


DEFAULT_SETTINGS = ColorSettings()


def with_colors(image: Image, detections: Detections, settings: ColorSettings = DEFAULT_SETTINGS) -> Detections:
    """The same detections with the attributes "color" and "colors".

    Of a detection with a mask its pixels within the box are looked at, without one the middle of the box. A detection
    that has one of the attributes already keeps what it has and gets neither; so does one without a pixel in the
    picture.

    Args:
        image: the picture.
        detections: of that picture; masks, if any, are of its size.
        settings: how the colours are found.
    """
    wanted = [i for i, row in enumerate(detections.attributes) if not any(name in row for name in ATTRIBUTES)]
    if not wanted:
        return detections
    samples = [_sampled(image, detections, i, len(wanted), settings) for i in wanted]
    owner = np.repeat(np.arange(len(wanted)), [len(weight) for _, weight in samples])
    shares = _shares(
        oklab(np.concatenate([rgb for rgb, _ in samples])) * _gain(image, settings),
        np.concatenate([weight for _, weight in samples]),
        owner,
        len(wanted),
        settings,
    )
    attributes = list(detections.attributes)
    for i, row in zip(wanted, shares, strict=True):
        if row.any():
            attributes[i] = {**attributes[i], **_attributes(row, settings)}
    return replace(detections, attributes=tuple(attributes))


def oklab(rgb: UInt8[np.ndarray, "n 3"]) -> Float32[np.ndarray, "n 3"]:
    """[N, 3] lightness L from 0 (black) to 1 (white), a (green to red) and b (blue to yellow) of sRGB colours."""
    cones = np.cbrt(_LINEAR.astype(np.float32)[rgb] @ _CONES_FROM_RGB.T.astype(np.float32))
    return cones @ _LAB_FROM_CONES.T.astype(np.float32)


def color_names(lab: Float[np.ndarray, "n 3"], borders: ColorBorders = ColorBorders()) -> Integer[np.ndarray, " n"]:
    """[N] rows of `COLOR_NAMES`: the name of each OKLab colour by itself."""
    L, C, turn = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2]), _turn(lab, borders)
    greys = np.where(borders.dark > L, BLACK, np.where(borders.white > L, GREY, WHITE))
    sector = _sector(turn, borders)
    found = np.choose(sector, _by_sector(L, C, turn, borders))
    neutral = (borders.black > L) | (_neutral_chroma(L, sector, borders) > C)
    named: np.ndarray = np.where(neutral, greys, found)
    return named


def _neutral_chroma(L: np.ndarray, sector: np.ndarray, borders: ColorBorders) -> np.ndarray:
    """The chroma below which a colour is black, grey or white."""
    lightest = np.where((sector == 2) | (sector == 3), borders.cream_chroma, borders.white_chroma)
    way = np.clip((L - borders.light) / (1 - borders.light), 0, 1)
    return np.where(borders.dark > L, borders.dark_chroma, borders.neutral_chroma * (1 - way) + lightest * way)


def _by_sector(L: np.ndarray, C: np.ndarray, turn: np.ndarray, borders: ColorBorders) -> list[np.ndarray]:
    """What each colour would be called in each sector of hue."""
    peach, olive, orchid, zero = (
        (deg - borders.hue_deg[0]) % 360 for deg in (borders.peach_deg, borders.olive_deg, borders.orchid_deg, 0.0)
    )
    light_orange = np.where(borders.orange_chroma < C, ORANGE, np.where(turn < peach, PINK, BROWN))
    bright_yellow = (np.where(turn < olive, borders.yellow, borders.olive) < L) & (borders.yellow_chroma < C)
    return [
        np.where(borders.pink < L, PINK, np.where(turn < zero, PURPLE, RED)),
        np.where(borders.light_red < L, PINK, np.where(borders.brown_red_chroma > C, BROWN, RED)),
        np.where(borders.brown < L, light_orange, BROWN),
        np.where(bright_yellow, YELLOW, np.where(turn < olive, BROWN, GREEN)),
        np.full(L.shape, GREEN),
        np.full(L.shape, BLUE),
        np.where((borders.light_purple < L) & (turn > orchid), PINK, PURPLE),
    ]


def _turn(lab: np.ndarray, borders: ColorBorders) -> np.ndarray:
    """Hue in degrees from where pink begins."""
    return (np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) - borders.hue_deg[0]) % 360


def _sector(turn: np.ndarray, borders: ColorBorders) -> np.ndarray:
    """Which of the sectors of hue each turn is in."""
    edges = [(deg - borders.hue_deg[0]) % 360 for deg in borders.hue_deg]
    return np.searchsorted(edges, turn, side="right") - 1


# --- pixels of a detection -----------------------------------------------------------------------------------


def _sampled(
    image: Image, detections: Detections, index: int, count: int, settings: ColorSettings
) -> tuple[np.ndarray, np.ndarray]:
    """RGB [P, 3] and weights [P] of the pixels of a detection that are looked at; P is 0 where it has none."""
    x0, y0, x1, y1 = detections.xyxy_px[index]
    top, bottom = max(math.floor(y0), 0), min(math.ceil(y1), image.height)
    left, right = max(math.floor(x0), 0), min(math.ceil(x1), image.width)
    most = max(settings.max_pixels // count, settings.least_pixels)
    stride = math.sqrt(max(bottom - top, 0) * max(right - left, 0) / most)
    rows, columns = _every(top, bottom, stride), _every(left, right, stride)
    part = image.rgb[rows, columns]
    if detections.mask is None:
        across = _middle(rows, x0=y0, x1=y1, spread=settings.middle_spread)
        down = _middle(columns, x0=x0, x1=x1, spread=settings.middle_spread)
        weight = across[:, None] * down
        return part.reshape(-1, 3), weight.ravel()
    seen = detections.mask[index, rows, columns]
    if not seen.any():
        seen = detections.mask[index]
        part = image.rgb
    pixels = part[seen]
    return pixels, np.ones(len(pixels))


def _every(start: int, stop: int, stride: float) -> slice:
    """Every k-th of the numbers from start to stop, k odd and `stride` or a little more, as far from one end as from
    the other: a mirrored picture is looked at in the mirrored places."""
    count = max(stop - start, 0)
    if count == 0:
        return slice(0, 0)
    step = min(2 * math.ceil((stride - 1) / 2) + 1, count - 1 + count % 2)
    step = max(step, 1)
    first = ((count - 1) * (step + 1) // 2) % step
    return slice(start + first, stop, step)


def _middle(places: slice, *, x0: float, x1: float, spread: float) -> np.ndarray:
    center = np.arange(places.start, places.stop, places.step or 1) + 0.5
    off = (center - (x0 + x1) / 2) / ((x1 - x0) / 2)
    return np.exp(-0.5 * (off / spread) ** 2)


def _gain(image: Image, settings: ColorSettings) -> np.float32:
    stride = math.sqrt(image.height * image.width / settings.max_pixels)
    some = image.rgb[_every(0, image.height, stride), _every(0, image.width, stride)].reshape(-1, 3)
    largest = np.ascontiguousarray(some.T).max(axis=0)  # many times faster than along the last, short axis
    brightest = math.cbrt(_LINEAR[int(np.quantile(largest, settings.white_quantile))])
    return np.float32(np.clip(settings.white / max(brightest, _DARKEST), 1.0, settings.most_gain))


# --- from pixels to names ------------------------------------------------------------------------------------


def _shares(
    lab: np.ndarray, weight: np.ndarray, owner: np.ndarray, count: int, settings: ColorSettings
) -> Float[np.ndarray, "n names"]:
    """Share of each name in each object; a row of an object without a pixel is 0."""
    lightness = np.maximum(lab[:, 0], _DARKEST)
    family, families = _families(lab, lightness, settings)
    group = owner * families + family
    groups = count * families
    total = np.bincount(group, weight, groups)
    safe = np.where(total > 0, total, 1)
    body = _quantile(lightness, weight, group, groups, settings.body_quantile)
    tint = [np.bincount(group, weight * lab[:, k] / lightness, groups) / safe for k in (1, 2)]
    names = color_names(np.stack([body, body * tint[0], body * tint[1]], axis=1), settings.borders)
    of_group = np.repeat(np.arange(count), families) * len(COLOR_NAMES) + names
    shares = np.bincount(of_group, total, count * len(COLOR_NAMES)).reshape(count, len(COLOR_NAMES))
    whole = shares.sum(axis=1, keepdims=True)
    return shares / np.where(whole > 0, whole, 1)


def _families(lab: np.ndarray, lightness: np.ndarray, settings: ColorSettings) -> tuple[np.ndarray, int]:
    """A family for each pixel, and how many there are: dark, middle and light ones of little chroma, then the hues."""
    borders = settings.borders
    sector = _sector(_turn(lab, borders), borders)
    weak = np.hypot(lab[:, 1], lab[:, 2]) < settings.weak_chroma * lightness
    level = np.searchsorted([borders.dark, settings.pale], lightness)
    return np.where(borders.black > lightness, 0, np.where(weak, level, 3 + sector)), 3 + len(borders.hue_deg)


def _quantile(values: np.ndarray, weight: np.ndarray, group: np.ndarray, groups: int, share: float) -> np.ndarray:
    """The weighted quantile of values in [0, 1] in each group, to within a bin of a histogram."""
    place = np.minimum((values * _BINS).astype(np.int64), _BINS - 1)
    table = np.bincount(group * _BINS + place, weight, groups * _BINS).reshape(groups, _BINS)
    below = table.cumsum(axis=1)
    reached = (below >= share * below[:, -1:]).argmax(axis=1)
    return (reached + 0.5) / _BINS


def _attributes(shares: Float[np.ndarray, " names"], settings: ColorSettings) -> dict[str, object]:
    order = np.argsort(-shares, kind="stable")
    parts = [[COLOR_NAMES[i], round(float(shares[i]), SHARE_DIGITS)] for i in order if shares[i] >= settings.min_share]
    return {"color": COLOR_NAMES[order[0]], "colors": parts}
