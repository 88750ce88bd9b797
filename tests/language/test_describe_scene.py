"""A description states what the graph states, all of it where it is long, and no fact twice."""

import re

import pytest
from hypothesis import given, settings

from scenegraph3d.errors import InputError
from scenegraph3d.language.describe import describe, sentences
from scenegraph3d.language.outline import outline
from scenegraph3d.relate import relate
from scenegraph3d.types import Objects, Relation, Relations, SceneGraph
from tests.language.told_scenes import closed, random_scene, said_by, stated
from tests.relate.scenes import seeds

LENGTHS = ("short", "medium", "long")
CHAINS = (
    "left_of",
    "right_of",
    "in_front_of",
    "behind",
    "above",
    "below",
    "larger_than",
    "smaller_than",
    "taller_than",
)
TABLE = {"label": "table", "center_m": [0, 2, 0.4], "size_m": [1.4, 0.8, 0.8]}


def things(*rows) -> SceneGraph:
    return relate([dict(row) for row in rows])


def small(label, x, y=2.0, z=0.85, size=0.1, **attributes):
    return {"label": label, "center_m": [x, y, z], "size_m": [size] * 3, "attributes": attributes}


@given(seeds)
@settings(max_examples=15)
def test_every_fact_of_the_graph_is_a_sentence_once(seed):
    scene = random_scene(seed)
    said = said_by(scene, sentences(scene).relations)
    assert closed(said) == stated(scene)
    assert all(len(closed([one])) == 1 or not closed([one]) & set(said[:i]) for i, one in enumerate(said))
    assert len(set(said)) == len(said)


@given(seeds)
@settings(max_examples=15)
def test_longer_texts_say_more_of_what_is_true(seed):
    scene = random_scene(seed)
    said = [closed(said_by(scene, describe(scene, length).relations)) for length in LENGTHS]
    assert said[0] | said[1] <= said[2] <= stated(scene)
    assert len(said[0]) <= len(said[1])


@given(seeds)
@settings(max_examples=15)
def test_what_a_long_text_leaves_out_follows_from_what_it_says(seed):
    scene = random_scene(seed)
    told = closed(said_by(scene, describe(scene, "long").relations))
    pairs = {p: {(a, b) for a, q, b, _ in told if p == q} for p in (*CHAINS, "next_to", "touching", "above")}
    resting = chained({(a, b) for a, p, b, _ in told if p in ("on", "inside")})
    for a, p, b, _ in stated(scene) - told:
        lies_there = (a, b) in resting or (b, a) in resting
        beside = p == "near" and any((a, b) in pairs[q] or (b, a) in pairs[q] for q in ("next_to", "touching", "above"))
        assert lies_there or beside or (a, b) in chained(pairs.get(p, set())), (a, p, b)


def chained(pairs):
    out, size = set(pairs), -1
    while len(out) > size:
        size = len(out)
        out |= {(a, d) for a, b in out for c, d in out if b == c}
    return out


@given(seeds)
@settings(max_examples=15)
def test_a_paragraph_says_no_sentence_twice_and_its_triples_are_those_of_its_relations(seed):
    scene = random_scene(seed)
    for length in LENGTHS:
        description = describe(scene, length)
        lines = description.text.split(". ")
        assert len(set(lines)) == len(lines)
        stated_nouns = {
            (scene.objects.label[a], p, scene.objects.label[end])
            for a, p, b, c in closed(said_by(scene, description.relations))
            for end in (b, c)
            if end >= 0
        }
        assert set(description.triples) <= stated_nouns
        assert len(set(description.triples)) == len(description.triples)


@given(seeds)
@settings(max_examples=15)
def test_the_order_of_the_rows_changes_no_word_where_all_sizes_differ(seed):
    scene = random_scene(seed)
    turned = list(range(len(scene.objects)))[::-1]
    o = scene.objects
    other = relate(
        Objects(
            tuple(o.label[i] for i in turned),
            o.center_m[turned],
            o.size_m[turned],
            attributes=tuple(o.attributes[i] for i in turned),
        ),
        scene.camera,
    )
    assert sorted(words(describe(scene, "long").text)) == sorted(words(describe(other, "long").text))


def words(text):
    return re.findall(r"\w+", text.lower())


def test_a_table_is_told_before_what_is_on_it_and_like_things_together():
    scene = things(small("mug", -0.5), TABLE, small("plate", 0, color="white"), small("fork", 0.3), small("fork", 0.5))
    text = describe(scene, "short").text
    assert text.startswith("Two forks, ") or " two forks " in text
    assert re.search(r"\b(are|is) on a table\b", text)
    assert "the table" not in text.partition("a table")[0].lower()
    assert "near" not in text
    assert "white" not in text
    assert "white" in describe(scene).text


def test_like_things_are_told_apart_by_the_fewest_words():
    shelf = {"label": "shelf", "center_m": [0, 2, 0.4], "size_m": [2.4, 0.8, 0.8]}
    cups = (
        small("cup", -1, color="red", material="metal"),
        small("cup", 0, color="red", material="wood"),
        small("cup", 1, color="blue", material="wood"),
    )
    text = sentences(things(shelf, *cups)).text
    assert {name for name in re.findall(r"(\w+(?: \w+)?) cup\b", text) if "blue" in name} <= {
        "the blue",
        "The blue",
        "A blue",
    }
    assert "red metal" not in text
    assert re.search(r"\bmetal cup\b", text)
    assert "red wooden cup" in text


def test_things_that_nothing_tells_apart_get_numbers_in_the_order_of_the_text():
    text = sentences(things(TABLE, small("mug", -0.5), small("mug", 0.5), small("mug", 0.0))).text
    first = [text.index(f"{word} mug") for word in ("first", "second", "third")]
    assert first == sorted(first)
    assert not re.search(r"(?<!first)(?<!second)(?<!third) mug\b", text)


def test_what_is_told_of_one_thing_stands_in_one_sentence():
    objects = Objects(
        ("desk", "lamp", "vase", "chair"), [[9.0 * i, 0, 1] for i in range(4)], [[4.0 - i] * 3 for i in range(4)]
    )
    told = (("left_of", 0), ("next_to", 1), ("behind", 2))
    rows = [Relation(3, predicate, other, "world", 1.0, 1.0, {}) for predicate, other in told]
    description = describe(SceneGraph(objects, Relations.from_rows(rows)), "long")
    assert description.text.count("chair") == description.text.count(".") == 1
    assert set(description.triples) == {("chair", predicate, objects.label[other]) for predicate, other in told}


def test_what_is_there_too_is_one_more_of_its_kind():
    objects = Objects(("bus",) * 3 + ("dog",), [[9.0 * i, 0, 1] for i in range(4)], [[1, 1, 1.0]] * 4)
    scene = SceneGraph(objects, Relations.from_rows([Relation(i, "near", 3, "world", 1.0, 1.0, {}) for i in (0, 1)]))
    assert describe(scene).text.endswith("There is also a third bus.")


def test_what_no_relation_is_told_of_is_there_too():
    scene = SceneGraph(
        Objects(("lamp", "umbrella", "book", "book"), [[9.0 * i, 0, 1] for i in range(4)], [[1, 1, 2.0]] * 4),
        Relations.empty(),
    )
    assert describe(scene).text == "There is a lamp, an umbrella and two books."
    assert describe(scene).triples == ()


def test_an_empty_scene_says_so():
    for text in (describe(things()).text, sentences(things()).text):
        assert text == "There is nothing."


def test_predicates_of_other_graphs_are_said_where_english_has_words_for_them():
    rows = [
        Relation(0, predicate, 1, "world", 1.0, 1.0, {})
        for predicate in ("ride", "attached_to", "xq_zv", "in_front_of")
    ]
    scene = SceneGraph(
        Objects(("man", "horse"), [[0, 0, 1.0], [0, 0, 0.5]], [[1, 1, 1.0]] * 2), Relations.from_rows(rows)
    )
    description = sentences(scene)
    assert description.text.count(".") == 3
    assert "rides" in description.text
    assert "is attached to" in description.text
    assert set(description.triples) == {("man", p, "horse") for p in ("ride", "attached_to", "in_front_of")}


def test_relations_in_an_objects_own_frame_are_not_told_as_the_viewers():
    row = Relation(0, "left_of", 1, "object", 1.0, 1.0, {})
    scene = SceneGraph(
        Objects(("cup", "chair"), [[0, 0, 1.0], [1, 0, 1.0]], [[1, 1, 1.0]] * 2), Relations.from_rows([row])
    )
    assert sentences(scene).triples == ()


def test_an_unknown_length_is_refused():
    for tell in (describe, outline):
        with pytest.raises(InputError, match=r"short, medium, long.*'tiny'"):
            tell(things(TABLE), "tiny")


@given(seeds)
@settings(max_examples=15)
def test_an_outline_has_a_line_for_each_object_and_relation_with_ids_and_metres(seed):
    scene = random_scene(seed)
    objects, _, relations = outline(scene).partition("\nrelations:\n")
    lines = objects.splitlines()[1:]
    assert len(lines) == len(scene.objects)
    for thing, line in zip(scene.objects, lines, strict=True):
        at, size = (re.findall(r"-?\d+\.\d+", part) for part in line.split(", ")[:2])
        assert line.startswith(str(thing))
        assert [float(v) for v in at] == pytest.approx(thing.center_m, abs=0.005001)
        assert [float(v) for v in size] == pytest.approx(thing.size_m, abs=0.005001)
    told = [line.partition(",")[0] for line in relations.splitlines()]
    graph = {f"{match}" for match in scene.match()}
    assert set(told) <= graph
    assert len(told) == len(set(told)) == len(describe(scene, "long").relations)


def test_an_outline_gives_no_metres_where_the_scale_is_unknown():
    scene = things(TABLE, small("mug", 0))
    relative = SceneGraph(scene.objects, scene.relations, scale="relative")
    assert re.search(r"gap \d\.\d\d m$", outline(scene), re.MULTILINE)
    assert re.search(r"gap \d\.\d\d units$", outline(relative), re.MULTILINE)
    assert "metres" not in outline(relative)
