"""SceneGraph to and from spark_dsg's DynamicSceneGraph.

Objects become nodes O(0), O(1), ... of the OBJECTS layer, with name, position and a box turned about z. spark_dsg holds
one undirected edge per pair, so the edge of a pair carries all its relations, of both directions, in its metadata
under "relations"; the exact objects and the rest of the graph are in the metadata of nodes and graph.

What survives: everything comes back through `from_spark_dsg`, to the digits of the JSON file, but for whole numbers of
more than 64 bits in attributes or source, which become floating point. What spark_dsg itself
does not see: the direction and the type of a relation, a relation of an object to itself (refused), and more than
single precision of boxes.

References:
    N. Hughes et al., Foundations of Spatial Perception for Robotics, IJRR 2024 (layered dynamic scene graphs).
"""

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError, message, require
from ..types import SceneGraph
from .atomic import replacing
from .json import from_dict, to_dict

if TYPE_CHECKING:
    import spark_dsg

_LISTS = ("objects", "relations", "predicates")
_SUFFIXES = (".json", ".sparkdsg", ".bson")


def to_spark_dsg(scene: SceneGraph) -> "spark_dsg.DynamicSceneGraph":
    """The graph as a DynamicSceneGraph with its OBJECTS layer filled.

    Raises:
        MissingExtraError: spark_dsg is not installed.
        InputError: a relation of an object to itself.
    """
    dsg = require("spark_dsg", "bridges")
    document = to_dict(scene)
    graph = dsg.DynamicSceneGraph()
    rest = {key: value for key, value in document.items() if key not in _LISTS}
    graph.metadata.set({**rest, "predicates": list(document["predicates"].items())})
    for node, row in enumerate(document["objects"]):
        attributes = dsg.ObjectNodeAttributes()
        attributes.name = row["label"]
        attributes.position = np.array(row["center_m"], dtype=np.float64)
        center, size = (np.array(row[key], dtype=np.float32) for key in ("center_m", "size_m"))
        attributes.bounding_box = dsg.BoundingBox(size, center, row["yaw_rad"])
        attributes.metadata.set(row)
        graph.add_node(dsg.DsgLayers.OBJECTS, dsg.NodeSymbol("O", node), attributes)
    node_of = {row["id"]: node for node, row in enumerate(document["objects"])}
    for (a, b), relations in _by_pair(document["relations"], node_of).items():
        attributes = dsg.EdgeAttributes()
        attributes.metadata.set({"relations": relations})
        graph.insert_edge(dsg.NodeSymbol("O", a), dsg.NodeSymbol("O", b), attributes)
    return graph


def _by_pair(relations: list[dict[str, Any]], node_of: dict[int, int]) -> dict[tuple[int, int], list[dict[str, Any]]]:
    pairs: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for place, row in enumerate(relations):
        a, b = node_of[row["subject"]], node_of[row["object"]]
        if a == b:
            got = f"{row['predicate']} of object {row['subject']} to itself"
            raise InputError(message(f"relation {place}", "two objects, since spark_dsg has no loops", got))
        pairs.setdefault((min(a, b), max(a, b)), []).append({"row": place, **row})
    return pairs


def from_spark_dsg(graph: "spark_dsg.DynamicSceneGraph") -> SceneGraph:
    """The graph that `to_spark_dsg` turned into a DynamicSceneGraph.

    Raises:
        InputError: it was not made by `to_spark_dsg`, so that sizes, frames and predicates are not known.
        SchemaError: the metadata was changed to what a graph cannot hold.
    """
    rest = dict(graph.metadata.get())
    if "schema_version" not in rest:
        raise InputError(message("spark_dsg graph", "one written by scenegraph3d", "no schema_version in its metadata"))
    nodes = sorted(graph.get_layer("OBJECTS").nodes, key=lambda node: node.id.category_id)
    found = [row for edge in graph.edges for row in edge.info.metadata.get().get("relations", [])]
    relations = [
        {key: value for key, value in row.items() if key != "row"} for row in sorted(found, key=lambda row: row["row"])
    ]
    objects = [dict(node.attributes.metadata.get()) for node in nodes]
    predicates = dict(rest["predicates"])
    return from_dict({**rest, "predicates": predicates, "objects": objects, "relations": relations})


def write(scene: SceneGraph, path: str | PathLike[str]) -> None:
    """Write a file that `spark_dsg.DynamicSceneGraph.load` reads: .json, .bson, or .sparkdsg (binary).

    Raises:
        MissingExtraError: spark_dsg is not installed.
        InputError: another suffix, or as for `to_spark_dsg`.
        OutputError: the file cannot be written; what was there before is untouched.
    """
    if not str(path).endswith(_SUFFIXES):
        raise InputError(message(str(path), f"a name that ends in {', '.join(_SUFFIXES)}", "another ending"))
    graph = to_spark_dsg(scene)
    with replacing(path) as temporary:
        graph.save(str(temporary))
