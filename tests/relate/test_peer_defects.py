"""Defects that were found in other systems' relation rules, each turned into a test of ours."""

import math

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.geometry import boxes
from scenegraph3d.geometry.fit import fit_yaw_box
from scenegraph3d.types import Objects

from .scenes import camera_at

TABLE = {"label": "table", "center_m": [0, 3, 0.375], "size_m": [1.6, 0.8, 0.75]}
CUP = {"label": "cup", "center_m": [0.2, 3, 0.80], "size_m": [0.08, 0.08, 0.10]}


def has(scene, subject, predicate, object):
    return bool(scene.match(subject, predicate, object))


@pytest.mark.parametrize("pitch_deg", [0, 10, 20, 30, 60])
@pytest.mark.parametrize("roll_deg", [-15, 0, 15])
def test_d1_the_nearer_thing_is_in_front_however_the_camera_is_tilted(pitch_deg, roll_deg):
    rows = [
        {"label": "near box", "center_m": [0, 2, 0.5], "size_m": [0.5, 0.5, 1.0]},
        {"label": "far box", "center_m": [0, 4, 0.5], "size_m": [0.5, 0.5, 1.0]},
    ]
    camera = camera_at([0, 0, 1.5], pitch_rad=math.radians(pitch_deg), roll_rad=math.radians(roll_deg))
    scene = sg3.relate(rows, camera)
    assert has(scene, "near box", "in_front_of", "far box")
    assert not has(scene, "near box", "behind", "far box")


def test_d1_height_is_height_and_metres_are_metres():
    rows = [
        {"label": "plank", "center_m": [0, 0, 0.05], "size_m": [2.0, 0.2, 0.1]},
        {"label": "post", "center_m": [3, 0, 0.75], "size_m": [0.1, 0.1, 1.5]},
    ]
    scene = sg3.relate(rows)
    assert has(scene, "post", "taller_than", "plank")
    assert scene.distance("plank", "post") == pytest.approx(3 - 1.0 - 0.05)
    assert scene.distance("plank", "post").center_m == pytest.approx(math.hypot(3, 0.7))


@pytest.mark.parametrize(
    ("bearing_deg", "hour"), [(0, 12), (5, 12), (-14, 12), (16, 1), (-29, 11), (90, 3), (180, 6), (-90, 9)]
)
def test_d2_the_clock_hour_is_the_nearest_one(bearing_deg, hour):
    angle = math.radians(bearing_deg)
    rows = [
        {"label": "me", "center_m": [0, 0, 0], "size_m": [0.1, 0.1, 0.1]},
        {"label": "it", "center_m": [5 * math.sin(angle), 5 * math.cos(angle), 0], "size_m": [0.1, 0.1, 0.1]},
    ]
    direction = sg3.relate(rows).direction("me", "it")
    assert direction.clock_hour == hour
    assert math.cos(direction.bearing_rad - angle) == pytest.approx(1)


def test_d2_a_cup_is_on_the_table_and_a_wide_top_on_its_pedestal():
    assert has(sg3.relate([TABLE, CUP]), "cup", "on", "table")
    pedestal = {"label": "pedestal", "center_m": [0, 0, 0.35], "size_m": [0.4, 0.4, 0.7]}
    top = {"label": "top", "center_m": [0, 0, 0.72], "size_m": [1.2, 1.0, 0.04]}
    assert has(sg3.relate([pedestal, top]), "top", "on", "pedestal")


@pytest.mark.parametrize("floor_m", [-1.3, 0.0, 1.3, 2.0, 100.0])
def test_d3_support_does_not_depend_on_the_origin(floor_m):
    rows = [{**row, "center_m": [*row["center_m"][:2], row["center_m"][2] + floor_m]} for row in (TABLE, CUP)]
    scene = sg3.relate(rows)
    assert has(scene, "cup", "on", "table")
    assert not has(scene, "table", "on", "cup")


def test_d4_no_pair_is_dropped_and_no_label_slips_to_another_pair():
    rng = np.random.default_rng(4)
    boxes_ = [
        {"label": f"box {k}", "center_m": rng.uniform(-1, 1, 3).tolist(), "size_m": [0.8, 0.8, 0.8]} for k in range(12)
    ]
    whole = sg3.relate(boxes_)
    for drop in range(12):
        rest = sg3.relate([row for k, row in enumerate(boxes_) if k != drop])
        expected = {(str(m.subject.label), m.predicate, m.object.label) for m in whole.match() if not m.third}
        expected = {key for key in expected if f"box {drop}" not in (key[0], key[2])}
        kept = {(m.subject.label, m.predicate, m.object.label) for m in rest.match() if not m.third}
        for pair in ("touching", "near"):
            assert {k for k in expected if k[1] == pair} == {k for k in kept if k[1] == pair}


def test_d5_many_directed_relations_join_one_pair():
    scene = sg3.relate([TABLE, {**CUP, "center_m": [1.0, 3, 0.05]}])
    there = {m.predicate for m in scene.match("cup", object="table")}
    back = {m.predicate for m in scene.match("table", object="cup")}
    assert {"right_of", "near", "smaller_than"} <= there
    assert {"left_of", "near", "larger_than"} <= back


def test_d5_turned_boxes_meet_where_they_meet():
    center, yaw = np.array([[0.0, 0, 0], [0.9, 0, 0]]), np.array([0.0, math.pi / 4])
    pair = boxes.Boxes(center, np.ones((2, 3)), yaw)
    # the corner of the turned box reaches 0.5 - (0.9 - sqrt(0.5)) into the other: a triangle of that height
    height = 0.5 - (0.9 - math.sqrt(0.5))
    assert boxes.gap_m(pair, [0], [1])[0] == 0
    assert boxes.iou_3d(pair, [0], [1])[0] == pytest.approx(height**2 / (2 - height**2))


def test_d6_near_does_not_depend_on_the_room():
    pair = [
        {"label": "a", "center_m": [0, 0, 0.5], "size_m": [1, 1, 1]},
        {"label": "b", "center_m": [1.2, 0, 0.5], "size_m": [1, 1, 1]},
    ]
    hall = [{"label": "far wall", "center_m": [0, 40, 2], "size_m": [80, 0.1, 4]}]
    assert has(sg3.relate(pair), "a", "near", "b")
    assert has(sg3.relate(pair + hall), "a", "near", "b")
    assert not has(sg3.relate(pair + hall), "a", "near", "far wall")


@pytest.mark.parametrize("yaw", [0.0, 0.4, 1.2])
def test_d7_a_box_fits_its_points_and_stands_upright(yaw):
    size = np.array([0.6, 0.4, 0.8])
    rng = np.random.default_rng(7)
    points = rng.uniform(-0.5, 0.5, (5000, 3))
    face = rng.integers(0, 3, 5000)
    points[np.arange(5000), face] = rng.choice([-0.5, 0.5], 5000)
    c, s = math.cos(yaw), math.sin(yaw)
    fitted = fit_yaw_box((points * size) @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + [1, 2, 3])
    assert math.prod(fitted.size_m) == pytest.approx(math.prod(size), rel=0.02)
    np.testing.assert_allclose(fitted.center_m, [1, 2, 3], atol=0.01)
    np.testing.assert_allclose(fitted.size_m, size, atol=0.01)


def test_d8_a_hundred_boxes_of_the_users_own_need_no_model():
    rng = np.random.default_rng(8)
    objects = Objects(("box",) * 100, rng.uniform(0, 9, (100, 3)), rng.uniform(0.1, 1, (100, 3)))
    scene = sg3.relate(objects)
    assert len({(r.subject, r.object) for r in scene.relations}) == 100 * 99


def test_d9_the_kind_of_relation_survives_the_file(tmp_path):
    scene = sg3.relate([TABLE, CUP])
    scene.save(tmp_path / "scene.json")
    again = sg3.load(tmp_path / "scene.json")
    assert [str(m) for m in again.match()] == [str(m) for m in scene.match()]


def test_d10_up_is_the_worlds_z_not_the_cameras():
    rows = [
        {"label": "picture", "center_m": [0, 3, 1.8], "size_m": [0.5, 0.05, 0.4]},
        {"label": "sideboard", "center_m": [0, 3, 0.4], "size_m": [1.2, 0.4, 0.8]},
    ]
    scene = sg3.relate(rows, camera_at([0, 0, 1.5], pitch_rad=0.6))
    assert has(scene, "picture", "above", "sideboard")
    assert not has(scene, "picture", "behind", "sideboard")
