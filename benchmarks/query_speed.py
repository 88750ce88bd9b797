"""A question of three hops over 1,000 objects, beside loops over networkx graphs that give the same answer.

"How many books are left of a sofa that is near a table right of this lamp?" The graph holds left_of, right_of and near
of all pairs. networkx has a DiGraph for each of the three, with labels on its nodes; its loops follow the edges that
end at each object. They know no third answer, so they are compared with what is sure; ours says beside it of which
books it cannot be told. Preparing each side (our columns at the first call, the DiGraphs) is measured apart.

    pip install networkx
    python benchmarks/query_speed.py

writes benchmarks/results/query_speed.json.
"""

import time
from typing import Any

import numpy as np
from _common import facts, medians_ms, ratios, write

import scenegraph3d as sg3
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import parse_program

COUNT = 1000
SPACING_M = 1.0
REPEATS = 21
LABELS = ("chair", "table", "lamp", "cup", "sofa", "book", "box", "plant", "shelf", "bottle")
RULES = sg3.RelationRules(predicates=("left_of", "right_of", "near"), all_pairs_up_to=COUNT)
LIMIT_MS = 5.0


def make_hall() -> sg3.SceneGraph:
    """Things of ten labels on the floor of a hall, one to the square metre."""
    rng = np.random.default_rng(COUNT)
    side = SPACING_M * COUNT**0.5
    size = rng.uniform(0.2, 1.0, (COUNT, 3))
    center = np.column_stack([rng.uniform(0, side, (COUNT, 2)), 0.5 * size[:, 2]])
    labels = tuple(rng.choice(LABELS, COUNT).tolist())
    return sg3.relate(sg3.Objects(labels, center, size, rng.uniform(-3, 3, COUNT)), rules=RULES)


def question(lamp: int) -> str:
    """The program."""
    tables = f'relate(label(scene(), "table"), "right_of", thing({lamp}))'
    return f'count(relate(label(scene(), "book"), "left_of", relate(label(scene(), "sofa"), "near", {tables})))'


def to_graphs(scene: sg3.SceneGraph) -> dict[str, Any]:
    """A DiGraph of the objects' ids for each predicate."""
    import networkx as nx

    relations, ids = scene.relations, scene.objects.id
    graphs = {}
    for code, name in enumerate(relations.predicates):
        graphs[name] = nx.DiGraph()
        graphs[name].add_nodes_from((thing.id, {"label": thing.label}) for thing in scene.objects)
        rows = relations.code == code
        ends = ids[relations.subject[rows]].tolist(), ids[relations.object[rows]].tolist()
        graphs[name].add_edges_from(zip(*ends, strict=True))
    return graphs


def hop(graph: Any, label: str, anchors: set[int]) -> set[int]:
    """Nodes of one label with an edge to an anchor."""
    return {
        subject
        for anchor in anchors
        for subject in graph.predecessors(anchor)
        if graph.nodes[subject]["label"] == label
    }


def loops(graphs: dict[str, Any], lamp: int) -> int:
    """The same question on the networkx graphs."""
    tables = hop(graphs["right_of"], "table", {lamp})
    return len(hop(graphs["left_of"], "book", hop(graphs["near"], "sofa", tables)))


def main() -> None:
    """Measure, print, and keep the result."""
    scene = make_hall()
    lamp = int(scene.objects.id[scene.objects.label.index("lamp")])
    program = parse_program(question(lamp))
    start = time.perf_counter()
    answer = execute(program, scene, rules=RULES)
    first_ms = 1e3 * (time.perf_counter() - start)
    start = time.perf_counter()
    graphs = to_graphs(scene)
    graphs_ms = 1e3 * (time.perf_counter() - start)
    assert answer.value == loops(graphs, lamp)
    medians = medians_ms(
        {"scenegraph3d": lambda: execute(program, scene, rules=RULES), "networkx": lambda: loops(graphs, lamp)}, REPEATS
    )
    result = {
        "objects": COUNT,
        "relations": len(scene.relations),
        "program": answer.program,
        "answer": answer.value,
        "not_told": answer.note,
        "median_ms": medians,
        "networkx_over_ours": ratios(medians, "scenegraph3d")["networkx"],
        "first_call_ms": round(first_ms, 1),
        "making_the_networkx_graphs_ms": round(graphs_ms, 1),
        "limit_ms": LIMIT_MS,
        "below_limit": medians["scenegraph3d"] < LIMIT_MS,
        "run": facts("networkx"),
    }
    for key, value in result.items():
        print(f"{key}: {value}")
    write("query_speed", result)


if __name__ == "__main__":
    main()
