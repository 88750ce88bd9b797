"""What `parse` finds in captions that people and templates wrote, beside a regular expression of ten lines.

The rows of language.py that are of captions:

- VSR: the phrase of the relation is found as written, and both noun phrases are right.
- T2I-CompBench, spatial and 3D: exactly the one triple of the template is stated.
- VSD v1 and v2: of the items with one triple whose two head nouns both stand in the first caption, those in which a
  stated relation has these nouns and the triple's predicate, or its inverse. The triple was drawn from the picture and
  not from the caption, so the caption often says something else; `answerable` counts only the items whose caption has a
  word for the predicate or its inverse, and the failures are sorted by cause.
- speed: captions per second of processor time on one core, after one round that fills the caches of words.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scenegraph3d.language import TextGraph, parse

Triple = tuple[str, str, str]
Reader = Callable[[str], list[Triple]]
SHOWN = 8  # failures of each cause that the result keeps
TEMPLATES = {
    "next to": "next_to",
    "near": "near",
    "on side of": "next_to",
    "on the left of": "left_of",
    "on the right of": "right_of",
    "on the top of": "on",
    "on the bottom of": "below",
    "in front of": "in_front_of",
    "behind": "behind",
    "hidden by": "behind",
}
VSD = {
    "on": "on",
    "in": "inside",
    "under": "under",
    "above": "above",
    "behind": "behind",
    "in front of": "in_front_of",
    "next to": "next_to",
    "to the left of": "left_of",
    "to the right of": "right_of",
}
INVERSE = {
    "on": {"under"},
    "under": {"on", "above"},
    "above": {"under"},
    "behind": {"in_front_of"},
    "in_front_of": {"behind"},
    "left_of": {"right_of"},
    "right_of": {"left_of"},
    "next_to": {"next_to"},
    "inside": set(),
}
SAME = {"below": "under"}
WORDS = {
    "on": r"\b(on|onto|upon|atop)\b",
    "inside": r"\b(in|inside|within|into)\b",
    "under": r"\b(under|underneath|beneath|below)\b",
    "above": r"\b(above|over)\b",
    "behind": r"\b(behind|back)\b",
    "in_front_of": r"\b(front|before|ahead)\b",
    "next_to": r"\b(next|beside|adjacent|alongside|side)\b",
    "left_of": r"\bleft\b",
    "right_of": r"\bright\b",
}

_SPOKEN = {
    "on top of": "on",
    "on": "on",
    "inside": "inside",
    "in front of": "in_front_of",
    "in": "inside",
    "under": "under",
    "below": "under",
    "above": "above",
    "over": "above",
    "behind": "behind",
    "next to": "next_to",
    "beside": "next_to",
    "near": "near",
    "left of": "left_of",
    "right of": "right_of",
}
_FLOOR = re.compile(
    rf"((?:\w+ )?\w+?)(?: is| are)?(?: \w+ing| \w+ed)?(?: to the)? ({'|'.join(_SPOKEN)}) (?:the |an? )?((?:\w+ )?\w+)"
)


def floor(text: str) -> list[Triple]:
    """The regular expression: noun, phrase, noun, wherever they stand in a row."""
    found = _FLOOR.findall(text.lower())
    return [(re.sub(r"^(the|an?|is|are) ", "", a), _SPOKEN[phrase], b) for a, phrase, b in found]


def ours(text: str) -> list[Triple]:
    """The triples that `parse` finds."""
    return parse(text).triples


def vsr(folder: Path) -> dict[str, Any]:
    """Phrases as written, and noun phrases with their attributes."""
    rows = [json.loads(line) for line in (folder / "vsr" / "sample_300.jsonl").read_text().splitlines()]
    missed = [row["caption"] for row in rows if not _vsr_right(parse(row["caption"]), row)]
    by_floor = sum(_vsr_floor(row) for row in rows)
    return _row(len(rows), len(rows) - len(missed), by_floor, {"phrase or noun phrase": missed})


def _vsr_nouns(row: dict[str, Any]) -> tuple[str, str]:
    first, second = row["caption"].rstrip(".").lower().split(f" {row['relation']} ", 1)
    return re.sub(r"^the | is$", "", first), second.strip().removeprefix("the ")


def _vsr_right(graph: TextGraph, row: dict[str, Any]) -> bool:
    named = [" ".join((*thing.attributes, thing.noun)) for thing in graph.objects]
    said = [({named[r.subject], named[r.object]}, r.phrase) for r in graph.relations]
    return said == [(set(_vsr_nouns(row)), row["relation"])]


def _vsr_floor(row: dict[str, Any]) -> bool:
    return any((a, b) == _vsr_nouns(row) and row["relation"] in _SPOKEN for a, _, b in floor(row["caption"]))


def compbench(folder: Path) -> dict[str, Any]:
    """Exactly the triple of the template."""
    prompts = [
        line.strip()
        for name in ("spatial_val_100.txt", "3d_spatial_val_100.txt")
        for line in (folder / "t2i_compbench" / name).read_text().splitlines()
        if line.strip()
    ]
    missed = [prompt for prompt in prompts if ours(prompt) != [_template(prompt)]]
    by_floor = sum(floor(prompt) == [_template(prompt)] for prompt in prompts)
    return _row(len(prompts), len(prompts) - len(missed), by_floor, {"other triples": missed})


def _template(prompt: str) -> Triple:
    for phrase, predicate in TEMPLATES.items():
        match = re.fullmatch(rf"(?:an? |the )?(.+?) {phrase} (?:an? |the )?(.+)", prompt)
        if match:
            return match.group(1), predicate, match.group(2)
    raise ValueError(f"no template for {prompt!r}")


def vsd_items(folder: Path, version: str) -> Iterator[tuple[str, Triple]]:
    """First captions that have both head nouns of their only triple."""
    for item in json.loads((folder / "vsd" / f"{version}_val.json").read_text()):
        caption, triples = item["captions"][0], item["triple_list"]
        words = set(re.findall(r"[a-z0-9]+", caption.lower()))
        if len(triples) == 1:
            subject, other = (triples[0][key].lower().split()[-1] for key in ("s", "o"))
            if {subject, other} <= words:
                yield caption, (subject, VSD[triples[0]["p"]], other)


def vsd(folder: Path, version: str) -> dict[str, Any]:
    """A stated relation with the nouns and the predicate, or its inverse."""
    items = list(vsd_items(folder, version))
    causes: dict[str, list[str]] = {}
    answerable = right = 0
    for caption, gold in items:
        said = any(re.search(WORDS[predicate], caption.lower()) for predicate in {gold[1]} | INVERSE[gold[1]])
        triples = ours(caption)
        answerable += said
        if _has(triples, gold):
            right += 1
        else:
            cause = _cause(triples, gold) if said else "the caption has no word for this predicate or its inverse"
            causes.setdefault(cause, []).append(f"{' '.join(gold)} | {caption.strip()}")
    by_floor = sum(_has(floor(caption), gold) for caption, gold in items)
    return {**_row(len(items), right, by_floor, causes), "of_answerable": round(right / answerable, 4)}


def _has(triples: list[Triple], gold: Triple) -> bool:
    subject, predicate, other = _forms(gold[0]), gold[1], _forms(gold[2])
    for a, said, b in ((_forms(a), SAME.get(said, said), _forms(b)) for a, said, b in triples):
        straight = said == predicate and a & subject and b & other
        if straight or (said in INVERSE[predicate] and a & other and b & subject):
            return True
    return False


def _cause(triples: list[Triple], gold: Triple) -> str:
    subject, other = _forms(gold[0]), _forms(gold[2])
    related = [(_forms(a), _forms(b)) for a, _, b in triples]
    if any((a & subject and b & other) or (a & other and b & subject) for a, b in related):
        return "the two are related by another predicate"
    named = set().union(*(a | b for a, b in related))
    return "other nouns are related" if named & subject and named & other else "a noun is in no relation"


def _forms(noun: str) -> frozenset[str]:
    """The words of a noun and their singulars."""
    from lemminflect import getAllLemmas, getAllLemmasOOV

    words = noun.split()
    known = (getAllLemmas(word, "NOUN") or getAllLemmasOOV(word, "NOUN") for word in words)
    return frozenset(words).union(*(lemmas.get("NOUN", ()) for lemmas in known))


def speed(folder: Path) -> dict[str, Any]:
    """Captions per second of processor time."""
    captions = [caption for version in ("v1", "v2") for caption, _ in vsd_items(folder, version)]
    rates = {}
    for name, reader in {"scenegraph3d": ours, "regular expression": floor}.items():
        for caption in captions:
            reader(caption)
        start = time.process_time()
        for caption in captions:
            reader(caption)
        rates[name] = round(len(captions) / (time.process_time() - start))
    return {"captions": len(captions), "words": sum(len(c.split()) for c in captions), "per_second": rates}


def _row(items: int, right: int, by_floor: int, causes: dict[str, list[str]]) -> dict[str, Any]:
    counts = Counter({cause: len(missed) for cause, missed in causes.items() if missed})
    return {
        "items": items,
        "scenegraph3d": round(right / items, 4),
        "regular_expression": round(by_floor / items, 4),
        "failures": dict(counts.most_common()),
        "examples": {cause: missed[:SHOWN] for cause, missed in causes.items() if missed},
    }


def caption_rows(folder: Path) -> dict[str, Any]:
    """Every row, by name."""
    return {
        "vsr": vsr(folder),
        "t2i_compbench": compbench(folder),
        "vsd_v1": vsd(folder, "v1"),
        "vsd_v2": vsd(folder, "v2"),
    }
