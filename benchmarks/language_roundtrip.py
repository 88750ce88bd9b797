"""Graph to text to graph on random graphs, a row of language.py: the triples read are those that were written.

Half of the graphs are boxes as they may stand in a room, with the relations that `relate` finds; half are things with
relations drawn at random, so that every predicate comes up between any two. Labels are the 80 of COCO, as detectors
give them, with colours and materials. Each graph is told as a paragraph, medium and long, and as one sentence per fact.
Equal means: the same triples in the same order as the text claims; and for the sentences, closed under inverse and
mirror image, all that the graph states and nothing else. Paragraphs about boxes are also checked against them.
"""

import json
import time
from collections import Counter
from importlib.resources import files
from typing import Any

import numpy as np

import scenegraph3d as sg3
from scenegraph3d.language.describe import Description, describe, sentences
from scenegraph3d.language.parse import parse
from scenegraph3d.language.wording import singular
from scenegraph3d.query.check import check
from scenegraph3d.types import Relation, Relations
from scenegraph3d.types.predicates import OPPOSITES, PREDICATES, SYMMETRIC

MOST_THINGS = 9
SHOWN = 5  # examples of what was read otherwise
LABELS = tuple(json.loads((files("scenegraph3d.detect") / "coco80.json").read_text(encoding="utf-8")))
COLORS = ("red", "blue", "white", "green", "black", "brown")
MATERIALS = ("wood", "metal", "plastic", "glass")


def things(rng: np.random.Generator) -> sg3.Objects:
    """A few boxes with labels, most with a colour or a material; some stand on, or lie in, the one before."""
    count = int(rng.integers(1, MOST_THINGS + 1))
    size = rng.uniform(0.1, 1.0, (count, 3))
    center = np.concatenate([rng.uniform(-2, 2, (count, 2)), 0.5 * size[:, 2:]], axis=1)
    for row in range(1, count):
        kind = rng.random()
        if kind < 0.5:
            size[row] = 0.3 * size[row - 1]
            center[row, :2] = center[row - 1, :2]
            center[row, 2] = center[row - 1, 2] + (0.5 if kind < 0.3 else -0.3) * size[row - 1, 2] + 0.5 * size[row, 2]
    labels = rng.choice(LABELS, max(1, count - int(rng.integers(0, 3))), replace=False)
    rows = []
    for _ in range(count):
        row = {"color": str(rng.choice(COLORS)), "material": str(rng.choice(MATERIALS))}
        rows.append({key: value for key, value in row.items() if rng.random() < 0.5})
    return sg3.Objects(tuple(rng.choice(labels, count).tolist()), center, size, attributes=tuple(rows))


def room(rng: np.random.Generator) -> sg3.SceneGraph:
    """Boxes and what relate finds."""
    return sg3.relate(things(rng), sg3.Camera.from_fov(640, 480))


def anything(rng: np.random.Generator) -> sg3.SceneGraph:
    """Boxes and relations that have nothing to do with them."""
    objects = things(rng)
    rows = []
    for a in range(len(objects)):
        for b in range(len(objects)):
            predicate = str(rng.choice(PREDICATES))
            if a != b and rng.random() < 0.3:
                others = [row for row in range(len(objects)) if row not in (a, b)]
                third = int(rng.choice(others)) if predicate == "between" and others else None
                if predicate != "between" or third is not None:
                    rows.append(Relation(a, predicate, b, "world", 1.0, 0.0, {}, third))
    return sg3.SceneGraph(objects, Relations.from_rows(rows, PREDICATES))


def noun_triples(scene: sg3.SceneGraph) -> set[tuple[str, str, str]]:
    """What the graph states in the viewer's and the world's frame, in nouns, closed under inverse and mirror image."""
    noun = [singular(label) for label in scene.objects.label]
    stated = {(noun[r.subject], r.predicate, noun[r.object]) for r in scene.relations if r.frame != "object"}
    thirds = [r for r in scene.relations if r.third is not None]
    return closed(stated | {(noun[r.subject], r.predicate, noun[r.third]) for r in thirds if r.third is not None})


def closed(triples: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """With inverses and mirror images."""
    turned = {(b, OPPOSITES[p], a) for a, p, b in triples if p in OPPOSITES}
    mirrored = {(b, p, a) for a, p, b in triples if p in SYMMETRIC and p != "between"}
    return triples | turned | mirrored


def differences(said: Description, scene: sg3.SceneGraph, *, whole: bool) -> list[str]:
    """What was read otherwise than it was written."""
    read = parse(said.text).triples
    out = []
    if read != list(said.triples):
        missing, more = (sorted(set(x) - set(y))[:2] for x, y in ((said.triples, read), (read, said.triples)))
        out.append(f"missing {missing}, more {more}")
    if whole and closed(set(read)) != noun_triples(scene):
        out.append(f"not the graph's: {sorted(closed(set(read)) ^ noun_triples(scene))[:2]}")
    return out


def round_trips(count: int) -> dict[str, Any]:
    """How many of so many graphs read back equal, told in each form; examples of the others; milliseconds."""
    equal: Counter[str] = Counter()
    total: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    for seed in range(count):
        make = (room, anything)[seed % 2]
        scene = make(np.random.default_rng(seed))
        tell = {
            "medium": lambda scene=scene: describe(scene),
            "long": lambda scene=scene: describe(scene, "long"),
            "sentences": lambda scene=scene: sentences(scene),
        }
        for name, run in tell.items():
            start = time.perf_counter()
            said = run()
            seconds[f"describe {name}"] += time.perf_counter() - start
            found = differences(said, scene, whole=name == "sentences")
            total[f"{make.__name__} {name}"] += 1
            equal[f"{make.__name__} {name}"] += not found
            if found and len(examples) < SHOWN:
                examples.append({"seed": seed, "text": said.text[:600], "differences": found})
            if make is room and name != "sentences":
                start = time.perf_counter()
                total[f"checked {name}"] += 1
                equal[f"checked {name}"] += check(scene, said.text).truth is True
                seconds[f"check {name}"] += time.perf_counter() - start
    return {
        "graphs": count,
        "equal": {name: f"{equal[name]} of {number}" for name, number in total.items()},
        "ms": {name: round(1e3 * value / count, 2) for name, value in seconds.items()},
        "read otherwise": examples,
    }
