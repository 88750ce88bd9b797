"""Straight edges: drawn ones come back where they were drawn, and what is not straight gives none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.geometry.segments import SegmentSettings, line_segments


def half_planes(shape, lines, contrast=120.0):
    """Grey of a convex shape: 60 outside, `contrast` more inside all (angle, offset) half planes; soft edges."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    x, y = x - (shape[1] - 1) / 2, y - (shape[0] - 1) / 2
    inside = [np.clip(0.5 + offset - (x * np.cos(angle) + y * np.sin(angle)), 0, 1) for angle, offset in lines]
    return 60 + contrast * np.min(inside, axis=0)


def box(shape, turn, half=(90.0, 60.0), **more):
    return half_planes(shape, [(turn + k * np.pi / 2, half[k % 2]) for k in range(4)], **more)


def polar(segments, shape):
    """Direction of each segment's normal, modulo pi, and its distance from the middle of the picture."""
    run = segments.end_px - segments.start_px
    angle = np.arctan2(run[:, 1], run[:, 0]) + np.pi / 2
    middle = (segments.start_px + segments.end_px) / 2 - (np.array(shape)[::-1] - 1) / 2
    return angle % np.pi, middle[:, 0] * np.cos(angle) + middle[:, 1] * np.sin(angle)


def apart(a, b):
    return np.abs((a - b + np.pi / 2) % np.pi - np.pi / 2)


@settings(max_examples=25)
@given(st.floats(0, np.pi / 2), st.sampled_from([40.0, 120.0]), st.integers(0, 5))
def test_the_sides_of_a_box_come_back(turn, contrast, seed):
    shape = (300, 400)
    grey = box(shape, turn, contrast=contrast) + np.random.default_rng(seed).normal(0, 2, shape)
    found = line_segments(grey)
    angle, offset = polar(found, shape)
    length = found.length_px
    for k in range(4):
        side = turn + k * np.pi / 2
        off = apart(angle, side)
        sign = np.where(np.cos(angle - side) > 0, 1, -1)
        mine = (off < np.radians(3)) & (np.abs(offset * sign - (90, 60)[k % 2]) < 2)
        assert length[mine].sum() > 0.75 * 2 * (60, 90)[k % 2]
        assert length[mine] @ off[mine] / length[mine].sum() < np.radians(0.5)
        assert length[mine] @ np.abs(np.abs(offset[mine]) - (90, 60)[k % 2]) / length[mine].sum() < 0.15
        angle, offset, length = angle[~mine], offset[~mine], length[~mine]
    assert len(length) == 0


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda grey: 255 - grey, lambda x, y: (x, y)),
        (lambda grey: grey[:, ::-1], lambda x, y: (399 - x, y)),
        (lambda grey: grey[::-1], lambda x, y: (x, 299 - y)),
        (lambda grey: grey.T, lambda x, y: (y, x)),
    ],
    ids=["inverted", "mirrored", "upside down", "transposed"],
)
def test_a_changed_picture_has_its_segments_where_the_change_puts_them(change, place):
    grey = np.maximum(box((300, 400), 0.37), box((300, 400), 1.0, half=(140.0, 20.0), contrast=70.0))
    plain, changed = line_segments(grey), line_segments(np.ascontiguousarray(change(grey)))
    assert len(plain) == len(changed) >= 8
    wanted = np.array([[place(*start), place(*end)] for start, end in zip(plain.start_px, plain.end_px, strict=True)])
    found = np.stack([changed.start_px, changed.end_px], axis=1)
    for ends in wanted:
        assert min(np.abs(found - ends).max((1, 2)).min(), np.abs(found - ends[::-1]).max((1, 2)).min()) < 1.0


@pytest.mark.parametrize("factor", [2, 3])
def test_a_large_picture_is_reduced_and_its_segments_are_in_its_own_pixels(factor):
    shape = (240 * factor, 320 * factor)
    grey = box(shape, 0.3, half=(90.0 * factor, 60.0 * factor))
    found = line_segments(grey, SegmentSettings(longest_px=320))
    angle, offset = polar(found, shape)
    wanted = np.where(apart(angle, 0.3) < 0.1, 90, 60) * factor
    assert found.length_px.sum() > 0.75 * 600 * factor
    assert np.abs(np.abs(offset) - wanted).max() < 0.4 * factor


def test_a_disk_gives_short_chords_alone():
    y, x = np.mgrid[:300, :400]
    disk = 60 + 120 * np.clip(100.5 - np.hypot(x - 200, y - 150), 0, 1)
    assert line_segments(disk).length_px.max(initial=0) < 60


def test_noise_ramps_and_blank_pictures_have_no_edges():
    noise = np.random.default_rng(0).normal(128, 6, (300, 400))
    y, x = np.mgrid[:300, :400]
    for grey in (np.full((300, 400), 99.0), 0.5 * x + 0.2 * y, noise):
        assert line_segments(grey).length_px.sum() < 100
    assert len(line_segments(np.zeros((1, 1)))) == 0
    assert len(line_segments(np.zeros((3, 700)))) == 0


def test_only_the_longest_are_kept_longest_first():
    x = np.mgrid[:300, :400][1]
    stripes = 128 + 60 * np.sign(np.sin(x / 5))
    found = line_segments(stripes, SegmentSettings(most=7))
    assert len(found) == 7
    assert (np.diff(found.length_px) <= 0).all()
    assert found.length_px.min() > 250
