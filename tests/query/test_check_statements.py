"""What a person may say of a room: true, false or not to be told, as its boxes have it by the test's own arithmetic."""

import numpy as np
import pytest

from scenegraph3d.query.check import check
from scenegraph3d.relate import relate
from tests.relate.scenes import camera_at

EYE = np.array([0.0, -5.0, 1.5])
# label, colour, material, centre on the ground, size, what it stands on
THINGS = {
    "big table": ("table", "brown", "wood", (0.0, 0.0), (1.8, 1.0, 0.7), None),
    "low table": ("table", "white", "metal", (3.0, 1.0), (1.0, 1.0, 0.5), None),
    "desk": ("desk", "grey", "metal", (-3.0, 3.5), (1.2, 0.6, 0.75), None),
    "sofa": ("sofa", "red", "leather", (-3.0, 0.5), (1.6, 0.8, 0.8), None),
    "red mug": ("mug", "red", "plastic", (-0.6, 0.0), (0.1, 0.1, 0.1), "big table"),
    "blue mug": ("mug", "blue", "plastic", (0.0, 0.0), (0.1, 0.1, 0.14), "big table"),
    "far mug": ("mug", "red", "metal", (2.8, 1.0), (0.1, 0.1, 0.1), "low table"),
    "lamp": ("lamp", "yellow", "metal", (3.2, 1.1), (0.2, 0.2, 0.5), "low table"),
    "ball": ("ball", "green", "plastic", (0.6, 0.0), (0.2, 0.2, 0.2), "big table"),
    "red box": ("box", "red", "paper", (1.5, -2.0), (0.5, 0.5, 0.5), None),
    "blue box": ("box", "blue", "paper", (1.5, 3.0), (0.3, 0.3, 0.3), None),
    "plant": ("plant", None, None, (-1.5, 3.0), (0.4, 0.4, 1.2), None),
}


def bottom(name):
    under = THINGS[name][5]
    return 0.0 if under is None else bottom(under) + THINGS[under][4][2]


def center(name):
    _, _, _, (x, y), size, _ = THINGS[name]
    return np.array([x, y, bottom(name) + size[2] / 2])


def all_of(label, **asked):
    """Names of the things with a label, a colour, a material, or what they stand on."""
    place = {"color": 1, "material": 2, "on": 5}
    return [
        name
        for name, row in THINGS.items()
        if label in (row[0], "thing") and all(row[place[key]] == value for key, value in asked.items())
    ]


def left(a, b):
    return center(a)[0] < center(b)[0]


def behind(a, b):
    return center(a)[1] > center(b)[1]


def away(name):
    return float(np.linalg.norm(center(name) - EYE))


def volume(name):
    return float(np.prod(THINGS[name][4]))


def height(name):
    return THINGS[name][4][2]


TABLES, MUGS, BOXES = all_of("table"), all_of("mug"), all_of("box")
UPON = all_of("thing", on="big table")
COUNTED = {
    "There are three mugs.": len(MUGS) >= 3,
    "There are four mugs.": len(MUGS) >= 4,
    "There are exactly two mugs.": len(MUGS) == 2,
    "There are exactly three mugs.": len(MUGS) == 3,
    "There is only one sofa.": len(all_of("sofa")) == 1,
    "There is only one mug.": len(MUGS) == 1,
    "There are at least two mugs.": len(MUGS) >= 2,
    "There are more than three mugs.": len(MUGS) > 3,
    "There are more than two mugs.": len(MUGS) > 2,
    "There are fewer than three mugs.": len(MUGS) < 3,
    "There are at most three mugs.": len(MUGS) <= 3,
    "Exactly two mugs are on the brown table.": len(all_of("mug", on="big table")) == 2,
    "Exactly one mug is on the brown table.": len(all_of("mug", on="big table")) == 1,
    "Only one mug is on the white table.": len(all_of("mug", on="low table")) == 1,
    "Three things are on the brown table.": len(UPON) >= 3,
    "Four things are on the brown table.": len(UPON) >= 4,
    "Just one mug is blue.": len(all_of("mug", color="blue")) == 1,
    "Exactly one mug is red.": len(all_of("mug", color="red")) == 1,
    "Two mugs are red.": len(all_of("mug", color="red")) >= 2,
    "There are two tables.": len(TABLES) >= 2,
    "There are no lamps.": not all_of("lamp"),
    "There isn't a dog.": not all_of("dog"),
    "There isn't a lamp.": not all_of("lamp"),
    "There aren't any lamps.": not all_of("lamp"),
}
QUANTIFIED = {
    "Every mug is on the brown table.": set(MUGS) <= set(UPON),
    "All the mugs are on the brown table.": set(MUGS) <= set(UPON),
    "The mugs are on the brown table.": set(MUGS) <= set(UPON),
    "Every mug is red.": len(all_of("mug", color="red")) == len(MUGS),
    "Every red mug is red.": True,
    "Every table is behind the red box.": all(behind(one, "red box") for one in TABLES),
    "Every box is behind the sofa.": all(behind(one, "sofa") for one in BOXES),
    "Both boxes are red.": all(THINGS[one][1] == "red" for one in BOXES),
    "No mug is on the sofa.": not set(MUGS) & set(all_of("thing", on="sofa")),
    "No mug is on the white table.": not set(MUGS) & set(all_of("thing", on="low table")),
    "No lamp is on the desk.": not all_of("lamp", on="desk"),
    "Nothing is on the sofa.": not all_of("thing", on="sofa"),
    "Nothing is on the brown table.": not UPON,
    "Something is on the white table.": bool(all_of("thing", on="low table")),
    "Nobody sits on the sofa.": True,
    "One of the mugs is blue.": bool(all_of("mug", color="blue")),
    "There are three mugs, one on the white table and one on the brown table.": True,
    "The only lamp is yellow.": len(all_of("lamp")) == 1 and THINGS["lamp"][1] == "yellow",
    "The only mug is blue.": len(MUGS) == 1,
}
PLACED = {
    "The green ball is on the brown table.": "ball" in UPON,
    "The green ball is on the white table.": "ball" in all_of("thing", on="low table"),
    "The ball is not on the white table.": "ball" not in all_of("thing", on="low table"),
    "The ball is not on the brown table.": "ball" not in UPON,
    "A table with a lamp on it is white.": THINGS["low table"][1] == "white",
    "The table has a lamp on it.": True,
    "The desk has a lamp on it.": bool(all_of("lamp", on="desk")),
    "The blue mug is between the red mug and the ball.": left("red mug", "blue mug") and left("blue mug", "ball"),
    "The sofa is to the left of the red box.": left("sofa", "red box"),
    "The sofa is to the right of the red box.": left("red box", "sofa"),
    "The plant is behind the sofa and the sofa is red.": behind("plant", "sofa") and THINGS["sofa"][1] == "red",
    "There is a red sofa. It is made of leather.": THINGS["sofa"][2] == "leather",
    "There is a red sofa. It is made of wood.": THINGS["sofa"][2] == "wood",
    "There is a red sofa. A plant is behind it.": behind("plant", "sofa"),
    "There is a red sofa. A plant is in front of it.": behind("sofa", "plant"),
    "A cat is on the sofa.": bool(all_of("cat")),
}
LIKE = {
    "The ball is not red.": THINGS["ball"][1] != "red",
    "The ball isn't green.": THINGS["ball"][1] != "green",
    "There is a ball that is not red.": THINGS["ball"][1] != "red",
    "The boxes are red and blue.": {THINGS[one][1] for one in BOXES} == {"red", "blue"},
    "The largest box is red.": THINGS[max(BOXES, key=volume)][1] == "red",
    "The largest box is blue.": THINGS[max(BOXES, key=volume)][1] == "blue",
    "The smallest box is blue.": THINGS[min(BOXES, key=volume)][1] == "blue",
    "The tallest thing is the plant.": max(THINGS, key=height) == "plant",
    "The sofa is the tallest thing.": max(THINGS, key=height) == "sofa",
    "The nearest box is red.": THINGS[min(BOXES, key=away)][1] == "red",
    "The farthest box is red.": THINGS[max(BOXES, key=away)][1] == "red",
    "The tallest thing on the white table is yellow.": THINGS[max(all_of("thing", on="low table"), key=height)][1]
    == "yellow",
    "The red box is closer to the camera than the sofa.": away("red box") < away("sofa"),
    "The plant is closer to the camera than the sofa.": away("plant") < away("sofa"),
    "The plant is farther away than the sofa.": away("plant") > away("sofa"),
    "The sofa is bigger than the red box.": volume("sofa") > volume("red box"),
    "The ball is bigger than the red box.": volume("ball") > volume("red box"),
}
UNTOLD = (
    *("The plant is green.", "The plant is healthy.", "The sofa is comfortable.", "The ball is on the floor."),
    "The sofa stands against the wall.",
)


@pytest.fixture(scope="module")
def scene():
    rows = []
    for name, (label, color, material, _, size, _) in THINGS.items():
        attributes = {"color": color, "material": material} if color else {}
        rows.append({"label": label, "center_m": center(name), "size_m": size, "attributes": attributes})
    return relate(rows, camera_at(EYE))


@pytest.mark.parametrize(("text", "gold"), [*(COUNTED | QUANTIFIED | PLACED | LIKE).items()])
def test_statements_that_the_boxes_decide(scene, text, gold):
    found = check(scene, text)
    assert found.truth is bool(gold), [str(one) for one in found.statements]


@pytest.mark.parametrize("text", UNTOLD)
def test_what_the_scene_does_not_know_cannot_be_told(scene, text):
    found = check(scene, text)
    assert found.truth is None, [str(one) for one in found.statements]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The glorp is on the table.", "glorp"),
        ("A wugling and a mug.", "wugling"),
        ("The lamp shows three o'clock.", "o'clock"),
        ("The mug, which it is not, however, blicketed.", "not"),
        ("椅子は机の左にある", "椅子は机の左にある"),
    ],
)
def test_what_is_not_understood_is_said_and_neither_true_nor_false(scene, text, words):
    found = check(scene, text)
    assert found.truth is None
    assert any(words in f"{one.text} {one.reason}" and "understood" in one.reason for one in found.statements)


def test_what_is_as_good_as_equal_is_not_the_largest():
    rows = [
        {"label": "box", "center_m": [x, 0, 0.5], "size_m": [1, 1, size], "attributes": {"color": color}}
        for x, size, color in ((-2, 1.0, "red"), (2, 1.01, "blue"))
    ]
    for text in ("The largest box is red.", "The largest box is blue."):
        assert check(relate(rows), text).truth is None


def test_without_a_camera_nothing_is_closer_to_it():
    rows = [{"label": label, "center_m": [0, y, 0.5], "size_m": [1, 1, 1]} for label, y in (("box", 1), ("sofa", 5))]
    assert check(relate(rows), "The box is closer to the camera than the sofa.").truth is None
