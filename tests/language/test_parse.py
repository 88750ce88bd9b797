"""parse: sentences whose meaning was written down by hand, read by grammar."""

from pathlib import Path

import pytest

from scenegraph3d.language import parse

Triple = tuple[str, str, str]
Expected = list[tuple[str, list[Triple]]]
FILES = ("captions.txt", "paragraphs.txt")


def read_captions() -> list[tuple[str, Expected]]:
    found: list[tuple[str, Expected]] = []
    folder = Path(__file__).parent / "data"
    for line in "\n".join((folder / name).read_text(encoding="utf-8") for name in FILES).splitlines():
        if line[:2] in ("= ", "? ", "- "):
            readings = [tuple(part.strip() for part in reading.split(",")) for reading in line[2:].split("/")]
            found[-1][1].append((line[0], readings))
        elif line and not line.startswith("#"):
            found.append((line, []))
    return found


@pytest.mark.parametrize(("sentence", "expected"), read_captions(), ids=lambda value: str(value)[:60])
def test_sentence_says_what_was_written_down(sentence: str, expected: Expected) -> None:
    graph = parse(sentence)
    stated = set(graph.triples)
    nouns = [mention.noun for mention in graph.objects]
    denied = {(nouns[row.subject], row.predicate, nouns[row.object]) for row in graph.relations if row.negated}
    for mark, readings in expected:
        found = denied if mark == "-" else stated
        assert mark == "?" or found.intersection(readings), f"not found: {readings} in {sorted(found)}"
    assert stated <= {triple for mark, readings in expected if mark != "-" for triple in readings}
    assert denied <= {triple for mark, readings in expected if mark == "-" for triple in readings}
