"""One detection per thing: what people would call one thing and what two, and what follows from the rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.detect.merge import MergeSettings, merge_duplicates
from scenegraph3d.errors import InputError
from scenegraph3d.types import Detections
from tests.io.scenes import sample

SIZE = 120, 160  # rows, columns
BED = (10, 40, 150, 110)
PILLOW = (20, 45, 60, 70)


def found(*rows, mask=None):
    """Detections of rows (label, box, score)."""
    labels, boxes, scores = zip(*rows, strict=True)
    return Detections(np.array(boxes, dtype=float), labels, np.array(scores), mask)


def filled(*boxes, holes=()):
    """Masks that fill boxes but for the holes."""
    out = np.zeros((len(boxes), *SIZE), dtype=bool)
    for row, (x0, y0, x1, y1) in enumerate(boxes):
        out[row, y0:y1, x0:x1] = True
    for row, (x0, y0, x1, y1) in holes:
        out[row, y0:y1, x0:x1] = False
    return out


def labels(detections):
    return merge_duplicates(detections).label


# --- one thing ----------------------------------------------------------------------------------------------


def test_one_thing_under_two_labels_has_the_better_one_and_keeps_the_others():
    sofa = (10, 40, 110, 100)
    rows = [("loveseat", sofa, 0.3), ("couch", (10, 41, 111, 100), 0.6), ("sofa", sofa, 0.9), ("Sofa", sofa, 0.5)]
    kept = merge_duplicates(found(*rows, ("lamp", (120, 0, 140, 60), 0.2)))
    assert kept.label == ("sofa", "lamp")
    assert kept.score.tolist() == [0.9, 0.2]
    assert kept.attributes == ({"also": ["couch", "loveseat"]}, {})


def test_the_same_chair_at_a_shifted_box_is_one_and_no_other_name():
    kept = merge_duplicates(found(("chair", (10, 10, 60, 100), 0.7), ("chair", (20, 14, 68, 104), 0.8)))
    assert (kept.label, kept.score.tolist(), kept.attributes) == (("chair",), [0.8], ({},))


def test_a_mask_inside_its_duplicate_is_one():
    masks = filled((10, 10, 60, 110), (10, 10, 60, 80))
    assert labels(found(("chair", (10, 10, 60, 110), 0.9), ("chair", (10, 10, 60, 80), 0.8), mask=masks)) == ("chair",)


def test_what_was_merged_before_is_not_forgotten():
    box = (10, 10, 60, 60)
    once = merge_duplicates(found(("cup", box, 0.8), ("mug", box, 0.9)))
    again = Detections(
        np.array([box, box], float), ("mug", "tankard"), [0.9, 0.95], attributes=(once.attributes[0], {})
    )
    assert merge_duplicates(again).attributes == ({"also": ["mug", "cup"]},)


def test_what_stays_is_as_it_was():
    detections = Detections(
        np.array([BED, (0, 0, 9, 9), BED], dtype=float),
        ("bed", "clock", "couch"),
        [0.5, 0.6, 0.9],
        filled(BED, (0, 0, 9, 9), BED, holes=[(2, (20, 50, 30, 60))]),
        ({"color": "red"}, {"state": "on"}, {"color": "blue"}),
        np.arange(6).reshape(3, 2),
    )
    kept = merge_duplicates(detections)
    assert kept.label == ("clock", "couch")
    assert kept.attributes == ({"state": "on"}, {"color": "blue", "also": ["bed"]})
    np.testing.assert_array_equal(kept.mask, detections.mask[1:])
    np.testing.assert_array_equal(kept.embedding, [[2, 3], [4, 5]])


# --- two things ---------------------------------------------------------------------------------------------

LAPTOP, KEYS = (40, 40, 100, 90), (42, 65, 98, 88)
TWO = {
    "a pillow on a bed": [("bed", BED, 0.9), ("pillow", PILLOW, 0.8)],
    "a small bed on a bed": [("bed", BED, 0.9), ("bed", PILLOW, 0.8)],
    "a laptop's keyboard": [("laptop", LAPTOP, 0.9), ("keyboard", KEYS, 0.8)],
    "two chairs side by side": [("chair", (10, 20, 60, 100), 0.9), ("chair", (35, 22, 85, 104), 0.8)],
    "a person on a bicycle": [("person", (40, 10, 100, 95), 0.9), ("bicycle", (38, 25, 104, 110), 0.8)],
    "a pizza on its plate": [("plate", (20, 20, 120, 60), 0.9), ("pizza", (26, 18, 114, 57), 0.8)],
}


@pytest.mark.parametrize("name", TWO)
def test_two_things_stay_two(name):
    assert labels(found(*TWO[name])) == tuple(row[0] for row in TWO[name])


def test_masks_tell_apart_what_boxes_do_not():
    """A rider has nearly the box of the bicycle, and a chair that of the chair behind."""
    box = (20, 10, 100, 110)
    rider = filled((20, 10, 100, 60), box, holes=[(1, (20, 10, 100, 60))])
    for pair in (("person", "bicycle"), ("chair", "chair")):
        rows = [(pair[0], box, 0.9), (pair[1], box, 0.8)]
        assert labels(found(*rows, mask=rider)) == pair
        assert len(labels(found(*rows))) == 1


def test_people_do_not_box_two_things_alike():
    """Boxes of labelled street scenes: none of two cars is the other."""
    from scenegraph3d.detect.given import from_kitti

    for frame in ("000001", "000008"):
        truth = from_kitti(sample("kitti", "label_2", f"{frame}.txt").read_text())
        assert labels(truth) == truth.label


# --- the rule -----------------------------------------------------------------------------------------------

corner = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(4, 40), st.integers(4, 40))
thing = st.tuples(st.sampled_from(["cup", "mug", "bowl"]), corner, st.integers(1, 4))


@given(st.lists(thing, min_size=1, max_size=9), st.randoms(use_true_random=False), st.booleans())
def test_the_order_changes_nothing_but_the_order(things, random, masked):
    rows = [(label, (x, y, x + w, y + h), score / 4) for label, (x, y, w, h), score in things]
    mixed = list(rows)
    random.shuffle(mixed)
    results = []
    for each in (rows, mixed):
        kept = merge_duplicates(found(*each, mask=filled(*(row[1] for row in each)) if masked else None))
        values = zip(kept.label, kept.xyxy_px.tolist(), kept.score, kept.attributes, strict=True)
        results.append(sorted(map(repr, values)))
    assert results[0] == results[1]


@given(st.lists(thing, min_size=1, max_size=9))
def test_merging_again_changes_nothing_and_full_masks_say_what_boxes_say(things):
    rows = [(label, (x, y, x + w, y + h), score / 4) for label, (x, y, w, h), score in things]
    once = merge_duplicates(found(*rows))
    assert merge_duplicates(once) is once
    masked = merge_duplicates(found(*rows, mask=filled(*(row[1] for row in rows))))
    np.testing.assert_array_equal(masked.xyxy_px, once.xyxy_px)
    assert masked.attributes == once.attributes


def test_thresholds_are_the_settings():
    pair = found(("cup", (0, 0, 100, 100), 0.9), ("mug", (0, 0, 100, 70), 0.8))
    assert len(merge_duplicates(pair, MergeSettings(any_label_iou=0.69))) == 1
    assert len(merge_duplicates(pair, MergeSettings(any_label_iou=0.71))) == 2
    with pytest.raises(InputError, match="any_label_iou: expected a number from 0 to 1, got 7"):
        merge_duplicates(pair, MergeSettings(any_label_iou=7))


def test_nothing_is_merged_into_nothing():
    assert len(merge_duplicates(Detections([], []))) == 0
