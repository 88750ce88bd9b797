"""English: texts to things and relations, questions to answers, graphs to texts and back.

    python benchmarks/language.py --data ../shared/data [--graphs 2000] [--rooms 200]

writes benchmarks/results/language.json. The rows of captions by people and templates are told in language_captions.py,
the round trip in language_roundtrip.py. Here:

The floor of captions is a regular expression of ten lines. SceneGraphParser (`SceneGraphParser` and `sng_parser` of
PyPI) is not beside it: it reads with a spaCy model that no package index has.

- CLEVR: 15 questions on 5 scenes each, by `ask`; the floor answers every question with the commonest answer of its kind
  (true, or the commonest number).
- VLA-3D: sentences that name one thing of a scanned room, by `ask` on the file's own objects; the floor takes the first
  object whose label stands in the sentence.
- Rooms: captions of rooms, whose triples are known: what `parse` states, as relations between nouns, closed under
  inverse, is what the caption claims. "Under" may be said of what is below, as people do. The floor is the regular
  expression.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _common import facts, write
from language_captions import Triple, caption_rows, floor, ours, speed
from language_roundtrip import round_trips

import scenegraph3d as sg3
from scenegraph3d.errors import QueryError
from scenegraph3d.io.clevr import scene_from_clevr
from scenegraph3d.io.vla3d import read_vla3d
from scenegraph3d.relate import PREDICATES
from scenegraph3d.rooms.captioning.caption import DETAILS, caption
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.splits import seeds
from scenegraph3d.rooms.truth import truths
from scenegraph3d.types.predicates import CANONICAL

SIZE = (128, 128)
EACH = 2  # captions of a room at each level of detail
TOGETHER = 16  # rooms that are cast at once
SHOWN = 8
SCENE_WORDS = ("room", "scene", "picture", "image", "photo")
VLA = "47204840"


def clevr(folder: Path) -> dict[str, Any]:
    """Answers that are right."""
    document = json.loads((folder / "clevr" / "questions.json").read_text())
    scenes = {scene["image_filename"]: scene_from_clevr(scene) for scene in document["scenes"]}
    asked = [
        (row["question"], scenes[name], answer)
        for row in document["questions"]
        for name, answer in zip(row["image_filenames"], row["answers"], strict=True)
    ]
    right = sum(_answer(scene, question) == answer for question, scene, answer in asked)
    common = {kind: Counter(a for _, _, a in asked if type(a) is kind).most_common(1)[0][0] for kind in (bool, int)}
    by_floor = sum(answer == common[type(answer)] for _, _, answer in asked)
    return {"items": len(asked), "scenegraph3d": right, "commonest answer": by_floor}


def vla3d(folder: Path) -> dict[str, Any]:
    """Sentences of which the thing meant was found."""
    files = folder / "vla3d"
    scene = read_vla3d(files / f"{VLA}_object_result.csv", files / f"{VLA}_scene_graph.json")
    regions = json.loads((files / f"{VLA}_referential_statements.json").read_text())["regions"]
    meant = {
        sentence: int(rows[0]["target_index"])
        for statements in regions.values()
        for sentence, rows in statements.items()
        if isinstance(rows, list)
    }
    right = sum(str(_answer(scene, sentence)).endswith(f"#{target}") for sentence, target in meant.items())
    by_floor = sum(
        next((one.id for one in scene.objects if one.label in sentence), None) == target
        for sentence, target in meant.items()
    )
    return {"items": len(meant), "scenegraph3d": right, "first label": by_floor}


def _answer(scene: sg3.SceneGraph, question: str) -> Any:
    try:
        return sg3.ask(scene, question).value
    except QueryError:
        return None


def rooms(count: int) -> dict[str, Any]:
    """Captions of which exactly what they claim was read, and the first of the others."""
    chosen = list(seeds("test")[:count])
    readers: dict[str, Callable[[str], list[Triple]]] = {"scenegraph3d": ours, "regular expression": floor}
    equal: Counter[str] = Counter()
    claimed = read = both = items = 0
    examples = []
    for start in range(0, count, TOGETHER):
        part = chosen[start : start + TOGETHER]
        made = [sample_room(seed, ("indoor", "tabletop")[seed % 2]) for seed in part]
        for graph in truths(made, SIZE):
            label = {one.id: one.label for one in graph.objects}
            for one in (caption(graph, k, detail) for detail in DETAILS for k in range(EACH)):
                items += 1
                gold = {_canonical((label[a], name, label[b])) for a, name, b in one.triples}
                found = {name: _stated(run(one.text), gold) for name, run in readers.items()}
                equal.update(name for name, stated in found.items() if stated == gold)
                stated = found["scenegraph3d"]
                claimed, read, both = claimed + len(gold), read + len(stated), both + len(gold & stated)
                if stated != gold and len(examples) < SHOWN:
                    examples.append({"text": one.text, "differs": sorted(map(" ".join, stated ^ gold))})
    return {
        "items": items,
        **{name: round(equal[name] / items, 4) for name in readers},
        "recall": round(both / claimed, 4),
        "precision": round(both / read, 4),
        "examples": examples,
    }


def _canonical(triple: Triple) -> Triple:
    subject, name, other = triple
    return (other, CANONICAL[name], subject) if name in CANONICAL else triple


def _stated(triples: list[Triple], gold: set[Triple]) -> set[Triple]:
    """The relations between things; "under" counts as below where the caption claims that."""
    out = set()
    for subject, name, other in triples:
        nouns = tuple(re.sub("^TV$", "tv", noun) for noun in (subject, other))
        if name in PREDICATES and not set(nouns) & set(SCENE_WORDS):
            lower = (nouns[1], "above", nouns[0])
            out.add(lower if name == "under" and lower in gold else _canonical((nouns[0], name, nouns[1])))
    return out


def main() -> None:
    """Measure, print, and keep the result."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--data", type=Path, required=True, help="folder with vsr, t2i_compbench, vsd, clevr and vla3d"
    )
    options.add_argument("--graphs", type=int, default=2000, help="of the round trip")
    options.add_argument("--rooms", type=int, default=200)
    chosen = options.parse_args()
    rows = {
        **caption_rows(chosen.data),
        "clevr": clevr(chosen.data),
        "vla3d": vla3d(chosen.data),
        "rooms": rooms(chosen.rooms),
        "round_trip": round_trips(chosen.graphs),
    }
    for name, row in rows.items():
        print(name, {key: value for key, value in row.items() if key not in ("examples", "read otherwise")})
    rate = speed(chosen.data)
    print("speed", rate)
    write("language", {"rows": rows, "speed": rate, **facts("lemminflect")})


if __name__ == "__main__":
    main()
