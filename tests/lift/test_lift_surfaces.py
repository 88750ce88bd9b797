"""Floors, walls and table tops: flat boxes where they are, and nothing silly between them and the things."""

import numpy as np
import pytest

from scenegraph3d.detect.vocabulary import with_surfaces
from scenegraph3d.geometry.fit import YawBox
from scenegraph3d.lift import LiftSettings, lift
from scenegraph3d.lift.surfaces import carrying, sheets
from scenegraph3d.relate import relate
from scenegraph3d.types import DepthMap, Detections
from tests.geometry.raycast import BACK_WALL, FLOOR, Box, structured_light
from tests.lift.pictures import Picture

CHAIR = Box("chair", (0.3, 2.6, 0.45), (0.5, 0.5, 0.9), 0.4)
PICTURE = Box("picture", (0.6, 3.98, 1.5), (0.6, 0.04, 0.5))
CABINET = Box("cabinet", (-0.94, 3.0, 0.5), (0.5, 0.9, 1.0))
MUG = Box("mug", (-0.94, 2.9, 1.05), (0.1, 0.1, 0.1))
RUG = Box("rug-merged", (0.3, 2.6, 0.005), (1.6, 1.2, 0.01))
LEFT_WALL = Box("wall", (-1.25, 0, 1.5), (0.1, 20, 4))
THINGS = (CHAIR, PICTURE, CABINET, MUG, RUG)


def room(*things, masks=True, heading_deg=5.0):
    """A picture of things in a corner, its floor in one mask and its two walls in another, and what is in it."""
    picture = Picture(
        *things, FLOOR, BACK_WALL, LEFT_WALL, floor=False, height=1.7, pitch_deg=18.0, heading_deg=heading_deg
    )
    count = len(things)
    stack = [picture.mask(row) for row in range(count + 1)] + [picture.mask(count + 1) | picture.mask(count + 2)]
    names = (*(thing.name for thing in things), "floor-wood", "wall-other-merged")
    boxes = []
    for mask in stack:
        v, u = np.nonzero(mask)
        boxes.append([u.min(), v.min(), u.max() + 1, v.max() + 1])
    found = Detections(np.array(boxes, dtype=float), names, mask=np.array(stack) if masks else None)
    return picture, with_surfaces(found)


def rows_of(objects, label):
    return [row for row, name in enumerate(objects.label) if name == label]


@pytest.mark.parametrize("noisy", [False, True])
def test_a_room_is_a_floor_and_two_walls_and_things_on_and_at_them(noisy):
    picture, found = room(*THINGS)
    depth = structured_light(picture.view.depth) if noisy else picture.view.depth
    objects = lift(found, DepthMap(depth, valid=depth > 0), picture.camera).objects
    assert [objects.label[i] for i in range(len(objects)) if objects.kind[i] == "surface"] == [
        "rug",
        "floor",
        "wall",
        "wall",
    ]
    (floor,), walls = rows_of(objects, "floor"), rows_of(objects, "wall")
    assert objects.attributes[floor]["material"] == "wood"
    assert abs(objects.center_m[floor, 2]) < 0.01
    assert objects.size_m[floor, 2] < 0.03
    left, back = sorted(walls, key=lambda row: objects.center_m[row, 0])
    assert objects.center_m[left, 0] == pytest.approx(-1.2, abs=0.02)
    assert objects.center_m[back, 1] == pytest.approx(4.0, abs=0.02)
    for row, yaw in ((left, np.pi / 2), (back, 0)):
        assert objects.size_m[row, 1] < 0.1
        assert objects.size_m[row, 0] > 1.5
        off = (objects.yaw_rad[row] - yaw + np.pi / 2) % np.pi - np.pi / 2
        assert abs(off) < np.radians(2)
    said = {str(match) for match in relate(objects, picture.camera).match()}
    names = {row: f"{objects.label[row]}#{row}" for row in range(len(objects))}
    assert {
        "chair#0 on rug#4",
        f"chair#0 on {names[floor]}",
        f"cabinet#2 on {names[floor]}",
        "mug#3 on cabinet#2",
    } <= said
    assert f"picture#1 touching {names[back]}" in said
    assert not [one for one in said if " inside " in one or " on wall" in one or "floor#5 on" in one]
    assert "cabinet#2 on rug#4" not in said
    assert f"cabinet#2 next_to {names[floor]}" not in said


def test_each_wall_of_a_mask_has_its_own_part_of_the_picture():
    picture, found = room(CHAIR)
    objects = lift(found, picture.depth, picture.camera).objects
    left, back = sorted(rows_of(objects, "wall"), key=lambda row: objects.center_m[row, 0])
    whole = found.xyxy_px[-1]
    seen = objects.seen.xyxy_px
    assert seen[left, 2] <= seen[back, 0] + 8  # they meet in the corner; points are some pixels apart
    assert (seen[[left, back], :2] >= whole[:2] - 1e-9).all()
    assert (seen[[left, back], 2:] <= whole[2:] + 1e-9).all()
    assert objects.seen.n_points[[left, back]].sum() <= LiftSettings().max_points


def test_a_floor_goes_on_beneath_what_stands_on_it_and_says_so():
    picture, found = room(CABINET, heading_deg=20.0)
    objects = lift(found, picture.depth, picture.camera).objects
    (floor,) = rows_of(objects, "floor")
    assert objects.seen.completed[floor] == "beneath"
    assert (objects.seen.size_m[floor, :2] <= objects.size_m[floor, :2] + 1e-9).all()
    assert (objects.seen.size_m[floor, :2] < objects.size_m[floor, :2] - 0.05).any()
    bare, nothing = room(heading_deg=20.0)
    alone = lift(nothing, bare.depth, bare.camera).objects
    assert alone.seen.completed[0] == ""
    np.testing.assert_array_equal(alone.seen.size_m[0], alone.size_m[0])


def test_boxes_without_masks_find_the_floor_and_the_walls_behind_the_things():
    picture, found = room(*THINGS[:4], masks=False)
    objects = lift(found, picture.depth, picture.camera).objects
    (floor,), walls = rows_of(objects, "floor"), rows_of(objects, "wall")
    assert abs(objects.center_m[floor, 2]) < 0.02
    assert objects.size_m[floor, 2] < 0.04
    left, back = sorted(walls, key=lambda row: objects.center_m[row, 0])
    assert objects.center_m[left, 0] == pytest.approx(-1.2, abs=0.03)
    assert objects.center_m[back, 1] == pytest.approx(4.0, abs=0.03)


def test_depth_up_to_scale_gives_the_same_surfaces_in_its_unit():
    picture, found = room(CHAIR, CABINET)
    one = lift(found, DepthMap(picture.view.depth, kind="relative"), picture.camera).objects
    pose = picture.camera.world_from_camera.copy()
    pose[:3, 3] *= 7
    bigger = DepthMap(picture.view.depth * 7, kind="relative")
    seven = lift(found, bigger, picture.camera.with_pose(pose, "given")).objects
    assert seven.label == one.label
    (floor,), walls = rows_of(one, "floor"), rows_of(one, "wall")
    assert len(walls) == 2
    np.testing.assert_allclose(seven.center_m[walls], 7 * one.center_m[walls], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(seven.size_m[walls], 7 * one.size_m[walls], rtol=1e-4, atol=1e-3)
    assert seven.center_m[floor, 2] == pytest.approx(7 * one.center_m[floor, 2], abs=1e-4)


# --- sheets -------------------------------------------------------------------------------------------------


def plane(rng, origin, first, second, count):
    """Points on the parallelogram of two edges from an origin."""
    a, b = rng.random((2, count, 1))
    return np.array(origin) + a * np.array(first) + b * np.array(second)


@pytest.mark.parametrize("turn", [0.0, 0.7, 2.0])
def test_points_of_two_walls_are_told_apart(turn):
    rng = np.random.default_rng(3)
    points = np.vstack(
        [plane(rng, (0, 3, 0), (4, 0, 0), (0, 0, 2.4), 600), plane(rng, (4, 3, 0), (0, -2, 0), (0, 0, 2.4), 400)]
    )
    points += rng.normal(0, 0.01, points.shape)
    cos, sin = np.cos(turn), np.sin(turn)
    found = sheets(points @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]), 0.01, LiftSettings())
    assert [part.level for part in found] == [False, False]
    assert np.count_nonzero(found[0].rows < 600) > 590
    assert np.count_nonzero(found[1].rows >= 600) > 385
    np.testing.assert_allclose([part.box.size_m[0] for part in found], [4, 2], atol=0.15)
    assert max(part.box.size_m[1] for part in found) < 0.06


def test_what_is_neither_level_nor_upright_is_one_box_of_all():
    rng = np.random.default_rng(4)
    cloud = rng.uniform(-1, 1, (500, 3))
    (part,) = sheets(cloud, 0.01, LiftSettings())
    assert not part.level
    assert len(part.rows) == 500
    assert (part.box.size_m > 1.8).all()


def test_a_slope_is_one_box_and_carries_nothing():
    rng = np.random.default_rng(5)
    (part,) = sheets(plane(rng, (0, 0, 0), (3, 0, 0), (0, 3, 1.5), 500), 0.01, LiftSettings())
    assert not part.level


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_points_are_a_sheet_too(count):
    (part,) = sheets(np.arange(3.0 * count).reshape(count, 3), 0.01, LiftSettings())
    assert (part.box.size_m[:2] >= 0.01 - 1e-12).all()


# --- beneath ------------------------------------------------------------------------------------------------

SHEET = YawBox(np.array([0.0, 0, 0]), np.array([2.0, 1, 0.01]), 0.3)
SETTINGS = LiftSettings().surface


def standing(x, y, bottom=0.0, size=(0.4, 0.4, 0.8)):
    """A box in the sheet's own axes."""
    cos, sin = np.cos(0.3), np.sin(0.3)
    return YawBox(np.array([cos * x - sin * y, sin * x + cos * y, bottom + size[2] / 2]), np.array(size), 0.3)


def test_a_sheet_reaches_to_the_far_side_of_what_stands_at_its_edge():
    (wider,) = carrying([SHEET], [standing(1.25, 0)], [0.005], SETTINGS)
    np.testing.assert_allclose(wider.size_m, [2.45, 1, 0.01])
    np.testing.assert_allclose(wider.center_m[:2], 0.225 * np.array([np.cos(0.3), np.sin(0.3)]))


def test_what_stands_behind_that_is_beside_it_then():
    chain = [standing(1.65, 0), standing(1.25, 0)]
    (wider,) = carrying([SHEET], chain, [0.005], SETTINGS)
    np.testing.assert_allclose(wider.size_m, [2.85, 1, 0.01])


@pytest.mark.parametrize(
    "thing",
    [standing(0.5, 0.1), standing(1.4, 0), standing(1.25, 0, bottom=0.3), standing(1.25, 0, bottom=-0.3)],
    ids=["on it", "away", "higher", "lower"],
)
def test_a_sheet_stays_for_what_does_not_stand_beyond_its_edge(thing):
    assert carrying([SHEET], [thing], [0.005], SETTINGS)[0] is SHEET


def test_a_table_top_ends_where_it_is_seen_to_end():
    """What stands behind it and seems to begin at its height is not on it."""
    behind = standing(1.25, 0)
    floor = YawBox(np.array([0.0, 0, -0.7]), np.array([4.0, 4, 0.01]), 0.3)
    assert carrying([SHEET, floor], [behind], [0.005] * 2, SETTINGS) == [SHEET, floor]
    chair = standing(0, 2, bottom=-0.7)
    assert carrying([SHEET], [behind, chair], [0.005], SETTINGS)[0] is SHEET


def test_of_two_sheets_the_lower_goes_on():
    rug = YawBox(np.array([0.0, 0, 0.012]), np.array([2.0, 1, 0.004]), 0.3)
    kept, wider = carrying([rug, SHEET], [standing(1.25, 0)], [0.005, 0.005], SETTINGS)
    assert kept is rug
    assert wider.size_m[0] == pytest.approx(2.45)
