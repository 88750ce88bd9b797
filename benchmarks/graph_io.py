"""Saving and loading a graph of 500 objects and 5,000 relations: scenegraph3d, spark_dsg and networkx in one run.

Each library starts from its own graph in memory and ends with its own graph in memory; all hold the same boxes,
attributes and relations. spark_dsg has one undirected edge per pair, so that a pair's relations share the metadata of
one edge. It is also measured with boxes and names alone and one weight per edge, which is less than the others write.

    python benchmarks/graph_io.py [--repeats 31]

writes benchmarks/results/graph_io.json.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import spark_dsg
from _common import facts, medians_ms, ratios, write

from scenegraph3d.io import load, save
from scenegraph3d.io.atomic import write_text
from scenegraph3d.io.networkx import to_networkx
from scenegraph3d.io.spark_dsg import to_spark_dsg
from scenegraph3d.types import Objects, Relations, SceneGraph

OURS = "scenegraph3d"
BARE = "spark_dsg, boxes and weights alone"
OBJECTS, RELATIONS = 500, 5000
LABELS = ("chair", "table", "cup", "book", "lamp", "sofa")
PREDICATES = ("left_of", "in_front_of", "above", "near", "on")


def make_scene() -> SceneGraph:
    """A graph with numbers of full precision, as measured ones are, and no pair of objects twice."""
    rng = np.random.default_rng(0)
    pairs = rng.choice(OBJECTS * (OBJECTS - 1) // 2, RELATIONS, replace=False)
    rows, columns = np.triu_indices(OBJECTS, 1)
    return SceneGraph(
        Objects(
            label=tuple(rng.choice(LABELS, OBJECTS)),
            center_m=rng.normal(size=(OBJECTS, 3)) * 3,
            size_m=rng.uniform(0.05, 2, (OBJECTS, 3)),
            yaw_rad=rng.uniform(-3, 3, OBJECTS),
            score=rng.random(OBJECTS),
            attributes=tuple({"color": str(color)} for color in rng.choice(["red", "green", "blue"], OBJECTS)),
        ),
        Relations(
            subject=rows[pairs],
            object=columns[pairs],
            code=rng.integers(0, len(PREDICATES), RELATIONS),
            frame_code=rng.integers(0, 2, RELATIONS),
            score=rng.random(RELATIONS),
            margin_m=rng.random(RELATIONS),
            third=np.full(RELATIONS, -1),
            evidence=rng.normal(size=(RELATIONS, 2)),
            predicates=PREDICATES,
            evidence_names=dict.fromkeys(PREDICATES, ("offset_m", "gap_m")),
        ),
    )


def bare_spark_dsg(scene: SceneGraph) -> spark_dsg.DynamicSceneGraph:
    """Boxes, names and one weight per edge: no attributes, no predicates, no evidence."""
    graph = spark_dsg.DynamicSceneGraph()
    for item in scene.objects:
        attributes = spark_dsg.ObjectNodeAttributes()
        attributes.name = item.label
        attributes.position = np.array(item.center_m)
        size, center = (np.array(value, dtype=np.float32) for value in (item.size_m, item.center_m))
        attributes.bounding_box = spark_dsg.BoundingBox(size, center, item.yaw_rad)
        graph.add_node(spark_dsg.DsgLayers.OBJECTS, spark_dsg.NodeSymbol("O", item.index), attributes)
    for relation in scene.relations:
        edge = spark_dsg.EdgeAttributes()
        edge.weighted, edge.weight = True, relation.score
        ends = (spark_dsg.NodeSymbol("O", end) for end in (relation.subject, relation.object))
        graph.insert_edge(*ends, edge)
    return graph


def contenders(scene: SceneGraph, folder: Path) -> tuple[dict[str, Callable[[], Any]], dict[str, Callable[[], Any]]]:
    """Saving and loading, per library."""
    ours, dsg, bare, link = (folder / name for name in ("ours.json", "dsg.json", "bare.json", "link.json"))
    dsg_graph, bare_graph, nx_graph = to_spark_dsg(scene), bare_spark_dsg(scene), to_networkx(scene)
    saves = {
        OURS: lambda: save(scene, ours),
        "spark_dsg": lambda: dsg_graph.save(str(dsg)),
        BARE: lambda: bare_graph.save(str(bare)),
        "networkx": lambda: write_text(link, json.dumps(nx.node_link_data(nx_graph, edges="edges"))),
    }
    loads = {
        OURS: lambda: load(ours),
        "spark_dsg": lambda: spark_dsg.DynamicSceneGraph.load(str(dsg)),
        BARE: lambda: spark_dsg.DynamicSceneGraph.load(str(bare)),
        "networkx": lambda: nx.node_link_graph(json.loads(link.read_text()), edges="edges"),
    }
    return saves, loads


def measure(repeats: int) -> dict[str, Any]:
    """Medians in milliseconds, and how many times our time each peer takes."""
    with tempfile.TemporaryDirectory() as folder:
        saves, loads = contenders(make_scene(), Path(folder))
        medians = {"save": medians_ms(saves, repeats), "load": medians_ms(loads, repeats)}
    return {
        "claim": "saving and loading 500 objects with 5,000 relations is not slower than spark_dsg's JSON of the same",
        "objects": OBJECTS,
        "relations": RELATIONS,
        "repeats": repeats,
        "median_ms": medians,
        "peer_time_over_ours": {step: ratios(values, OURS) for step, values in medians.items()},
        "notes": [
            "spark_dsg holds one undirected edge per pair; the relations of a pair are in that edge's metadata",
            "ours and networkx are written to a temporary name, flushed to disk and renamed; spark_dsg writes in place",
            "ours is checked in full on loading; the others are not",
        ],
        **facts("networkx", "spark_dsg"),
    }


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=31)
    result = measure(parser.parse_args().repeats)
    for who, save_ms in result["median_ms"]["save"].items():
        print(f"{who:34} save {save_ms:7.2f} ms   load {result['median_ms']['load'][who]:7.2f} ms")
    write("graph_io", result)


if __name__ == "__main__":
    main()
