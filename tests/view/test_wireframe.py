"""Edges of boxes in a picture, against points of the edges projected one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.geometry.boxes import corners
from scenegraph3d.types import Camera, Objects
from scenegraph3d.view.wireframe import EDGES, SURROUNDINGS, wireframes

CAMERA = Camera(fx=100.0, fy=100.0, cx=79.5, cy=59.5, width=160, height=120)
SOME = st.floats(-6, 6)
SIZE = st.floats(0.05, 4)


def box(center_m, size_m=(1.0, 1.0, 1.0), yaw_rad=0.0):
    return Objects(("thing",), np.array([center_m]), np.array([size_m]), np.array([yaw_rad]))


def test_a_cube_ahead_of_a_level_camera_projects_as_in_closed_form():
    frames = wireframes(box((0.0, 4.0, 0.0)), CAMERA)
    near, far = 100.0 * 0.5 / 3.5, 100.0 * 0.5 / 4.5
    np.testing.assert_allclose(frames.bounds_px(160, 120)[0], [79.5 - near, 59.5 - near, 79.5 + near, 59.5 + near])
    assert frames.drawn.all()
    ends = frames.edges_px[0].reshape(-1, 2)
    for half in (near, far):
        for corner in ([79.5 - half, 59.5 - half], [79.5 + half, 59.5 + half]):
            assert (np.abs(ends - corner).max(axis=1) < 1e-9).any()


def test_the_near_face_alone_is_in_sight_of_a_camera_in_front_of_it():
    frames = wireframes(box((0.0, 4.0, 0.0)), CAMERA)
    assert frames.face_facing[0].tolist() == [False, False, True, False, False, False]
    assert frames.facing[0].sum() == 4


def test_all_edges_are_hidden_from_a_camera_inside_the_box():
    frames = wireframes(box((0.0, 0.0, 0.0), (2.0, 2.0, 2.0)), CAMERA)
    assert not frames.facing.any()


def test_a_box_behind_the_camera_is_not_drawn():
    frames = wireframes(box((0.0, -4.0, 0.0)), CAMERA)
    assert not frames.drawn.any()
    assert np.isnan(frames.bounds_px(160, 120)).all()
    assert len(frames.face_px(0, 0)) == 0


@given(st.tuples(SOME, SOME, SOME), st.tuples(SIZE, SIZE, SIZE), st.floats(-3.1, 3.1))
def test_what_is_drawn_of_an_edge_is_what_its_points_project_to(center_m, size_m, yaw_rad):
    objects = box(center_m, size_m, yaw_rad)
    frames = wireframes(objects, CAMERA)
    world = corners(objects.boxes)[0]
    share = np.linspace(0, 1, 60)[:, None]
    low = np.array([-SURROUNDINGS * 160 - 0.5, -SURROUNDINGS * 120 - 0.5])
    high = np.array([(1 + SURROUNDINGS) * 160 - 0.5, (1 + SURROUNDINGS) * 120 - 0.5])
    for edge, (a, b) in enumerate(EDGES):
        points = world[a] + share * (world[b] - world[a])
        ahead = points[points[:, 1] > frames.near_m * (1 + 1e-9)]
        px = np.stack([79.5 + 100 * ahead[:, 0] / ahead[:, 1], 59.5 - 100 * ahead[:, 2] / ahead[:, 1]], axis=1)
        px = px[((px > low + 1e-6) & (px < high - 1e-6)).all(axis=1)]
        if len(px) == 0:
            continue
        assert frames.drawn[0, edge]
        start, stop = frames.edges_px[0, edge]
        along = np.append(stop - start, 0.0)
        off = np.cross(along, np.append(px - start, np.zeros((len(px), 1)), axis=1))[:, 2]
        length = max(float(np.linalg.norm(along)), 1e-3)
        assert np.abs(off).max() / length < 1e-5
        reach = (px - start) @ along[:2] / length
        assert reach.min() > -1e-4
        assert reach.max() < length + 1e-4


@given(st.tuples(SOME, SOME, SOME), st.tuples(SIZE, SIZE, SIZE), st.floats(-3.1, 3.1))
def test_nothing_is_drawn_outside_the_surroundings_or_without_bounds(center_m, size_m, yaw_rad):
    frames = wireframes(box(center_m, size_m, yaw_rad), CAMERA)
    ends = frames.edges_px[frames.drawn]
    assert np.isfinite(ends).all()
    assert (ends >= [-160.5 - 1e-6, -120.5 - 1e-6]).all()
    assert (ends <= [319.5 + 1e-6, 239.5 + 1e-6]).all()


@given(st.tuples(SOME, SOME, SOME), st.tuples(SIZE, SIZE, SIZE), st.floats(-3.1, 3.1))
def test_a_mirrored_box_has_the_mirrored_bounds(center_m, size_m, yaw_rad):
    x, y, z = center_m
    bounds = wireframes(box(center_m, size_m, yaw_rad), CAMERA).bounds_px(160, 120)[0]
    other = wireframes(box((-x, y, z), size_m, -yaw_rad), CAMERA).bounds_px(160, 120)[0]
    np.testing.assert_allclose(other, [159 - bounds[2], bounds[1], 159 - bounds[0], bounds[3]], atol=1e-6)
