"""Selections: what each step writes, that nothing runs before it is asked for, and what they find."""

import pytest

from scenegraph3d.errors import QueryError
from scenegraph3d.language.lexicon import default_lexicon
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import parse_program
from scenegraph3d.query.select import select
from scenegraph3d.relate import relate


def thing(label, x, y, z, *size_m, **more):
    return {"label": label, "center_m": [x, y, z], "size_m": list(size_m), **more}


ROOM = relate(
    [
        thing("table", 0, 3, 0.4, 1.2, 0.8, 0.8, id=3),
        thing("chair", -1.2, 3, 0.5, 0.5, 0.5, 1.0, id=4, attributes={"color": "red"}),
        thing("chair", -3, 3, 0.5, 0.5, 0.5, 1.0, id=5, attributes={"color": "grey"}, front_known=True),
        thing("chair", 1.2, 3, 0.5, 0.5, 0.5, 1.0, id=6),
        thing("window", -4.5, 3, 1.5, 0.1, 1.0, 1.0, id=7),
        thing("cup", 0.1, 3, 0.85, 0.1, 0.1, 0.1, id=8),
    ]
)
CHAIRS = 'label(scene(), "chair")'


@pytest.mark.parametrize(
    ("step", "program", "found"),
    [
        (lambda s: s, CHAIRS, [4, 5, 6]),
        (lambda s: s.left_of("table"), f'relate({CHAIRS}, "left_of", label(scene(), "table"))', [4, 5]),
        (lambda s: s.right_of("#3"), f'relate({CHAIRS}, "right_of", thing(3))', [6]),
        (
            lambda s: s.right_of("table#3"),
            f'relate({CHAIRS}, "right_of", unique(label(thing(3), "table")))',
            [6],
        ),
        (
            lambda s: s.left_of("table").nearest("window"),
            f'nearest(relate({CHAIRS}, "left_of", label(scene(), "table")), label(scene(), "window"))',
            [5],
        ),
        (lambda s: s.farthest("window", rank=2), f'farthest({CHAIRS}, label(scene(), "window"), 2)', [4]),
        (lambda s: s.extreme("leftmost"), f'extreme({CHAIRS}, "leftmost")', [5]),
        (lambda s: s.where(color="red"), f'attribute({CHAIRS}, "color", "red")', [4]),
        (lambda s: s.where(color="gray", size="large"), f'size(attribute({CHAIRS}, "color", "gray"), "large")', []),
        (lambda s: s.near(ROOM.objects[0]), f'relate({CHAIRS}, "near", thing(3))', [4, 6]),
        (
            lambda s: s.near(s.where(color="grey")),
            f'relate({CHAIRS}, "near", attribute({CHAIRS}, "color", "grey"))',
            [4],
        ),
        (lambda s: s.between("#5", "table"), None, [4]),
        (lambda s: s.related(("on", "next_to"), "table"), None, [4, 6]),
        (lambda s: s.behind("chair#5", frame="object"), None, []),
        (lambda s: s.in_front_of("table", frame="chair#5"), None, [4, 5]),
        (lambda s: s.same("color", "#4"), f'same({CHAIRS}, "color", thing(4))', []),
        (lambda s: s - s.where(color="red"), None, [5]),
        (lambda s: s & s.right_of("table"), None, [6]),
        (lambda s: s.where(color="red") | s.right_of("table"), None, [4, 6]),
    ],
)
def test_steps(step, program, found):
    selection = step(select(ROOM, "chair"))
    assert program in (None, str(selection))
    assert selection.exists() is True or not found
    assert [thing.id for thing in selection] == found
    assert ROOM.objects.id[selection.rows].tolist() == found
    assert selection.count() == len(found)
    assert execute(str(selection), ROOM).rows == selection.answer.rows
    assert parse_program(str(selection)) == selection.program


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (select(ROOM).on("table"), [8]),
        (select(ROOM, "furniture").under("cup"), [3]),
        (select(ROOM).above("floor"), []),
        (select(ROOM).below("cup"), []),
        (select(ROOM).inside("cup"), []),
        (select(ROOM).next_to("table"), [4, 6]),
        (select(ROOM, "seat").labelled("chair"), [4, 5, 6]),
    ],
)
def test_more_steps(selection, found):
    assert [thing.id for thing in selection] == found


def test_exists_has_three_answers():
    assert select(ROOM, "cup").exists() is True
    assert select(ROOM, "dog").exists() is False
    assert select(ROOM, "chair").where(color="blue").exists() is None


def test_one_is_the_only_one():
    assert select(ROOM, "cup").one().id == 8
    assert select(ROOM, "chair").nearest("window").one().id == 5
    with pytest.raises(QueryError, match=r"three chairs: chair#4 \(red\), chair#5 \(grey\), chair#6"):
        select(ROOM, "chair").one()


def test_steps_leave_what_they_start_from_and_run_at_the_end():
    chairs = select(ROOM, "chair")
    wrong = chairs.related("lef_of", "table").nearest("dog")
    assert str(chairs) == CHAIRS
    with pytest.raises(QueryError, match=r"did you mean 'left_of'\?.*in the step relate"):
        wrong.count()
    with pytest.raises(QueryError, match=r"no object #99.*in the step thing\(99\)"):
        list(chairs.near("#99"))


def test_what_is_no_object_is_refused():
    with pytest.raises(QueryError, match="a whole number after #"):
        select(ROOM, "chair").near("table#x")
    with pytest.raises(QueryError, match="one of the same scene"):
        select(ROOM, "chair").near(select(relate([thing("cup", 0, 1, 0, 1, 1, 1)]), "cup"))


def test_a_lexicon_of_the_user_is_asked():
    mine = default_lexicon().extended({"synonyms": {"chair": ["perch"]}})
    assert select(ROOM, "perch", lexicon=mine).count() == 3
    assert select(ROOM, "perch").count() == 0
