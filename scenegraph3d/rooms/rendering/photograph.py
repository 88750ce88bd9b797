"""Photograph: what a camera does to a rendered picture, so that a network learns from more than clean renderings.

    light on the sensor    vignetting, exposure, white balance, blur (out of focus, moved, too few pixels)
    the sensor             shot noise, whose variance grows with the light, and read noise, whose does not
    the camera's software  gamma, contrast, saturation, JPEG

The first two work on linear light, the third on sRGB values. What is drawn for an image follows from its own seed, so
an image comes out the same alone and in a batch. Signal-dependent noise: Foi et al. 2008, "Practical
Poissonian-Gaussian noise modeling and fitting for single-image raw-data".
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError, message, require

_TONES = 16383  # steps of the table from linear light to sRGB: a step is a tenth of a grey value at the darkest
_LUMA = (0.299, 0.587, 0.114)  # Rec. 601, of sRGB values


@dataclass(frozen=True)
class Photography:
    """How far a photograph may be from the rendering. Each image draws a strength in [0, 1] and then, for each effect,
    an amount within strength times the range below; so a range is reached by few.

    Attributes:
        clean_share: part of the images whose strength is at most `clean_strength`.
        clean_strength, strength: ranges of the strength of those images and of the others end and begin here.
        exposure_stops: brighter or darker by up to so many doublings of the light.
        white_balance_stops: red against blue, and half as much green against both.
        vignetting: light that the corners lose.
        gamma, contrast, saturation: natural logarithm of the factor, up or down.
        shot_variance: of linear light where it is 1.
        read_deviation: of linear light.
        blur_share: part of the images that are blurred at all: out of focus, moved, or taken with too few pixels, a
            third each.
        blur_px: deviation of the blur in focus of a picture of 128 px on its longer side; grows with the root of that.
        motion_px: length of a movement, likewise.
        downsampling: pictures of too few pixels had 1 / (1 + this) of them on a side.
        jpeg_share: part of the images that are saved as JPEG.
        jpeg_quality: lowest and highest.
    """

    clean_share: float = 1 / 3
    clean_strength: float = 0.15
    strength: tuple[float, float] = (0.3, 1.0)
    exposure_stops: float = 0.6
    white_balance_stops: float = 0.22
    vignetting: float = 0.4
    gamma: float = 0.18
    contrast: float = 0.22
    saturation: float = 0.3
    shot_variance: float = 1.2e-3
    read_deviation: float = 4e-3
    blur_share: float = 0.4
    blur_px: float = 0.9
    motion_px: float = 3.5
    downsampling: float = 0.8
    jpeg_share: float = 0.5
    jpeg_quality: tuple[int, int] = (35, 95)


DEFAULT_PHOTOGRAPHY = Photography()


def photograph(images: Any, seeds: Sequence[int], settings: Photography = DEFAULT_PHOTOGRAPHY) -> Any:
    """Pictures as a camera would have taken them.

    Args:
        images: uint8 tensor [B, H, W, 3], sRGB.
        seeds: B whole numbers of at least 0; the same seed does the same to an image.
        settings: how far a picture may change.

    Returns:
        uint8 tensor [B, H, W, 3] on the same device.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: images of another shape or type, or not a seed for each.
    """
    torch = require("torch", "perception")
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[-1] != 3:
        raise InputError(message("images", "uint8 [B, H, W, 3]", f"{images.dtype} {list(images.shape)}"))
    if len(seeds) != len(images):
        raise InputError(message("seeds", f"{len(images)}, one for each image", f"{len(seeds)}"))
    out = torch.empty_like(images)
    with torch.inference_mode():
        for row, seed in enumerate(seeds):
            out[row] = _photograph(images[row], np.random.default_rng(seed), settings)
    return out


def _photograph(image: Any, rng: np.random.Generator, settings: Photography) -> Any:
    strength = _strength(rng, settings)
    light = _blurred(_light(image, rng, settings, strength), rng, settings, strength)
    noisy = _noisy(light, rng, settings, strength)
    return _saved(_developed(noisy, rng, settings, strength), rng, settings, strength)


def _strength(rng: np.random.Generator, settings: Photography) -> float:
    clean = rng.random() < settings.clean_share
    lowest, highest = (0.0, settings.clean_strength) if clean else settings.strength
    return float(rng.uniform(lowest, highest))


def _light(image: Any, rng: np.random.Generator, settings: Photography, strength: float) -> Any:
    """[3, H, W] linear light on the sensor."""
    import torch

    exposure, balance, tint, corner = rng.uniform((-1, -1, -1, 0), 1) * strength
    stops = exposure * settings.exposure_stops + settings.white_balance_stops * np.array([balance, tint / 2, -balance])
    values = torch.arange(256, dtype=torch.float32) / 255
    linear = torch.where(values > 0.04045, ((values + 0.055) / 1.055) ** 2.4, values / 12.92)
    gains = torch.from_numpy(np.exp2(stops)).float()
    table = (gains[:, None] * linear).flatten().to(image.device)
    first = torch.arange(0, 768, 256, dtype=torch.int32, device=image.device)
    height, width = image.shape[:2]
    places = image.permute(2, 0, 1).int() + first[:, None, None]
    light = table.index_select(0, places.flatten()).view(3, height, width)
    y = torch.linspace(-1, 1, height, device=image.device)[:, None]
    x = torch.linspace(-1, 1, width, device=image.device)
    return light.mul_(1 - float(corner) * settings.vignetting / 2 * (x * x + y * y))


def _blurred(light: Any, rng: np.random.Generator, settings: Photography, strength: float) -> Any:
    """The light after a blur of one of three kinds, or none."""
    from torch.nn import functional

    chance, kind, amount, angle = rng.random(4)
    if chance >= settings.blur_share:
        return light
    height, width = light.shape[1:]
    amount = amount * strength
    scale = math.sqrt(max(height, width) / 128)
    if kind < 1 / 3:
        return _focused(light, amount * settings.blur_px * scale)
    if kind < 2 / 3:
        return _moved(light, amount * settings.motion_px * scale, math.pi * angle)
    share = 1 / (1 + amount * settings.downsampling)
    few = functional.interpolate(
        light[None], size=(round(height * share), round(width * share)), mode="bilinear", antialias=True
    )
    return functional.interpolate(few, size=(height, width), mode="bilinear")[0]


def _focused(light: Any, deviation_px: float) -> Any:
    """Blurred by a Gaussian, whose kernel is the exact integral over each pixel."""
    import torch
    from torch.nn import functional

    reach = max(1, math.ceil(2.5 * deviation_px))
    edges = torch.arange(-reach, reach + 2, dtype=torch.float64) - 0.5
    kernel = torch.erf(edges / (math.sqrt(2) * max(deviation_px, 1e-3))).diff()
    kernel = (kernel / kernel.sum()).to(light)
    planes = functional.pad(light[:, None], (reach,) * 4, mode="replicate")
    planes = functional.conv2d(planes, kernel[None, None, :, None])
    return functional.conv2d(planes, kernel[None, None, None, :])[:, 0]


def _moved(light: Any, length_px: float, angle_rad: float) -> Any:
    """The mean of the picture over a straight movement of the camera."""
    import torch
    from torch.nn import functional

    reach = math.ceil(length_px / 2) + 1
    grid = torch.arange(-reach, reach + 1, dtype=torch.float64)
    places = torch.linspace(-length_px / 2, length_px / 2, 4 * reach + 1, dtype=torch.float64)[:, None]
    rows = (1 - (grid - places * math.sin(angle_rad)).abs()).clamp_(min=0)
    columns = (1 - (grid - places * math.cos(angle_rad)).abs()).clamp_(min=0)
    kernel = (rows.T @ columns / len(places)).to(light)
    planes = functional.pad(light[:, None], (reach,) * 4, mode="replicate")
    return functional.conv2d(planes, kernel[None, None])[:, 0]


def _noisy(light: Any, rng: np.random.Generator, settings: Photography, strength: float) -> Any:
    """The light as a sensor counts it."""
    import torch

    shot, read = strength * rng.random(2)
    generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
    noise = torch.randn(light.shape, generator=generator).to(light.device)
    variance = light * (float(shot) * settings.shot_variance) + (float(read) * settings.read_deviation) ** 2
    return noise.mul_(variance.sqrt_()).add_(light)


def _developed(light: Any, rng: np.random.Generator, settings: Photography, strength: float) -> Any:
    """[H, W, 3] uint8: from light to an sRGB picture, through a tone curve and a change of saturation."""
    import torch

    ranges = np.array([settings.gamma, settings.contrast, settings.saturation])
    gamma, contrast, saturation = (float(v) for v in np.exp(strength * ranges * rng.uniform(-1, 1, size=3)))
    linear = torch.linspace(0, 1, _TONES + 1, device=light.device)
    values = torch.where(linear > 0.0031308, 1.055 * linear.clamp(min=1e-9) ** (1 / 2.4) - 0.055, 12.92 * linear)
    curve = ((values**gamma - 0.5) * contrast + 0.5).clamp_(0, 1)
    places = light.mul_(_TONES).round_().clamp_(0, _TONES).int()
    tones = curve.index_select(0, places.flatten()).view(light.shape)
    luma = sum(weight * tones[channel] for channel, weight in enumerate(_LUMA))
    picture = tones.mul_(saturation).add_(luma * (1 - saturation))
    return picture.mul_(255).round_().clamp_(0, 255).byte().permute(1, 2, 0)


def _saved(picture: Any, rng: np.random.Generator, settings: Photography, strength: float) -> Any:
    """The picture after a JPEG file, or as it is."""
    import torch
    from PIL import Image

    chance, amount, subsampled = rng.random(3)
    if chance >= settings.jpeg_share:
        return picture
    lowest, highest = settings.jpeg_quality
    quality = round(highest - (highest - lowest) * strength * amount)
    file = io.BytesIO()
    Image.fromarray(picture.cpu().numpy()).save(
        file, format="JPEG", quality=quality, subsampling="4:2:0" if subsampled < 0.5 else "4:4:4"
    )
    return torch.from_numpy(np.array(Image.open(file))).to(picture.device)
