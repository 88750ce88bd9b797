"""The way into a network and back: exact for any sizes, and every value of the input by its formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenegraph3d as sg3
from scenegraph3d.models.card import InputSpec
from scenegraph3d.models.pixels import placement, tensor

SIDES = st.integers(1, 700)
SPECS = [
    InputSpec("resize", "rgb"),
    InputSpec("letterbox", "rgb"),
    InputSpec("letterbox", "rgb", place="top_left"),
]


def picture(width, height, color=(200, 100, 50)):
    return sg3.Image(np.full((height, width, 3), color, dtype=np.uint8))


@pytest.mark.parametrize("spec", SPECS)
@given(width=SIDES, height=SIDES, input_width=SIDES, input_height=SIDES)
def test_a_picture_fills_its_part_and_its_corners_come_back(spec, width, height, input_width, input_height):
    place = placement(picture(width, height), spec, input_width, input_height)
    assert place.left >= 0 <= place.top
    assert place.left + place.width <= input_width
    assert place.top + place.height <= input_height
    assert place.width == input_width or place.height == input_height
    part = np.array([[place.left, place.top, place.left + place.width, place.top + place.height]], dtype=float)
    np.testing.assert_allclose(place.boxes_to_image(part), [[0, 0, width, height]], atol=1e-9)


def test_a_letterbox_keeps_the_ratio_and_stands_where_it_is_told():
    center = placement(picture(1242, 375), SPECS[1], 416, 416)
    corner = placement(picture(1242, 375), SPECS[2], 416, 416)
    assert (center.width, center.height) == (corner.width, corner.height) == (416, 126)
    assert (center.left, center.top) == (0, 145)
    assert (corner.left, corner.top) == (0, 0)


@pytest.mark.parametrize("channels", ["rgb", "bgr"])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
def test_values_follow_the_formula(channels, layout):
    spec = InputSpec(
        "letterbox", channels, place="center", pad=7, layout=layout, scale=0.5, mean=(1, 2, 3), std=(2, 4, 8)
    )
    image = picture(9, 5)
    place = placement(image, spec, 18, 20)
    values = tensor(image, spec, place)
    assert values.dtype == np.float32
    planes = values[0] if layout == "nchw" else values[0].transpose(2, 0, 1)
    assert planes.shape == (3, 20, 18)
    color = (200, 100, 50) if channels == "rgb" else (50, 100, 200)
    for plane, value, mean, std in zip(planes, color, (1, 2, 3), (2, 4, 8), strict=True):
        np.testing.assert_allclose(plane[5:15], (value * 0.5 - mean) / std, rtol=1e-6)
        np.testing.assert_allclose(np.concatenate([plane[:5], plane[15:]]), (7 * 0.5 - mean) / std, rtol=1e-6)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("size", [(131, 77), (64, 48), (33, 91)])
def test_a_slanted_map_comes_back_as_the_same_slant(spec, size):
    """Linear in the picture's coordinates over the input, so that bilinear interpolation gives it back exactly, but for
    the outermost half pixel of the map."""
    width, height = size
    place = placement(picture(width, height), spec, 96, 64)
    v, u = np.mgrid[:32, :48] * 2 + 1.0
    x, y = (u - place.left) * width / place.width, (v - place.top) * height / place.height
    slant = (500 + 2 * x + 3 * y).astype(np.float32)
    found = place.map_to_image(slant)
    assert found.shape == (height, width)
    row, column = np.mgrid[:height, :width] + 0.5
    step = int(np.ceil(2 * max(width / place.width, height / place.height)))
    inner = (slice(step, height - step), slice(step, width - step))
    np.testing.assert_allclose(found[inner], (500 + 2 * column + 3 * row)[inner], rtol=2e-4)
    assert np.abs(found - (500 + 2 * column + 3 * row)).max() <= 5 * step


def test_padding_does_not_leak_into_a_map():
    place = placement(picture(100, 50), SPECS[1], 40, 40)
    values = np.full((40, 40), 1000, dtype=np.float32)
    values[10:30] = 2.0
    np.testing.assert_array_equal(place.map_to_image(values), np.full((50, 100), 2.0, np.float32))


@pytest.mark.parametrize("hole", [np.nan, np.inf, -1.0, 0.0])
def test_holes_stay_holes_and_spread_to_nothing(hole):
    place = placement(picture(80, 80), SPECS[0], 20, 20)
    values = np.full((20, 20), 3.0, dtype=np.float32)
    values[:, :10] = hole
    found = place.map_to_image(values)
    np.testing.assert_array_equal(found[:, :40], 0)
    np.testing.assert_allclose(found[:, 40:], 3.0, rtol=1e-6)
