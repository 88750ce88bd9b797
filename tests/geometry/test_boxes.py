"""Boxes against shapely, sampled points and closed forms."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear
from shapely.geometry import Polygon

from scenegraph3d.geometry import boxes, polygons

seeds = st.integers(0, 2**32 - 1)


def random_boxes(seed, count=12):
    rng = np.random.default_rng(seed)
    yaw = rng.uniform(-4, 4, count)
    yaw[: count // 3] = rng.choice([0, np.pi / 2, np.pi, np.pi / 4], count // 3)
    center = rng.normal(size=(count, 3)) * 1.2
    center[: count // 3] = rng.integers(-1, 2, (count // 3, 3)) * 0.5
    size = rng.uniform(0.05, 2, (count, 3))
    size[: count // 3] = rng.choice([0.5, 1.0], (count // 3, 3))
    return center, size, yaw


def all_pairs(count):
    return np.triu_indices(count, 1)


def shapes(columns):
    return np.array([Polygon(f) for f in boxes.footprints(boxes.Boxes(*columns))])


@given(seed=seeds)
def test_overlap_and_gap_on_the_ground_are_shapelys(seed):
    columns = random_boxes(seed)
    i, j = all_pairs(12)
    flat = shapes(columns)
    area = shapely.area(shapely.intersection(flat[i], flat[j]))
    np.testing.assert_allclose(boxes.overlap_area_m2(boxes.Boxes(*columns), i, j), area, atol=1e-9)
    np.testing.assert_allclose(
        boxes.ground_gap_m(boxes.Boxes(*columns), i, j), shapely.distance(flat[i], flat[j]), atol=1e-9
    )


@given(seed=seeds)
def test_iou_in_3d_is_that_of_the_prisms(seed):
    center, size, _ = columns = random_boxes(seed)
    i, j = all_pairs(12)
    flat = shapes(columns)
    top, bottom = center[:, 2] + size[:, 2] / 2, center[:, 2] - size[:, 2] / 2
    height = np.maximum(np.minimum(top[i], top[j]) - np.maximum(bottom[i], bottom[j]), 0)
    shared = shapely.area(shapely.intersection(flat[i], flat[j])) * height
    volume = size.prod(axis=1)
    np.testing.assert_allclose(
        boxes.iou_3d(boxes.Boxes(*columns), i, j), shared / (volume[i] + volume[j] - shared), atol=1e-9
    )


def axes_of(size_m, yaw_rad):
    """[3, 3] columns: the edges of a box."""
    c, s = math.cos(yaw_rad), math.sin(yaw_rad)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) * size_m


@settings(max_examples=40)
@given(seed=seeds)
def test_gap_is_the_least_distance_between_a_point_of_each(seed):
    center, size, yaw = random_boxes(seed, 2)
    center[1] += 2.0 * np.random.default_rng(seed).normal(size=3)
    both = np.hstack([axes_of(size[0], yaw[0]), -axes_of(size[1], yaw[1])])
    nearest = lsq_linear(both, center[1] - center[0], bounds=(-0.5, 0.5), method="bvls", tol=1e-14)
    gap = boxes.gap_m(boxes.Boxes(center, size, yaw), [0], [1])[0]
    assert gap == pytest.approx(math.sqrt(2 * nearest.cost), abs=1e-6)


def test_gap_of_known_boxes():
    center = np.array([[0.0, 0, 0], [3, 0, 0], [0, 0, 2], [3, 4, 5]])
    size, yaw = np.ones((4, 3)), np.array([0, math.pi / 4, 0, 0])
    gaps = boxes.gap_m(boxes.Boxes(center, size, yaw), [0, 0, 0], [1, 2, 3])
    np.testing.assert_allclose(gaps, [3 - 0.5 - math.sqrt(0.5), 1.0, math.sqrt(4 + 9 + 16)])


def test_crossing_boxes_touch_though_no_corner_is_inside():
    center, yaw = np.zeros((2, 3)), np.array([0.0, 0.3])
    size = np.array([[4.0, 0.2, 1], [0.2, 4.0, 1]])
    assert boxes.gap_m(boxes.Boxes(center, size, yaw), [0], [1])[0] == 0
    expected = 0.2 * 0.2 / math.cos(0.3)
    assert boxes.overlap_area_m2(boxes.Boxes(center, size, yaw), [0], [1])[0] == pytest.approx(expected)


def test_corners_are_in_the_documented_order():
    corners = boxes.corners(boxes.Boxes(np.array([[1.0, 2, 3]]), np.array([[2.0, 4, 6]]), np.array([math.pi / 2])))[0]
    signs = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    expected = [[1 - 2 * sy, 2 + 1 * sx, z] for z in (0, 6) for sx, sy in signs]
    np.testing.assert_allclose(corners, expected, atol=1e-12)


@given(seed=seeds)
def test_other_convex_polygons_overlap_as_in_shapely(seed):
    columns = random_boxes(seed, 9)
    angles = np.sort(np.random.default_rng(seed).uniform(0, 2 * np.pi, (9, 7)), axis=1)
    rounds = np.stack([np.cos(angles), np.sin(angles)], axis=2)
    flat = boxes.footprints(boxes.Boxes(*columns))
    expected = shapely.area(shapely.intersection(shapes(columns), [Polygon(p) for p in rounds]))
    np.testing.assert_allclose(polygons.intersection_area(rounds, flat), expected, atol=1e-9)
    np.testing.assert_allclose(polygons.intersection_area(flat, rounds), expected, atol=1e-9)
