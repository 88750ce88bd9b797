"""SceneGraph to and from a networkx MultiDiGraph, and to its node-link JSON.

Nodes are object ids, with the fields of the graph's JSON file as attributes (`label`, `center_m`, ...). Each relation
is an edge from subject to object whose key is its predicate and frame ("on|world"; for `between`, the third object's
id follows: "between|world|7"). Camera, up, scale, source and the predicates that were evaluated are graph attributes.

What survives: everything, in both directions, to the digits of the JSON file.
"""

import json
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..errors import InputError, message, require
from ..types import SceneGraph
from .atomic import write_text
from .json import from_dict, to_dict

if TYPE_CHECKING:
    import networkx as nx

_LISTS = ("objects", "relations")


def to_networkx(scene: SceneGraph) -> "nx.MultiDiGraph":
    """The graph as a MultiDiGraph.

    Raises:
        MissingExtraError: networkx is not installed.
        InputError: two relations with the same objects, predicate and frame, which the keys of edges cannot tell apart.
    """
    library = require("networkx", "bridges")
    document = to_dict(scene)
    graph = library.MultiDiGraph(**{key: value for key, value in document.items() if key not in _LISTS})
    for row in document["objects"]:
        graph.add_node(row["id"], **{key: value for key, value in row.items() if key != "id"})
    for place, row in enumerate(document["relations"]):
        third = f"|{row['third']}" if "third" in row else ""
        key = f"{row['predicate']}|{row['frame']}{third}"
        if graph.has_edge(row["subject"], row["object"], key):
            raise InputError(message(f"relation {place}", "one of each key between two objects", f"{key} twice"))
        values = {name: value for name, value in row.items() if name not in ("subject", "object")}
        graph.add_edge(row["subject"], row["object"], key=key, row=place, **values)
    return graph


def from_networkx(graph: "nx.MultiDiGraph") -> SceneGraph:
    """The graph that `to_networkx` turned into a MultiDiGraph; nodes and edges may have been taken away meanwhile.

    Raises:
        SchemaError: attributes that `to_networkx` gives are missing or of another type.
    """
    nodes = [{"id": node, **values} for node, values in graph.nodes(data=True)]
    edges = sorted(graph.edges(data=True), key=lambda edge: edge[2].get("row", 0))
    relations = [
        {"subject": subject, "object": target, **{key: value for key, value in values.items() if key != "row"}}
        for subject, target, values in edges
    ]
    return from_dict({**graph.graph, "objects": nodes, "relations": relations})


def write(scene: SceneGraph, path: str | PathLike[str]) -> None:
    """Write networkx's node-link JSON (`networkx.node_link_graph(json.load(file), edges="edges")` reads it).

    Raises:
        MissingExtraError: networkx is not installed.
        InputError: as for `to_networkx`.
        OutputError: the file cannot be written; what was there before is untouched.
    """
    library = require("networkx", "bridges")
    data: dict[str, Any] = library.node_link_data(to_networkx(scene), edges="edges")
    write_text(path, json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n")
