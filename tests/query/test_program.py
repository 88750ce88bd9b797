"""Programs: their text, their types, and what each operation gives on a room whose truths are known by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.errors import QueryError
from scenegraph3d.language.lexicon import default_lexicon
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import MAX_DEPTH, OPERATIONS, call, parse_program, signature
from scenegraph3d.relate import RelationRules, relate
from scenegraph3d.types import Camera, Objects, Relation, Relations, SceneGraph


def thing(label, x, y, z, *size_m, **more):
    return {"label": label, "center_m": [x, y, z], "size_m": list(size_m), **more}


def room(camera=None, **more):
    """Two tables with mugs and a laptop, a sofa that faces +x, a lamp to the left, all on a floor. Metres."""
    things = [
        thing("floor", 0, 4, -0.01, 8, 8, 0.02, kind="surface"),
        thing("table", 0, 4, 0.4, 1.6, 0.8, 0.8, attributes={"color": "red", "material": "wood"}),
        thing("coffee table", 3, 4, 0.2, 1.0, 0.6, 0.4, attributes={"color": "brown"}),
        thing("mug", -0.4, 4, 0.85, 0.1, 0.1, 0.1, attributes={"color": "white"}, score=0.9),
        thing("mug", 0.4, 4, 0.85, 0.1, 0.1, 0.1, attributes={"color": "grey"}, score=0.8),
        thing("mug", 3, 4, 0.45, 0.1, 0.1, 0.1, score=0.7),
        thing("laptop", 0, 4, 0.9, 0.3, 0.12, 0.2),
        thing("Lamp", -3, 4, 0.9, 0.4, 0.4, 1.8),
        thing("sofa", -2, 6, 0.45, 0.9, 1.8, 0.9, front_known=True, attributes={"color": "red"}),
    ]
    return relate([{"id": 10 + i, **row} for i, row in enumerate(things)], camera, **more)


FLOOR, TABLE, LOW_TABLE, LEFT_MUG, RIGHT_MUG, LOW_MUG, LAPTOP, LAMP, SOFA = range(9)
ROOM = room()
MUGS = 'label(scene(), "mug")'
TABLES = 'label(scene(), "table")'
THINGS = 'kind(scene(), "object")'


def one(row):
    return f"thing({10 + row})"


@pytest.mark.parametrize(
    ("program", "rows"),
    [
        ("scene()", range(9)),
        ('kind(scene(), "surface")', [FLOOR]),
        (MUGS, [LEFT_MUG, RIGHT_MUG, LOW_MUG]),
        (TABLES, [TABLE, LOW_TABLE]),
        ('label(scene(), "coffee tables")', [LOW_TABLE]),
        ('label(scene(), "furniture")', [TABLE, LOW_TABLE, LAMP, SOFA]),
        ('label(scene(), "dog")', []),
        ('attribute(scene(), "colour", "crimson")', [TABLE, SOFA]),
        ('attribute(scene(), "Color", "gray")', [RIGHT_MUG]),
        ('attribute(scene(), "material", "wooden")', [TABLE]),
        (f'relate({MUGS}, "on", {one(TABLE)})', [LEFT_MUG, RIGHT_MUG]),
        (f'relate({MUGS}, "on", {TABLES})', [LEFT_MUG, RIGHT_MUG, LOW_MUG]),
        (f'relate({MUGS}, "left of", {one(LAPTOP)})', [LEFT_MUG]),
        (f'relate(relate({MUGS}, "on", {one(TABLE)}), "left-of", {one(LAPTOP)})', [LEFT_MUG]),
        (f'relate(scene(), ["on", "next_to"], {one(LAPTOP)})', [LEFT_MUG, RIGHT_MUG]),
        (f'relate({THINGS}, "in_front_of", {one(SOFA)}, frame="object")', [TABLE, LOW_TABLE, *range(3, 7)]),
        (f"between({THINGS}, {one(LEFT_MUG)}, {one(RIGHT_MUG)})", [LAPTOP]),
        (f'between({THINGS}, intersect({MUGS}, relate({MUGS}, "on", {one(TABLE)})))', [LAPTOP]),
        (f'side({THINGS}, "left")', [LAMP, SOFA]),
        (f'side({THINGS}, "right")', [LOW_TABLE, LOW_MUG]),
        (f'same(scene(), "color", {one(TABLE)})', [SOFA]),
        (f'union({TABLES}, label(scene(), "lamp"))', [TABLE, LOW_TABLE, LAMP]),
        (f'intersect({TABLES}, attribute(scene(), "color", "red"))', [TABLE]),
        (f'difference(label(scene(), "furniture"), {TABLES})', [LAMP, SOFA]),
        (f'unique(attribute({TABLES}, "color", "brown"))', [LOW_TABLE]),
        (f"nearest({MUGS}, {one(LAMP)})", [LEFT_MUG]),
        (f"nearest({MUGS}, {one(LAMP)}, 2)", [RIGHT_MUG]),
        (f"farthest({MUGS}, {one(LAMP)})", [LOW_MUG]),
        (f'extreme({THINGS}, "tallest")', [LAMP]),
        (f'extreme({THINGS}, "tallest", 2)', [SOFA]),
        (f'extreme({THINGS}, "largest")', [SOFA]),
        (f'extreme({MUGS}, "leftmost")', [LEFT_MUG]),
        (f'extreme({MUGS}, "rightmost", rank=2)', [RIGHT_MUG]),
        (f'extreme({THINGS}, "backmost")', [SOFA]),
        (f'extreme({THINGS}, "lowest")', [LOW_TABLE]),
        (f'size({THINGS}, "big")', [TABLE, LOW_TABLE, LAMP, SOFA]),
        (f'size({THINGS}, "tiny")', [LEFT_MUG, RIGHT_MUG, LOW_MUG, LAPTOP]),
    ],
)
def test_sets(program, rows):
    answer = execute(program, ROOM)
    found = [answer.value] if isinstance(answer.value, str) else answer.value
    assert found == [f"{ROOM.objects.label[row]}#{10 + row}" for row in rows]
    assert list(answer.rows[: len(found)]) == list(rows)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        (f"count({MUGS})", 3),
        (f"exist({MUGS})", True),
        ('exist(label(scene(), "dog"))', False),
        (f'exist(attribute({MUGS}, "color", "green"))', None),
        (f'exist(attribute({TABLES}, "color", "green"))', False),
        (f"equal(count({MUGS}), 3)", True),
        (f"less(count({MUGS}), count({TABLES}))", False),
        (f"greater(count({MUGS}), count({TABLES}))", True),
        (f"less(distance({one(LAMP)}, {one(TABLE)}), distance({one(LAMP)}, {one(LOW_TABLE)}))", True),
        (f"less(viewer_distance({one(LAMP)}), 3)", None),
        (f'same_value({one(TABLE)}, {one(SOFA)}, "color")', True),
        (f'same_value({one(TABLE)}, {one(LOW_TABLE)}, "color")', False),
        (f'same_value({one(TABLE)}, {one(LAPTOP)}, "color")', None),
        (f'has_value({one(RIGHT_MUG)}, "color", "gray")', True),
        (f'has_value({one(LAMP)}, "color", "gray")', None),
        (f'called({one(SOFA)}, "couch")', True),
        (f'called({one(SOFA)}, "table")', False),
        (f'judge({one(LAMP)}, "left_of", {one(TABLE)})', True),
        (f'judge({one(TABLE)}, "left_of", {one(LAMP)})', False),
        (f'judge({one(LAMP)}, "left_of", {one(TABLE)}, frame="object")', None),
        (f'judge({one(TABLE)}, "in_front_of", {one(SOFA)}, frame="object")', True),
        (f'judge({one(LAMP)}, "left_of", {one(TABLE)}, frame={one(SOFA)})', None),
        (f'judge({one(LAMP)}, "right_of", {one(SOFA)}, frame={one(SOFA)})', True),
        (f'judge({one(TABLE)}, "behind", {one(LAMP)}, frame={one(SOFA)})', True),
        (f'judge({one(TABLE)}, "behind", {one(LAMP)}, frame={one(LAMP)})', None),
        (f'judge({one(LEFT_MUG)}, ["under", "on"], {one(TABLE)})', True),
        (f"judge_between({one(LAPTOP)}, {one(LEFT_MUG)}, {one(RIGHT_MUG)})", True),
        (f"judge_between({one(LAMP)}, {one(LEFT_MUG)}, {one(RIGHT_MUG)})", False),
        ('not(exist(label(scene(), "dog")))', True),
        (f'either(exist({MUGS}), exist(attribute({MUGS}, "color", "green")))', True),
        (f'both(exist({MUGS}), exist(attribute({MUGS}, "color", "green")))', None),
        (f"name({one(LAMP)})", "Lamp"),
        (f'value({one(TABLE)}, "colour")', "red"),
        (f'value({one(LAMP)}, "color")', None),
        (f"position({one(LAPTOP)})", "on the table, next to mug#13"),
    ],
)
def test_values(program, value):
    answer = execute(program, ROOM)
    assert answer.value == value
    assert type(answer.value) is type(value)
    assert bool(answer.note) == (value is None)


@pytest.mark.parametrize(
    ("program", "metres"),
    [
        (f"distance({one(TABLE)}, {one(LOW_TABLE)})", 1.7),
        (f"distance({one(LEFT_MUG)}, {one(TABLE)})", 0.0),
        (f'measure({one(LAMP)}, "height")', 1.8),
        (f'measure({one(SOFA)}, "length")', 1.8),
        (f'measure({one(SOFA)}, "width")', 1.8),
        (f'measure({one(SOFA)}, "depth")', 0.9),
        (f'measure({one(TABLE)}, "width")', 1.6),
    ],
)
def test_lengths(program, metres):
    answer = execute(program, ROOM)
    assert math.isclose(answer.value, metres, abs_tol=1e-9)
    assert answer.unit == "m"


def test_a_distance_has_that_of_the_centres_beside_it():
    answer = execute(f"distance({one(TABLE)}, {one(LOW_TABLE)})", ROOM)
    assert math.isclose(answer.evidence["center_m"], math.hypot(3, 0.2))
    assert answer.rows == (TABLE, LOW_TABLE)


def test_from_a_camera_things_have_a_distance():
    level = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0.9], [0, 0, 0, 1]])
    camera = Camera.from_fov(64, 48).with_pose(level, "given")
    answer = execute(f"viewer_distance({one(LAMP)})", room(camera))
    assert math.isclose(answer.value, math.hypot(2.8, 3.8))
    assert math.isclose(answer.evidence["center_m"], 5.0)


@pytest.mark.parametrize(
    ("program", "hour", "words"),
    [
        (f"direction({one(LAMP)}, {one(TABLE)})", 9, "to the left"),
        (f"direction({one(LOW_TABLE)}, {one(TABLE)})", 3, "to the right"),
        (f"direction({one(TABLE)})", 12, "straight ahead"),
        (f"direction({one(SOFA)}, {one(LAMP)})", 1, "ahead on the right"),
        (f"direction({one(LAPTOP)}, {one(LAMP)}, frame={one(SOFA)})", 12, "straight ahead"),
        (f'direction({one(TABLE)}, {one(SOFA)}, frame="object")', 2, "ahead on the right"),
        (f"direction({one(LAPTOP)}, {one(TABLE)})", 12, "straight ahead, above"),
    ],
)
def test_directions(program, hour, words):
    value = execute(program, ROOM).value
    assert (value["clock_hour"], value["words"]) == (hour, words)


@pytest.mark.parametrize(
    ("program", "note"),
    [
        (f'judge({one(LAMP)}, "left_of", {one(TABLE)}, frame="object")', "undefined, because the table's front is not"),
        (f'exist(relate({MUGS}, "behind", {one(LAMP)}, frame="object"))', "undefined, because the Lamp's front is not"),
        (
            f"direction({one(LAMP)}, {one(TABLE)}, frame={one(LAMP)})",
            "undefined, because the Lamp's front is not known",
        ),
        (f'exist(attribute({MUGS}, "color", "green"))', "undefined, because the color of mug#15 is not known"),
        (f'value({one(LAMP)}, "color")', "undefined, because the color of Lamp#17 is not known"),
        (f"viewer_distance({one(LAMP)})", "undefined, because the scene has no camera"),
        (f'exist(size({one(LAMP)}, "large"))', "undefined, because there is nothing to compare its size with"),
    ],
)
def test_what_cannot_be_told_says_why(program, note):
    answer = execute(program, ROOM)
    assert answer.value is None
    assert answer.note.startswith(note)
    assert answer.confidence == 0


def test_what_is_too_close_is_neither_true_nor_false():
    near = relate([thing("cup", 0, 3, 0.05, 0.1, 0.1, 0.1), thing("box", 1.8, 3, 0.05, 0.1, 0.1, 0.1)])
    for program in ('judge(thing(0), "near", thing(1))', 'exist(relate(scene(), "near", thing(1)))'):
        answer = execute(program, near)
        assert (answer.value, answer.note) == (None, "too close to call")
    assert execute('count(relate(scene(), "near", thing(1)))', near).note == "1 more cannot be told"


def test_evidence_and_confidence():
    answer = execute(f'count(relate({MUGS}, "on", {one(TABLE)}))', ROOM)
    assert answer.rows == (LEFT_MUG, RIGHT_MUG, TABLE)
    assert {
        str(ROOM.objects[r.subject]) + " " + r.predicate for r in map(ROOM.relations.__getitem__, answer.relations)
    } == {
        "mug#13 on",
        "mug#14 on",
    }
    assert answer.confidence == min(0.8, *(ROOM.relations.score[row] for row in answer.relations))
    assert execute(f"exist({MUGS})", ROOM).confidence == 0.9
    assert execute(f"count({MUGS})", ROOM).confidence == 0.7


def test_plain_values_have_the_keys_of_the_command_line():
    assert execute(f"distance({one(TABLE)}, {one(SOFA)})", ROOM).to_dict() == {
        "value": pytest.approx(math.hypot(0.75, 0.7)),
        "unit": "m",
        "objects": [{"id": 11, "label": "table"}, {"id": 18, "label": "sofa"}],
        "confidence": 1.0,
        "program": "distance(thing(11), thing(18))",
    }


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (f"unique({TABLES})", "two tables: table#11 (red wood), coffee table#12 (brown); say which one"),
        (f"unique({MUGS})", "three mugs: mug#13 (white), mug#14 (grey), mug#15; say which one"),
        ('unique(label(scene(), "dog"))', "expected one object, got none"),
        (f'unique(attribute({MUGS}, "color", "green"))', "none for sure; it may be mug#15"),
        (f'extreme({MUGS}, "tallest")', "three are equal in this: mug#13 (white)"),
        (f'extreme({MUGS}, "tallest", 4)', "1 to 3"),
        (f'extreme({MUGS}, "talest")', "did you mean 'tallest'"),
        (f'nearest({MUGS}, label(scene(), "dog"))', "expected an object, got none"),
        (f"nearest({MUGS}, {MUGS})", "expected one object, got none"),
        ("thing(3)", "no object #3"),
        (f'relate({MUGS}, "lef of", {one(TABLE)})', "did you mean 'left_of'"),
        (f'relate({MUGS}, "between", {one(TABLE)})', "between(...)"),
        (f'relate({MUGS}, "on", {one(TABLE)}, "picture")', "unknown frame 'picture'"),
        (f'size({MUGS}, "purple")', "unknown size 'purple'"),
        (f'measure({one(TABLE)}, "weight")', "did you mean 'height'"),
        (f'side({MUGS}, "up")', "ahead, behind, left, right"),
        ('kind(scene(), "things")', "object, surface"),
        (f'judge({one(TABLE)}, "on", {one(TABLE)})', "no relation to itself"),
        (f"between(scene(), {one(TABLE)})", "expected two objects"),
    ],
)
def test_a_step_that_cannot_be_taken_is_named(program, said):
    with pytest.raises(QueryError) as error:
        execute(f"{program}", ROOM)
    assert said in str(error.value)
    assert f"(in the step {program})" in str(error.value)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("count(3)", "count: of: expected a set, got 3"),
        (f"count(count({MUGS}))", "got count(...), which is a number"),
        (f"distance({MUGS}, {MUGS})", "take one of a set with unique(...)"),
        (f"not({MUGS})", "expected a truth"),
        ("label(scene(), 3)", "expected a word, got 3"),
        ('label(scene(), " ")', "expected a word"),
        ("label(scene())", "expected a value for noun, got none"),
        ("scene(1)", "at most 0 arguments"),
        ('label(scene(), size="x")', "'size' is not, or already, given"),
        ("thing(1.5)", "expected a whole number, got 1.5"),
        (f'relate({MUGS}, "on", scene(), frame={MUGS})', "expected a frame"),
        ("cout(scene())", "did you mean 'count'"),
        ("count(scene()", "expected , or ), got its end"),
        ("count(scene()))", "character 15: expected nothing after the program, got ')'"),
        ("", "the name of an operation, got its end"),
        ("count(scene();)", "character 14"),
        ('label(scene(), "mug)', "character 16"),
        ('label(scene(), "\\q")', "text as in JSON"),
        ("relate(scene(), [], scene())", "text in double quotes"),
        ('extreme(of=scene(), "tallest")', "after a named one"),
        ("thing(" + "9" * 400 + ")", "at most 32 characters"),
        ("not(" * 100 + "exist(scene())" + ")" * 100, f"at most {MAX_DEPTH} calls"),
        ("x" * 30000, "at most 20000 characters"),
    ],
)
def test_what_is_no_program_is_refused_before_it_runs(program, said):
    with pytest.raises(QueryError) as error:
        parse_program(program)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_signatures_are_shown():
    assert signature("relate") == "relate(of: set, predicate: words, to: set, frame: frame = none) -> set"


WORDS = st.text(min_size=1, max_size=6).filter(str.strip)
LEAVES = {
    "word": WORDS,
    "words": st.lists(WORDS, min_size=1, max_size=3).map(tuple) | WORDS,
    "whole number": st.integers(-(2**40), 2**40),
    "frame": st.sampled_from(["viewer", "world", "object"]),
    "number": st.floats(-1e9, 1e9) | st.integers(-99, 99),
}


@st.composite
def calls(draw, wanted, depth=3):
    """A random program of one type."""
    fitting = [name for name, operation in OPERATIONS.items() if operation.result in wanted]
    flat = [n for n in fitting if not any(p.type in ("set", "one", "truth") for p in OPERATIONS[n].parameters)]
    name = draw(st.sampled_from(sorted(flat if depth == 0 else fitting) or ["not"]))
    return call(name, *(draw(argument(parameter, depth)) for parameter in OPERATIONS[name].parameters))


def argument(parameter, depth):
    kinds = {"set": ("set", "one"), "one": ("one",), "truth": ("truth",), "number": ("number",)}
    if parameter.type in LEAVES and (parameter.type != "number" or depth <= 1):
        given = LEAVES[parameter.type]
    elif parameter.type == "truth" and depth <= 1:
        given = st.just(call("exist", call("scene")))
    else:
        given = calls(kinds[parameter.type], max(depth - 1, 0))
    return given | st.none() if parameter.default is None else given


@settings(max_examples=150)
@given(calls(("set", "one", "number", "truth", "text", "direction")))
def test_a_program_is_what_its_text_says(program):
    assert parse_program(str(program)) == program


@given(st.text(alphabet='not()countscene,="[]none 12.\\', max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        program = parse_program(text)
    except QueryError:
        return
    assert parse_program(str(program)) == program


def test_relations_of_people_are_used_as_they_are():
    """What people did not say is false, whatever the boxes say; what they were not asked is measured."""
    rows = [
        Relation(LAMP, "holds", TABLE, "world", 0.6, 0.0, {}),
        Relation(TABLE, "left_of", LAMP, "viewer", 0.5, 0.0, {}),
    ]
    said = ROOM.with_relations(Relations.from_rows(rows))
    assert execute(f'judge({one(LAMP)}, "holds", {one(TABLE)})', said).value is True
    assert execute(f'judge({one(TABLE)}, "holds", {one(LAMP)})', said).value is False
    assert execute(f'judge({one(TABLE)}, "left_of", {one(LAMP)})', said).value is True
    assert execute(f'judge({one(LAMP)}, "left_of", {one(TABLE)})', said).value is False
    assert execute(f'relate({MUGS}, "on", {TABLES})', said).value == ["mug#13", "mug#14", "mug#15"]
    assert execute(f'judge({one(LAMP)}, "left_of", {one(SOFA)}, frame="object")', said).value is False
    with pytest.raises(QueryError, match="unknown predicate 'holds'"):
        execute(f'judge({one(LAMP)}, "holds", {one(TABLE)})', ROOM)


def test_in_a_large_scene_far_pairs_are_measured():
    """`relate` looks at near pairs only in scenes of many objects; a program asks of the others, too."""
    few = RelationRules(all_pairs_up_to=4)
    pruned = room(rules=few)
    programs = [
        f'relate({THINGS}, "left_of", {one(LOW_TABLE)})',
        f'relate({THINGS}, "far_from", {one(LAMP)})',
        f'relate({THINGS}, "larger_than", {one(LOW_MUG)})',
        f'relate({MUGS}, "on", {TABLES})',
    ]
    assert len(pruned.relations) < len(ROOM.relations)
    for program in programs:
        assert execute(program, pruned, rules=few).value == execute(program, ROOM).value


def test_a_thing_in_a_drawer_is_not_on_the_drawer_below():
    """What `relate` sees of the whole scene holds for a predicate that the graph was not asked for."""
    things = [
        thing("table", 0, 4, 0.4, 1.6, 1.2, 0.8),
        thing("chair", 0, 3.7, 0.5, 0.5, 0.6, 1.0),
        thing("mug", 0, 3.7, 0.85, 0.1, 0.1, 0.1),
    ]
    asked = relate(things)
    assert [str(match.object) for match in asked.match("mug", "on")] == ["table#0"]
    unasked = relate(things, rules=RelationRules(predicates=("near",)))
    for scene in (asked, unasked):
        assert execute('relate(label(scene(), "mug"), "on", label(scene(), "furniture"))', scene).value == ["mug#2"]
        assert execute('judge(thing(2), "on", thing(1))', scene).value is False


def test_an_attribute_with_several_values_has_each_of_them():
    scene = relate([thing("cup", 0, 3, 0, 1, 1, 1, attributes={"color": [["red", 0.6], ["white", 0.4]]})])
    assert execute('has_value(thing(0), "color", "white")', scene).value is True
    assert execute('value(thing(0), "color")', scene).value == "red and white"


def test_lengths_of_a_scene_without_scale_have_no_metres():
    scene = SceneGraph(ROOM.objects, ROOM.relations, scale="relative")
    assert execute(f'measure({one(LAMP)}, "height")', scene).unit == "scene units"


def test_an_empty_scene_has_nothing():
    empty = relate(Objects.from_rows([]))
    assert execute("count(scene())", empty).value == 0
    assert execute('exist(relate(label(scene(), "cup"), "on", scene()))', empty).value is False
    assert execute('size(scene(), "large")', empty).value == []


def test_a_lexicon_of_the_user_is_asked():
    mine = default_lexicon().extended({"synonyms": {"mug": ["tankard"]}})
    assert execute('count(label(scene(), "tankards"))', ROOM, lexicon=mine).value == 3
    assert execute('count(label(scene(), "tankards"))', ROOM).value == 0
