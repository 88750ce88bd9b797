"""Random scenes of things with names and colours, in which all predicates come up, and what a graph states."""

import numpy as np

from scenegraph3d.relate import relate
from scenegraph3d.types import Objects, SceneGraph
from scenegraph3d.types.predicates import OPPOSITES, SYMMETRIC
from tests.relate.scenes import camera_at

LABELS = ("table", "chair", "mug", "lamp", "bowl", "plate", "couch", "bottle", "person", "wine glass")
COLORS = ("red", "blue", "white")
MATERIALS = ("wood", "metal")


def random_scene(seed: int, most: int = 7) -> SceneGraph:
    """Up to so many boxes on and above a floor, seen by a camera: some stand on, or lie in, the one before."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, most + 1))
    size = rng.uniform(0.1, 1.0, (count, 3))
    center = np.concatenate([rng.uniform(-2, 2, (count, 2)), 0.5 * size[:, 2:]], axis=1)
    for row in range(1, count):
        kind = rng.random()
        if kind < 0.6:
            size[row] = 0.3 * size[row - 1]
            center[row, :2] = center[row - 1, :2] + 0.3 * rng.uniform(-1, 1, 2) * size[row - 1, :2]
            over = 0.5 if kind < 0.4 else -0.3
            center[row, 2] = center[row - 1, 2] + over * size[row - 1, 2] + 0.5 * size[row, 2]
    attributes = []
    for _ in range(count):
        given = {"color": str(rng.choice(COLORS)), "material": str(rng.choice(MATERIALS))}
        attributes.append({key: value for key, value in given.items() if rng.random() < 0.7})
    labels = tuple(rng.choice(LABELS, count).tolist())
    return relate(Objects(labels, center, size, attributes=tuple(attributes)), camera_at([0, -5, 1.5]))


def stated(scene: SceneGraph) -> set[tuple[int, str, int, int]]:
    """(subject, predicate, object, third or -1) of all that the graph states in the viewer's and the world's frame."""
    r = scene.relations
    rows = zip(r.subject.tolist(), r.predicate, r.object.tolist(), r.third.tolist(), r.frame, strict=True)
    return {(a, p, b, c) for a, p, b, c, frame in rows if frame != "object"}


def said_by(scene: SceneGraph, rows) -> list[tuple[int, str, int, int]]:
    """The same for some rows of the relations, in their order."""
    return [
        (row.subject, row.predicate, row.object, -1 if row.third is None else row.third)
        for row in (scene.relations[i] for i in rows)
    ]


def closed(facts) -> set[tuple[int, str, int, int]]:
    """The facts, their inverses and their mirror images."""
    out = set(facts)
    for a, p, b, c in facts:
        if c >= 0:
            out.add((a, p, c, b))
        elif p in SYMMETRIC:
            out.add((b, p, a, -1))
        elif p in OPPOSITES:
            out.add((b, OPPOSITES[p], a, -1))
    return out
