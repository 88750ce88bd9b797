"""Photographs: each effect against its closed form or another library, and what all of them leave as it was."""

import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from scenegraph3d.errors import InputError
from scenegraph3d.rooms.rendering.photograph import Photography, photograph
from scenegraph3d.rooms.world.finish import PROTOTYPE

NOTHING = Photography(
    clean_share=0.0,
    strength=(1.0, 1.0),
    exposure_stops=0.0,
    white_balance_stops=0.0,
    vignetting=0.0,
    gamma=0.0,
    contrast=0.0,
    saturation=0.0,
    shot_variance=0.0,
    read_deviation=0.0,
    blur_share=0.0,
    jpeg_share=0.0,
)


def only(**changed: object) -> Photography:
    """Settings of full strength that have one effect alone."""
    return replace(NOTHING, **changed)


def linear(srgb: np.ndarray) -> np.ndarray:
    """IEC 61966-2-1, written down again here."""
    value = np.asarray(srgb, dtype=np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@pytest.fixture(scope="module")
def pictures() -> torch.Tensor:
    """Six pictures of smooth light with dots of strong colours."""
    rng = np.random.default_rng(7)
    coarse = torch.from_numpy(rng.uniform(0, 255, size=(6, 3, 6, 8))).float()
    smooth = torch.nn.functional.interpolate(coarse, size=(48, 64), mode="bilinear").permute(0, 2, 3, 1)
    out = smooth.round().byte()
    out[:, 10:16, 20:28] = torch.tensor([204, 20, 30], dtype=torch.uint8)
    return out


def test_the_same_alone_as_in_a_batch_and_every_time(pictures: torch.Tensor) -> None:
    seeds = range(100, 148)
    batch = pictures.repeat(8, 1, 1, 1)
    before = batch.clone()
    together = photograph(batch, seeds)
    assert torch.equal(batch, before)
    assert together.dtype == torch.uint8
    for row, seed in enumerate(seeds):
        assert torch.equal(photograph(batch[row : row + 1], [seed])[0], together[row])
    assert len({picture.numpy().tobytes() for picture in photograph(batch[:1].repeat(48, 1, 1, 1), seeds)}) == 48


def test_no_effects_change_no_value() -> None:
    ramp = torch.arange(256, dtype=torch.uint8).reshape(1, 16, 16, 1)
    colours = torch.cat([ramp, ramp.flip(1), ramp.transpose(1, 2)], dim=-1)
    assert torch.equal(photograph(colours, [3], NOTHING), colours)


def test_exposure_multiplies_the_light_within_its_range() -> None:
    levels = torch.tensor([60, 90, 130, 160], dtype=torch.uint8).reshape(1, 2, 2, 1).repeat(200, 1, 1, 3)
    out = photograph(levels, range(200), only(exposure_stops=0.6)).numpy()
    stops = np.log2(linear(out) / linear(levels.numpy()))
    assert np.ptp(stops, axis=(1, 2, 3)).max() < 0.05
    mean = stops.mean(axis=(1, 2, 3))
    assert -0.62 < mean.min() < -0.5
    assert 0.5 < mean.max() < 0.62


def test_white_balance_moves_red_against_blue() -> None:
    grey = torch.full((200, 2, 2, 3), 128, dtype=torch.uint8)
    stops = np.log2(linear(photograph(grey, range(200), only(white_balance_stops=0.3)).numpy()[:, 0, 0]) / linear(128))
    assert np.abs(stops[:, 0] + stops[:, 2]).max() < 0.05
    assert np.abs(stops[:, 1]).max() < 0.17
    assert 0.25 < np.abs(stops[:, 0]).max() < 0.33


def test_vignetting_darkens_with_the_square_of_the_distance() -> None:
    white = torch.full((50, 33, 65, 3), 255, dtype=torch.uint8)
    light = linear(photograph(white, range(50), only(vignetting=0.4)).numpy())[..., 1]
    y, x = np.linspace(-1, 1, 33)[:, None], np.linspace(-1, 1, 65)
    loss = 1 - light[:, 0, 0]
    assert 0.35 < loss.max() <= 0.41
    assert np.abs(light - (1 - loss[:, None, None] * (x**2 + y**2) / 2)).max() < 0.012


def test_noise_grows_with_the_light_as_photons_do() -> None:
    levels = np.array([70, 120, 170])
    settings = only(shot_variance=1.2e-3, read_deviation=4e-3)
    flat = [torch.full((8, 96, 96, 3), int(level), dtype=torch.uint8) for level in levels]
    light = np.stack([linear(photograph(image, range(8), settings).numpy()) for image in flat])
    variance = light.var(axis=(2, 3, 4))
    expected_light = linear(levels)
    assert np.allclose(light.mean(axis=(2, 3, 4)), expected_light[:, None], atol=2e-3)
    slope = (variance[2] - variance[0]) / (expected_light[2] - expected_light[0])
    middle = variance[0] + slope * (expected_light[1] - expected_light[0])
    assert np.allclose(variance[1], middle, rtol=0.06)
    assert slope.max() < 1.25e-3
    assert slope.max() > 6e-4


def test_tone_and_saturation_keep_greys_grey_and_colours_in_order() -> None:
    grey = torch.arange(0, 256, dtype=torch.uint8).reshape(1, 16, 16, 1).repeat(60, 1, 1, 3)
    out = photograph(grey, range(60), only(gamma=0.18, contrast=0.22, saturation=0.3)).numpy().astype(int)
    assert np.ptp(out, axis=3).max() <= 1
    assert (np.diff(out[..., 1].reshape(60, -1), axis=1) >= 0).all()


def test_saturation_changes_chroma_alone() -> None:
    pale = torch.tensor([150, 110, 120], dtype=torch.uint8).reshape(1, 1, 1, 3).repeat(200, 4, 4, 1)
    out = photograph(pale, range(200), only(saturation=0.3)).numpy()[:, 0, 0].astype(float)
    luma = np.array([0.299, 0.587, 0.114])
    assert np.abs(out @ luma - np.array([150, 110, 120]) @ luma).max() < 0.6
    chroma = np.ptp(out, axis=1) / 40
    assert 0.72 < chroma.min() < 0.78
    assert 1.3 < chroma.max() < 1.37


def test_blur_leaves_flat_places_and_softens_edges() -> None:
    half = torch.full((300, 64, 64, 3), 60, dtype=torch.uint8)
    half[:, :, 32:] = 190
    out = photograph(half, range(300), only(blur_share=1.0)).numpy()[..., 1].astype(float)
    assert np.abs(out[:, :, :24] - 60).max() <= 1
    assert np.abs(out[:, :, 40:] - 190).max() <= 1
    steepest = np.abs(np.diff(out, axis=2)).max(axis=(1, 2))
    assert steepest.max() <= 132
    assert (steepest < 120).mean() > 0.5
    assert steepest.min() > 25
    assert (np.diff(out, axis=2) >= -1).all()


def test_a_blurred_dot_keeps_its_light_and_its_place() -> None:
    dot = torch.full((120, 33, 33, 3), 0, dtype=torch.uint8)
    dot[:, 15:18, 15:18] = 250
    light = linear(photograph(dot, range(120), only(blur_share=1.0, downsampling=0.0)).numpy())[..., 0]
    total = light.sum(axis=(1, 2))
    assert np.allclose(total, 9 * linear(250), rtol=0.02)
    middle = (light * np.arange(33)).sum(axis=(1, 2)) / total
    assert np.abs(middle - 16).max() < 0.05


def test_files_are_those_of_another_program(pictures: torch.Tensor) -> None:
    settings = only(jpeg_share=1.0, jpeg_quality=(60, 63))
    out = photograph(pictures, range(6), settings).numpy()
    for picture, saved in zip(pictures.numpy(), out, strict=True):
        answers = []
        for quality in range(60, 64):
            for subsampling in (0, 2):
                file = io.BytesIO()
                Image.fromarray(picture).save(file, format="JPEG", quality=quality, subsampling=subsampling)
                answers.append(np.array(Image.open(file)))
        assert any(np.array_equal(saved, answer) for answer in answers)
    assert not np.array_equal(out, pictures.numpy())


def test_about_a_third_are_nearly_clean(pictures: torch.Tensor) -> None:
    seeds = range(300)
    batch = pictures[:1].repeat(300, 1, 1, 1)
    change = (photograph(batch, seeds).float() - batch.float()).abs().mean(dim=(1, 2, 3))
    assert 0.25 < float((change < 5).float().mean()) < 0.5
    assert float((change > 12).float().mean()) > 0.2
    assert float(change.max()) < 70


def test_colours_can_still_be_named() -> None:
    """Seen against the white of the same picture, each colour stays nearer to itself than to the ten others."""
    names = tuple(PROTOTYPE)
    values = np.round(np.array([PROTOTYPE[name] for name in names]) * 255)
    chart = np.full((48, 64, 3), 140, dtype=np.uint8)
    for i, value in enumerate(values):
        chart[16 * (i // 4) : 16 * (i // 4) + 16, 16 * (i % 4) : 16 * (i % 4) + 16] = value
    out = photograph(torch.from_numpy(chart)[None].repeat(300, 1, 1, 1), range(300)).numpy()
    light = linear(out)[:, : 16 * 3].reshape(300, 3, 16, 4, 16, 3)[:, :, 4:12, :, 4:12]
    seen = light.mean(axis=(2, 4)).reshape(300, 12, 3)[:, :11]
    white = names.index("white")
    adapted = seen * (linear(values[white]) / seen[:, white])[:, None]
    distance = np.linalg.norm(lab(adapted)[:, :, None] - lab(linear(values))[None, None], axis=3)
    right = distance.argmin(axis=2) == np.arange(11)
    assert right.mean() > 0.97, {name: float(share) for name, share in zip(names, right.mean(axis=0), strict=True)}


def lab(light: np.ndarray) -> np.ndarray:
    """CIE 1976 L*a*b* under D65 of linear sRGB."""
    rgb_to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = light @ rgb_to_xyz.T / (rgb_to_xyz @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


@pytest.mark.parametrize(
    ("images", "seeds"),
    [
        (torch.zeros(2, 4, 4, 3), [1, 2]),
        (torch.zeros(4, 4, 3, dtype=torch.uint8), [1]),
        (torch.zeros(2, 4, 4, 4, dtype=torch.uint8), [1, 2]),
        (torch.zeros(2, 4, 4, 3, dtype=torch.uint8), [1]),
    ],
)
def test_what_is_not_a_batch_is_refused(images: torch.Tensor, seeds: list[int]) -> None:
    with pytest.raises(InputError, match="expected"):
        photograph(images, seeds)


def test_a_single_pixel_and_odd_sizes() -> None:
    for size in ((1, 1), (1, 7), (5, 3)):
        image = torch.full((20, *size, 3), 90, dtype=torch.uint8)
        assert photograph(image, range(20)).shape == image.shape
