"""Square pictures of single things: which pixels are in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.errors import InputError
from scenegraph3d.refine.crops import CropSettings, crops
from scenegraph3d.types import Detections, Image

RGB = np.random.default_rng(0).integers(0, 120, (40, 60, 3)).astype(np.uint8)
TIGHT = CropSettings(margin=0.0, fill=(200, 210, 220))


def one(box, mask=None, settings=TIGHT):
    found = Detections(np.array([box], dtype=float), ["cup"], mask=None if mask is None else mask[None])
    return crops(Image(RGB), found, settings)[0]


def test_a_wide_thing_is_in_the_middle_of_a_square():
    crop = one((10, 20, 30, 28))
    assert crop.shape == (20, 20, 3)
    np.testing.assert_array_equal(crop[6:14], RGB[20:28, 10:30])
    assert (crop[:6] == TIGHT.fill).all()
    assert (crop[14:] == TIGHT.fill).all()


def test_what_is_not_of_the_mask_is_filled():
    mask = np.zeros((40, 60), dtype=bool)
    mask[22:25, 12:20] = True
    crop = one((10, 20, 30, 40), mask)
    own = mask[20:40, 10:30]
    np.testing.assert_array_equal(crop[own], RGB[20:40, 10:30][own])
    assert (crop[~own] == TIGHT.fill).all()


def test_the_margin_is_a_share_of_the_longer_side_and_ends_at_the_border():
    settings = CropSettings(margin=0.1)
    np.testing.assert_array_equal(one((20, 10, 40, 20), settings=settings)[5:19], RGB[8:22, 18:42])
    np.testing.assert_array_equal(one((0, 0, 20, 20), settings=settings), RGB[0:22, 0:22])


@given(st.floats(-30, 59), st.floats(-30, 39), st.floats(0.01, 90), st.floats(0.01, 70), st.floats(0, 1))
def test_every_box_that_touches_the_picture_gives_a_square(x, y, width, height, margin):
    if x + width > 0 and y + height > 0:
        crop = one((x, y, x + width, y + height), settings=CropSettings(margin=margin))
        assert crop.shape[0] == crop.shape[1] >= 1


def test_boxes_and_masks_of_another_picture_are_refused():
    with pytest.raises(InputError, match="touches the 60 x 40 picture"):
        one((60, 0, 70, 10))
    with pytest.raises(InputError, match="the picture's size 60 x 40"):
        one((0, 0, 9, 9), np.ones((40, 61), dtype=bool))


def test_nothing_gives_nothing():
    assert crops(Image(RGB), Detections([], [])) == []
