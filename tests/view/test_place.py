"""Places for labels: never on another label, never outside, off small things where there is room."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.view.canvas import Canvas, gap
from scenegraph3d.view.place import hidden, label_place, point_place, spot_place

NOTHING = np.zeros((0, 4))
BOX = (100.0, 100.0, 200.0, 200.0)
SIZE = (50.0, 20.0)
COORDINATE = st.floats(-100, 500)


def canvas():
    return Canvas.over(np.zeros((300, 400, 3), dtype=np.uint8))


def overlap(a, b):
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


@given(st.lists(st.tuples(COORDINATE, COORDINATE, st.floats(5, 90), st.floats(5, 30)), min_size=1, max_size=25))
def test_labels_are_inside_the_picture_and_apart(wanted):
    board = canvas()
    for x, y, width, height in wanted:
        rect = label_place(board, (x, y, x + 40, y + 40), (width, height), NOTHING)
        if rect is not None:
            board.taken.append(rect)
    assert board.taken
    for rect in board.taken:
        assert rect[0] >= -1e-9
        assert rect[1] >= -1e-9
        assert rect[2] <= 400 + 1e-9
        assert rect[3] <= 300 + 1e-9
    assert not any(overlap(a, b) for a, b in combinations(board.taken, 2))


def test_the_first_choice_is_above_the_box():
    rect = label_place(canvas(), BOX, SIZE, NOTHING)
    assert rect[3] <= 100
    assert 0.5 * (rect[0] + rect[2]) == 150


def test_a_label_gives_way_to_a_small_thing():
    things = np.array([[120.0, 70.0, 180.0, 99.0]])
    assert hidden(things, label_place(canvas(), BOX, SIZE, NOTHING)) > 0
    assert hidden(things, label_place(canvas(), BOX, SIZE, things)) == 0


def test_a_text_stays_near_its_point():
    board = canvas()
    first = point_place(board, (200.0, 150.0), (60.0, 20.0), NOTHING)
    assert first == (170.0, 140.0, 230.0, 160.0)
    board.taken.append(first)
    second = point_place(board, (200.0, 150.0), (60.0, 20.0), NOTHING)
    assert gap(first, second) < 21


def test_a_surface_is_named_where_nothing_stands_on_it():
    spots = np.array([[200.0, 150.0], [300.0, 250.0]])
    things = np.array([[150.0, 100.0, 250.0, 200.0]])
    assert spot_place(canvas(), spots, (20.0, 10.0), things) == (290.0, 245.0, 310.0, 255.0)
    assert spot_place(canvas(), spots[:0], (20.0, 10.0), things) is None


def test_a_label_wider_than_the_picture_finds_no_place():
    assert label_place(canvas(), BOX, (500.0, 20.0), NOTHING) is None
