"""What must hold of any scene, however the world is moved, turned, mirrored or renumbered."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

import scenegraph3d as sg3
from scenegraph3d.relate import RelationRules, judge
from scenegraph3d.types import Objects

from .scenes import camera_at, random_objects, seeds, statements

INVERSE = {
    "left_of": "right_of",
    "in_front_of": "behind",
    "above": "below",
    "on": "under",
    "inside": "contains",
    "larger_than": "smaller_than",
    "touching": "touching",
    "near": "near",
    "far_from": "far_from",
    "next_to": "next_to",
    "aligned_with": "aligned_with",
}
INVERSE |= {b: a for a, b in INVERSE.items()}


def decided(scene) -> dict:
    """Statements that no rounding error can turn."""
    return {key: value for key, value in statements(scene).items() if abs(value[1]) > 1e-6}


def agree(a: dict, b: dict) -> None:
    assert a.keys() <= b.keys()
    for key, (score, margin) in a.items():
        np.testing.assert_allclose(b[key], (score, margin), atol=1e-6)


@given(seed=seeds, count=st.integers(2, 9), shift=st.tuples(*[st.floats(-50, 50)] * 3), yaw=st.floats(-7, 7))
def test_moving_and_turning_the_world_changes_nothing(seed, count, shift, yaw):
    objects = random_objects(seed, count)
    c, s = np.cos(yaw), np.sin(yaw)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    moved = replace(objects, center_m=objects.center_m @ turn.T + shift, yaw_rad=objects.yaw_rad + yaw)
    eye = np.array([1.0, -4.0, 1.6])
    before = sg3.relate(objects, camera_at(eye, 0.3, 0.4))
    after = sg3.relate(moved, camera_at(turn @ eye + shift, 0.3 + yaw, 0.4))
    agree(decided(before), statements(after))
    agree(decided(after), statements(before))


@given(seed=seeds, count=st.integers(2, 9))
def test_a_mirrored_picture_swaps_left_and_right_alone(seed, count):
    objects = random_objects(seed, count)
    mirror = np.array([-1.0, 1.0, 1.0])
    mirrored = replace(objects, center_m=objects.center_m * mirror, yaw_rad=np.pi - objects.yaw_rad)
    before = decided(sg3.relate(objects, camera_at([1, -4, 1.6], 0.3, 0.4)))
    after = statements(sg3.relate(mirrored, camera_at([-1, -4, 1.6], -0.3, 0.4)))
    swap = {"left_of": "right_of", "right_of": "left_of"}
    agree({(a, swap.get(p, p), b, f, t): v for (a, p, b, f, t), v in before.items()}, after)


@given(seed=seeds, count=st.integers(2, 9))
def test_the_order_of_the_objects_means_nothing(seed, count):
    objects = random_objects(seed, count)
    order = np.random.default_rng(seed).permutation(count)
    shuffled = Objects(
        tuple(objects.label[i] for i in order),
        objects.center_m[order],
        objects.size_m[order],
        objects.yaw_rad[order],
        front_known=objects.front_known[order],
        id=order,
    )
    camera = camera_at([0, -4, 1])
    agree(decided(sg3.relate(objects, camera)), statements(sg3.relate(shuffled, camera)))


@given(seed=seeds, count=st.integers(2, 12))
def test_closed_under_inverse_and_symmetry(seed, count):
    found = statements(sg3.relate(random_objects(seed, count), camera_at([0, -4, 1])))
    for (a, predicate, b, frame, third), value in found.items():
        if predicate == "between":
            assert found[a, predicate, third, frame, b] == value
        elif frame != "object" and predicate in INVERSE:
            assert found[b, INVERSE[predicate], a, frame, None] == value


@given(seed=seeds, count=st.integers(2, 12))
def test_what_excludes_each_other_never_holds_together(seed, count):
    found = set(statements(sg3.relate(random_objects(seed, count), camera_at([0, -4, 1]))))
    exclusive = [
        {"left_of", "right_of"},
        {"in_front_of", "behind"},
        {"near", "far_from"},
        {"on", "above", "inside", "under", "below", "contains"},
        {"larger_than", "smaller_than"},
    ]
    for group in exclusive:
        seen = [(a, b, f) for a, p, b, f, _ in found if p in group]
        assert len(seen) == len(set(seen)), group


@given(seed=seeds, count=st.integers(2, 5))
def test_one_question_is_answered_as_the_whole_pass_answers(seed, count):
    objects = random_objects(seed, count)
    camera = camera_at([0, -4, 1])
    found = statements(sg3.relate(objects, camera, RelationRules()))
    for predicate in (
        "left_of",
        "behind",
        "above",
        "near",
        "far_from",
        "next_to",
        "larger_than",
        "taller_than",
        "touching",
    ):
        frame = "viewer" if predicate in ("left_of", "behind") else "world"
        judgement = judge(objects, 0, predicate, 1, camera=camera)
        assert 0 <= judgement.score <= 1
        assert (judgement.truth is True) == ((0, predicate, 1, frame, None) in found)


@given(seed=seeds)
def test_the_spatial_index_finds_every_near_pair(seed):
    objects = random_objects(seed, 60, spread_m=8.0)
    everything = sg3.relate(objects)
    indexed = sg3.relate(objects, rules=RelationRules(all_pairs_up_to=0, neighbors=60))
    near = {(a, b) for a, p, b, _, _ in statements(everything) if p == "near"}
    assume(near)
    whole = {k: v for k, v in statements(everything).items() if (k[0], k[2]) in near and k[1] != "between"}
    part = {k: v for k, v in statements(indexed).items() if k[1] != "between"}
    assert whole == part
