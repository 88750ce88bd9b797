"""Planes: fits against closed forms, normals exact on planes, floors and walls of built scenes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from scenegraph3d.geometry.grid import depth_grid, z_values
from scenegraph3d.geometry.planes import NormalVote, Plane, fit_plane, level_planes, patch_tilt_rad, upright_planes

K = np.array([[300.0, 0, 159.5], [0, 310.0, 119.5], [0, 0, 1]])
UP = np.array([0.0, 0.0, 1.0])
directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


def angle_deg(a, b):
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def patch(normal, offset, count=400, spread=1.0, noise=0.0, seed=0):
    """Points on the plane normal . p = offset."""
    rng = np.random.default_rng(seed)
    normal = np.array(normal) / np.linalg.norm(normal)
    basis = np.linalg.svd(normal[None])[2][1:]
    return rng.uniform(-spread, spread, (count, 2)) @ basis + normal * (offset + rng.normal(0, noise, count))[:, None]


@given(directions, st.floats(-3, 3))
def test_fit_plane_is_exact_on_a_plane(normal, offset):
    plane = fit_plane(patch(normal, offset))
    assert np.abs(plane.distance(patch(normal, offset, seed=1))).max() < 1e-6


def test_fit_plane_minimises_squared_distance():
    points = patch((1, 2, 3), 0.5, noise=0.1)
    plane = fit_plane(points)
    least = np.linalg.svd(points - points.mean(0))[1][2] ** 2
    assert np.sum(plane.distance(points) ** 2) == pytest.approx(least, rel=1e-9)


def test_facing_turns_the_normal_and_keeps_the_plane():
    plane = Plane(np.array([0.0, 0.0, -1.0]), -2.0)
    assert plane.facing(UP).offset == 2.0
    assert plane.facing(UP).distance(np.array([[5.0, 5.0, 3.0]])) == pytest.approx([1.0])


def plane_depth(normal, offset, shape=(240, 320)):
    x, y = np.meshgrid((np.arange(shape[1]) - K[0, 2]) / K[0, 0], (np.arange(shape[0]) - K[1, 2]) / K[1, 1])
    return offset / (np.stack([x, y, np.ones_like(x)], -1) @ np.array(normal))


@settings(max_examples=25)
@given(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6), st.floats(0.5, 20), st.sampled_from([1, 3, 4]))
def test_normals_are_exact_on_planes_at_any_scale_with_holes(a, b, offset, cell_px):
    normal = np.array([a, b, 1.0]) / np.linalg.norm([a, b, 1.0])
    z = plane_depth(normal, offset)
    z[np.random.default_rng(0).random(z.shape) < 0.2] = 0
    grid = depth_grid(z, K, cell_px)
    assert grid.planar[2:-2, 2:-2][grid.valid[2:-2, 2:-2]].mean() > 0.99
    assert np.abs(grid.normals[grid.planar] + normal).max() < 1e-6  # they face the camera
    assert np.abs(grid.points[grid.valid] @ normal - offset).max() < 1e-6 * offset


def test_normals_of_a_sparse_depth_image():
    normal = np.array([0.1, 0.9, 0.3]) / np.linalg.norm([0.1, 0.9, 0.3])
    z = plane_depth(normal, 1.6)
    z[(z < 0) | (np.random.default_rng(0).random(z.shape) > 0.05)] = 0
    grid = depth_grid(z, K, 8)
    assert grid.planar.sum() > 200
    assert np.abs(grid.normals[grid.planar] + normal).max() < 1e-6


def test_no_normal_across_a_depth_step_and_none_without_depth():
    z = np.full((240, 320), 1.0)
    z[:, 160:] = 1.5
    grid = depth_grid(z, K, 1)
    assert not grid.planar[:, 159:161].any()
    assert grid.planar[2:-2, 2:157].all()
    assert grid.planar[2:-2, 163:-2].all()
    empty = depth_grid(np.zeros((240, 320)), K, 4)
    assert not empty.valid.any()
    assert not empty.planar.any()
    assert (empty.points == 0).all()


def test_depth_of_an_inverse_map_is_its_inverse():
    values = np.array([[0.0, 0.5, 4.0]])
    assert z_values(values, "inverse_relative").tolist() == [[0.0, 2.0, 0.25]]
    assert z_values(values, "relative").tolist() == values.tolist()


def sky(step_deg=2.5, reach_deg=40.0):
    angles = np.radians(np.arange(-reach_deg, reach_deg + step_deg, step_deg))
    return np.array([[np.sin(a), np.sin(b) * np.cos(a), np.cos(b) * np.cos(a)] for a in angles for b in angles])


def settled(vote, start):
    """The least of the vote's information, from a start a few degrees off."""
    up = start
    for limit in vote.settings.refine_rad:
        up = np.linalg.eigh(vote.information(up, limit))[1][:, 0]
        up *= np.sign(up @ start)
    return up


@settings(max_examples=25)
@given(st.floats(-30, 30), st.floats(-30, 30), st.floats(-180, 180), st.sampled_from([1.0, -1.0]))
def test_normals_vote_for_the_up_of_the_room(tilt_x, tilt_y, heading, side):
    turn = Rotation.from_euler("zyx", [heading, tilt_y, tilt_x], degrees=True).as_matrix()
    rng = np.random.default_rng(0)
    room = np.repeat([[0.0, 0, side], [1.0, 0, 0], [0, 1.0, 0]], [200, 300, 100], axis=0)  # a floor or a ceiling
    normals = np.concatenate([(room + rng.normal(0, 0.02, room.shape)) @ turn.T, rng.normal(size=(200, 3))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    vote, candidates = NormalVote.of(normals), sky()
    best = candidates[int(np.argmax(vote.support(candidates)))]
    assert angle_deg(best, turn @ UP) < 4
    assert angle_deg(settled(vote, best), turn @ UP) < 0.7


def test_a_vote_counts_shares_of_the_normals():
    normals = np.repeat([[0.0, 0, 1], [1.0, 0, 0], [0.6, 0, 0.8]], [50, 30, 20], axis=0)
    assert NormalVote.of(normals).support(UP[None])[0] == pytest.approx(0.5 + 0.5 * 0.3, abs=1e-3)
    assert (NormalVote.of(np.zeros((0, 3))).support(sky()) == 0).all()
    assert (NormalVote.of(np.zeros((0, 3))).information(UP, 0.1) == 0).all()


def test_one_wall_says_nothing_of_the_turn_about_its_normal():
    wall = np.array([0.6, -0.7, -0.2]) / np.linalg.norm([0.6, -0.7, -0.2])
    vote = NormalVote.of(np.repeat(wall[None], 50, axis=0))
    up = np.linalg.svd(wall[None])[2][1]
    known = vote.information(up, 0.1)
    assert wall @ known @ wall > 1e3
    assert np.abs(known @ np.cross(wall, up)).max() < 1e-6 * (wall @ known @ wall)


def test_a_wall_that_faces_the_camera_squarely_counts_little():
    up = np.array([0.0, -1.0, 0.0])
    square, aside = (np.repeat([[np.sin(a), 0.0, -np.cos(a)]], 50, axis=0) for a in (0.0, 0.5))
    ahead = NormalVote.of(square).support(up[None])[0]
    assert ahead == pytest.approx(NormalVote.of(square).settings.facing_weight * 0.5, abs=1e-3)
    assert NormalVote.of(aside).support(up[None])[0] == pytest.approx(0.5, abs=1e-3)


@given(st.floats(0.0, 0.3))
def test_patches_that_are_tilted_both_ways_show_the_bend(bend):
    normals = np.repeat([[np.sin(bend), 0, np.cos(bend)], [-np.sin(bend), 0, np.cos(bend)]], 40, axis=0)
    patch = np.repeat([0, 3], 40)
    assert patch_tilt_rad(normals, patch, UP) == pytest.approx(bend, abs=1e-6)
    noisy = normals + np.random.default_rng(0).permuted(np.tile([[0.3, 0, 0], [-0.3, 0, 0]], (40, 1)), axis=0)
    noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
    assert abs(patch_tilt_rad(noisy, patch, UP) - bend) < 0.1


def room(with_floor_share=0.5, noise=0.004):
    """A table top at 0.75 m, part of the floor, and the wall behind; the eye is at 1.5 m."""
    top = patch(UP, 0.75, 4000, 0.5, noise, seed=1) + np.array([0, 2, 0])
    floor = patch(UP, 0.0, int(4000 * with_floor_share), 2.0, noise, seed=2) + np.array([0, 2, 0])
    wall = patch((0, -1, 0), -4.0, 2000, 1.0, noise, seed=3) + np.array([0, 0, 1.2])
    points = np.concatenate([top, floor, wall])
    normals = np.repeat([[0.0, 0, 1], [0.0, 0, 1], [0.0, -1, 0]], [len(top), len(floor), len(wall)], axis=0)
    return points, normals, np.repeat([0, 1, 2], [len(top), len(floor), len(wall)])


EYE = np.array([0.0, 0.0, 1.5])


def test_level_planes_are_found_lowest_first_and_the_floor_is_named():
    points, normals, part = room()
    found = level_planes(points, normals, UP, EYE)
    assert [p.offset for p in found.planes] == pytest.approx([0.0, 0.75], abs=0.002)
    assert found.floor == 0
    assert found.member[0][part == 1].mean() > 0.99
    assert found.member[1][part == 0].mean() > 0.99
    assert not found.member[:, part == 2].any()


def test_a_table_top_is_no_floor_while_anything_lies_below_it():
    points, normals, part = room(with_floor_share=0.05)
    few = (part == 0) | (part == 1)
    normals[part == 1] = 0  # too little of the floor for normals, let alone for a plane
    found = level_planes(points[few], normals[few], UP, EYE)
    assert [p.offset for p in found.planes] == pytest.approx([0.75], abs=0.002)
    assert found.floor == -1
    alone = level_planes(points[part == 0], normals[part == 0], UP, EYE)
    assert alone.floor == 0


def test_a_plane_above_the_eye_is_no_floor_and_a_wall_alone_gives_none():
    points, normals, part = room()
    above = level_planes(points[part == 0], normals[part == 0], UP, np.array([0, 0, 0.5]))
    assert above.floor == -1
    none = level_planes(points[part == 2], normals[part == 2], UP, EYE)
    assert none.planes == ()
    assert none.member.shape == (0, (part == 2).sum())


@settings(max_examples=25)
@given(st.floats(-180, 180), st.floats(0.01, 100))
def test_level_planes_do_not_depend_on_heading_or_unit(heading, unit):
    points, normals, _ = room()
    turn = Rotation.from_euler("z", heading, degrees=True).as_matrix()
    found = level_planes(points @ turn.T * unit, normals @ turn.T, UP, EYE * unit)
    assert [p.offset / unit for p in found.planes] == pytest.approx([0.0, 0.75], abs=0.003)
    assert found.floor == 0


@pytest.mark.parametrize("heading", [0.0, 17.0, 45.0, 133.0])
def test_upright_planes_are_found_largest_first(heading):
    turn = Rotation.from_euler("z", heading, degrees=True).as_matrix()
    big = patch((0, -1, 0), -4.0, 4000, 1.0, 0.005, seed=1)
    small = patch((1, 0, 0), -1.5, 1500, 0.8, 0.005, seed=2) + np.array([0, 3, 0])
    top = patch(UP, 0.0, 1500, 0.8, 0.005, seed=3)
    points = np.concatenate([big, small, top]) @ turn.T
    normals = np.repeat([[0.0, -1, 0], [1.0, 0, 0], [0.0, 0, 1]], [4000, 1500, 1500], axis=0) @ turn.T
    planes = upright_planes(points, normals, np.linalg.norm(points, axis=1))
    assert len(planes) == 2
    assert angle_deg(planes[0].normal, turn @ [0, -1, 0]) < 0.2
    assert angle_deg(planes[1].normal, turn @ [1, 0, 0]) < 0.2
    assert [p.offset for p in planes] == pytest.approx([-4.0, -1.5], abs=0.005)
