"""Forms of English questions: what is joined, denied, compared with lengths, imagined, and asked politely."""

from dataclasses import replace

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.errors import QueryError
from scenegraph3d.query.execute import execute
from scenegraph3d.query.question import ask
from scenegraph3d.types import Camera
from tests.query.home_scene import box, home_scene, room

FOOT, INCH, YARD = 0.3048, 0.0254, 0.9144


@pytest.fixture(scope="module")
def home():
    return home_scene()


def same(found, answer):
    assert found.value == answer
    assert type(found.value) is type(answer)
    assert execute(found.program, found.scene).value == answer


JOINED = [
    ("How many red or blue chairs are there?", 2),
    ("How many red and blue chairs are there?", 2),
    ("How many white or red mugs are on the table?", 2),
    ("How many red, green or orange things are there?", 4),
    ("How many chairs or sofas are there?", 3),
    ("How many chairs and mugs are there?", 4),
    ("How many things are neither red nor white?", 6),
    ("How many mugs are left or right of the laptop?", 2),
    ("How many mugs are left of the laptop or right of it?", 2),
    ("How many things are on either the table or the sofa?", 3),
    ("Is there a ball or a cat?", True),
    ("Is there either a dog or a cat?", False),
    ("Is there neither a dog nor a cat?", True),
    ("Is there neither a dog nor a sofa?", False),
    ("Are there both a laptop and a ball?", True),
    ("Is there a laptop and a ball on the table?", False),
    ("Is there a laptop and a mug on the table?", True),
    ("Is there a laptop on the table and a ball?", True),
    ("Are the mugs and the laptop on the table?", True),
    ("Are the laptop and the ball on the table?", False),
    ("Is neither the ball nor the lamp on the table?", True),
    ("Is either the laptop or the ball on the table?", True),
    ("Is the ball in the bin and is the laptop on the table?", True),
    ("Is the ball in the bin and is there a dog?", False),
    ("Is the laptop left of the red mug and the lamp?", True),
    ("Is the laptop left of the white mug and the lamp?", False),
]
CHOICES = [
    ("Is the ball green or orange?", "orange"),
    ("Is the table made of wood or metal?", "wood"),
    ("Is the ball green or blue?", "neither"),
    ("Is the white mug left of the laptop or the red mug?", "both"),
    ("Is the white mug left of the bin or right of the laptop?", "neither"),
    ("Is the lamp left of the table or right of the sofa?", "right of the sofa"),
    ("Is the lamp to the right or to the left of the table?", "to the right"),
    ("Is the sofa in front of or behind the table?", "behind"),
    ("Is the bin left or right of the table?", "left"),
    ("Is the laptop on the table or on the sofa?", "on the table"),
    ("Is the ball in the bin or the sofa?", "in the bin"),
    ("Is the laptop or the ball on the table?", "the laptop"),
    ("Is the white mug or the red mug left of the laptop?", "the white mug"),
    ("Which is bigger: the table or the sofa?", "sofa#7"),
    ("Which is bigger, table or sofa?", "sofa#7"),
    ("Which one is taller, the lamp or the sofa?", "floor_lamp#6"),
    ("Which is higher, the laptop or the ball?", "laptop#5"),
    ("Which mug is bluer?", None),
    ("Which chair is closer to the lamp?", "chair#2"),
    ("Which of the chairs is farther from the bin?", "chair#2"),
    ("Which chair is closer to the lamp, the red one or the blue one?", "chair#2"),
    ("Is the red chair or the blue chair closer to the lamp?", "chair#2"),
    ("Is the lamp closer to the blue chair or to the red chair?", "chair#2"),
    ("Is the sofa or the table closer to me?", "table#0"),
    ("Which mug is the leftmost one?", "mug#3"),
]
DENIED = [
    ("Are there no mugs on the sofa?", True),
    ("Are there no mugs on the table?", False),
    ("Is there nothing on the sofa?", True),
    ("Is there nothing in the bin?", False),
    ("Is anything in the bin?", True),
    ("Is no chair red?", False),
    ("Are no chairs green?", True),
    ("Are any chairs red?", True),
    ("Do any of the chairs have a mug on them?", False),
    ("Is everything on the table white?", False),
    ("Are giraffes visible?", False),
    ("Is the bin empty?", False),
    ("Is the sofa empty?", True),
    ("Is the table empty?", False),
    ("Is the bin next to the sofa or empty?", "neither"),
    ("How many chairs have nothing on them?", 2),
    ("Is there a table without a mug on it?", False),
    ("Is there a table with no lamp on it?", True),
    ("What is on the table besides the laptop?", ["mug#3", "mug#4"]),
    ("How many things other than mugs are on the table?", 1),
    ("Are there exactly two mugs?", True),
    ("Are there more than two mugs?", False),
    ("Are there at least three mugs on the table?", False),
    ("Are there at most two chairs?", True),
    ("Is there only one sofa?", True),
    ("Is anyone on the sofa?", False),
    ("Who is on the sofa?", []),
    ("Are the mugs the same color?", False),
    ("Do the two mugs have different colors?", True),
    ("Which piece of furniture is the laptop on?", ["table#0"]),
    ("What color is the thing the ball is in?", "black"),
    ("What color are the chairs?", "red and blue"),
    ("How many chairs does the room have?", 2),
]
POLITE = [
    ("Can you tell me how many mugs are on the table?", 2),
    ("Could you please tell me what color the sofa is?", "green"),
    ("Do you know if there is a mug on the table?", True),
    ("Is it true that the laptop is on the table?", True),
    ("The laptop is on the table, isn't it?", True),
    ("The laptop isn't on the table, is it?", None),
    ("Please find the white cup on the table.", "mug#3"),
    ("Bring me the orange ball!", "ball#9"),
    ("List the red things.", ["chair#1", "mug#4"]),
    ("How many things are there in total?", 10),
]


@pytest.mark.parametrize(("question", "answer"), [*JOINED, *CHOICES, *DENIED, *POLITE])
def test_answers_of_other_forms(home, question, answer):
    if answer is None:
        with pytest.raises(QueryError, match="not understood"):
            ask(home, question)
        return
    same(ask(home, question), answer)


@pytest.mark.parametrize(
    ("question", "value", "unit"),
    [
        ("How far apart are the two mugs from each other?", 0.7, "m"),
        ("How far apart are the chairs in feet?", 2.0 / FOOT, "ft"),
        ("How many inches apart are the mugs?", 0.7 / INCH, "in"),
        ("How many yards are there between the table and the red chair?", 0.25 / YARD, "yd"),
        ("How many centimetres tall is the lamp?", 160.0, "cm"),
        ("What's the distance in mm between the table and the sofa?", 1650.0, "mm"),
        ("How wide is the sofa in feet?", 2.0 / FOOT, "ft"),
        ("How much taller is the lamp than the sofa?", 0.8, "m"),
        ("How much shorter is the sofa than the lamp in cm?", 80.0, "cm"),
        ("How much space is there between the table and the sofa?", 1.65, "m"),
    ],
)
def test_lengths_have_the_unit_that_was_asked_for(home, question, value, unit):
    found = ask(home, question)
    assert found.unit == unit
    assert found.value == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is the lamp more than 2 meters away from the bin?", True),
        ("Is the laptop within 50cm of the white mug?", True),
        ("Is the sofa within 1.6 m of the table?", False),
        ("Is the sofa within 1.7 m of the table?", True),
        ("Are the chairs more than 3 m apart?", False),
        ("Is the gap between the red chair and the table smaller than half a metre?", True),
        ("How many chairs are within a foot of the table?", 1),
        ("How many things are more than 1.64 m away from the table?", 3),
        ("Is the lamp taller than 1.5 m?", True),
        ("Is the table wider than the sofa?", False),
        ("Is the laptop higher than the table?", True),
        ("Is there enough room between the red chair and the table for a 40 cm robot?", False),
        ("Could I put a 30 cm wide box between the table and the blue chair?", True),
        ("Does a 20 cm wide box fit between the red chair and the table?", True),
    ],
)
def test_lengths_are_compared(home, question, answer):
    same(ask(home, question), answer)


@pytest.mark.parametrize(
    "question",
    [
        "From the table's point of view, what is to the left?",
        "How many mugs are left of the laptop from the table's point of view?",
    ],
)
def test_nothing_is_not_said_where_nothing_can_be_told(home, question):
    found = ask(home, question)
    assert (found.value, found.confidence) == (None, 0.0)
    assert found.note == "undefined, because the table's front is not known"


def test_without_metres_lengths_are_not_compared_with_them(home):
    relative = replace(home, scale="relative")
    assert ask(relative, "How far apart are the chairs?").unit == "scene units"
    for question in ("How far apart are the chairs in feet?", "Is the lamp taller than 1.5 m?"):
        found = ask(relative, question)
        assert found.value is None
        assert found.note.startswith("undefined, because")
    counted = ask(relative, "How many mugs are within 1 m of the laptop?")
    assert (counted.value, counted.confidence) == (None, 0.0)
    assert counted.note.startswith("undefined, because")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("From the red chair's point of view, is the sofa on the left?", True),
        ("From the red chair's point of view, is the sofa on the right?", False),
        ("If I sit on the sofa, is the red chair to my right?", True),
        ("If you are sitting on the sofa, which chair is on your left?", ["chair#2"]),
        ("From the sofa's perspective, is the blue chair on the left or on the right?", "on the left"),
        ("As seen from the sofa, is the lamp left of the bin?", True),
        ("Standing at the lamp and looking at the bin, is the table on my left?", True),
        ("I am standing by the bin facing the lamp. Is the table on my left?", False),
        ("I am standing by the bin facing the lamp. Is the table in front of me?", True),
    ],
)
def test_outlooks(home, question, answer):
    same(ask(home, question), answer)


def test_an_outlook_turns_with_what_is_looked_at():
    """Something at each hour around a pole; whoever looks at one has the next three hours to the right."""
    hours = {hour: (np.sin(hour * np.pi / 6), np.cos(hour * np.pi / 6)) for hour in range(12)}
    colors = ("red", "green", "blue", "white", "black", "grey", "pink", "brown", "orange", "yellow", "purple", "beige")
    things = [box("ball", 3 * x, 3 * y, color=colors[hour]) for hour, (x, y) in hours.items()]
    scene = room(*things, box("pole", 0, 0))
    for hour in range(12):
        asked = f"Standing at the pole and facing the {colors[hour]} ball, is the {{}} ball on my {{}}?"
        assert ask(scene, asked.format(colors[(hour + 3) % 12], "right")).value is True
        assert ask(scene, asked.format(colors[(hour + 3) % 12], "left")).value is False
        assert ask(scene, asked.format(colors[(hour - 2) % 12], "left")).value is True


def test_what_has_no_front_has_no_sides(home):
    found = ask(home, "From the lamp's point of view, is the table on the left?")
    assert found.value is None
    assert "front" in found.note


def test_distances_from_the_camera(home):
    seen = sg3.relate([thing_row(thing) for thing in home.objects], Camera(500.0, 500.0, 320.0, 240.0, 640, 480))
    assert ask(seen, "Is the table closer to the camera than the sofa?").value is True
    assert ask(seen, "Is the table within 2 m of the camera?").value is False
    assert ask(seen, "How many things are within 5 m of me?").value == sum(
        ask(seen, f"How far is {name}?").value <= 5
        for name in ("the table", "the red chair", "the blue chair", "the white mug", "the red mug", "the laptop")
    ) + sum(ask(seen, f"How far is {name}?").value <= 5 for name in ("the lamp", "the sofa", "the bin", "the ball"))


def thing_row(thing):
    names = ("label", "center_m", "size_m", "yaw_rad", "attributes", "front_known")
    return {name: getattr(thing, name) for name in names}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("which chiar is red", "did you mean 'chair'"),
        ("How many meters are on the table?", "not understood: 'meters"),
        ("How many things are left of both mugs?", "not understood"),
        ("Are all the giraffes red?", "expected one object, got none"),
        ("Is there enough room between the table and the sofa?", "not understood"),
        ("Is there a mug on the table and what is left of it?", "not understood"),
        ("What is the meaning of life?", "not understood"),
        ("How far apart are the two things?", "expected two, got ten"),
        ("How far apart are the things?", "expected two objects, got ten"),
    ],
)
def test_what_is_refused_says_why(home, question, said):
    with pytest.raises(QueryError, match=said):
        ask(home, question)
