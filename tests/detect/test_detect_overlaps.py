"""Overlapping boxes, against shapely's areas, supervision's suppression and what follows from the rule."""

import numpy as np
import pytest
import shapely
import supervision

from scenegraph3d.detect.overlaps import box_iou, mask_iou, speakers
from scenegraph3d.errors import InputError


def many(count, seed, labels=4):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 60, (count, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(5, 60, (count, 2))], axis=1)
    return boxes, rng.permutation(count) / count, rng.integers(0, labels, count)


def suppress(boxes, score, label, **limits):
    """The rows that speak for themselves, best score first."""
    order = np.argsort(-np.asarray(score), kind="stable")
    speaker = speakers(box_iou(boxes[order], boxes[order]), np.asarray(label, dtype=np.int64)[order], **limits)
    return order[speaker == np.arange(len(order))]


def test_iou_is_that_of_the_areas():
    boxes, _, _ = many(40, 0)
    shapes = shapely.box(*boxes.T)
    both = shapely.area(shapely.intersection(shapes[:, None], shapes[:15]))
    expected = both / (shapely.area(shapes)[:, None] + shapely.area(shapes[:15]) - both)
    np.testing.assert_allclose(box_iou(boxes, boxes[:15]), expected, atol=1e-12)


def test_iou_of_boxes_without_area_is_0():
    flat = np.zeros((2, 4))
    np.testing.assert_array_equal(box_iou(flat, flat), 0)


@pytest.mark.parametrize("size", [20, 900])
def test_iou_of_masks_is_that_of_their_pixels(size):
    rng = np.random.default_rng(size)
    rows, columns = np.mgrid[:size, :size]
    centers, radii = rng.uniform(0.2 * size, 0.8 * size, (8, 2)), rng.uniform(0.1 * size, 0.3 * size, 8)
    masks = np.array([np.hypot(columns - x, rows - y) < r for (x, y), r in zip(centers, radii, strict=True)])
    boxes = np.column_stack([centers - radii[:, None], centers + radii[:, None]])
    first, second = np.triu_indices(8)
    both = (masks[first] & masks[second]).sum(axis=(1, 2))
    either = (masks[first] | masks[second]).sum(axis=(1, 2))
    exact = 0 if size < 64 else 0.01
    np.testing.assert_allclose(mask_iou(masks, boxes, first, second), both / either, atol=exact, rtol=0)


def test_iou_of_masks_beside_their_boxes_is_0():
    masks = np.ones((2, 4, 4), dtype=bool)
    away = np.array([[9.0, 9, 12, 12]] * 2)
    assert mask_iou(masks, away, np.array([0]), np.array([1])).tolist() == [0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("iou", [0.2, 0.5, 0.7])
def test_within_labels_it_is_the_suppression_that_others_have(seed, iou):
    boxes, score, label = many(80, seed)
    rows = np.column_stack([boxes, score, label])
    expected = np.flatnonzero(supervision.box_non_max_suppression(rows, iou_threshold=iou))
    kept = suppress(boxes, score, label, same_label_iou=iou, any_label_iou=1.0)
    assert sorted(kept) == expected.tolist()
    assert (np.diff(score[kept]) < 0).all()


def test_one_thing_under_two_labels_is_one():
    boxes = np.array([[0, 0, 100, 100], [0, 0, 100, 95], [0, 0, 100, 70], [200, 0, 300, 100]], dtype=float)
    limits = {"same_label_iou": 0.5, "any_label_iou": 0.9}
    assert suppress(boxes, np.array([0.6, 0.9, 0.5, 0.4]), [0, 1, 2, 0], **limits).tolist() == [1, 2, 3]


def test_a_box_that_goes_takes_none_with_it():
    boxes = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], dtype=float)
    limits = {"same_label_iou": 0.3, "any_label_iou": 1.0}
    assert suppress(boxes, np.array([0.9, 0.8, 0.7]), [0, 0, 0], **limits).tolist() == [0, 2]


def test_of_equal_boxes_the_earlier_stays():
    boxes = np.tile([[1.0, 2, 3, 4]], (100, 1))
    limits = {"same_label_iou": 0.5, "any_label_iou": 0.5}
    assert suppress(boxes, np.tile([0.5, 0.7], 50), [0] * 100, **limits).tolist() == [1]
    apart = boxes + 5 * np.arange(100)[:, None]
    kept = suppress(apart, np.tile([0.5, 0.7], 50), [0] * 100, **limits).tolist()
    assert kept == [*range(1, 100, 2), *range(0, 100, 2)]


def test_what_is_too_much_for_two_labels_is_too_much_for_one():
    boxes = np.array([[0, 0, 100, 100], [0, 0, 100, 70]], dtype=float)
    limits = {"same_label_iou": 0.9, "any_label_iou": 0.5}
    assert suppress(boxes, np.array([0.6, 0.9]), [0, 0], **limits).tolist() == [1]


def test_nothing_gives_nothing():
    assert len(suppress(np.zeros((0, 4)), np.zeros(0), [], same_label_iou=0.5, any_label_iou=0.5)) == 0


def test_a_threshold_that_is_none_is_refused():
    with pytest.raises(InputError, match="any_label_iou"):
        suppress(np.zeros((0, 4)), np.zeros(0), [], same_label_iou=0.5, any_label_iou=50)
