"""Patterns: how they are read, what they match, and what is said of those that cannot be read."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.errors import QueryError
from scenegraph3d.query import Pattern, query
from scenegraph3d.query.pattern import parse
from scenegraph3d.relate import PREDICATES, relate
from scenegraph3d.types import Objects, Relation, Relations, SceneGraph


def thing(label, x, y, z, *size_m, **more):
    return {"label": label, "center_m": [x, y, z], "size_m": list(size_m), **more}


ROOM = relate(
    [
        thing("coffee table", 0, 3, 0.25, 1.0, 0.6, 0.5),
        thing("cup", -0.2, 3, 0.55, 0.1, 0.1, 0.1),
        thing("cup", 0.2, 3, 0.55, 0.1, 0.1, 0.1),
        thing("Lamp", -2, 3, 0.5, 0.3, 0.3, 1.0),
        thing("sofa", 2, 3, 0.4, 0.9, 0.9, 0.8),
        thing("floor", 0, 3, -0.01, 6, 6, 0.02, kind="surface"),
    ]
)


def said(matches):
    return {str(match) for match in matches}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("cup on coffee table", Pattern("cup", "on", "coffee table")),
        ("CUP On Coffee_Table", Pattern("CUP", "on", "Coffee_Table")),
        ("cup#1 on floor", Pattern("cup#1", "on", "floor")),
        ("#1 on #0", Pattern("#1", "on", "#0")),
        ("? left_of sofa", Pattern(None, "left_of", "sofa")),
        ("* left of sofa", Pattern(None, "left_of", "sofa")),
        ("lamp left-of sofa", Pattern("lamp", "left_of", "sofa")),
        ("cup * coffee table", Pattern("cup", None, "coffee table")),
        ("coffee table ? ?", Pattern("coffee table", None, None)),
        ("* * *", Pattern(None, None, None)),
        ("on coffee table", Pattern(None, "on", "coffee table")),
        ("cup between lamp and sofa", Pattern("cup", "between", "lamp", "sofa")),
        ("cup between lamp sofa", Pattern("cup", "between", "lamp", "sofa")),
        ("between lamp and sofa", Pattern(None, "between", "lamp", "sofa")),
        ("? between coffee table sofa", Pattern(None, "between", "coffee table", "sofa")),
        ("? between coffee table", Pattern(None, "between", "coffee table", None)),
        ("cup between ? and sofa", Pattern("cup", "between", None, "sofa")),
    ],
)
def test_patterns_are_read(pattern, expected):
    assert parse(ROOM, pattern) == expected


def test_matches_are_those_of_the_scene():
    assert said(query(ROOM, "cup on coffee table")) == {"cup#1 on coffee table#0", "cup#2 on coffee table#0"}
    assert said(query(ROOM, "cup#2 on coffee table")) == {"cup#2 on coffee table#0"}
    assert said(query(ROOM, "cup left of cup")) == {"cup#1 left_of cup#2"}
    assert query(ROOM, "sofa on cup") == []


@given(
    st.sampled_from([None, "cup", "coffee table", "Lamp", "sofa", "cup#2"]),
    st.sampled_from([None, *(name for name in PREDICATES if name != "between")]),
    st.sampled_from([None, "cup", "coffee table", "floor", "#4"]),
)
def test_a_pattern_finds_what_match_finds(subject, predicate, object_):
    pattern = f"{subject or '?'} {predicate or '*'} {object_ or '?'}"
    assert query(ROOM, pattern) == ROOM.match(subject, predicate, object_)


def test_surest_first_and_one_frame_only():
    found = query(ROOM, "? ? ?")
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
    assert len(found) == len(ROOM.relations)
    assert {match.frame for match in query(ROOM, "? ? ?", frame="world")} == {"world"}


def between(subject, object_, third):
    return Relation(subject, "between", object_, "world", 0.9, 0.1, {"offset_m": 0.0}, third)


def test_between_holds_in_either_order_and_is_told_once():
    rows = [thing(label, i, 0, 0, 0.5, 0.5, 0.5) for i, label in enumerate(("a", "b", "c", "d"))]
    objects = Objects.from_rows(rows)
    for relations in ([between(1, 0, 2)], [between(1, 2, 0)], [between(1, 0, 2), between(1, 2, 0)]):
        scene = SceneGraph(objects, Relations.from_rows([*relations, between(2, 1, 3)]))
        for pattern in ("b between a and c", "b between c and a", "b between a", "b between ? and a", "? between c a"):
            (match,) = query(scene, pattern)
            assert match.subject.label == "b"
            assert {match.object.label, match.third.label} == {"a", "c"}
        assert query(scene, "b between a and d") == []
        assert len(query(scene, "between ? and ?")) == 2


def test_a_label_that_holds_a_predicate_is_read_whole_where_only_that_makes_sense():
    rows = [thing("cup on saucer", 0, 2, 1, 0.2, 0.2, 0.2), thing("shelf", 0, 2, 0.45, 1, 1, 0.9)]
    assert parse(relate(rows), "cup on saucer on shelf") == Pattern("cup on saucer", "on", "shelf")


def test_two_readings_are_named():
    rows = [thing(label, i, 2, 0, 0.2, 0.2, 0.2) for i, label in enumerate(("a", "a on b", "b on c", "c"))]
    with pytest.raises(QueryError, match=r"\[a\] \[on\] \[b on c\] or \[a on b\] \[on\] \[c\]"):
        query(relate(rows), "a on b on c")


@pytest.mark.parametrize(
    ("pattern", "phrase"),
    [
        ("cap on coffee table", "no object 'cap' in this scene; did you mean 'cup'"),
        ("cup on cofee table", "did you mean 'coffee table'?"),
        ("cup#9 on sofa", "no object 'cup#9'"),
        ("cup#x on sofa", "a whole number after #"),
        ("cup onn coffee table", "unknown predicate 'onn'; did you mean 'on'"),
        ("cup lft of coffee table", "unknown predicate 'lft of'; did you mean 'left_of'"),
        ("cup beside sofa", "unknown predicate 'beside'"),
        ("cup", "expected 'subject predicate object'"),
        ("", "expected 'subject predicate object'"),
        ("cup on", "write ? for anything"),
        ("cup between lamp and soffa", "did you mean 'sofa'?"),
        ("cup on *", None),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_can(pattern, phrase):
    if phrase is None:
        assert query(ROOM, pattern)
        return
    with pytest.raises(QueryError) as error:
        query(ROOM, pattern)
    assert phrase in str(error.value)
    assert "\n" not in str(error.value)


@given(st.text(max_size=40))
def test_any_text_is_answered_or_refused(text):
    with contextlib.suppress(QueryError):
        for match in query(ROOM, text):
            assert match.predicate in PREDICATES
