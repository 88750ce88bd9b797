"""Class-agnostic objects: ray-cast scenes whose objects, supports and pixels are known."""

import numpy as np
import pytest

from scenegraph3d.detect.geometry import detect_geometry
from scenegraph3d.detect.planar import GeometrySettings
from scenegraph3d.errors import InputError
from scenegraph3d.types import Camera, DepthMap
from tests.geometry.raycast import BACK_WALL, FLOOR, SIDE_WALL, Box, look, structured_light

TABLE = Box("table", (0.1, 2.3, 0.70), (1.8, 1.0, 0.04), 0.1)
ON_TABLE = (
    Box("book", (-0.5, 2.1, 0.77), (0.25, 0.18, 0.10), 0.4),
    Box("jug", (0.0, 2.4, 0.85), (0.12, 0.12, 0.26), 0.7),
    Box("carton", (0.5, 2.2, 0.82), (0.2, 0.2, 0.2), -0.3),
)
CRATE = Box("crate", (-1.1, 1.9, 0.2), (0.4, 0.4, 0.4), 0.5)
SCENE = (FLOOR, BACK_WALL, TABLE, *ON_TABLE, CRATE)


def desk(**view):
    return look(SCENE, **{"pitch_deg": 25, "height": 1.5, "width": 640, "rows": 480, **view})


def camera_of(view, **changes):
    fx, fy, cx, cy, width, height = view.intrinsics
    return Camera(fx, fy, cx, cy, width, height, **{"world_from_camera": view.world_from_camera, **changes})


def found_in(view, depth=None, kind="metric", **options):
    depth = view.depth if depth is None else depth
    return detect_geometry(DepthMap(depth.astype(np.float32), kind=kind), camera_of(view), **options)


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def matched(found, view, boxes=SCENE):
    """The name of each detection's box and their IoU."""
    out = {}
    for label, mask in zip(found.label, found.mask, strict=True):
        overlaps = [iou(mask, view.owner == i) for i in range(len(boxes))]
        out[label] = (boxes[int(np.argmax(overlaps))].name, max(overlaps))
    return out


def check_desk(found, view, least):
    names = matched(found, view)
    assert names.pop("floor")[0] == "floor"
    assert names.pop("surface 1")[0] == "table"
    assert sorted(name for name, _ in names.values()) == ["book", "carton", "crate", "jug"]
    assert min(score for _, score in names.values()) > least
    kinds = [row["kind"] for row in found.attributes]
    assert kinds == ["surface"] * 2 + ["object"] * 4


def test_things_on_a_table_and_on_the_floor():
    view = desk()
    found = found_in(view)
    check_desk(found, view, 0.9)
    floor, table = found.mask[0], found.mask[1]
    assert iou(floor, view.owner == 0) > 0.95
    assert iou(table, view.owner == 2) > 0.95
    assert not (found.mask & (view.owner == 1)).sum() > 0.01 * (view.owner == 1).sum()  # the wall is left out


@pytest.mark.parametrize("roll", [-15, 10])
@pytest.mark.parametrize("pitch", [15, 40])
def test_the_camera_may_tilt(pitch, roll):
    view = desk(pitch_deg=pitch, roll_deg=roll)
    names = {name for name, score in matched(found_in(view), view).values() if score > 0.8}
    assert {"book", "jug", "carton", "table"} <= names


def test_noise_and_holes_of_structured_light():
    view = desk()
    found = found_in(view, structured_light(view.depth))
    check_desk(found, view, 0.8)


def test_objects_are_numbered_by_distance_and_boxes_are_tight():
    view = desk()
    found = found_in(view)
    fx, fy, cx, cy, width, height = view.intrinsics
    u, v = np.meshgrid(np.arange(width), np.arange(height))
    range_m = view.depth * np.sqrt(1 + ((u - cx) / fx) ** 2 + ((v - cy) / fy) ** 2)
    reach = [np.median(range_m[m]) for m, n in zip(found.mask, found.label, strict=True) if "object" in n]
    assert reach == sorted(reach)
    assert found.label[2:] == tuple(f"object {i}" for i in range(1, 5))
    for mask, (left, top, right, bottom) in zip(found.mask, found.xyxy_px.astype(int), strict=True):
        assert mask[top:bottom, left:right].sum() == mask.sum()
        inside = mask[top:bottom, left:right]
        assert inside[0].any()
        assert inside[-1].any()
        assert inside[:, 0].any()
        assert inside[:, -1].any()
    seen = found.mask.sum(axis=(1, 2))
    assert found.score == pytest.approx(seen / (seen + 150))
    assert (found.mask.sum(axis=0) <= 1).all()


def test_a_mirrored_picture_has_the_mirrored_objects():
    view = desk()
    plain = found_in(view)
    mirror = np.diag([-1.0, 1, 1])
    pose = view.world_from_camera.copy()
    pose[:3, :3] = mirror @ pose[:3, :3] @ mirror
    flipped = DepthMap(view.depth[:, ::-1].astype(np.float32))
    found = detect_geometry(flipped, camera_of(view, world_from_camera=pose))
    assert found.label == plain.label
    for ours, theirs in zip(found.mask[:, :, ::-1], plain.mask, strict=True):
        assert iou(ours, theirs) > 0.95


def test_neither_the_place_of_the_world_nor_its_heading_matters():
    view = desk()
    plain = found_in(view)
    pose = view.world_from_camera.copy()
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    pose[:3, :3] = turn @ pose[:3, :3]
    pose[:3, 3] = 400_000, 5_000_000, -30  # map coordinates
    found = detect_geometry(DepthMap(view.depth.astype(np.float32)), camera_of(view, world_from_camera=pose))
    assert found.label == plain.label
    for ours, theirs in zip(found.mask, plain.mask, strict=True):
        assert iou(ours, theirs) > 0.95


@pytest.mark.parametrize("scale", [0.02, 3.0, 9.0, 1000.0])
def test_a_relative_map_gives_the_same_objects_at_any_scale(scale):
    view = desk()
    check_desk(found_in(view, view.depth * scale, kind="relative"), view, 0.9)


def test_a_thin_occluder_does_not_split_what_is_behind_it():
    """A rod hides a strip of a chest: its halves do not touch in the image, but nearly in space."""
    chest = Box("chest", (0, 2.0, 0.3), (0.8, 0.4, 0.6))
    rod = Box("rod", (0, 1.4, 0.6), (0.005, 0.005, 1.2))
    boxes = (FLOOR, BACK_WALL, chest, rod)
    view = look(boxes, pitch_deg=20, height=1.2, width=640, rows=480)
    settings = GeometrySettings(min_surface_m2=1.0)  # the chest's lid stays with it
    found = found_in(view, settings=settings)
    chests = [score for name, score in matched(found, view, boxes).values() if name == "chest"]
    assert len(chests) == 1
    assert chests[0] > 0.9
    apart = found_in(view, settings=GeometrySettings(min_surface_m2=1.0, contact_m=0.001))
    assert len(apart) == len(found) + 1  # so it is the contact that joins the halves


def test_a_hanging_part_joins_what_stands_below_it():
    """A swivel chair whose black column gave no depth: seat and foot are one object."""
    seat = Box("seat", (0, 2.0, 0.45), (0.35, 0.35, 0.06), 0.3)
    foot = Box("foot", (0, 2.0, 0.06), (0.3, 0.3, 0.12), 0.3)
    boxes = (FLOOR, BACK_WALL, seat, foot)
    view = look(boxes, pitch_deg=25, height=1.2, width=640, rows=480)
    found = found_in(view)
    assert found.label == ("floor", "object 1")
    assert iou(found.mask[1], view.owner >= 2) > 0.85


def test_a_thing_on_a_shelf_is_parted_from_the_cabinet_below_it():
    cabinet = Box("cabinet", (0, 2.5, 0.5), (1.2, 0.5, 1.0))
    ball = Box("ball", (-0.3, 2.36, 1.12), (0.22, 0.22, 0.24))  # flush with the front, so that they touch in the image
    boxes = (FLOOR, BACK_WALL, cabinet, ball)
    view = look(boxes, pitch_deg=15, height=1.5, width=640, rows=480)
    found = found_in(view)
    names = matched(found, view, boxes)
    assert names["surface 1"][0] == "cabinet"
    assert ("ball", True) in [(name, score > 0.85) for name, score in names.values()]


def test_a_thing_at_the_end_of_a_shelf_is_parted_from_the_front_that_it_is_flush_with():
    """A case with a wider lid hides the end of the shelf: no level cell lies between the case and the front below."""
    cabinet = Box("cabinet", (0, 2.5, 0.5), (1.4, 0.5, 1.0))
    case = Box("case", (-0.56, 2.5, 1.12), (0.28, 0.5, 0.24))
    lid = Box("lid", (-0.46, 2.5, 1.26), (0.48, 0.5, 0.04))
    boxes = (FLOOR, BACK_WALL, cabinet, case, lid)
    view = look(boxes, pitch_deg=15, height=1.7, width=640, rows=480)
    found = found_in(view)
    assert found.label[:2] == ("floor", "surface 1")
    assert max(iou(mask, view.owner >= 3) for mask in found.mask) > 0.8  # it is 0.1 without the parting


def test_a_seat_within_its_frame_is_one_chair():
    """A seat stands in a frame of back and side boards, over six centimetres from each: nothing touches it."""
    chair = (
        Box("seat", (0, 2.08, 0.225), (0.36, 0.36, 0.45)),
        Box("left", (-0.265, 2.1, 0.3), (0.04, 0.4, 0.6)),
        Box("right", (0.265, 2.1, 0.3), (0.04, 0.4, 0.6)),
        Box("back", (0, 2.345, 0.5), (0.57, 0.04, 1.0)),
    )
    view = look((FLOOR, BACK_WALL, *chair), pitch_deg=25, height=1.3, width=640, rows=480)
    found = found_in(view)
    assert found.label == ("floor", "object 1")
    assert iou(found.mask[1], view.owner >= 2) > 0.85


@pytest.mark.parametrize(("gap", "seen"), [(0.1, False), (1.2, True)])
def test_what_shows_only_between_nearer_things_is_no_object(gap, seen):
    """A tall panel stands behind two crates: between them shows a strip of it that is bounded by the crates."""
    crates = tuple(Box(f"crate {s}", (s * (gap + 1.2) / 2, 1.6, 0.7), (1.2, 0.3, 1.4)) for s in (-1, 1))
    panel = Box("panel", (0, 3.2, 0.75), (0.6, 0.4, 1.5))
    boxes = (FLOOR, BACK_WALL, *crates, panel)
    view = look(boxes, pitch_deg=15, height=1.2, width=640, rows=480)
    assert (view.owner == 4).sum() > 3 * 150
    names = [name for name, _ in matched(found_in(view), view, boxes).values() if name != "floor"]
    assert sorted(names) == ["crate -1", "crate 1"] + ["panel"] * seen


@pytest.mark.parametrize(("ahead", "high", "seen"), [(1.5, 0.04, True), (3.5, 0.04, False), (3.5, 0.3, True)])
def test_what_rises_less_than_the_depth_noise_is_part_of_the_floor(ahead, high, seen):
    boxes = (FLOOR, BACK_WALL, Box("mat", (0, ahead, high / 2), (0.6, 0.4, high)))
    view = look(boxes, pitch_deg=20, height=1.2, width=640, rows=480)
    found = found_in(view)
    assert [name for name, _ in matched(found, view, boxes).values()] == ["floor"] + ["mat"] * seen


def test_a_foot_on_the_floor_belongs_to_its_thing_but_things_on_a_table_stay_apart():
    case, foot = Box("case", (-0.1, 0, 0.2), (0.3, 0.3, 0.4)), Box("foot", (0.17, 0, 0.04), (0.15, 0.2, 0.08))
    for floor_m, ahead, count in ((0.0, 1.8, 1), (0.72, 2.3, 2)):
        placed = [Box(b.name, (b.center[0], ahead, b.center[2] + floor_m), b.size) for b in (case, foot)]
        view = look((FLOOR, BACK_WALL, TABLE, *placed), pitch_deg=25, height=1.5, width=640, rows=480)
        found = found_in(view)
        masks = [m for m, n in zip(found.mask, found.label, strict=True) if "object" in n]
        touched = [m for m in masks if (m & (view.owner >= 3)).any()]
        assert len(touched) == count
        assert iou(np.any(touched, axis=0), view.owner >= 3) > 0.85


def test_the_folds_of_a_curtain_are_one_object():
    """Five boards in a row, each 10 cm further away than the one before: in the picture, strips with steps between."""
    boards = tuple(Box(f"board {k}", (0.1 * k, 2.0 + 0.1 * k, 0.7), (0.1, 0.02, 1.4)) for k in range(5))
    view = look((FLOOR, BACK_WALL, *boards), pitch_deg=15, height=1.2, width=640, rows=480)
    found = found_in(view)
    assert found.label == ("floor", "object 1")
    assert iou(found.mask[1], view.owner >= 2) > 0.9
    assert len(found_in(view, settings=GeometrySettings(fold_m=0.05))) > 3


@pytest.mark.parametrize(("width", "rows"), [(320, 240), (1280, 960)])
def test_an_image_of_another_size_has_the_same_objects(width, rows):
    view = desk(width=width, rows=rows)
    found = found_in(view)
    check_desk(found, view, 0.85)
    seen = found.mask.sum(axis=(1, 2))
    assert found.score == pytest.approx(seen / (seen + 150 * width * rows / (640 * 480)))


def test_small_specks_are_no_objects():
    view = desk()
    depth = view.depth.copy()
    rng = np.random.default_rng(0)
    for row, column in rng.integers(20, 440, (40, 2)):
        depth[row : row + 3, column : column + 3] *= 0.8
    check_desk(found_in(view, depth), view, 0.85)


def test_an_empty_room_has_a_floor_and_no_objects():
    view = look((FLOOR, BACK_WALL, SIDE_WALL), pitch_deg=20, heading_deg=15)
    assert found_in(view).label == ("floor",)


def test_a_wall_alone_has_nothing():
    view = look((BACK_WALL,), pitch_deg=0)
    found = found_in(view)
    assert len(found) == 0
    assert found.xyxy_px.shape == (0, 4)


def test_one_reading_is_enough_not_to_fail():
    depth = np.zeros((480, 640))
    depth[100, 100] = 2.0
    assert len(found_in(desk(), depth)) == 0


def test_depth_of_another_size_is_refused():
    with pytest.raises(InputError, match="the camera's size, 640 x 480, got"):
        detect_geometry(DepthMap(np.ones((240, 320), dtype=np.float32)), camera_of(desk()))


def test_same_input_same_output():
    view = desk()
    first, second = found_in(view), found_in(view)
    assert first.label == second.label
    assert (first.mask == second.mask).all()


@pytest.mark.parametrize("kind", ["metric", "relative", "inverse_relative"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 5), (60, 80)])
@pytest.mark.parametrize("filled", [0.01, 0.5, 1.0])
def test_any_depth_image_is_taken(kind, shape, filled):
    rng = np.random.default_rng(0)
    for values in (rng.uniform(0.1, 10, shape), np.full(shape, 2.0), rng.uniform(1e-6, 2e-6, shape)):
        values[rng.random(shape) > filled] = 0
        values[0, 0] = max(values[0, 0], 1e-6)
        found = detect_geometry(DepthMap(values.astype(np.float32), kind=kind), Camera.from_fov(shape[1], shape[0]))
        assert found.mask.shape == (len(found), *shape)
