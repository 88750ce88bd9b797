"""Graphs in other libraries' terms, checked with those libraries, and back."""

import csv
import io
import json

import networkx as nx
import numpy as np
import pytest
import spark_dsg
from hypothesis import given

from scenegraph3d.errors import InputError, MissingExtraError, OutputError
from scenegraph3d.io import EXPORTS, export, load
from scenegraph3d.io.csv import to_csv
from scenegraph3d.io.networkx import from_networkx, to_networkx
from scenegraph3d.io.spark_dsg import from_spark_dsg, to_spark_dsg
from scenegraph3d.types import Objects, Relation, Relations, SceneGraph
from tests.io.scenes import assert_same, grid, scenes


def _scene() -> SceneGraph:
    return SceneGraph(
        Objects(
            ("cup", "table", "=1+1"),
            np.array([[0, 1, 0.9], [0, 1, 0.4], [3, 1, 0.5]]),
            np.array([[0.1, 0.1, 0.2], [2, 1, 0.8], [1, 1, 1]]),
            np.array([0, 0.3, 0]),
            attributes=({"color": "red"}, {}, {"note": "@SUM(A1)", "parts": ["-1"]}),
            id=np.array([7, 3, 12]),
        ),
        Relations.from_rows(
            [
                Relation(0, "on", 1, "world", 0.9, 0.01, {"gap_m": -0.25}),
                Relation(1, "under", 0, "world", 0.9, 0.01, {}),
                Relation(0, "left_of", 2, "viewer", 0.8, 1.0, {"offset_m": 3.0}),
                Relation(0, "left_of", 2, "object", 0.8, 1.0, {"offset_m": 2.0}),
                Relation(1, "between", 0, "world", 0.5, 0.2, {}, third=2),
            ]
        ),
    )


# --- networkx -----------------------------------------------------------------------------------------------


def test_networkx_has_a_directed_edge_per_relation():
    graph = to_networkx(_scene())
    assert isinstance(graph, nx.MultiDiGraph)
    assert sorted(graph) == [3, 7, 12]
    assert graph.nodes[7]["label"] == "cup"
    assert graph.nodes[3]["size_m"] == [2, 1, 0.8]
    assert set(graph[7][12]) == {"left_of|viewer", "left_of|object"}
    assert graph[7][3]["on|world"]["evidence"] == {"gap_m": -0.25}
    assert set(graph[3][7]) == {"under|world", "between|world|12"}
    assert not graph.has_edge(12, 7)
    assert list(graph.graph["predicates"]) == ["on", "under", "left_of", "between"]


@given(scenes())
def test_networkx_gives_every_graph_back(make):
    scene = make()
    keys = {(r.subject, r.object, r.predicate, r.frame, r.third) for r in scene.relations}
    if len(keys) == len(scene.relations):
        assert_same(scene, from_networkx(to_networkx(scene)))


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_networkx_takes_graphs_of_any_size(count):
    assert_same(grid(count), from_networkx(to_networkx(grid(count))))


def test_a_part_of_a_networkx_graph_is_a_graph():
    graph = to_networkx(_scene())
    graph.remove_node(12)
    graph.remove_edge(3, 7, "between|world|12")
    back = from_networkx(graph)
    assert back.objects.id.tolist() == [7, 3]
    assert [str(m) for m in back.match()] == ["cup#7 on table#3", "table#3 under cup#7"]


def test_a_foreign_networkx_graph_is_refused():
    with pytest.raises(InputError, match="schema_version"):
        from_networkx(nx.MultiDiGraph([(1, 2)]))


def test_the_networkx_file_is_read_by_networkx(tmp_path):
    export(_scene(), "networkx", tmp_path / "graph.json")
    with (tmp_path / "graph.json").open() as file:
        graph = nx.node_link_graph(json.load(file), edges="edges")
    assert nx.utils.graphs_equal(graph, to_networkx(_scene()))
    assert_same(_scene(), from_networkx(graph))


# --- spark_dsg ----------------------------------------------------------------------------------------------


def test_spark_dsg_has_boxes_and_one_edge_per_pair_with_both_directions():
    graph = to_spark_dsg(_scene())
    assert graph.num_nodes() == 3
    assert graph.num_edges() == 2  # 7 and 3, 7 and 12; the third of `between` makes no pair
    node = graph.get_node(spark_dsg.NodeSymbol("O", 1))
    assert node.attributes.name == "table"
    np.testing.assert_allclose(node.attributes.position, [0, 1, 0.4])
    box = node.attributes.bounding_box
    assert box.volume() == pytest.approx(1.6, rel=1e-6)
    turned = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    np.testing.assert_allclose(box.world_R_center[:2, :2], turned, atol=1e-6)
    edge = graph.get_edge(spark_dsg.NodeSymbol("O", 0), spark_dsg.NodeSymbol("O", 1))
    found = [(r["subject"], r["predicate"], r["object"]) for r in edge.info.metadata.get()["relations"]]
    assert found == [(7, "on", 3), (3, "under", 7), (3, "between", 7)]


@given(scenes(loops=False))
def test_spark_dsg_gives_every_graph_back(make):
    scene = make()
    assert_same(scene, from_spark_dsg(to_spark_dsg(scene)))


@pytest.mark.parametrize("count", [0, 1, 2000])
@pytest.mark.parametrize("suffix", [".json", ".sparkdsg"])
def test_the_spark_dsg_file_is_read_by_spark_dsg(tmp_path, count, suffix):
    path = tmp_path / f"graph{suffix}"
    export(grid(count), "spark_dsg", path)
    assert_same(grid(count), from_spark_dsg(spark_dsg.DynamicSceneGraph.load(str(path))))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_what_spark_dsg_cannot_hold_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"ends in \.json"):
        export(_scene(), "spark_dsg", tmp_path / "graph.txt")
    loop = SceneGraph(_scene().objects, Relations.from_rows([Relation(1, "near", 1, "world", 1.0, 0.0, {})]))
    with pytest.raises(InputError, match="near of object 3 to itself"):
        to_spark_dsg(loop)
    with pytest.raises(InputError, match="no schema_version"):
        from_spark_dsg(spark_dsg.DynamicSceneGraph())


# --- CSV ----------------------------------------------------------------------------------------------------


def _rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_csv_holds_objects_and_relations(tmp_path):
    export(_scene(), "csv", tmp_path / "tables")
    objects = _rows((tmp_path / "tables" / "objects.csv").read_text())
    relations = _rows((tmp_path / "tables" / "relations.csv").read_text())
    assert [row["id"] for row in objects] == ["7", "3", "12"]
    assert [float(objects[1][key]) for key in ("x_m", "y_m", "z_m", "length_m", "width_m", "height_m", "yaw_rad")] == [
        0,
        1,
        0.4,
        2,
        1,
        0.8,
        0.3,
    ]
    assert (objects[0]["attribute.color"], objects[1]["attribute.color"]) == ("red", "")
    assert objects[2]["attribute.parts"] == '["-1"]'
    first = {key: relations[0][key] for key in ("subject", "predicate", "object", "third", "subject_label")}
    assert first == {"subject": "7", "predicate": "on", "object": "3", "third": "", "subject_label": "cup"}
    assert relations[4]["third"] == "12"
    assert float(relations[0]["evidence.gap_m"]) == -0.25  # a number stays one


def test_csv_text_never_starts_a_formula():
    objects, _ = to_csv(_scene())
    assert _rows(objects)[2]["label"] == "'=1+1"
    assert _rows(objects)[2]["attribute.note"] == "'@SUM(A1)"


@given(scenes())
def test_csv_keeps_every_label_whatever_it_holds(make):
    scene = make()
    objects, relations = (_rows(text) for text in to_csv(scene))
    assert [row["label"].removeprefix("'") for row in objects] == [
        label.removeprefix("'") for label in scene.objects.label
    ]
    assert not any(row["label"].startswith(("=", "+", "-", "@", "\t", "\r")) for row in objects)
    assert len(relations) == len(scene.relations)


def test_csv_into_a_file_s_place_is_refused(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OutputError, match="a file of that name"):
        export(_scene(), "csv", tmp_path / "taken")


# --- the registry -------------------------------------------------------------------------------------------


def test_every_export_writes(tmp_path):
    for name in EXPORTS:
        export(_scene(), name, tmp_path / f"{name}.json")
        assert (tmp_path / f"{name}.json").exists()
    assert_same(load(tmp_path / "json.json"), _scene())


def test_an_unknown_format_is_refused_with_near_names(tmp_path):
    with pytest.raises(InputError, match="unknown format 'sparkdsg'; did you mean 'spark_dsg'"):
        export(_scene(), "sparkdsg", tmp_path / "a")


@pytest.mark.parametrize("name", ["networkx", "spark_dsg"])
def test_a_missing_library_is_one_line_that_says_what_to_install(tmp_path, monkeypatch, name):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'scenegraph3d\[bridges\]'"):
        export(_scene(), name, tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []
