"""Attributes by image-text models: transformers' own scores, known answers, and nothing said that is not sure."""

import numpy as np
import pytest
import torch
import transformers as hf
from PIL import Image as Pillow

from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.refine import Refiner, refiner
from scenegraph3d.refine.crops import crops
from scenegraph3d.refine.describe import MATERIALS, Attribute, DescribeSettings, ZeroShotAttributes
from scenegraph3d.types import Detections, Image
from tests.refine import tiny_encoders

MAKERS = {"clip": tiny_encoders.clip, "siglip": tiny_encoders.siglip, "siglip2": tiny_encoders.siglip2}
OPTIONS = ("wood", "metal", "glass")
ASKED = {"material": Attribute(OPTIONS, "a photo of a {label} made of {option}.")}
PICTURE = Image(np.random.default_rng(1).integers(0, 256, (60, 80, 3)).astype(np.uint8))
BOXES = np.array([[2, 3, 30, 50], [35, 5, 78, 30], [10, 30, 70, 58]], dtype=float)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {name: make(tmp_path_factory.mktemp("encoders") / name) for name, make in MAKERS.items()}


@torch.no_grad()
def taught(folder, answers, label="cup"):
    """A model that has each text see exactly one picture: option k and the crop `answers[k]`."""
    model = ZeroShotAttributes(str(folder), "cpu", attributes=ASKED)
    network = model._pretrained.model
    seen = model._seen(answers)
    last = network.text_projection if hasattr(network, "text_projection") else network.text_model.head
    before = {}
    hook = last.register_forward_pre_hook(lambda _, inputs: before.update(hidden=inputs[0]))
    model._read("material", label)
    hook.remove()
    model._texts.clear()
    last.weight.copy_((torch.linalg.pinv(before["hidden"]) @ torch.tensor(seen)).T)
    if last.bias is not None:
        last.bias.zero_()
    network.logit_scale.fill_(np.log(50.0))
    return model


@pytest.mark.parametrize("name", MAKERS)
def test_scores_are_those_of_the_pipeline_of_transformers(folders, name):
    model = ZeroShotAttributes(str(folders[name]), "cpu", attributes=ASKED)
    peer = hf.pipeline("zero-shot-image-classification", model=str(folders[name]), device="cpu")
    detections = Detections(BOXES, ("cup", "door", "lamp"))
    for crop, label in zip(crops(PICTURE, detections), detections.label, strict=True):
        template = f"a photo of a {label} made of {{}}."
        found = peer(Pillow.fromarray(crop), candidate_labels=list(OPTIONS), hypothesis_template=template)
        expected = {row["label"]: row["score"] for row in found}
        assert model.scores(crop, "material", label) == pytest.approx(expected, abs=1e-6)
    assert len({round(score, 6) for score in expected.values()}) == 3


@pytest.mark.parametrize("name", MAKERS)
def test_the_answer_is_the_text_that_sees_the_picture(folders, name):
    detections = Detections(BOXES, ("cup",) * 3)
    model = taught(folders[name], crops(PICTURE, detections))
    found = model.refine(PICTURE, detections)
    assert [row["material"] for row in found.attributes] == list(OPTIONS)
    backwards = model.refine(PICTURE, detections.where(np.array([2, 0])))
    assert [row["material"] for row in backwards.attributes] == ["glass", "wood"]


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_not_sure_is_not_said(folders, name):
    """Of two texts that see the same picture neither is ahead."""
    detections = Detections(BOXES, ("cup",) * 3)
    first = crops(PICTURE, detections)[0]
    model = taught(folders[name], [first, first, crops(PICTURE, detections)[2]])
    found = model.refine(PICTURE, detections)
    assert "material" not in found.attributes[0]
    assert found.attributes[2] == {"material": "glass"}


def test_a_sigmoid_may_say_that_nothing_fits(folders):
    detections = Detections(BOXES[:1], ("cup",))
    model = taught(folders["siglip"], [crops(PICTURE, Detections(BOXES, ("cup",) * 3))[i] for i in range(3)])
    assert model.refine(PICTURE, detections).attributes[0] == {"material": "wood"}
    with torch.no_grad():
        model._pretrained.model.logit_bias.fill_(-100.0)
    assert model.refine(PICTURE, detections).attributes[0] == {}


def test_what_is_known_stays_and_what_makes_no_sense_is_not_asked(folders):
    boxes = np.repeat(BOXES[:1], 4, axis=0)
    rows = ({"material": "gold"}, {}, {"color": "red"}, {})
    detections = Detections(boxes, ("cup", "person", "cup", "door"), attributes=rows)
    asked = {
        "material": Attribute(OPTIONS, ASKED["material"].prompt, never=("person", "door")),
        "state": Attribute(("open", "closed"), only=("door",)),
    }
    always = DescribeSettings(min_share=0.0, min_odds=1.0, min_match=1e-9)
    model = ZeroShotAttributes(str(folders["clip"]), "cpu", attributes=asked, settings=always)
    found = model.refine(PICTURE, detections).attributes
    assert found[0] == {"material": "gold"}
    assert found[1] == {}
    assert found[2]["color"] == "red"
    assert found[2]["material"] in OPTIONS
    assert set(found[3]) == {"state"}
    assert rows == ({"material": "gold"}, {}, {"color": "red"}, {})


@pytest.mark.parametrize("name", MAKERS)
def test_a_batch_says_what_single_things_say(folders, name):
    detections = Detections(BOXES, ("cup", "door", "cup"))
    together = ZeroShotAttributes(str(folders[name]), "cpu", attributes=ASKED)
    asked = [["material"]] * 3
    batch = together._logits(crops(PICTURE, detections), detections.label, asked)
    settings = DescribeSettings(batch=1)
    alone = ZeroShotAttributes(str(folders[name]), "cpu", attributes=ASKED, settings=settings)
    single = alone._logits(crops(PICTURE, detections), detections.label, asked)
    for a, b in zip(batch, single, strict=True):
        np.testing.assert_allclose(a["material"], b["material"], atol=1e-4)


def test_texts_are_read_once(folders):
    model = ZeroShotAttributes(str(folders["clip"]), "cpu", attributes=ASKED)
    read = []
    model._pretrained.model.text_model.register_forward_hook(lambda *_: read.append(1))
    detections = Detections(BOXES, ("cup", "door", "cup"))
    for _ in range(3):
        model.refine(PICTURE, detections)
    assert len(read) == 2


def test_nothing_to_ask_changes_nothing(folders):
    model = ZeroShotAttributes(str(folders["clip"]), "cpu")
    assert isinstance(model, Refiner)
    for detections in (Detections([], []), Detections(BOXES[:1], ("person",))):
        assert model.refine(PICTURE, detections) is detections
    assert "person" in MATERIALS["material"].never


def test_it_is_in_the_registry(folders):
    made = refiner(f"attributes:{folders['siglip']}", device="cpu")
    assert isinstance(made, ZeroShotAttributes)
    assert made.source == "transformers:siglip"


@pytest.mark.parametrize(
    ("options", "prompt", "part"),
    [
        (("wood",), "a {option}", "two different texts"),
        (("wood", "wood"), "a {option}", "two different texts"),
        (("wood", "metal"), "a {thing}", r"\{option\} and \{label\} alone"),
        (("wood", "metal"), "a {option", r"\{option\} and \{label\} alone"),
        (("wood", "metal"), "a {label}", r"a text with \{option\}"),
    ],
)
def test_questions_that_are_none_are_refused(options, prompt, part):
    with pytest.raises(InputError, match=part):
        Attribute(options, prompt)


def test_another_architecture_is_refused(tmp_path):
    with pytest.raises(ModelError, match="clip, siglip, siglip2"):
        ZeroShotAttributes(str(tiny_encoders.other(tmp_path / "other")), "cpu")


def test_boxes_of_another_picture_are_refused(folders):
    model = ZeroShotAttributes(str(folders["clip"]), "cpu")
    with pytest.raises(InputError, match="touches the 80 x 60 picture"):
        model.refine(PICTURE, Detections(np.array([[100.0, 5, 120, 30]]), ["cup"]))
