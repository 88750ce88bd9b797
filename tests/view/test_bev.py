"""The bird's-eye inset: metres to pixels, heading up, whatever way the world is turned."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.geometry.boxes import footprints
from scenegraph3d.types import Camera, Objects, Relations, SceneGraph
from scenegraph3d.view.bev import BORDER_SHARE, GRID_LINES, draw_bev, ground_view, nice_step
from scenegraph3d.view.canvas import Canvas
from scenegraph3d.view.palette import colors_of

SIDE = 400.0


def scene(turn_rad=0.0, shift_m=(0.0, 0.0)):
    """A lamp 3 m ahead and a sofa 4 m ahead, 2 m to the right, in a world turned and moved with its camera."""
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    centers = np.array([[0.0, 3.0, 0.0], [2.0, 4.0, 0.0]]) @ turn.T + [*shift_m, 0.0]
    pose = np.eye(4)
    pose[:3, :3] = turn @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    pose[:2, 3] = shift_m
    objects = Objects(("lamp", "sofa"), centers, np.array([[0.4, 0.4, 1.0], [1.6, 0.8, 0.9]]), np.full(2, turn_rad))
    camera = Camera(500.0, 500.0, 319.5, 239.5, 640, 480, pose)
    return SceneGraph(objects, Relations.empty(), camera)


def outlines(graph):
    return footprints(graph.objects.boxes)


def test_right_is_right_ahead_is_up_and_lengths_are_kept():
    graph = scene()
    view = ground_view(graph, outlines(graph), SIDE)
    camera, lamp, sofa = view.px(np.array([[0.0, 0.0], [0.0, 3.0], [2.0, 4.0]]))
    assert lamp[0] == pytest.approx(camera[0])
    assert sofa[0] > lamp[0]
    assert sofa[1] < lamp[1] < camera[1]
    assert np.linalg.norm(lamp - camera) == pytest.approx(3.0 * view.px_per_m)


def test_everything_and_the_camera_are_inside_and_fill_the_square():
    graph = scene()
    view = ground_view(graph, outlines(graph), SIDE)
    points = view.px(np.concatenate([outlines(graph).reshape(-1, 2), [[0.0, 0.0]]]))
    edge = BORDER_SHARE * SIDE
    assert points.min() >= edge - 1e-9
    assert points.max() <= SIDE - edge + 1e-9
    assert np.ptp(points, axis=0).max() == pytest.approx(SIDE - 2 * edge)


@given(st.floats(-3.1, 3.1), st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
def test_turning_and_moving_the_world_changes_nothing(turn_rad, shift_m):
    here, there = scene(), scene(turn_rad, shift_m)
    expected = ground_view(here, outlines(here), SIDE).px(outlines(here))
    got = ground_view(there, outlines(there), SIDE).px(outlines(there))
    np.testing.assert_allclose(got, expected, atol=1e-6)


@given(st.floats(1e-3, 1e5))
def test_the_grid_step_is_one_two_or_five_and_the_finest_that_fits(span):
    step = nice_step(span)
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-6
    assert span / step <= GRID_LINES * (1 + 1e-6)
    assert span / step > GRID_LINES / 2.5 * (1 - 1e-6)


def test_footprints_have_the_colour_of_their_label():
    graph = scene()
    canvas = Canvas.over(np.zeros((400, 400, 3), dtype=np.uint8))
    colors = colors_of(graph.objects.label)
    draw_bev(canvas, (0.0, 0.0, SIDE, SIDE), graph, colors)
    picture = canvas.finished().astype(int)
    middles = ground_view(graph, outlines(graph), SIDE).px(graph.objects.center_m[:, :2])
    for (x, y), label in zip(middles, graph.objects.label, strict=True):
        pixel, color = picture[round(y), round(x)], np.array(colors[label])
        assert np.corrcoef(pixel, color)[0, 1] > 0.9
        assert pixel.max() > 60


def test_a_scene_of_nothing_without_a_camera_has_an_inset():
    nothing = SceneGraph(Objects.from_rows([]), Relations.empty())
    canvas = Canvas.over(np.full((400, 400, 3), 255, dtype=np.uint8))
    draw_bev(canvas, (0.0, 0.0, SIDE, SIDE), nothing, {})
    assert canvas.finished().mean() < 80
