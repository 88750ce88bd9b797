"""Readers of other people's data, on tiny files in the real formats and on the real samples."""

import json
import struct

import numpy as np
import PIL.Image
import pytest

from scenegraph3d.errors import InputError, SchemaError
from scenegraph3d.geometry.frames import ground_axes, invert, transform_points
from scenegraph3d.io.clevr import read_clevr
from scenegraph3d.io.kitti import read_kitti
from scenegraph3d.io.virtualhome import read_virtualhome
from scenegraph3d.io.vsd import read_vsd
from tests.io.scenes import sample


def _json(tmp_path, document, name="in.json"):
    path = tmp_path / name
    path.write_text(json.dumps(document))
    return path


# --- CLEVR --------------------------------------------------------------------------------------------------


def _clevr_object(place, **changes):
    return {
        "color": "red",
        "material": "metal",
        "shape": "cube",
        "size": "large",
        "rotation": 90.0,
        "3d_coords": place,
    } | changes


def _clevr_scene(pitch=0.4, turn=0.7, count=4):
    """A scene whose camera is known: it looks `turn` left of +y and `pitch` down."""
    heading = np.array([-np.sin(turn), np.cos(turn), 0])
    right = np.array([np.cos(turn), np.sin(turn), 0])
    up = np.array([0, 0, 1.0])
    forward = np.cos(pitch) * heading - np.sin(pitch) * up
    rotation = np.stack([right, np.cross(forward, right), forward], axis=1)
    camera = np.array([1.0, -7.0, 5.0])
    points = np.random.default_rng(0).uniform([-2, -2, 0.3], [2, 2, 0.8], (4, 3))[:count]
    seen = (points - camera) @ rotation
    pixels = np.column_stack([525 * seen[:, :2] / seen[:, 2:] + [240, 160], seen[:, 2]])
    scene = {
        "image_filename": "a.png",
        "objects": [_clevr_object(p.tolist(), pixel_coords=q.tolist()) for p, q in zip(points, pixels, strict=True)],
        "directions": {"right": right.tolist(), "behind": heading.tolist()},
        "relationships": {"left": [[1, 2], [], [0], []][:count]} if count == 4 else {},
    }
    return scene, rotation, camera


def test_clevr_objects_and_relations(tmp_path):
    scene, _, _ = _clevr_scene()
    scene["objects"][1] |= {"size": "small", "shape": "sphere"}
    (graph,) = read_clevr(_json(tmp_path, {"scenes": [scene]}))
    assert graph.objects.label == ("cube", "sphere", "cube", "cube")
    np.testing.assert_array_equal(graph.objects.size_m[:2], [[1.4] * 3, [0.7] * 3])
    np.testing.assert_allclose(graph.objects.yaw_rad, [np.pi / 2, 0, np.pi / 2, np.pi / 2])
    assert graph.objects.attributes[1] == {"color": "red", "material": "metal", "shape": "sphere", "size": "small"}
    found = [(r.subject, r.predicate, r.object, r.frame) for r in graph.relations]
    assert found == [(1, "left_of", 0, "viewer"), (2, "left_of", 0, "viewer"), (0, "left_of", 2, "viewer")]
    assert graph.source["image_filename"] == "a.png"


@pytest.mark.parametrize("pitch", [0.05, 0.4, 1.2])
@pytest.mark.parametrize("turn", [0.0, 0.7, 3.0])
@pytest.mark.parametrize("count", [2, 4])
def test_the_clevr_camera_is_found_from_directions_and_pixels(tmp_path, pitch, turn, count):
    scene, rotation, center = _clevr_scene(pitch, turn, count)
    camera = read_clevr(_json(tmp_path, {"scenes": [scene]}))[0].camera
    np.testing.assert_allclose(camera.world_from_camera[:3, :3], rotation, atol=1e-9)
    np.testing.assert_allclose(camera.world_from_camera[:3, 3], center, atol=1e-8)
    assert camera.pose_source == "estimated"


@pytest.mark.parametrize("count", [0, 1])
def test_the_clevr_camera_of_too_few_objects_is_level_and_says_so(tmp_path, count):
    scene, _, _ = _clevr_scene(count=count)
    graph = read_clevr(_json(tmp_path, {"scenes": [scene]}))[0]
    assert len(graph.objects) == count
    right, heading = ground_axes(graph.camera.world_from_camera)
    np.testing.assert_allclose(right, scene["directions"]["right"], atol=1e-12)
    np.testing.assert_allclose(heading, scene["directions"]["behind"], atol=1e-12)
    assert graph.camera.pose_source == "assumed"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda s: s.pop("objects"), r"scenes\[0\].objects: .*no such field"),
        (lambda s: s["objects"][2].pop("shape"), r"scenes\[0\].objects\[2\].shape"),
        (lambda s: s["objects"][2].update(size="huge"), r"scenes\[0\].objects\[2\].size: expected one of large, small"),
        (lambda s: s["objects"][2].update({"3d_coords": [0, 1]}), r"objects\[2\].3d_coords: expected 3 numbers"),
        (
            lambda s: s["relationships"].update(left=[[9], [], [], []]),
            r"relationships.left\[0\]: expected a list of objects 0 to 3",
        ),
        (lambda s: s["relationships"].update(left=[[]]), "relationships.left: expected 4 lists"),
        (lambda s: s["relationships"].update(atop=[]), "relationships.atop: expected no such field"),
        (lambda s: s["directions"].update(right=[0, 0, 1]), "directions.right: expected a direction along the ground"),
        (lambda s: s["directions"].update(right=[1, 0, 0], behind=[1, 0.1, 0]), "directions: .*rotation"),
    ],
)
def test_a_wrong_clevr_file_is_refused_with_the_place(tmp_path, change, part):
    scene, _, _ = _clevr_scene()
    change(scene)
    with pytest.raises(SchemaError, match=part):
        read_clevr(_json(tmp_path, {"scenes": [scene]}))


def test_real_clevr():
    graphs = read_clevr(sample("clevr", "scenes.json"))
    raw = json.loads(sample("clevr", "scenes.json").read_text())["scenes"]
    assert (len(graphs), sum(len(graph.relations) for graph in graphs)) == (20, 1328)
    for graph, scene in zip(graphs, raw, strict=True):
        right, heading = ground_axes(graph.camera.world_from_camera)
        np.testing.assert_allclose(right, scene["directions"]["right"], atol=1e-6)
        np.testing.assert_allclose(heading, scene["directions"]["behind"], atol=1e-6)
        seen = transform_points(invert(graph.camera.world_from_camera), graph.objects.center_m)
        pixels = seen[:, :2] / seen[:, 2:] * graph.camera.fx + [graph.camera.cx, graph.camera.cy]
        stated = np.array([item["pixel_coords"] for item in scene["objects"]])
        assert np.abs(pixels - stated[:, :2]).max() < 10
        offset = graph.objects.center_m[graph.relations.subject] - graph.objects.center_m[graph.relations.object]
        for name, axis in (("left_of", -right), ("right_of", right), ("in_front_of", -heading), ("behind", heading)):
            rows = graph.relations.code == graph.relations.predicates.index(name)
            assert (offset[rows] @ axis > 0.2).all()


# --- KITTI --------------------------------------------------------------------------------------------------

CALIB = """P0: 700 0 60 0 0 700 40 0 0 0 1 0
P2: 700 0 60 42 0 700 40 -7 0 0 1 0.002
R0_rect: 1 0 0 0 1 0 0 0 1
Tr_velo_to_cam: 0 -1 0 0.1 0 0 -1 -0.2 1 0 0 -0.3
"""
LABEL = """Car 0.25 1 1.8 10 20 60.5 70 1.5 1.6 4 1 1.7 10 0.3
DontCare -1 -1 -10 1 2 3 4 -1 -1 -1 -1000 -1000 -1000 -10
"""


def _kitti(tmp_path, label=LABEL, calib=CALIB, points=((10.0, -1.0, 0.5, 0.25),)):
    for name in ("calib", "image_2", "label_2", "velodyne"):
        (tmp_path / name).mkdir(exist_ok=True)
    (tmp_path / "calib" / "000007.txt").write_text(calib)
    (tmp_path / "label_2" / "000007.txt").write_text(label)
    PIL.Image.new("RGB", (120, 80)).save(tmp_path / "image_2" / "000007.png")
    (tmp_path / "velodyne" / "000007.bin").write_bytes(b"".join(struct.pack("<4f", *row) for row in points))
    return tmp_path


def test_kitti_boxes_points_and_camera_share_our_world(tmp_path):
    frame = read_kitti(_kitti(tmp_path), "000007")
    camera = frame.camera
    assert (camera.fx, camera.fy, camera.cx, camera.cy, camera.width, camera.height) == (700, 700, 60, 40, 120, 80)
    np.testing.assert_array_equal(camera.center_m, [0, 0, 0])
    # P2 = K [I | t]: t_z = 0.002, 42 = 700 t_x + 60 t_z, -7 = 700 t_y + 40 t_z
    t = np.array([(42 - 60 * 0.002) / 700, (-7 - 40 * 0.002) / 700, 0.002])
    x, y, z = np.array([1, 1.7 - 0.75, 10]) + t  # the label's point is the middle of the bottom
    np.testing.assert_allclose(frame.objects.center_m, [[x, z, -y]], atol=1e-12)
    np.testing.assert_array_equal(frame.objects.size_m, [[4, 1.6, 1.5]])
    np.testing.assert_allclose(frame.objects.yaw_rad, [-0.3], atol=1e-12)
    assert frame.objects.label == ("car",)
    assert frame.objects.front_known.all()
    assert frame.objects.attributes == ({"truncated": 0.25, "occluded": 1},)
    np.testing.assert_array_equal(frame.detections.xyxy_px, [[10, 20, 60.5, 70]])
    x, y, z = np.array([1.1, -0.7, 9.7]) + t  # lidar (forward, left, up) to camera by Tr
    np.testing.assert_allclose(frame.points_m, [[x, z, -y]], atol=1e-6)
    np.testing.assert_array_equal(frame.reflectance, [0.25])


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"label": LABEL + "Car 0 0 0 1 2 3\n"}, "line 3: expected KITTI's type and 14 numbers"),
        ({"label": LABEL.replace("1.7 10", "x 10")}, "line 1: expected KITTI's type"),
        ({"label": LABEL.replace("1.7 10", "nan 10")}, "line 1: expected finite"),
        ({"label": LABEL.replace("1.5 1.6 4", "-1 1.6 4")}, "size_m of object 0"),
        ({"label": LABEL.replace("60.5", "10")}, "box 0"),
        ({"calib": CALIB.replace("R0_rect", "R1")}, "a line R0_rect"),
        ({"calib": CALIB.replace("R0_rect: 1", "R0_rect:")}, "R0_rect: expected 9 numbers, got 8"),
        ({"calib": CALIB.replace("R0_rect: 1", "R0_rect: one")}, "R0_rect: expected numbers"),
        ({"points": ((np.nan, 0, 0, 0),)}, "expected finite points"),
    ],
)
def test_a_wrong_kitti_file_is_refused_in_one_line(tmp_path, changes, part):
    with pytest.raises(InputError, match=part) as raised:
        read_kitti(_kitti(tmp_path, **changes), "000007")
    assert "\n" not in str(raised.value)


def test_a_truncated_lidar_file_and_a_missing_one_are_refused(tmp_path):
    folder = _kitti(tmp_path)
    (folder / "velodyne" / "000007.bin").write_bytes(b"\0" * 15)
    with pytest.raises(InputError, match="rows of 4 float32, got 15 bytes"):
        read_kitti(folder, "000007")
    (folder / "velodyne" / "000007.bin").unlink()
    with pytest.raises(InputError, match="No such file"):
        read_kitti(folder, "000007")


def test_real_kitti_cars_hold_lidar_points_and_project_into_their_2d_boxes():
    frame = read_kitti(sample("kitti"), "000008")
    assert frame.objects.label == ("car",) * 6
    for item, box in zip(frame.objects, frame.detections.xyxy_px, strict=True):
        cos, sin = np.cos(item.yaw_rad), np.sin(item.yaw_rad)
        local = (frame.points_m - item.center_m) @ np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        assert (np.abs(local) <= np.array(item.size_m) / 2).all(axis=1).sum() > 50
        seen = transform_points(invert(frame.camera.world_from_camera), np.array([item.center_m]))[0]
        u, v = seen[:2] / seen[2] * frame.camera.fx + [frame.camera.cx, frame.camera.cy]
        if item.attributes["truncated"] == 0:
            assert box[0] < u < box[2]
            assert box[1] < v < box[3]


# --- VirtualHome --------------------------------------------------------------------------------------------


def _home():
    def node(number, name, category, center, size):
        box = {"center": center, "size": size}
        return {"id": number, "class_name": name, "category": category, "bounding_box": box, "states": ["OFF"]}

    return {
        "nodes": [
            node(11, "kitchen", "Rooms", [0, 1, 0], [4, 2, 6]),
            node(4, "table", "Furniture", [1, 0.4, 2], [1, 0.8, 2]),
            node(9, "cup", "Props", [1, 0.85, 2.5], [0.1, 0.1, 0.2]),
        ],
        "edges": [
            {"from_id": 9, "to_id": 4, "relation_type": "ON"},
            {"from_id": 4, "to_id": 11, "relation_type": "INSIDE"},
            {"from_id": 4, "to_id": 9, "relation_type": "CLOSE"},
        ],
    }


def test_virtualhome_turns_y_up_into_z_up(tmp_path):
    graph = read_virtualhome(_json(tmp_path, _home()))
    assert graph.objects.label == ("kitchen", "table", "cup")
    assert graph.objects.id.tolist() == [11, 4, 9]
    np.testing.assert_array_equal(graph.objects.center_m[1:], [[1, 2, 0.4], [1, 2.5, 0.85]])
    np.testing.assert_array_equal(graph.objects.size_m[1:], [[1, 2, 0.8], [0.1, 0.2, 0.1]])
    assert graph.objects.attributes[2] == {"category": "Props", "states": ["OFF"]}
    found = [str(match) for match in graph.match()]
    assert found == ["cup#9 on table#4", "table#4 inside kitchen#11", "table#4 close cup#9"]


def test_virtualhome_rooms_are_left_out_with_their_edges(tmp_path):
    graph = read_virtualhome(_json(tmp_path, _home()), rooms=False)
    assert graph.objects.label == ("table", "cup")
    assert [str(match) for match in graph.match()] == ["cup#9 on table#4", "table#4 close cup#9"]
    assert graph.relations.predicates == ("on", "inside", "close")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: d.pop("edges"), "edges: .*no such field"),
        (lambda d: d["nodes"][1].update(bounding_box=None), r"nodes\[1\].bounding_box: expected an object, got null"),
        (lambda d: d["nodes"][1]["bounding_box"].pop("size"), r"nodes\[1\].bounding_box.size"),
        (lambda d: d["nodes"][1].update(id=9), r"repeated \[9\]"),
        (lambda d: d["edges"][2].update(to_id=5), r"edges\[2\].to_id: expected the id of a node"),
        (lambda d: d["edges"][2].update(relation_type=5), r"edges\[2\].relation_type: expected text"),
    ],
)
def test_a_wrong_virtualhome_file_is_refused_with_the_place(tmp_path, change, part):
    document = _home()
    change(document)
    with pytest.raises(SchemaError, match=part):
        read_virtualhome(_json(tmp_path, document))


def test_real_virtualhome():
    path = sample("virtualhome", "TestScene1_graph.json")
    graph = read_virtualhome(path)
    assert (len(graph.objects), len(graph.relations)) == (437, 14157)
    bare = read_virtualhome(path, rooms=False)
    assert len(bare.objects) == 433
    raw = json.loads(path.read_text())
    rooms = {node["id"] for node in raw["nodes"] if node["category"] == "Rooms"}
    kept = [edge for edge in raw["edges"] if rooms.isdisjoint((edge["from_id"], edge["to_id"]))]
    assert len(bare.relations) == len(kept)


# --- other files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [read_clevr, read_virtualhome, read_vsd])
@pytest.mark.parametrize("text", ["", "null", "[1]", '{"scenes": 3, "nodes": 3, "edges": 3}', "[" * 10**5])
def test_files_that_are_something_else_are_refused(tmp_path, read, text):
    (tmp_path / "in.json").write_text(text)
    with pytest.raises(SchemaError) as raised:
        read(tmp_path / "in.json")
    assert "\n" not in str(raised.value)
