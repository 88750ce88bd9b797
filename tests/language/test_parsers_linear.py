"""The linear form of FACTUAL: its published examples, what is not of the form, and words brought to the library's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenegraph3d as sg3
from scenegraph3d.errors import ModelError
from scenegraph3d.language.parsers.draft import meaning_of
from scenegraph3d.language.parsers.linear import read_linear

NOUNS = ("cat", "dog", "table", "mug", "dining table", "lamp")
WORDS = ("red", "wooden", "small")
RELATIONS = {"on": "on", "v:sit on": "on", "behind": "behind", "v:hold": "hold", "next to": "next_to"}


def things(graph):
    return [(thing.noun, thing.attributes, thing.count) for thing in graph.objects]


# Texts and answers as the authors publish them (README and the data set's first rows), with what they say.
PUBLISHED = [
    (
        "2 pigs are flying on the sky with 2 bags on their backs",
        "( pigs , is , 2 ) , ( bags , on back of , pigs ), ( bags , is , 2 ) , ( pigs , fly on , sky )",
        [("pig", (), 2), ("bag", (), 2), ("sky", (), 1)],
        [(1, "on", "on back of", 0), (0, "on", "fly on", 2)],
    ),
    (
        "A monkey is sitting next to another monkey",
        "( monkey, v:sit next to, monkey:1 )",
        [("monkey", (), 1), ("monkey", (), 1)],
        [(0, "next_to", "sit next to", 1)],
    ),
    (
        "A car is parked on the ground",
        "( car, pv:park on, ground )",
        [("car", (), 1), ("ground", (), 1)],
        [(0, "on", "park on", 1)],
    ),
    (
        "large cathedral under a partly cloudy sky",
        "( cathedral , under , sky ) , ( cathedral , is , large ) , ( sky , is , partly cloudy )",
        [("cathedral", ("large",), 1), ("sky", ("partly cloudy",), 1)],
        [(0, "under", "under", 1)],
    ),
    ("scooters parked in a row", "( scooters )", [("scooter", (), None)], []),
    (
        "group of people walking on the grass",
        "( people , v:walk on , grass ) , ( people , is , group of )",
        [("people", (), None), ("grass", (), 1)],
        [(0, "on", "walk on", 1)],
    ),
    (
        "bear surrounded by grass",
        "( grass , v:surround , bear )",
        [("grass", (), 1), ("bear", (), 1)],
        [(1, "inside", "surround", 0)],
    ),
    (
        "red motorcycle beside black one",
        "( motorcycle , is , red ) , ( motorcycle:1 , is , black ) , ( motorcycle , beside , motorcycle:1 )",
        [("motorcycle", ("red",), 1), ("motorcycle", ("black",), 1)],
        [(0, "next_to", "beside", 1)],
    ),
]


@pytest.mark.parametrize(("text", "written", "objects", "relations"), PUBLISHED)
def test_published_answers(text, written, objects, relations):
    graph = read_linear(text, written)
    assert graph.text == text
    assert things(graph) == objects
    assert [(row.subject, row.predicate, row.phrase, row.object) for row in graph.relations] == relations
    for thing in graph.objects:
        said = text[thing.start : thing.end].lower()
        assert said in ("", "people") or said.startswith(thing.noun)


def test_places_are_those_of_the_words_of_the_text():
    text = "Two cups stand by a cup on the dining tables."
    graph = read_linear(text, "( cups , is , 2 ) , ( cups , by , cup ) , ( cup , on , dining tables ) , ( ufo )")
    assert [text[thing.start : thing.end] for thing in graph.objects] == ["cups", "cup", "dining tables", ""]
    assert [thing.head for thing in graph.objects] == ["cup", "cup", "table", "ufo"]


def test_between_one_and_another_is_between_the_two():
    graph = read_linear("", "( ball , between , lamp ) , ( ball , between , sofa ) , ( cat , between , tracks )")
    assert [(row.subject, row.object, row.third) for row in graph.relations] == [(0, 1, 2), (3, 4, None)]
    assert graph.triples[:2] == [("ball", "between", "lamp"), ("ball", "between", "sofa")]


def test_a_fact_that_is_said_twice_stands_once():
    graph = read_linear("", "( cat , on , mat ) , ( cat , on , mat ) , ( cat , is , red ) , ( cat , is , red )")
    assert (len(graph.relations), graph.objects[0].attributes) == (1, ("red",))


@pytest.mark.parametrize(
    "written",
    [
        *("", "cat", "( cat , on )", "( cat , on , table", "( cat , on , table ) ( dog )", "( cat , on , table ) ,"),
        *("( )", "( , on , table )", "( cat , , table )", "( cat , on , :1 )", "( a , b , c , d )", "(( cat ))"),
        *("( cat ) dog", "( cat ) , , ( dog )", "\x00", "( cat , v: , mat )"),
    ],
)
def test_what_is_not_of_the_form_is_an_error_that_shows_it(written):
    with pytest.raises(ModelError, match=r"tiny: expected facts such as '\( cat , on , table \)', got"):
        read_linear("a cat", written, "tiny")


@given(st.text("( ),:v1cat ", max_size=40))
def test_anything_is_read_or_refused(written):
    try:
        graph = read_linear("a cat", written)
    except ModelError:
        return
    assert re.sub(r"[\s():,0-9]|p?v:", "", written) != ""
    assert graph.objects


@given(
    st.lists(st.tuples(st.sampled_from(NOUNS), st.sampled_from(sorted(RELATIONS)), st.sampled_from(NOUNS)), min_size=1),
    st.lists(st.tuples(st.sampled_from(NOUNS), st.sampled_from(WORDS))),
    st.dictionaries(st.sampled_from(NOUNS), st.integers(2, 99)),
)
def test_every_fact_comes_back(relations, attributes, counts):
    facts = [*relations, *((noun, "is", word) for noun, word in attributes)]
    facts += [(noun, "is", str(count)) for noun, count in counts.items()]
    graph = read_linear("", " , ".join(f"( {a} , {relation} , {b} )" for a, relation, b in facts))
    assert set(graph.triples) == {(a, RELATIONS[relation], b) for a, relation, b in relations}
    assert {(thing.noun, word) for thing in graph.objects for word in thing.attributes} == set(attributes)
    assert {thing.noun: thing.count for thing in graph.objects if thing.count != 1} == counts


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("cars are parked by the building", "park by"),
        ("a woman looks at a screen", "look at"),
        ("a boat tied to a dock", "tie to"),
        ("a string attached to a surfboard", "attach to"),
        ("a bear surrounded by grass", "surround by"),
        ("a man leaning against a wall", "lean against"),
        ("a bird flying over the water", "fly over"),
        ("a man riding on the back of a horse", "ride on the back of"),
        ("a plate containing a lemon", "contain"),
        ("a plate covered with sauce", "cover with"),
        ("a girl wearing a shirt", "is wearing"),
        ("a lamp directly above a desk", "directly above"),
        ("a cup to the immediate left of a bin", "to the immediate left of"),
        ("a horse tethered to a tree", "tether to"),
        ("a cat lying down on a bed", "lie down on"),
    ],
)
def test_phrases_mean_what_the_built_in_parser_reads_of_sentences(text, phrase):
    (row,) = sg3.parse(text).relations
    meaning = meaning_of(phrase)
    assert (meaning.predicate, meaning.swapped) == (row.predicate, row.subject == 1)


@pytest.mark.parametrize(
    ("relation", "predicate"),
    [("not on", "on"), ("is not behind", "behind"), ("v:not wear", "wear"), ("isn't on", "on")],
)
def test_what_the_words_deny_is_negated(relation, predicate):
    (row,) = read_linear("", f"( cat , {relation} , mat )").relations
    assert (row.predicate, row.negated) == (predicate, True)
    assert read_linear("", f"( cat , {relation} , mat )").triples == []


def test_a_word_that_is_no_verb_is_not_passed_over():
    (row,) = read_linear("", "( cat , foremost on , mat )").relations
    assert row.predicate == "foremost_on"
