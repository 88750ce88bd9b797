"""CLEVR: programs written by hand for its questions give the answers of its file."""

import json

from scenegraph3d.io.clevr import scene_from_clevr
from scenegraph3d.query.execute import execute
from tests.io.scenes import sample

ATTRIBUTES = {
    "large": "size",
    "small": "size",
    "metal": "material",
    "rubber": "material",
    "brown": "color",
}


def things(*words):
    """The set that some words describe: the last may be a shape, the others are attributes."""
    program = "scene()"
    for word in words:
        key = ATTRIBUTES.get(word)
        if key == "size":
            program = f'size({program}, "{word}")'
        elif key:
            program = f'attribute({program}, "{key}", "{word}")'
        else:
            program = f'label({program}, "{word}")'
    return program


def same(key, *words):
    return f'count(same(scene(), "{key}", unique({things(*words)})))'


PROGRAMS = {
    "What number of cylinders are there?": f"count({things('cylinder')})",
    "How many cubes are there?": f"count({things('cube')})",
    "What number of large metal things are there?": f"count({things('large', 'metal', 'thing')})",
    "There is a large cylinder; how many large things are behind it?": (
        f'count(relate({things("large")}, "behind", unique({things("large", "cylinder")})))'
    ),
    "What number of small cylinders are left the small rubber cylinder?": (
        f'count(relate({things("small", "cylinder")}, "left_of", unique({things("small", "rubber", "cylinder")})))'
    ),
    "There is a metal sphere; are there any spheres right it?": (
        f'exist(relate({things("sphere")}, "right_of", unique({things("metal", "sphere")})))'
    ),
    "What number of other things are the same size as the cube?": same("size", "cube"),
    "How many other objects are there of the same size as the brown thing?": same("size", "brown"),
    "What number of other things are there of the same color as the metal sphere?": same("color", "metal", "sphere"),
    "How many things are either small things or large things?": f"count(union({things('small')}, {things('large')}))",
    "What number of objects are either small metal things or rubber things?": (
        f"count(union({things('small', 'metal')}, {things('rubber')}))"
    ),
    "What number of small things are metal things or metal cubes?": (
        f"count(intersect({things('small')}, union({things('metal')}, {things('metal', 'cube')})))"
    ),
    "Are there fewer rubber things than cubes?": f"less(count({things('rubber')}), count({things('cube')}))",
    "Is the number of rubber things less than the number of small metal things?": (
        f"less(count({things('rubber')}), count({things('small', 'metal')}))"
    ),
    "Is the number of cylinders less than the number of brown things?": (
        f"less(count({things('cylinder')}), count({things('brown')}))"
    ),
}


def test_all_questions_of_the_file_are_answered_as_it_says():
    document = json.loads(sample("clevr", "questions.json").read_text())
    scenes = {row["image_filename"]: scene_from_clevr(row) for row in document["scenes"]}
    assert {row["question"] for row in document["questions"]} == set(PROGRAMS)
    for row in document["questions"]:
        answers = [execute(PROGRAMS[row["question"]], scenes[name]).value for name in row["image_filenames"]]
        assert answers == row["answers"], row["question"]
