"""Colour names: the conversion against closed forms, the names against people's, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.refine.colors import COLOR_NAMES, ColorSettings, color_names, oklab, with_colors
from scenegraph3d.types import Detections, Image

# Albedos (sRGB) that nobody disputes.
PAINTS = {
    "black": (14, 14, 15),
    "white": (245, 245, 242),
    "grey": (125, 125, 125),
    "red": (200, 20, 30),
    "green": (30, 140, 40),
    "blue": (25, 70, 200),
    "yellow": (250, 220, 30),
    "orange": (245, 120, 15),
    "purple": (125, 35, 160),
    "pink": (250, 150, 190),
    "brown": (110, 65, 25),
}
SURVEY_MODIFIERS = {"dark", "light", "bright", "pale", "deep", "dull", "medium", "strong", "vivid", "faded"}


def _linear(srgb):
    c = np.asarray(srgb) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def _srgb(linear):
    c = np.clip(linear, 0, 1)
    return np.rint(255 * np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)).astype(np.uint8)


def ball(paint, *, light=(0.5, -0.6, 0.62), ambient=0.25, gloss=0.5, noise=0.0, size=120):
    """A lit ball before a light grey wall, and its mask: Lambert's law in linear light and Phong's highlight."""
    y, x = np.mgrid[:size, :size] / (size - 1) * 2.4 - 1.2
    mask = x * x + y * y < 1
    z = np.sqrt(np.clip(1 - x * x - y * y, 0, None))
    normal = np.stack([x, y, z], axis=-1)
    toward = np.array(light) / np.linalg.norm(light)
    lit = np.clip(normal @ toward, 0, None)
    mirrored = np.clip(2 * lit * normal[..., 2] - toward[2], 0, None)
    color = _linear(paint) * (ambient + (1 - ambient) * lit)[..., None] + gloss * mirrored[..., None] ** 40
    rgb = np.where(mask[..., None], color, _linear((205, 205, 205)))
    rng = np.random.default_rng(0)
    return np.clip(_srgb(rgb) + rng.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8), mask


def named(rgb, mask=None, box=None, **settings):
    """Attributes of one thing in a picture."""
    if box is None:
        y, x = np.nonzero(np.ones(rgb.shape[:2]) if mask is None else mask)
        box = [x.min(), y.min(), x.max() + 1, y.max() + 1]
    one = Detections([box], ["thing"], mask=None if mask is None else mask[None])
    return with_colors(Image(rgb), one, ColorSettings(**settings)).attributes[0]


# --- the colour space -----------------------------------------------------------------------------------------


def test_white_black_and_greys_have_no_chroma_and_the_cube_root_as_lightness():
    levels = np.array([0, 10, 64, 128, 200, 255], np.uint8)
    lab = oklab(np.repeat(levels[:, None], 3, axis=1))
    np.testing.assert_allclose(lab[:, 0], np.cbrt(_linear(levels)), atol=1e-5)
    np.testing.assert_allclose(lab[:, 1:], 0, atol=1e-5)


def test_the_conversion_agrees_with_the_published_values():
    """The corners of sRGB, as CSS Color 4 and Ottosson's article give them."""
    rgb = np.array([[255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]], np.uint8)
    expected = [
        [1.0, 0.0, 0.0],
        [0.627955, 0.224863, 0.125846],
        [0.866440, -0.233888, 0.179498],
        [0.452014, -0.032457, -0.311528],
    ]
    np.testing.assert_allclose(oklab(rgb), expected, atol=2e-5)


@given(
    rgb=st.tuples(*[st.integers(60, 255)] * 3),
    dim=st.floats(0.3, 1.0),
)
def test_shade_scales_lightness_and_both_chroma_axes_alike(rgb, dim):
    lab = oklab(np.array([rgb, _srgb(dim * _linear(rgb))], np.uint8)).astype(np.float64)
    np.testing.assert_allclose(lab[1], lab[0] * np.cbrt(dim), atol=6e-3)  # 8 bits


# --- single colours -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAINTS)
def test_plain_paints_have_their_names(name):
    lab = oklab(np.array([PAINTS[name]], np.uint8))
    assert COLOR_NAMES[color_names(lab)[0]] == name


def test_people_call_the_colours_so():
    """The colours to which the people of Munroe's survey gave a basic term with a plain modifier, if any."""
    survey = pytest.importorskip("matplotlib.colors").XKCD_COLORS
    words, hexes = [], []
    for text, code in survey.items():
        *modifiers, term = text.removeprefix("xkcd:").replace("gray", "grey").split()
        if term in COLOR_NAMES and set(modifiers) <= SURVEY_MODIFIERS:
            words.append(term)
            hexes.append([int(code[i : i + 2], 16) for i in (1, 3, 5)])
    ours = [COLOR_NAMES[i] for i in color_names(oklab(np.array(hexes, np.uint8)))]
    assert len(words) > 70
    assert np.mean([a == b for a, b in zip(ours, words, strict=True)]) >= 0.95


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=20))
def test_every_colour_has_one_name_whatever_stands_beside_it(colors):
    lab = oklab(np.array(colors, np.uint8))
    together = color_names(lab)
    assert together.tolist() == [color_names(row[None])[0] for row in lab]


# --- objects --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAINTS)
@pytest.mark.parametrize("light", [(0.0, 0.0, 1.0), (0.5, -0.6, 0.62), (-0.8, -0.2, 0.5)])
def test_a_lit_ball_keeps_the_name_of_its_paint(name, light):
    rgb, mask = ball(PAINTS[name], light=light)
    attributes = named(rgb, mask)
    assert attributes["color"] == name
    assert attributes["colors"][0][0] == name


@pytest.mark.parametrize("name", PAINTS)
def test_noise_keeps_the_name(name):
    rgb, mask = ball(PAINTS[name], noise=6.0)
    assert named(rgb, mask)["color"] == name


@pytest.mark.parametrize("name", [name for name in PAINTS if name != "white"])
def test_a_darker_exposure_keeps_the_name(name):
    rgb, mask = ball(PAINTS[name])
    assert named(_srgb(0.45 * _linear(rgb)), mask)["color"] == name


@pytest.mark.parametrize("name", PAINTS)
@pytest.mark.parametrize("size", [61, 120, 333])
def test_mirrored_and_turned_pictures_say_the_same(name, size):
    rgb, mask = ball(PAINTS[name], size=size, noise=4.0)
    rgb, mask = rgb[: size - 7], mask[: size - 7]
    said = named(rgb, mask, max_pixels=2000)
    for turn in (lambda a: a[:, ::-1], lambda a: a[::-1], np.rot90, lambda a: a.swapaxes(0, 1)):
        assert named(turn(rgb).copy(), turn(mask), max_pixels=2000) == said


def test_shares_are_those_of_the_areas():
    rgb = np.zeros((80, 100, 3), np.uint8)
    rgb[:, :50], rgb[:, 50:80], rgb[:, 80:95], rgb[:, 95:] = (PAINTS[n] for n in ("red", "white", "blue", "green"))
    attributes = named(rgb, np.ones((80, 100), bool))
    assert attributes == {"color": "red", "colors": [["red", 0.5], ["white", 0.3], ["blue", 0.15]]}


def test_a_box_without_a_mask_is_looked_at_in_its_middle():
    rgb, _ = ball(PAINTS["blue"])
    wall = np.full((200, 200, 3), PAINTS["yellow"], np.uint8)
    wall[40:160, 40:160] = np.where((rgb == 205).all(axis=2, keepdims=True), wall[40:160, 40:160], rgb)
    assert named(wall, box=[45, 45, 155, 155])["color"] == "blue"


def test_a_thin_mask_between_the_sampled_places_is_seen():
    rgb = np.full((400, 400, 3), PAINTS["green"], np.uint8)
    mask = np.zeros((400, 400), bool)
    mask[np.arange(400), np.arange(400)] = True
    mask[:, ::5] = False
    rgb[mask] = PAINTS["red"]
    box = [0, 0, 400, 400]
    assert named(rgb, mask, box, max_pixels=1000) == {"color": "red", "colors": [["red", 1.0]]}


def test_what_the_user_said_stays():
    rgb = np.full((20, 20, 3), PAINTS["red"], np.uint8)
    rows = ({"color": "teal"}, {"colors": ["beige"]}, {"material": "wood"}, {})
    before = Detections([[0, 0, 20, 20]] * 4, ["a"] * 4, attributes=rows)
    after = with_colors(Image(rgb), before)
    red = {"color": "red", "colors": [["red", 1.0]]}
    assert after.attributes == ({"color": "teal"}, {"colors": ["beige"]}, {"material": "wood", **red}, red)
    assert before.attributes == rows


def test_none_at_all_and_what_lies_outside_are_left_alone():
    rgb = np.full((20, 20, 3), 9, np.uint8)
    assert len(with_colors(Image(rgb), Detections([], []))) == 0
    both = Detections([[30, 2, 40, 9], [-5.5, -3, 0.5, 0.5]], ["out", "corner"])
    assert with_colors(Image(rgb), both).attributes == ({}, {"color": "black", "colors": [["black", 1.0]]})


def test_two_thousand_boxes_look_at_no_more_than_they_must():
    rng = np.random.default_rng(1)
    corner = rng.uniform(0, 400, (2000, 2))
    many = Detections(np.concatenate([corner, corner + 80], axis=1), ["a"] * 2000)
    found = with_colors(Image(np.full((480, 480, 3), PAINTS["pink"], np.uint8)), many)
    assert {row["color"] for row in found.attributes} == {"pink"}
