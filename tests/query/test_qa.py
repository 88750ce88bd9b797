"""Question-answer pairs: read back by `ask`, counted by hand in rows of things, balanced, and not degenerate."""

import re
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.errors import InputError, QueryError
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import Call, parse_program
from scenegraph3d.query.qa import FAMILIES, questions
from scenegraph3d.query.question import ask
from scenegraph3d.types import Camera

LABELS = ("chair", "table", "mug", "floor_lamp", "box", "tv stand", "armchair", "Potted Plant")
COLORS, MATERIALS = ("red", "gray", "white", "blue"), ("wood", "metal")
CAMERA = Camera(500.0, 500.0, 320.0, 240.0, 640, 480)


@cache
def random_scene(seed):
    """Things on a floor, some stacked, some turned, with and without attributes and a camera."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(int(rng.integers(2, 11))):
        size = rng.uniform(0.2, 1.0, 3)
        center = np.array([*rng.uniform([-3, 2], [3, 8]), size[2] / 2])
        if rows and rng.random() < 0.3:
            below = rows[int(rng.integers(k))]
            center = np.add(below["center_m"], [0, 0, (below["size_m"][2] + size[2]) / 2])
        attributes = {"color": str(rng.choice(COLORS)), "material": str(rng.choice(MATERIALS))}
        known = {key: value for key, value in attributes.items() if rng.random() < 0.9 or seed % 2}
        label = str(rng.choice(LABELS))
        row = {"label": label, "center_m": center.tolist(), "size_m": size.tolist(), "attributes": known}
        rows.append({**row, "yaw_rad": float(rng.uniform(-3, 3)) if seed % 3 else 0.0})
    return sg3.relate(rows, CAMERA if seed % 2 else None)


@cache
def asked(seed, count=20):
    return questions(random_scene(seed), seed, count)


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_ask_reads_every_question_and_gives_its_answer(seed):
    for one in asked(seed):
        answer = ask(random_scene(seed), one.question)
        value = answer.value
        if isinstance(value, dict):
            value = value["clock_hour"] if one.unit == "o'clock" else value["words"]
        if one.unit == "m":
            assert value == pytest.approx(one.answer, abs=0.005 + 1e-9), one.question
        else:
            assert value == one.answer, one.question
            assert type(value) is type(one.answer)
        assert answer.note == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_programs_and_evidence_are_those_of_the_answer(seed):
    scene = random_scene(seed)
    for one in asked(seed):
        answer = execute(one.program, scene)
        assert str(parse_program(one.program)) == one.program
        assert one.objects == tuple(thing.id for thing in answer.objects)
        assert one.relations == answer.relations
        assert one.confidence == answer.confidence > 0.5
        assert one.family in FAMILIES


def test_all_families_are_asked():
    assert {one.family for seed in SEEDS for one in asked(seed)} == set(FAMILIES)


def test_yes_as_often_as_no():
    for seed in SEEDS:
        told = defaultdict(Counter)
        for one in asked(seed):
            if isinstance(one.answer, bool):
                told[one.family][one.answer] += 1
        assert all(abs(counts[True] - counts[False]) <= 1 for counts in told.values())


def test_no_value_is_most_of_a_family():
    for seed in SEEDS:
        told = defaultdict(Counter)
        for one in asked(seed):
            if not isinstance(one.answer, bool):
                told[one.family][str(one.answer)] += 1
        for counts in told.values():
            assert max(counts.values()) <= max(1, (counts.total() + 1) // 2)


def test_families_take_turns():
    scene = random_scene(5)
    first = questions(scene, 1, 10)
    assert len({one.family for one in first}) == 10


def without_adjectives(program):
    """The program without one of its adjectives or places, each in turn, by its text."""
    for i, value in enumerate(program.arguments):
        if isinstance(value, Call):
            if value.name in ("attribute", "size", "relate"):
                yield Call(program.name, (*program.arguments[:i], value.arguments[0], *program.arguments[i + 1 :]))
            for less in without_adjectives(value):
                yield Call(program.name, (*program.arguments[:i], less, *program.arguments[i + 1 :]))


def spoken(program, scene):
    """What a program says, and of which things."""
    parts = [program, *program.arguments] if program.result not in ("set", "one") else [program]
    parts = [part for part in parts if isinstance(part, Call)]
    return [execute(part, scene).value for part in parts]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_adjective_or_place_is_superfluous(seed):
    scene = random_scene(seed)
    for one in asked(seed):
        program = parse_program(one.program)
        if program.name in ("greater", "less", "equal"):
            continue
        for less in without_adjectives(program):
            try:
                same = spoken(less, scene) == spoken(program, scene)
            except QueryError:
                continue
            assert not same, (one.question, str(less))


def test_swapping_a_pair_changes_a_yes():
    for seed in SEEDS:
        for one in asked(seed):
            program = parse_program(one.program)
            if program.name != "judge" or one.answer is not True:
                continue
            subject, said, object_, frame = program.arguments
            if said in ("next_to", "far_from") or "near" in said:
                continue
            assert execute(Call("judge", (object_, said, subject, frame)), random_scene(seed)).value is False


def test_relations_are_clear():
    scene = random_scene(7)
    for one in questions(scene, 0, 60):
        for row in one.relations:
            assert scene.relations.score[row] >= 0.8


ROW = ("red chair", "blue chair", "red mug", "white lamp", "red lamp", "blue desk", "white mug", "blue mug")


@pytest.fixture(scope="module")
def row():
    """Things of one size in a row from left to right, a metre apart."""
    things = []
    for k, name in enumerate(ROW):
        color, label = name.split()
        things.append(
            {"label": label, "center_m": [k, 4, 0.2], "size_m": [0.4, 0.4, 0.4], "attributes": {"color": color}}
        )
    return sg3.relate(things)


def place(text):
    """The places in the row that a noun phrase of the questions fits."""
    words = [word.rstrip("s") for word in text.split()]
    return [k for k, name in enumerate(ROW) if all(word == "thing" or word in name.split() for word in words)]


def one_place(text):
    words = text.split()
    most = {"leftmost": 0, "rightmost": -1}.get(words[0])
    (k,) = [place(" ".join(words[1:]))[most]] if most is not None else place(text)
    return k


COUNTED = re.compile(r"(?:How many|What number of) ([a-z ]+?) (?:are there|do you see)\?$")
THERE = re.compile(r"(?:Is there an?|Are there any) ([a-z ]+?)\?$")
SIDES = re.compile(
    r"(How many|Is there an?|Is the) ([a-z ]+?) (?:are there |are )?"
    r"(?:to the |on the )?(left|right) (?:side )?of the ([a-z ]+)\?$"
)
COLOR = re.compile(r"What (?:is the color of|color is) the ([a-z ]+)\?$")
APART = re.compile(r"What is the distance between the ([a-z ]+) and the ([a-z ]+)\?$")
MORE = re.compile(r"Are there (more|fewer|as many) ([a-z ]+) (?:than|as) ([a-z ]+)\?$")
PLACED = ("left", "right", "near", "far", "next", "beside", "close", "front", "behind", "on ", "above", "under", " in ")


def side_by_hand(ask, what, side, anchor):
    if any(word in anchor or word in what for word in (" of ", "that is", " and ", *PLACED[2:])):
        return None
    at = one_place(anchor)
    if ask == "Is the":
        return one_place(what) < at if side == "left" else one_place(what) > at
    beside = [k for k in place(what) if (k < at if side == "left" else k > at)]
    return len(beside) if ask == "How many" else bool(beside)


def more_by_hand(word, *sets):
    a, b = (len(place(text)) for text in sets)
    return {"more": a > b, "fewer": a < b, "as many": a == b}[word]


HANDS = (
    (MORE, more_by_hand),
    (SIDES, side_by_hand),
    (COUNTED, lambda text: None if any(word in text for word in PLACED) else len(place(text))),
    (THERE, lambda text: None if any(word in text for word in (*PLACED, "below")) else bool(place(text))),
    (COLOR, lambda text: None if any(word in text for word in PLACED[2:]) or " of " in text else color(text)),
    (APART, lambda a, b: round(abs(one_place(a) - one_place(b)) - 0.4, 2)),
)


def color(text):
    return ROW[one_place(text)].split()[0]


def by_hand(question):
    """The answer to a question about the row, from the words alone; None for a question of another form."""
    forms = ((pattern.match(question), answer) for pattern, answer in HANDS)
    found = next(((match, answer) for match, answer in forms if match), None)
    return found[1](*found[0].groups()) if found else None


def test_answers_about_a_row_by_hand(row):
    checked = Counter()
    for seed in range(4):
        for one in questions(row, seed, 60):
            answer = by_hand(one.question)
            if answer is not None:
                checked[one.family] += 1
                assert one.answer == answer, one.question
    assert set(checked) >= {"count", "exist", "relation", "compare_counts", "distance", "attribute"}
    assert checked.total() >= 50


def test_the_seed_decides(row):
    first = questions(row, 3, 15)
    assert first == questions(row, 3, 15)
    assert first != questions(row, 4, 15)
    assert len({one.question for one in first}) == len({one.program for one in first}) == 15


def test_answers_in_words(row):
    for one in questions(row, 0, 60):
        if isinstance(one.answer, bool):
            assert one.answer_text == ("yes" if one.answer else "no")
        elif one.unit == "m":
            assert one.answer_text == f"{one.answer:g} m"
        elif one.family.startswith("choose"):
            name = one.answer_text.removeprefix("the ")
            assert one.answer.endswith(f"#{one_place(name)}")


@pytest.mark.parametrize("rows", [[], [{"label": "chair", "center_m": [0, 2, 0.5], "size_m": [1, 1, 1]}]])
def test_small_scenes_have_few_questions(rows):
    scene = sg3.relate(rows)
    for one in questions(scene, 0, 20):
        assert "chair" in one.question
    assert len(questions(scene, 0, 20)) < 10


def test_scenes_of_many_things():
    rng = np.random.default_rng(0)
    rows = [
        {
            "label": LABELS[k % 5],
            "center_m": [*rng.uniform(0, 20, 2), 0.4],
            "size_m": rng.uniform(0.2, 0.8, 3).tolist(),
            "attributes": {"color": COLORS[k % 4], "material": MATERIALS[k % 2]},
        }
        for k in range(150)
    ]
    scene = sg3.relate(rows)
    found = questions(scene, 0, 20)
    assert len(found) == 20
    for one in found:
        if isinstance(one.answer, bool | list):
            assert ask(scene, one.question).value == one.answer, one.question


def test_strange_labels_are_not_asked_about():
    labels = ("on the left", "how many", "'; drop", "книга", "x", "scissors", "red", "12", "chair")
    rows = [{"label": label, "center_m": [k, 3, 0.5], "size_m": [0.5, 0.5, 1]} for k, label in enumerate(labels)]
    scene = sg3.relate(rows)
    for one in questions(scene, 0, 30):
        assert ask(scene, one.question).value is not None


def test_relative_scenes_have_no_metres():
    from dataclasses import replace

    scene = replace(random_scene(3), scale="relative")
    assert all(one.unit != "m" for one in questions(scene, 0, 40))


@pytest.mark.parametrize(("seed", "count"), [(-1, 5), (0, -5)])
def test_wrong_numbers_are_refused(seed, count, row):
    with pytest.raises(InputError, match="at least 0"):
        questions(row, seed, count)
