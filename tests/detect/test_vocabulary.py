"""Labels of published models and what they mean here."""

import numpy as np
import pytest

from scenegraph3d.detect.vocabulary import INDOOR, MEANINGS, OUTDOOR, meaning, with_surfaces
from scenegraph3d.lift import COMMON_SIZES
from scenegraph3d.types import Detections

# The stuff classes of COCO panoptic, as its annotations spell them.
COCO_THINGS = {
    "banner": "banner",
    "blanket": "blanket",
    "cardboard": "cardboard",
    "counter": "counter",
    "curtain": "curtain",
    "door-stuff": "door",
    "flower": "flower",
    "fruit": "fruit",
    "light": "light",
    "mirror-stuff": "mirror",
    "net": "net",
    "pillow": "pillow",
    "shelf": "shelf",
    "tent": "tent",
    "towel": "towel",
    "window-blind": "blind",
    "window-other": "window",
    "cabinet-merged": "cabinet",
    "table-merged": "table",
    "paper-merged": "paper",
    "food-other-merged": "food",
    "rock-merged": "rock",
}
COCO_SURFACES = {
    "bridge": "bridge",
    "floor-wood": "floor",
    "gravel": "gravel",
    "house": "building",
    "platform": "platform",
    "playingfield": "playing field",
    "railroad": "railway",
    "river": "water",
    "road": "road",
    "roof": "roof",
    "sand": "sand",
    "sea": "water",
    "snow": "snow",
    "stairs": "stairs",
    "wall-brick": "wall",
    "wall-stone": "wall",
    "wall-tile": "wall",
    "wall-wood": "wall",
    "water-other": "water",
    "tree-merged": "vegetation",
    "fence-merged": "fence",
    "ceiling-merged": "ceiling",
    "floor-other-merged": "floor",
    "pavement-merged": "pavement",
    "grass-merged": "grass",
    "dirt-merged": "ground",
    "building-other-merged": "building",
    "wall-other-merged": "wall",
    "rug-merged": "rug",
}
# Some of ADE20K's, as its two lists of 150 spell them.
ADE_SURFACES = {
    "wall": "wall",
    "building, edifice": "building",
    "floor, flooring": "floor",
    "road, route": "road",
    "sidewalk, pavement": "pavement",
    "earth, ground": "ground",
    "rug, carpet, carpeting": "rug",
    "stairs, steps": "stairs",
    "stairway, staircase": "stairs",
    "escalator, moving staircase, moving stairway": "stairs",
    "land, ground, soil": "ground",
    "fence, fencing": "fence",
    "railing, rail": "fence",
    "bridge, span": "bridge",
    "countertop": "countertop",
    "step, stair": "stairs",
    "hovel, hut, hutch, shack, shanty": "building",
}
ADE_THINGS = {
    "bed ": "bed",
    "windowpane, window ": "window",
    "person, individual, someone, somebody, mortal, soul": "person",
    "sofa, couch, lounge": "sofa",
    "curtain, drape, drapery, mantle, pall": "curtain",
    "chest of drawers, chest, bureau, dresser": "chest of drawers",
    "base, pedestal, stand": "pedestal",
    "case, display case, showcase, vitrine": "display case",
    "hood, exhaust hood": "exhaust hood",
    "plaything, toy": "toy",
    "glass, drinking glass": "glass",
    "tub": "bathtub",
    "washer, automatic washer, washing machine": "washing machine",
}
CITYSCAPES = {
    "road": ("road", "surface"),
    "sidewalk": ("pavement", "surface"),
    "building": ("building", "surface"),
    "wall": ("wall", "surface"),
    "fence": ("fence", "surface"),
    "pole": ("pole", "object"),
    "traffic light": ("traffic light", "object"),
    "vegetation": ("vegetation", "surface"),
    "terrain": ("ground", "surface"),
    "rider": ("rider", "object"),
    "sky": ("sky", "left out"),
}


def roles(table, role):
    return {name: (label, role) for name, label in table.items()}


PUBLISHED = (
    roles(COCO_THINGS | ADE_THINGS, "object")
    | roles(COCO_SURFACES | ADE_SURFACES, "surface")
    | CITYSCAPES
    | {"sky-other-merged": ("sky", "left out"), "mountain-merged": ("mountain", "left out")}
    | {"mountain, mount": ("mountain", "left out")}
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_labels_of_published_models(name):
    found = meaning(name)
    assert (found.label, found.role) == PUBLISHED[name]


@pytest.mark.parametrize(
    ("name", "label"),
    [("Floor", "floor"), ("table_top", "table top"), ("TableTop", "table top"), ("  dining   wall ", "dining wall")],
)
def test_spelling_makes_no_difference(name, label):
    assert meaning(name).label == label


@pytest.mark.parametrize("name", ["mug", "My Mug", "BMW_i3", "case", "rail", "half-other-half", "red mug on the left"])
def test_the_users_own_names_stay(name):
    assert meaning(name).label == name
    assert meaning(name).role == "object"


def test_our_names_mean_themselves():
    for name, found in MEANINGS.items():
        assert meaning(name) == found
        assert meaning(found.label).label == found.label
        assert meaning(found.label).role == found.role


def test_surfaces_are_marked_and_what_is_no_thing_goes():
    rows = [{"kind": "object"}, {}, {"material": "oak"}, {"score": 1}, {}]
    labels = ("wall", "sky-other-merged", "floor-wood", "sofa, couch, lounge", "wall-brick")
    boxes = np.arange(5)[:, None] + np.array([[0.0, 0, 10, 10]])
    found = with_surfaces(Detections(boxes, labels, mask=np.eye(5, dtype=bool)[:, None], attributes=rows))
    assert found.label == ("wall", "floor", "sofa", "wall")
    assert found.attributes == (
        {"kind": "object"},
        {"kind": "surface", "material": "oak"},
        {"score": 1},
        {"kind": "surface", "material": "brick"},
    )
    np.testing.assert_array_equal(found.xyxy_px, boxes[[0, 2, 3, 4]])
    np.testing.assert_array_equal(found.mask[:, 0], np.eye(5, dtype=bool)[[0, 2, 3, 4]])
    again = with_surfaces(found)
    assert (again.label, again.attributes) == (found.label, found.attributes)


def test_who_asks_for_a_carpet_finds_a_carpet():
    boxes = np.repeat([[0.0, 0, 10, 10]], 4, axis=0)
    labels = ("carpet", "doormat", "sky", "clouds")
    found = with_surfaces(Detections(boxes, labels), asked=("carpet", "sky", "mug"))
    assert found.label == ("carpet", "rug", "sky")
    assert found.attributes == ({"kind": "surface"}, {"kind": "surface"}, {})


def test_a_picture_of_the_sky_has_nothing():
    assert len(with_surfaces(Detections(np.array([[0.0, 0, 9, 9]]), ["sky"], mask=np.ones((1, 9, 9), bool)))) == 0
    assert len(with_surfaces(Detections([], []))) == 0


@pytest.mark.parametrize("words", [INDOOR, OUTDOOR])
def test_the_default_vocabularies_name_each_thing_once(words):
    assert 60 <= len(words) <= 90
    assert len(set(words)) == len(words)
    priors = [COMMON_SIZES.find(word) for word in words]
    known = [prior.name for prior in priors if prior is not None]
    assert len(set(known)) == len(known)  # no two words for one thing, as far as the table of sizes knows
    for word in words:
        assert word == word.lower()
        assert meaning(word).label == word
        assert meaning(word).role == "object"
