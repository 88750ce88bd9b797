"""The JSON form: every document of it is allowed and read, and nothing else is allowed."""

import json
from functools import cache

import jsonschema
import llguidance
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from llguidance.hf import from_tokenizer

from scenegraph3d.language.parsers.json_form import grammar, read_json, request
from tests.models.tiny_text import bytes_tokenizer

NAME = {"type": "string", "pattern": r"^\w+([ '-]\w+)*$", "maxLength": 125}
ID = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "required": ["objects", "relations"],
    "additionalProperties": False,
    "properties": {
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "noun", "attributes", "count"],
                "additionalProperties": False,
                "properties": {
                    "id": ID,
                    "noun": NAME,
                    "attributes": {"type": "array", "items": NAME, "maxItems": 8},
                    "count": {"type": ["integer", "null"], "minimum": 0},
                },
            },
        },
        "relations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["subject", "phrase", "object", "negated"],
                "additionalProperties": False,
                "properties": {
                    "subject": ID,
                    "object": ID,
                    "third": ID,
                    "phrase": NAME,
                    "negated": {"type": "boolean"},
                },
            },
        },
    },
}
NAMES = st.from_regex(r"[a-zé0-9]{1,8}([ '-][a-z]{1,8}){0,3}", fullmatch=True)


@cache
def tokens():
    return from_tokenizer(bytes_tokenizer())


def matcher():
    found = llguidance.LLMatcher(tokens(), llguidance.LLMatcher.grammar_from_lark(grammar()))
    assert not found.is_error(), found.get_error()
    return found


def allowed(text):
    """Whether the grammar takes the whole text and lets it end."""
    ids = tokens().tokenize_bytes(text.encode())
    found = matcher()
    return found.validate_tokens(ids) == len(ids) and found.consume_tokens(ids) and found.is_accepting()


@st.composite
def documents(draw):
    things = draw(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3), st.none() | st.integers(0, 999)), max_size=12))
    objects = [
        {"id": i, "noun": noun, "attributes": words, "count": count} for i, (noun, words, count) in enumerate(things)
    ]
    ids = st.integers(0, max(len(things) - 1, 0))
    relations = []
    for _ in range(draw(st.integers(0, 5)) if things else 0):
        row = {"subject": draw(ids), "phrase": draw(NAMES), "object": draw(ids)}
        row |= {"phrase": "between", "third": draw(ids)} if draw(st.booleans()) else {}
        relations.append({**row, "negated": draw(st.booleans())})
    return {"objects": objects, "relations": relations}


@given(documents())
@settings(max_examples=20, deadline=None)
def test_every_document_of_the_form_is_allowed(document):
    assert allowed(json.dumps(document, ensure_ascii=False))


@given(documents(), st.data())
@settings(max_examples=20, deadline=None)
def test_ids_that_are_not_there_are_not(document, data):
    assume(document["relations"])
    row = data.draw(st.sampled_from(document["relations"]))
    row[data.draw(st.sampled_from(["subject", "object"]))] = data.draw(st.integers(len(document["objects"]), 99))
    assert not allowed(json.dumps(document, ensure_ascii=False))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{}",
            "null",
            '{"objects": []}',
            '{"objects": [], "relations": []} ',
            ' {"objects": [], "relations": []}',
        ),
        '{"objects": [{"id": 1, "noun": "cup", "attributes": [], "count": 1}], "relations": []}',
        '{"objects": [{"id": 0, "noun": "", "attributes": [], "count": 1}], "relations": []}',
        '{"objects": [{"id": 0, "noun": "cup\\"", "attributes": [], "count": 1}], "relations": []}',
        '{"objects": [{"id": 0, "noun": "cup", "attributes": [], "count": 01}], "relations": []}',
        '{"objects": [{"id": 0, "noun": "cup", "attributes": []}], "relations": []}',
    ],
)
def test_other_texts_are_not_allowed(text):
    assert not allowed(text)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_whatever_the_grammar_lets_be_written_is_a_graph(random):
    found, written = matcher(), []
    while not found.is_stopped():
        choices = [token for token, open_ in enumerate(found.compute_logit_bias()) if open_]
        ends = [token for token in choices if tokens().decode_bytes([token]) in (b'"', b"]", b"}")]
        token = random.choice(ends if ends and random.random() < 0.3 else choices)
        assert found.consume_token(token)
        written.append(token)
    document = json.loads(tokens().decode_bytes([token for token in written if token != tokens().eos_token]))
    jsonschema.validate(document, SCHEMA)
    count = len(document["objects"])
    assert [row["id"] for row in document["objects"]] == list(range(count))
    for row in document["relations"]:
        assert all(row[key] < count for key in ("subject", "object", "third") if key in row)
        assert "third" not in row or row["phrase"] == "between"
    graph = read_json("", json.dumps(document))
    assert len(graph.objects) == count
    assert len(graph.relations) <= len(document["relations"])


def test_the_document_is_read_in_the_librarys_words():
    text = "No Red Cups sit on top of a wooden table between a lamp and a sofa."
    written = {
        "objects": [
            {"id": 0, "noun": "Cups", "attributes": ["Red"], "count": 0},
            {"id": 1, "noun": "table", "attributes": ["wooden"], "count": 1},
            {"id": 2, "noun": "lamp", "attributes": [], "count": 1},
            {"id": 3, "noun": "sofa", "attributes": [], "count": None},
        ],
        "relations": [
            {"subject": 0, "phrase": "sit on top of", "object": 1, "negated": True},
            {"subject": 1, "phrase": "between", "object": 2, "third": 3, "negated": False},
            {"subject": 1, "phrase": "supports", "object": 0, "negated": False},
        ],
    }
    graph = read_json(text, json.dumps(written))
    assert graph.to_dict() == {
        "objects": [
            {"id": 0, "noun": "cup", "attributes": ["red"], "count": 0},
            {"id": 1, "noun": "table", "attributes": ["wooden"], "count": 1},
            {"id": 2, "noun": "lamp", "attributes": [], "count": 1},
            {"id": 3, "noun": "sofa", "attributes": [], "count": None},
        ],
        "relations": [
            {"subject": 0, "predicate": "on", "phrase": "sit on top of", "object": 1, "negated": True},
            {"subject": 1, "predicate": "between", "phrase": "between", "object": 2, "negated": False, "third": 3},
            {"subject": 0, "predicate": "on", "phrase": "supports", "object": 1, "negated": False},
        ],
    }
    assert [text[thing.start : thing.end] for thing in graph.objects] == ["Cups", "table", "lamp", "sofa"]


def test_the_examples_of_the_request_are_of_the_form():
    turns = request("A cup.")
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user", "assistant", "user"]
    assert turns[-1]["content"].endswith("A cup.")
    for turn in turns[1::2]:
        assert allowed(turn["content"])
        assert read_json("", turn["content"]).relations
