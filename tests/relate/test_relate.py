"""Relations of hand-made scenes whose truth a person would state, and three-valued answers at the thresholds."""

import math
from dataclasses import replace

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.errors import InputError, QueryError
from scenegraph3d.relate import PREDICATES, RelationRules, judge
from scenegraph3d.types import Objects, Seen

from .scenes import camera_at

ROOM = [
    {"label": "table", "center_m": [0, 3, 0.375], "size_m": [1.6, 0.8, 0.75]},
    {"label": "cup", "center_m": [-0.5, 3, 0.81], "size_m": [0.08, 0.08, 0.12]},
    {"label": "bowl", "center_m": [0.5, 3, 0.79], "size_m": [0.30, 0.30, 0.08]},
    {"label": "apple", "center_m": [0.5, 3, 0.81], "size_m": [0.08, 0.08, 0.08]},
    {"label": "lamp", "center_m": [0, 3, 1.9], "size_m": [0.4, 0.4, 0.3]},
    {"label": "chair", "center_m": [0, 1.8, 0.45], "size_m": [0.5, 0.5, 0.9]},
    {"label": "sofa", "center_m": [-4.5, 3, 0.4], "size_m": [0.9, 2.0, 0.8]},
    {"label": "plant", "center_m": [4.5, 3, 0.6], "size_m": [0.4, 0.4, 1.2]},
]


def said(scene, predicate, frame=None):
    return {(m.subject.label, m.object.label) for m in scene.match(predicate=predicate, frame=frame)}


@pytest.fixture(scope="module")
def room():
    return sg3.relate(ROOM, camera_at([0, 0, 1.5], pitch_rad=math.radians(20)))


def test_things_rest_on_what_carries_them(room):
    carried = {("cup", "table"), ("bowl", "table"), ("apple", "table")}  # the apple in its bowl
    assert said(room, "on") == carried
    assert said(room, "under") == {(b, a) for a, b in carried}


def test_the_apple_is_in_the_bowl_and_the_bowl_contains_it(room):
    assert said(room, "inside") == {("apple", "bowl")}
    assert said(room, "contains") == {("bowl", "apple")}


def test_the_lamp_hangs_above_what_is_under_it_and_is_not_on_it(room):
    assert ("lamp", "table") in said(room, "above")
    assert ("table", "lamp") in said(room, "below")
    assert ("cup", "table") not in said(room, "above")
    assert ("lamp", "sofa") not in said(room, "above")


def test_left_right_front_and_behind_are_the_viewers(room):
    assert {("sofa", "table"), ("table", "plant"), ("cup", "bowl")} <= said(room, "left_of", "viewer")
    assert ("chair", "table") in said(room, "in_front_of", "viewer")
    assert ("table", "chair") in said(room, "behind", "viewer")
    assert ("cup", "bowl") not in said(room, "behind") | said(room, "in_front_of")


def test_no_direction_is_said_of_a_thing_and_what_carries_it(room):
    horizontal = said(room, "left_of") | said(room, "right_of") | said(room, "behind") | said(room, "in_front_of")
    assert ("cup", "table") not in horizontal


def row_of_three(size_m):
    names = ("left end", "middle", "right end")
    return [{"label": n, "center_m": [1.5 * k, 3, 0.5], "size_m": size_m} for k, n in enumerate(names)]


def test_between_has_two_anchors_in_either_order():
    found = sg3.relate(row_of_three([0.5, 1.0, 1.0])).match(predicate="between")
    assert {(m.subject.label, m.object.label, m.third.label) for m in found} == {
        ("middle", "left end", "right end"),
        ("middle", "right end", "left end"),
    }
    assert found[0].evidence == pytest.approx({"cover": 1.0, "offset_m": 0.0})


def test_nothing_is_between_anchors_that_do_not_cover_it_or_are_far_apart():
    rows = row_of_three([0.2, 0.2, 1.0])
    rows[1]["size_m"] = [0.5, 1.0, 1.0]
    assert sg3.relate(rows).match(predicate="between") == []
    apart = [{**row, "center_m": [3 * row["center_m"][0], 3, 0.5]} for row in row_of_three([0.5, 1.0, 1.0])]
    assert sg3.relate(apart).match(predicate="between") == []


def test_near_far_and_sizes(room):
    assert ("chair", "table") in said(room, "near")
    assert ("sofa", "plant") in said(room, "far_from")
    assert said(room, "near").isdisjoint(said(room, "far_from"))
    assert ("table", "cup") in said(room, "larger_than")
    assert ("cup", "table") in said(room, "smaller_than")
    assert ("plant", "chair") in said(room, "taller_than")


def test_evidence_is_what_was_measured(room):
    (match,) = room.match("cup", "on", "table")
    assert match.evidence == pytest.approx({"gap_m": 0.0, "overlap": 1.0}, abs=1e-12)
    (match,) = room.match("sofa", "far_from", "plant")
    assert match.evidence["gap_m"] == pytest.approx(9.0 - 0.45 - 0.2)
    (match,) = room.match("chair", "in_front_of", "table")
    assert match.evidence["offset_m"] == pytest.approx(1.2)


def test_without_a_camera_directions_follow_the_world_axes():
    scene = sg3.relate(ROOM)
    assert ("sofa", "table") in said(scene, "left_of", "world")
    assert said(scene, "left_of", "viewer") == set()


def test_the_objects_own_front_decides_in_its_frame_and_is_never_guessed():
    rows = [
        {
            "label": "chair",
            "center_m": [0, 0, 0.5],
            "size_m": [0.5, 0.5, 1],
            "yaw_rad": math.pi / 2,
            "front_known": True,
        },
        {"label": "ball", "center_m": [0, 2, 0.1], "size_m": [0.2, 0.2, 0.2]},
        {"label": "bin", "center_m": [2, 0, 0.2], "size_m": [0.3, 0.3, 0.4]},
    ]
    scene = sg3.relate(rows)
    assert said(scene, "in_front_of", "object") == {("ball", "chair")}
    assert said(scene, "right_of", "object") == {("bin", "chair")}
    assert judge(scene.objects, 0, "in_front_of", 1, frame="object").truth is None


@pytest.mark.parametrize(("gap_m", "truth"), [(0.0, True), (0.079, True), (0.1, None), (0.121, False), (0.5, False)])
def test_on_has_a_grey_zone(gap_m, truth):
    objects = Objects.from_rows([ROOM[0], {**ROOM[1], "center_m": [0, 3, 0.81 + gap_m]}])
    assert judge(objects, 1, "on", 0).truth is truth


@pytest.mark.parametrize(("gap_m", "truth"), [(1.4, True), (1.75, None), (2.1, False)])
def test_near_has_a_grey_zone(gap_m, truth):
    rows = [
        {"label": "a", "center_m": [0, 0, 0], "size_m": [1, 1, 1]},
        {"label": "b", "center_m": [1 + gap_m, 0, 0], "size_m": [1, 1, 1]},
    ]
    judgement = judge(Objects.from_rows(rows), 0, "near", 1)
    assert judgement.truth is truth
    assert judgement.evidence["gap_m"] == pytest.approx(gap_m)


def seen_with(objects, position_std_m):
    n = len(objects)
    return Seen(
        np.zeros((n, 4)),
        np.ones(n, int),
        np.ones(n, int),
        objects.center_m,
        objects.size_m,
        np.zeros(n, bool),
        np.zeros(n, bool),
        ("",) * n,
        np.broadcast_to(position_std_m, (n, 3)),
    )


def test_noise_makes_a_close_call_closer():
    objects = Objects.from_rows([ROOM[0], {**ROOM[1], "center_m": [0, 3, 0.88]}])
    assert judge(objects, 1, "on", 0).truth is True
    noisy = judge(replace(objects, seen=seen_with(objects, 0.03)), 1, "on", 0)
    assert noisy.truth is None
    assert 0.5 < noisy.score < judge(objects, 1, "on", 0).score


@pytest.mark.parametrize(("share", "ratio", "truth"), [(0.08, 1.5, None), (0.08, 3.0, True), (0.01, 1.5, True)])
def test_sizes_are_known_as_well_as_the_distances_that_they_were_seen_from(share, ratio, truth):
    """A distance that is off by a share makes a volume that is off by three times the share."""
    camera = sg3.Camera(500, 500, 320, 240, 640, 480).with_pose(np.eye(4), "given")
    side = 0.2 * ratio ** (1 / 3)
    rows = [
        {"label": "a", "center_m": [-1, 3, 0], "size_m": [side] * 3},
        {"label": "b", "center_m": [1, 3, 0], "size_m": [0.2] * 3},
    ]
    objects = Objects.from_rows(rows)
    objects = replace(objects, seen=seen_with(objects, share * np.abs(objects.center_m)))
    assert judge(objects, 0, "larger_than", 1, camera=camera).truth is truth
    assert judge(objects, 1, "smaller_than", 0, camera=camera).truth is truth
    assert judge(objects, 0, "larger_than", 1).truth is True


def test_a_thing_in_a_drawer_does_not_lie_on_the_drawer_below():
    drawers = [{"label": f"drawer {k}", "center_m": [0, 0, 0.1 + 0.23 * k], "size_m": [0.9, 0.5, 0.2]} for k in (0, 1)]
    pile = {"label": "shirts", "center_m": [0, 0, 0.29], "size_m": [0.3, 0.3, 0.1]}
    scene = sg3.relate([*drawers, pile])
    assert said(scene, "inside") == {("shirts", "drawer 1")}
    assert ("shirts", "drawer 0") not in said(scene, "on")


def test_a_surface_contains_nothing():
    wall = {"label": "wall", "center_m": [0, 0, 1.25], "size_m": [2.5, 2.5, 2.5], "kind": "surface"}
    mug = {"label": "mug", "center_m": [0, 0, 1.0], "size_m": [0.1, 0.1, 0.1]}
    assert sg3.relate([wall, mug]).match(predicate="inside") == []


def test_rules_refuse_what_they_do_not_know():
    with pytest.raises(InputError, match=r"unknown predicate 'lef_of'.*did you mean 'left_of'"):
        RelationRules(predicates=("lef_of",))
    with pytest.raises(InputError, match="near_gap_m: expected finite numbers"):
        RelationRules(near_gap_m=(math.nan, 1.0))
    with pytest.raises(QueryError, match="cannot judge 'between'"):
        judge(Objects.from_rows(ROOM), 0, "between", 1)


def test_rules_scaled_with_the_world_say_the_same():
    small = [
        {**row, "center_m": [v / 10 for v in row["center_m"]], "size_m": [v / 10 for v in row["size_m"]]}
        for row in ROOM
    ]
    full, tenth = sg3.relate(ROOM), sg3.relate(small, rules=RelationRules().scaled(0.1))
    for predicate in PREDICATES:
        assert said(full, predicate) == said(tenth, predicate), predicate


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_any_number_of_objects(count):
    rng = np.random.default_rng(0)
    objects = Objects(("box",) * count, rng.uniform(0, 40, (count, 3)) * [1, 1, 0], np.full((count, 3), 0.5))
    scene = sg3.relate(objects)
    assert len(scene.objects) == count
    assert (len(scene.relations) > 0) == (count > 1)
