"""Whatever the labels of a scene are, what is said of them reads back as said of them."""

import itertools
import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.language import parse
from scenegraph3d.language.describe import describe, sentences
from scenegraph3d.language.lexicon import default_lexicon
from scenegraph3d.language.spoken import spoken
from scenegraph3d.query.check import check
from scenegraph3d.relate import relate
from tests.relate.scenes import camera_at, seeds

COCO = tuple(json.loads((files("scenegraph3d.detect") / "coco80.json").read_text(encoding="utf-8")))
AWKWARD = (
    *("can", "watch", "orange", "scissors", "glasses", "iron", "saw", "light", "left luggage", "back", "front door"),
    *("top hat", "side table", "bottom bunk", "no parking sign", "first aid kit", "7-up", "TV/monitor", "dice"),
    *("coca-cola bottle", "café table", "crème brûlée", "椅子", "стол", "man's hat", "women", "standing lamp", "skis"),
    *("20 dollar bill", "chest of drawers", "cup and saucer", "chair_01", "man in suit", "red cup", "wooden chair"),
    *(
        "cup (large)",
        "mouse_(computer_equipment)",
        "C++ book",
        "closed door",
        "a",
        "on",
        "is",
        "it",
        "one",
        "left",
        "!!!",
    ),
    *("Salt and pepper shakers", "underdrawers", "baked goods", "clothes drying rack", "blinder", "sunglasses"),
)
OF_ONE_KIND = (
    *(("bear", "teddy bear"), ("dog", "hot dog"), ("book", "books"), ("door", "front door"), ("glass", "wine glass")),
    *(("floor", "dance floor"), ("cup", "red cup"), ("person", "people"), ("table", "dining table", "coffee table")),
)


def scene_of(labels, seed=0):
    """Boxes that stand about, each third on the one before."""
    rng = np.random.default_rng(seed)
    rows = []
    for i, label in enumerate(labels):
        size = rng.uniform(0.2, 0.6, 3)
        center = [*rng.uniform(-2, 2, 2), size[2] / 2]
        if i % 3 == 2:
            below = rows[-1]
            size = 0.3 * below["size_m"]
            center = [*below["center_m"][:2], below["center_m"][2] + (below["size_m"][2] + size[2]) / 2]
        color = {"color": str(rng.choice(["red", "blue"]))} if rng.random() < 0.5 else {}
        rows.append({"label": label, "center_m": np.array(center), "size_m": size, "attributes": color})
    return relate(rows, camera_at([0, -5, 1.5]))


def read_back(scene):
    """Each text reads as it claims, holds in the scene, and speaks of no more things than there are."""
    for said in (describe(scene), sentences(scene)):
        read = parse(said.text)
        assert read.triples == list(said.triples), said.text
        assert len(read.objects) <= len(scene.objects), said.text
        found = check(scene, said.text)
        assert found.truth is True, (said.text, [str(one) for one in found.statements if not one.truth])


@pytest.mark.parametrize("label", AWKWARD)
def test_things_with_any_label_are_told_so_that_it_reads_back(label):
    read_back(scene_of([label, "desk", label], 1))


@pytest.mark.parametrize("labels", OF_ONE_KIND)
def test_a_name_that_ends_like_another_one_is_not_taken_for_it(labels):
    for order in (labels, labels[::-1]):
        read_back(scene_of([*order, *order], 3))


@given(st.lists(st.sampled_from([*AWKWARD, *itertools.chain(*OF_ONE_KIND), *COCO]), min_size=2, max_size=6), seeds)
@settings(max_examples=8)
def test_any_labels_beside_each_other(labels, seed):
    read_back(scene_of(labels, seed))


@pytest.mark.parametrize("label", [*AWKWARD, *COCO])
def test_the_name_of_a_label_names_it(label):
    name = spoken(label)
    assert default_lexicon().names(" ".join([*name.words, name.noun]), label)


@pytest.mark.parametrize("label", COCO)
def test_names_in_plain_english_are_said_as_they_are(label):
    name = spoken(label)
    assert " ".join([*name.words, name.said]) == label


@given(st.text(min_size=1, max_size=20))
@settings(max_examples=15)
def test_any_text_is_a_label(label):
    read = parse(f"The {' '.join([*spoken(label).words, spoken(label).said])} is on a desk.")
    assert (read.objects[0].noun, read.objects[0].attributes) == (spoken(label).noun, spoken(label).words)


@pytest.mark.parametrize("word", ["bamboo", "rattan", "on", "the"])
def test_no_word_is_said_before_a_name_that_would_not_read_as_an_attribute(word):
    rows = [{"label": "chair", "center_m": [0, 0, 0.5], "size_m": [1, 1, 1], "attributes": {"material": word}}]
    (thing,) = parse(describe(relate(rows)).text).objects
    assert (thing.noun, thing.attributes) in (("chair", ()), ("chair", (word,)))
