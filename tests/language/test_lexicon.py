"""The lexicon: which nouns name which labels, what adjectives are about, and lexicons of the user's own."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenegraph3d.language
from scenegraph3d.errors import SchemaError
from scenegraph3d.language.lexicon import default_lexicon

LEXICON = default_lexicon()
FILE = json.loads(Path(scenegraph3d.language.__file__).with_name("lexicon.json").read_text())
COCO = """person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag,
tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard,
tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot,
hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse, remote, keyboard,
cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, hair drier,
toothbrush""".replace("\n", " ").split(", ")
ROOMS = """table, desk, chair, stool, sofa, bed, shelf, cabinet, lamp, plant, bin, tv, mug, bowl, bottle, vase, plate,
can, teapot, candle, apple, book, laptop, ball, box, clock, toy car, speaker""".replace("\n", " ").split(", ")

NAMED = {
    "sofa": ["sofa", "Couch", "settees", "seat", "furniture", "thing", "object", "items"],
    "couch": ["sofa", "settee", "furniture"],
    "coffee_table": ["table", "coffee table", "coffee-tables", "CoffeeTable", "furniture"],
    "diningtable": ["table", "dining table", "furniture"],
    "Dining Chair.003": ["chair", "chairs", "seat"],
    "leather office chair": ["chair", "office chair", "desk chair", "furniture"],
    "night_stand": ["nightstand", "bedside table", "furniture"],
    "tablelamp": ["lamp", "table lamp"],
    "table lamp": ["lamp", "light"],
    "tv stand": ["furniture", "stand"],
    "cup of coffee": ["cup", "container"],
    "mug (cup)": ["mug", "cup", "container"],
    "Cabinet/shelf": ["cabinet", "shelf", "cupboard"],
    "men": ["man", "person", "people"],
    "person": ["people", "persons", "human being"],
    "mice": ["mouse", "animal"],
    "hot dog": ["hot dog", "hotdogs", "food"],
    "teddy bear": ["bear", "toy", "stuffed animal"],
    "toy car": ["car", "toy"],
    "pickup": ["truck", "car", "vehicle"],
    "glasses": ["glasses", "eyeglasses", "accessory"],
    "scissors": ["scissors", "tool"],
    "cube": ["block", "cubes", "thing"],
    "ball": ["sphere", "toy"],
    "sphere": ["ball", "balls"],
    "rat": ["animal", "mammal"],
    "fridge": ["refrigerator", "appliance"],
    "mango": ["fruit", "food"],
    "zzyzx": ["zzyzx", "thing"],
    "蓝色椅子": ["蓝色椅子", "object"],
}
NOT_NAMED = {
    "table lamp": ["table", "furniture leg", "chair"],
    "tv stand": ["tv", "electronics"],
    "hot dog": ["dog", "animal", "pet"],
    "fire hydrant": ["fire"],
    "teddy bear": ["animal", "mammal"],
    "toy car": ["vehicle"],
    "computer mouse": ["animal", "computer"],
    "person": ["man", "woman", "animal"],
    "furniture": ["table"],
    "chair": ["table", "chairman", "armchair", ""],
    "carpet": ["pet", "car"],
    "blackboard": ["animal"],
    "seahorse": ["horse"],
    "zzyzx": ["furniture"],
    "cup": ["mug"],
}


@pytest.mark.parametrize(("label", "noun"), [(label, noun) for label, nouns in NAMED.items() for noun in nouns])
def test_names(label, noun):
    assert LEXICON.names(noun, label)


@pytest.mark.parametrize(("label", "noun"), [(label, noun) for label, nouns in NOT_NAMED.items() for noun in nouns])
def test_does_not_name(label, noun):
    assert not LEXICON.names(noun, label)


def test_every_class_of_coco_is_known_and_of_some_kind():
    assert len(COCO) == 80
    assert [label for label in COCO if not any(LEXICON.names(kind, label) for kind in FILE["kinds"])] == []
    assert all(LEXICON.knows(label) for label in COCO)


def test_the_things_of_a_room_are_known():
    assert [label for label in ROOMS if not LEXICON.knows(label)] == []


ENTRIES = sorted({word for kind, words in FILE["kinds"].items() for word in (kind, *words)})


def kinds_above(word):
    """What the file says that a word is a kind of, by going through the whole file again and again."""
    found = {word}
    while True:
        more = {kind for kind, words in FILE["kinds"].items() if found & set(words)} - found
        if not more:
            return found
        found |= more


@settings(max_examples=50)
@given(st.sampled_from(ENTRIES))
def test_what_the_file_says_of_kinds_holds(word):
    assert [kind for kind in kinds_above(word) if not LEXICON.names(kind, word)] == []


@given(st.sampled_from(ENTRIES), st.sampled_from(ENTRIES), st.sampled_from([" ", "_", "-", "", "  "]), st.booleans())
def test_case_and_separators_make_no_difference(noun, label, separator, upper):
    def written(text):
        return (text.upper() if upper else text.title()).replace(" ", separator)

    assert LEXICON.names(written(noun), written(label)) == LEXICON.names(noun, label)


@given(st.sampled_from([w for w in ENTRIES if w[-1] not in "shxyzef"]), st.sampled_from(ENTRIES))
def test_a_regular_plural_names_what_its_singular_names(noun, label):
    if LEXICON.names(noun, label):
        assert LEXICON.names(noun + "s", label)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_an_answer(noun, label):
    assert LEXICON.names(noun, label) in (True, False)
    assert LEXICON.kind_of(noun) in (None, "color", "material", "size", "shape")


@pytest.mark.parametrize(
    ("word", "kind", "normal"),
    [
        ("gray", "color", "grey"),
        ("Red", "color", "red"),
        ("dark red", "color", "red"),
        ("bluish-grey", "color", "grey"),
        ("wooden", "material", "wood"),
        ("metallic", "material", "metal"),
        ("shiny", "material", "metal"),
        ("matte", "material", "rubber"),
        ("stainless steel", "material", "metal"),
        ("big", "size", "large"),
        ("tiny", "size", "small"),
        ("round", "shape", "round"),
        ("cylindrical", "shape", "cylindrical"),
        ("happy", None, "happy"),
        ("Left-Handed", None, "left handed"),
        ("", None, ""),
    ],
)
def test_adjectives(word, kind, normal):
    assert (LEXICON.kind_of(word), LEXICON.normal(word)) == (kind, normal)


def test_a_lexicon_is_extended_by_a_mapping_and_by_a_file(tmp_path):
    more = {
        "kinds": {"gripper": ["two-finger gripper"], "tool": ["gripper"]},
        "synonyms": {"sofa": ["chesterfield"]},
        "not_heads": ["kitchen bear"],
        "anything": ["gizmo"],
        "attributes": {"material": {"metal": ["titanium"]}, "color": {"chartreuse": []}},
    }
    path = tmp_path / "more.json"
    path.write_text(json.dumps(more))
    for mine in (LEXICON.extended(more), LEXICON.extended(path), LEXICON.extended(str(path))):
        assert mine.names("tool", "two-finger grippers")
        assert mine.names("settee", "chesterfield")
        assert mine.names("furniture", "chesterfield")
        assert not mine.names("bear", "kitchen bear")
        assert mine.names("gizmo", "cup")
        assert mine.normal("titanium") == "metal"
        assert mine.kind_of("chartreuse") == "color"
        assert mine.names("fridge", "refrigerator")
    assert not LEXICON.names("tool", "two-finger gripper")
    assert LEXICON.names("bear", "kitchen bear")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"nouns": {}}, "no such field"),
        ({"kinds": ["chair"]}, "lexicon.kinds"),
        ({"kinds": {"chair": "stool"}}, "lexicon.kinds.chair"),
        ({"kinds": {"chair": ["stool", 3]}}, "lexicon.kinds.chair[1]"),
        ({"kinds": {"chair": ["!!"]}}, "lexicon.kinds.chair[0]"),
        ({"kinds": {"chair": ["furniture"]}}, "no kind of themselves"),
        ({"kinds": {"gizmo": ["gizmo"]}}, "gizmo < gizmo"),
        ({"attributes": {"colour": {"red": []}}}, "did you mean 'color'"),
        ({"attributes": {"color": {"blue": ["red"]}}}, "one meaning of 'red'"),
        ({"not_heads": "hot dog"}, "lexicon.not_heads"),
    ],
)
def test_a_wrong_extension_is_refused_in_one_line(more, said):
    with pytest.raises(SchemaError) as error:
        LEXICON.extended(more)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_broken_file_is_refused(tmp_path):
    path = tmp_path / "more.json"
    path.write_text('{"kinds": {"a": ["b"], "a": []}}')
    with pytest.raises(SchemaError, match="twice"):
        LEXICON.extended(path)
    with pytest.raises(SchemaError, match="can be read"):
        LEXICON.extended(tmp_path / "none.json")


def test_a_thousand_labels_that_were_seen_before_take_little_time():
    labels = [f"{word} {i}" for i in range(2) for word in ENTRIES[:500]]
    first = [LEXICON.names("furniture", label) for label in labels]
    start = time.process_time()
    again = [LEXICON.names("furniture", label) for label in labels]
    assert time.process_time() - start < 0.05
    assert again == first
