"""Cuboids: what they refuse, and that they go along with their detections."""

import numpy as np
import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.types import Cuboids, Detections


def cuboids(n=2, **changes):
    fields = {
        "center_m": np.arange(3.0 * n).reshape(n, 3) + 1,
        "size_m": np.full((n, 3), 0.5),
        "camera_from_box": np.broadcast_to(np.eye(3), (n, 3, 3)),
        "depth_m": np.full(n, 2.0),
    }
    return Cuboids(**(fields | changes))


def test_rows_go_along_with_their_detections():
    boxes = np.array([[0.0, 0, 4, 4], [4, 4, 8, 8]])
    found = Detections(boxes, ("mug", "bowl"), cuboids=cuboids(front_known=np.array([True, False])))
    kept = found.where(np.array([False, True]))
    assert kept.cuboids.center_m.tolist() == [[4.0, 5.0, 6.0]]
    assert kept.cuboids.front_known.tolist() == [False]


def test_none_is_a_number_of_cuboids_too():
    assert len(cuboids(0)) == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("size_m", np.zeros((2, 3)), "metres above 0"),
        ("depth_m", np.array([1.0, -1.0]), "metres above 0"),
        ("depth_m", np.ones(3), "shape"),
        ("camera_from_box", np.stack([2 * np.eye(3)] * 2), "rotations"),
        ("camera_from_box", np.stack([np.diag([1.0, 1.0, -1.0])] * 2), "rotations"),
        ("center_m", np.full((2, 3), np.nan), "finite"),
    ],
)
def test_what_cannot_be_a_box_is_refused(field, value, said):
    with pytest.raises(InputError, match=said):
        cuboids(**{field: value})


def test_as_many_as_detections():
    with pytest.raises(InputError, match="one per detection"):
        Detections(np.array([[0.0, 0, 4, 4]]), ("mug",), cuboids=cuboids(2))
