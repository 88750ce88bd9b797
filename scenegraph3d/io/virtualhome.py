"""VirtualHome's environment graph to a SceneGraph.

Unity's axes (left-handed, x right, y up, z forward, metres) become ours by swapping y and z. Boxes are aligned with the
axes, so yaw is 0. Edges keep their names in lower case ("on", "inside", "close", "facing", "between"); they are the
engine's, in the world's frame, with score 1 and no margin. Its "between" joins a door with each of its two rooms and so
has two ends like the others.

References:
    X. Puig et al., VirtualHome: Simulating Household Activities via Programs, CVPR 2018.
"""

from os import PathLike
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, SchemaError
from ..types import FRAMES, Objects, Relations, SceneGraph

ROOMS = "Rooms"
SURFACES = ("Ceiling", "Floor", "Floors", "Walls")

_NODE_FIELDS = ("id", "class_name", "category", "bounding_box")
_EDGE_FIELDS = ("from_id", "to_id", "relation_type")


def read_virtualhome(path: str | PathLike[str], *, rooms: bool = True) -> SceneGraph:
    """Read an environment graph.

    Args:
        path: the JSON file with `nodes` and `edges`.
        rooms: keep the rooms as objects; left out, their edges go with them.

    Returns:
        Objects with VirtualHome's ids, its class names as labels, and category, prefab_name, properties and states as
        attributes; floors, walls and ceilings are surfaces; relations as the file has them.

    Raises:
        SchemaError: not such a file, a node without a box, an edge to a node that is not there; in one line.
    """
    document = doc.mapping(doc.read_json(path), str(path), ("nodes", "edges"), None)
    nodes = doc.rows(document["nodes"], "nodes")
    doc.check_keys(nodes, "nodes", _NODE_FIELDS, None)
    edges = doc.rows(document["edges"], "edges")
    doc.check_keys(edges, "edges", _EDGE_FIELDS, None)
    ids = doc.numbers(nodes, "id", "nodes", doc.WHOLE).tolist()
    kept = [i for i, node in enumerate(nodes) if rooms or node["category"] != ROOMS]
    try:
        objects = _objects(nodes, kept)
    except SchemaError:
        raise
    except InputError as error:
        raise SchemaError(f"{path}: nodes: {error}") from error
    row_of = dict.fromkeys(ids, -1) | {ids[i]: row for row, i in enumerate(kept)}
    return SceneGraph(objects, _relations(edges, row_of), source={"dataset": "virtualhome"})


def _objects(nodes: list[dict[str, Any]], kept: list[int]) -> Objects:
    found = doc.column(nodes, "bounding_box", "nodes", frozenset({dict}))
    doc.check_keys(found, "nodes[*].bounding_box", ("center", "size"), None)
    swapped = [0, 2, 1]
    labels = doc.column(nodes, "class_name", "nodes", doc.TEXT)
    attributes: list[dict[str, Any]] = [
        {key: node[key] for key in ("category", "prefab_name", "properties", "states") if key in node} for node in nodes
    ]
    for i, row in enumerate(attributes):
        doc.plain(row, f"nodes[{i}]")
    return Objects(
        label=tuple(labels[i] for i in kept),
        center_m=doc.vectors(found, "center", "nodes[*].bounding_box", 3)[kept][:, swapped],
        size_m=doc.vectors(found, "size", "nodes[*].bounding_box", 3)[kept][:, swapped],
        attributes=tuple(attributes[i] for i in kept),
        id=doc.numbers(nodes, "id", "nodes", doc.WHOLE)[kept],
        kind=tuple("surface" if nodes[i]["category"] in SURFACES else "object" for i in kept),
    )


def _relations(edges: list[dict[str, Any]], row_of: dict[int, int]) -> Relations:
    ends = []
    for key in ("from_id", "to_id"):
        wanted = doc.column(edges, key, "edges", doc.WHOLE)
        for i, value in enumerate(wanted):
            if value not in row_of:
                raise doc.fail(f"edges[{i}].{key}", "the id of a node of this file", value)
        ends.append(np.array([row_of[value] for value in wanted], dtype=np.int64))
    names = [name.lower() for name in doc.column(edges, "relation_type", "edges", doc.TEXT)]
    predicates = tuple(dict.fromkeys(names))
    code = np.array([predicates.index(name) for name in names], dtype=np.int64)
    keep = np.flatnonzero((ends[0] >= 0) & (ends[1] >= 0))
    return Relations(
        subject=ends[0][keep],
        object=ends[1][keep],
        code=code[keep],
        frame_code=np.full(len(keep), FRAMES.index("world")),
        score=np.ones(len(keep)),
        margin_m=np.zeros(len(keep)),
        third=np.full(len(keep), -1),
        evidence=np.zeros((len(keep), 0)),
        predicates=predicates,
        evidence_names={},
    )
