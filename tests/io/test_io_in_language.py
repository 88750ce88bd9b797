"""VLA-3D scenes and VSD captions, on tiny files in the real formats and on the real samples."""

import json

import numpy as np
import pytest

from scenegraph3d.errors import InputError, SchemaError
from scenegraph3d.io.vla3d import read_vla3d
from scenegraph3d.io.vsd import read_vsd
from tests.io.scenes import sample


def _json(tmp_path, document, name="in.json"):
    path = tmp_path / name
    path.write_text(json.dumps(document))
    return path


# --- VLA-3D -------------------------------------------------------------------------------------------------

_VLA = "object_id,region_id,raw_label,nyu_label," + ",".join(
    [f"object_bbox_c{axis}" for axis in "xyz"] + [f"object_bbox_{axis}length" for axis in "xyz"]
)
VLA = f"""{_VLA},object_bbox_heading,object_color_scheme1,object_color_scheme2
5,0,Sofa,sofa,1,2,0.5,2,1,1,0.25,gray,brown
2,0,Cup,cup,1,2,1.1,0.1,0.1,0.2,0,_,_
8,0,Lamp,lamp,4,2,1,0.3,0.3,2,0,N/A,_
"""
VLA_GRAPH = {"on": {"5": ["2"], "2": []}, "between": {"2": [["5", "8"]]}, "beside": {}}


def _vla(tmp_path, table=VLA, graph=VLA_GRAPH):
    (tmp_path / "objects.csv").write_text(table)
    return tmp_path / "objects.csv", _json(tmp_path, {"regions": {"0": {"relationships": graph}}})


def test_vla3d_objects_and_relations(tmp_path):
    graph = read_vla3d(*_vla(tmp_path))
    assert graph.objects.label == ("sofa", "cup", "lamp")
    np.testing.assert_array_equal(graph.objects.center_m[0], [1, 2, 0.5])
    np.testing.assert_array_equal(graph.objects.size_m[2], [0.3, 0.3, 2])
    np.testing.assert_allclose(graph.objects.yaw_rad, [0.25, 0, 0])
    assert graph.objects.attributes[0] == {
        "color": "gray",
        "colors": ["gray", "brown"],
        "raw_label": "Sofa",
        "region": "0",
    }
    assert [str(match) for match in graph.match()] == ["cup#2 on sofa#5", "cup#2 between sofa#5 and lamp#8"]
    assert graph.relations.predicates == ("on", "between", "beside")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"table": ""}, "no column object_id"),
        ({"table": VLA.replace("object_bbox_heading", "heading")}, "no column object_bbox_heading"),
        (
            {"table": VLA.replace("2,1,1,0.25", "2,x,1,0.25")},
            "line 2, object_bbox_ylength: expected a finite number, got 'x'",
        ),
        ({"table": VLA.replace("8,0,Lamp", "2,0,Lamp")}, r"repeated \[2\]"),
        ({"table": VLA.replace("2,1,1,0.25", "-2,1,1,0.25")}, "size_m of object 0"),
        ({"table": VLA + '9,"unclosed\n'}, "expected a CSV table"),
        ({"graph": {"on": {"5": ["3"]}}}, r"relationships.on.5\[0\]: expected ids of the table of objects, got '3'"),
        ({"graph": {"on": {"5": "2"}}}, "relationships.on.5: expected a list"),
        ({"graph": {"on": {"5": [["2", "8", "5"]]}}}, r"relationships.on.5\[0\]: expected one id or two"),
        ({"graph": {"on": {"5": [[]]}}}, r"relationships.on.5\[0\]: expected one id or two"),
        ({"graph": {"on": {"5": [{}]}}}, r"relationships.on.5\[0\]"),
        ({"graph": []}, "relationships: expected an object"),
    ],
)
def test_a_wrong_vla3d_file_is_refused_with_the_place(tmp_path, changes, part):
    with pytest.raises(InputError, match=part) as raised:
        read_vla3d(*_vla(tmp_path, **changes))
    assert "\n" not in str(raised.value)


def test_real_vla3d():
    paths = [sample("vla3d", f"47204840_{name}") for name in ("object_result.csv", "scene_graph.json")]
    graph = read_vla3d(*paths)
    assert (len(graph.objects), len(graph.relations)) == (7, 40)
    found = {str(match) for match in graph.match(predicate="between")} | {
        str(match) for match in graph.match(predicate="on")
    }
    assert found == {
        "television#5 on table#4",
        "fireplace#3 between table#2 and table#4",
        "fireplace#3 between sofa#0 and table#4",
        "fireplace#3 between table#2 and television#5",
    }


# --- VSD ----------------------------------------------------------------------------------------------------


def _vsd():
    triple = {"s": "window", "o": "house", "p": "on", "s_bbox": [197, 235, 90, 124], "o_bbox": [147, 393, 60, 143]}
    back = {"s": "house", "o": "tree", "p": "to the left of", "s_bbox": [147, 393, 60, 143], "o_bbox": [1, 2, 3, 4.5]}
    return [{"img_id": "2670", "triple_list": [triple, back], "captions": ["window on a house"]}]


def test_vsd_boxes_become_left_top_right_bottom_and_things_are_not_doubled(tmp_path):
    (picture,) = read_vsd(_json(tmp_path, _vsd()))
    assert picture.image_id == "2670"
    assert set(picture.detections.label) == {"window", "house", "tree"}
    boxes = dict(zip(picture.detections.label, picture.detections.xyxy_px.tolist(), strict=True))
    assert boxes == {"window": [90, 197, 124, 235], "house": [60, 147, 143, 393], "tree": [3, 1, 4.5, 2]}
    names = [(picture.detections.label[s], p, picture.detections.label[o]) for s, p, o in picture.triples]
    assert names == [("window", "on", "house"), ("house", "to the left of", "tree")]
    assert picture.captions == ("window on a house",)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda d: d[0].pop("captions"), r"\[0\].captions: .*no such field"),
        (lambda d: d[0]["triple_list"][1].pop("p"), r"\[0\].triple_list\[1\].p"),
        (
            lambda d: d[0]["triple_list"][1].update(s_bbox=[1, 2, 3]),
            r"\[0\].triple_list\[1\].s_bbox: expected 4 numbers",
        ),
        (lambda d: d[0]["triple_list"][1].update(o_bbox=[2, 1, 3, 4]), r"\[0\]: box .*\(tree\)"),
        (lambda d: d[0].update(captions="x"), r"\[0\].captions: expected a list of sentences"),
        (lambda d: d.append(3), r"\[1\]: expected an object, got 3"),
    ],
)
def test_a_wrong_vsd_file_is_refused_with_the_place(tmp_path, change, part):
    document = _vsd()
    change(document)
    with pytest.raises(SchemaError, match=part):
        read_vsd(_json(tmp_path, document))


def test_real_vsd():
    pictures = read_vsd(sample("vsd", "v2_val.json"))
    raw = json.loads(sample("vsd", "v2_val.json").read_text())
    assert len(pictures) == 2927
    for picture, row in zip(pictures, raw, strict=True):
        assert len(picture.triples) == len(row["triple_list"])
        for (subject, predicate, _), triple in zip(picture.triples, row["triple_list"], strict=True):
            y0, y1, x0, x1 = triple["s_bbox"]
            assert picture.detections.xyxy_px[subject].tolist() == [x0, y0, x1, y1]
            assert predicate == triple["p"]
