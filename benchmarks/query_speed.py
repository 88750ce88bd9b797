"""A question of three hops over 1,000 objects, beside loops over a networkx graph that give the same answer.

"How many books are left of the sofas that are near a table right of this lamp?" The graph is the one that `relate`
makes, with all its relations; networkx has the same ones as edges. The loops follow the edges from each object and look
at predicate and label; they know no third answer, so they are compared with what is sure. Preparing each side (the
columns of the graph, the MultiDiGraph) is measured apart.

    pip install networkx
    python benchmarks/query_speed.py

writes benchmarks/results/query_speed.json.
"""

import time
from typing import Any

import numpy as np
from _common import facts, medians_ms, ratios, write

import scenegraph3d as sg3
from scenegraph3d.io.networkx import to_networkx
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import parse_program

COUNT = 1000
SPACING_M = 1.0
REPEATS = 21
LABELS = ("chair", "table", "lamp", "cup", "sofa", "book", "box", "plant", "shelf", "bottle")
LIMIT_MS = 5.0


def make_hall() -> sg3.SceneGraph:
    """Things of ten labels on the floor of a hall, one to the square metre, with all their relations."""
    rng = np.random.default_rng(COUNT)
    side = SPACING_M * COUNT**0.5
    size = rng.uniform(0.2, 1.0, (COUNT, 3))
    center = np.column_stack([rng.uniform(0, side, (COUNT, 2)), 0.5 * size[:, 2]])
    labels = tuple(rng.choice(LABELS, COUNT).tolist())
    rules = sg3.RelationRules(all_pairs_up_to=COUNT)
    return sg3.relate(sg3.Objects(labels, center, size, rng.uniform(-3, 3, COUNT)), rules=rules)


def question(lamp: int) -> str:
    """The program."""
    tables = f'relate(label(scene(), "table"), "right_of", thing({lamp}))'
    return f'count(relate(label(scene(), "book"), "left_of", relate(label(scene(), "sofa"), "near", {tables})))'


def hop(graph: Any, label: str, predicate: str, anchors: set[int]) -> set[int]:
    """Nodes of one label with an edge of one predicate to an anchor."""
    return {
        subject
        for anchor in anchors
        for subject, _, row in graph.in_edges(anchor, data=True)
        if row["predicate"] == predicate and graph.nodes[subject]["label"] == label
    }


def loops(graph: Any, lamp: int) -> int:
    """The same question on the networkx graph."""
    tables = hop(graph, "table", "right_of", {lamp})
    return len(hop(graph, "book", "left_of", hop(graph, "sofa", "near", tables)))


def main() -> None:
    """Measure, print, and keep the result."""
    scene = make_hall()
    lamp = int(scene.objects.id[scene.objects.label.index("lamp")])
    program = parse_program(question(lamp))
    start = time.perf_counter()
    answer = execute(program, scene)
    first_ms = 1e3 * (time.perf_counter() - start)
    start = time.perf_counter()
    graph = to_networkx(scene)
    graph_ms = 1e3 * (time.perf_counter() - start)
    assert answer.value == loops(graph, lamp)
    medians = medians_ms(
        {"scenegraph3d": lambda: execute(program, scene), "networkx": lambda: loops(graph, lamp)}, REPEATS
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
        "making_the_networkx_graph_ms": round(graph_ms, 1),
        "limit_ms": LIMIT_MS,
        "below_limit": medians["scenegraph3d"] < LIMIT_MS,
        "run": facts("networkx"),
    }
    for key, value in result.items():
        print(f"{key}: {value}")
    write("query_speed", result)


if __name__ == "__main__":
    main()
