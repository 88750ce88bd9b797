"""Open-vocabulary detectors: labels as asked for, boxes where things are, and what transformers itself finds."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers as tf
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.grounding_dino.modeling_grounding_dino import GroundingDinoObjectDetectionOutput
from transformers.models.omdet_turbo.modeling_omdet_turbo import OmDetTurboObjectDetectionOutput
from transformers.models.owlv2.modeling_owlv2 import Owlv2ObjectDetectionOutput

from scenegraph3d.detect.base import BatchDetector, VocabularyDetector
from scenegraph3d.detect.grounded import OpenVocabularyDetector, OpenVocabularySettings
from scenegraph3d.detect.merge import MergeSettings
from scenegraph3d.detect.prompts import wanted
from scenegraph3d.detect.vocabulary import INDOOR
from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.checkpoint import Checkpoint
from scenegraph3d.types import Image
from tests.detect import tiny_grounded as tiny

FAMILIES = {
    "grounding-dino": (tiny.grounding_dino, {}, "GroundingDinoForObjectDetection"),
    "mm-grounding-dino": (tiny.grounding_dino, {"mm": True}, "MMGroundingDinoForObjectDetection"),
    "owlv2": (tiny.owl, {}, "Owlv2ForObjectDetection"),
    "owlvit": (tiny.owl, {"second": False}, "OwlViTForObjectDetection"),
    "omdet-turbo": (tiny.omdet, {}, "OmDetTurboForObjectDetection"),
}
PHRASES = ("grounding-dino", "mm-grounding-dino")
ALL = OpenVocabularySettings(min_score=0.0, min_side_px=0.0, merge=MergeSettings(1.0, 1.0))
LABELS = ("Mug", "coffee table", "headphones", "lamp")
SIZES = ((643, 481), (481, 643))


@pytest.fixture(scope="module", autouse=True)
def few_threads():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {name: maker(tmp_path_factory.mktemp(name), **options) for name, (maker, options, _) in FAMILIES.items()}


def detector(folder, labels=LABELS, settings=ALL):
    return OpenVocabularyDetector(Checkpoint(str(folder), folder=folder), "cpu", labels=labels, settings=settings)


def forward_of(name):
    return getattr(tf, FAMILIES[name][2])


def same(a, b):
    assert a.label == b.label
    assert np.allclose(a.score, b.score, atol=1e-5)
    assert np.allclose(a.xyxy_px, b.xyxy_px, atol=2e-3)  # 3e-6 of a side: a batch is summed up in another order


@pytest.mark.parametrize("name", FAMILIES)
def test_batch_is_single_pictures(folders, name):
    found = detector(folders[name])
    assert isinstance(found, BatchDetector)
    assert isinstance(found, VocabularyDetector)
    pictures = [tiny.picture(*size, seed) for seed, size in enumerate((SIZES[0], SIZES[1], SIZES[0], (100, 64)))]
    many = found.detect_batch(pictures)
    assert len(many) == len(pictures)
    assert all(len(one) for one in many)
    for picture, one in zip(pictures, many, strict=True):
        same(one, found.detect(picture))
        assert set(one.label) <= set(LABELS)
        assert (np.diff(one.score) <= 0).all()
        assert (one.xyxy_px >= 0).all()
        assert (one.xyxy_px <= np.tile([picture.width, picture.height], 2)).all()
    assert found.detect_batch([]) == []


@pytest.mark.parametrize("name", FAMILIES)
def test_finding_looks_for_other_labels_with_the_same_network(folders, name):
    first = detector(folders[name])
    other = first.finding(["book", "LAMP"])
    assert (first.vocabulary, other.vocabulary) == (LABELS, ("book", "LAMP"))
    picture = tiny.picture(96, 64)
    same(other.detect(picture), detector(folders[name], ("book", "LAMP")).detect(picture))
    assert set(other.detect(picture).label) <= {"book", "LAMP"}
    assert first.detect(picture).label == detector(folders[name]).detect(picture).label


def test_things_of_a_room_are_looked_for_where_nothing_is_said(folders):
    assert detector(folders["grounding-dino"], None).vocabulary == INDOOR


@pytest.mark.parametrize("name", FAMILIES)
def test_nothing_found_is_no_error(folders, name):
    found = detector(folders[name], settings=replace(ALL, min_score=1.0)).detect(tiny.picture(90, 70))
    assert len(found) == 0
    assert found.label == ()
    assert found.xyxy_px.shape == (0, 4)


def test_what_a_text_encoder_cannot_read_is_refused(folders, caplog):
    with pytest.raises(InputError, match="'☃': expected words that the network knows"):
        detector(folders["grounding-dino"], ["mug", "☃"])
    with pytest.raises(InputError, match="expected words that the network knows"):
        detector(folders["grounding-dino"], ["."])
    for name, most in (("grounding-dino", 29), ("owlv2", 10), ("omdet-turbo", 73)):
        fits = " ".join(["mug"] * most)
        assert detector(folders[name], [fits]).vocabulary == (fits,)
        with pytest.raises(InputError, match=rf"expected at most {most} tokens of text"):
            detector(folders[name], ["chair", f"{fits} mug"])
    assert caplog.records == []  # transformers would warn that it goes wrong


@pytest.mark.parametrize("labels", [[], "mug", ["mug", " "], ["mug", ""]])
def test_labels_have_to_be_a_list_of_words(folders, labels):
    with pytest.raises(InputError, match="label"):
        detector(folders["owlv2"]).finding(labels)


def test_another_architecture_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"grounding-dino.*sam2"):
        detector(tiny.sam2(tmp_path))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), min_size=1))
def test_wanted_keeps_the_first_of_each_word(words):
    labels = wanted(words)
    assert wanted(labels) == labels
    assert len({label.casefold() for label in labels}) == len(labels)
    assert set(labels) <= set(words)
    assert wanted([*words, *(f"  {word}\t" for word in words)]) == labels


# --- the texts ----------------------------------------------------------------------------------------------


class AskedError(Exception):
    """Carries what a network was given."""

    def __init__(self, given):
        super().__init__()
        self.given = given


def asked(monkeypatch, name, folder, labels):
    """What the network is given for a picture, in all passes up to the first."""

    def forward(self, **given):
        raise AskedError(given)

    monkeypatch.setattr(forward_of(name), "forward", forward)
    with pytest.raises(AskedError) as caught:
        detector(folder, labels).detect(tiny.picture(80, 60))
    monkeypatch.undo()
    return caught.value.given


@pytest.mark.parametrize("name", FAMILIES)
def test_network_is_given_what_its_own_processor_gives(monkeypatch, folders, name):
    given = asked(monkeypatch, name, folders[name], LABELS)
    processor = tf.AutoProcessor.from_pretrained(folders[name])
    text = [f"a photo of a {label}" for label in LABELS] if name.startswith("owl") else list(LABELS)
    picture = tiny.pil(tiny.picture(80, 60))
    own = processor(images=picture, text=[text] if name in PHRASES else text, return_tensors="pt")
    for key in own.keys() - {"pixel_mask"}:
        assert torch.equal(own[key].float(), given[key].float()), key


@pytest.mark.parametrize("name", PHRASES)
def test_more_labels_than_the_text_holds_take_several_passes(monkeypatch, tmp_path, name):
    folder = tiny.grounding_dino(tmp_path, context=12, mm=name.startswith("mm"))
    labels = ("mug", "coffee table", "headphones", "lamp", "book", "chair", "photo of a table")
    texts, tokenizer = [], tiny.bert_tokenizer()
    real = forward_of(name).forward

    def forward(self, **given):
        texts.append(tokenizer.decode(given["input_ids"][0]))
        output = real(self, **given)
        output.logits[:] = -9.0
        output.logits[..., 1] = 2.0  # of the first word of each pass
        output.pred_boxes[:] = torch.tensor([0.3, 0.3, 0.1, 0.1]) * len(texts)
        return output

    monkeypatch.setattr(forward_of(name), "forward", forward)
    found = detector(folder, labels, settings=OpenVocabularySettings()).detect(tiny.picture(300, 200))
    words = [text.removeprefix("[CLS] ").removesuffix(" [SEP]").strip(" .").split(". ") for text in texts]
    assert [label for some in words for label in some] == list(labels)
    assert all(len(tokenizer(" . ".join(some) + " .")["input_ids"]) <= 12 for some in words)
    assert set(found.label) == {some[0] for some in words}
    assert len(words) == 2


# --- what the answers mean ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PHRASES)
def test_phrases_give_the_processors_boxes(folders, name):
    picture = tiny.picture(643, 481, 5)
    found = detector(folders[name]).detect(picture)
    model = forward_of(name).from_pretrained(folders[name])
    processor = tf.GroundingDinoProcessor.from_pretrained(folders[name])
    own = processor(images=tiny.pil(picture), text=[list(LABELS)], return_tensors="pt")
    with torch.inference_mode():
        output = model(**own)
    truth = processor.post_process_grounded_object_detection(output, threshold=0.0, target_sizes=[(481, 643)])[0]
    boxes = np.clip(truth["boxes"].numpy(), 0, [643, 481, 643, 481])
    order = np.argsort(-found.score)
    rows = [int(np.abs(boxes - box).max(axis=1).argmin()) for box in found.xyxy_px[order]]
    assert sorted(rows) == list(range(len(rows)))
    assert len(rows) == 12
    assert np.allclose(boxes[rows], found.xyxy_px[order], atol=1e-2)
    assert (truth["scores"].numpy()[rows] >= found.score[order] - 1e-6).all()  # it counts the dots, too


def token_output(folder, labels, rows):
    """An answer with a row of token scores for each of `rows`, a mapping from (label, word) to the score."""
    tokenizer = tiny.bert_tokenizer()
    ids = tokenizer(". ".join(labels).lower() + ".")["input_ids"]
    places, label, word = {}, 0, 0
    for place, token in enumerate(tokenizer.convert_ids_to_tokens(ids)):
        places[(label, word) if token not in (".", "[CLS]", "[SEP]") else (token, label)] = place
        word += token not in (".", "[CLS]")
        if token == ".":
            label, word = label + 1, 0
    probability = torch.full((1, len(rows), 32), 0.01)
    for row, scores in enumerate(rows):
        for key, value in scores.items():
            probability[0, row, places[key]] = value
    boxes = torch.tensor([[[0.1 + 0.1 * row, 0.5, 0.08, 0.2] for row in range(len(rows))]])
    return GroundingDinoObjectDetectionOutput(
        logits=torch.logit(probability), pred_boxes=boxes, input_ids=torch.tensor([ids])
    )


def answering(monkeypatch, name, output):
    monkeypatch.setattr(forward_of(name), "forward", lambda self, **given: output)


@pytest.mark.parametrize("name", PHRASES)
def test_clear_answers_are_the_processors(monkeypatch, folders, name):
    labels = ["mug", "chair", "book"]
    output = token_output(folders[name], labels, [{(0, 0): 0.9}, {(2, 0): 0.6}, {(1, 0): 0.4}, {(1, 0): 0.2}])
    processor = tf.GroundingDinoProcessor.from_pretrained(folders[name])
    truth = processor.post_process_grounded_object_detection(output, threshold=0.3, target_sizes=[(481, 643)])[0]
    answering(monkeypatch, name, output)
    found = detector(folders[name], labels, OpenVocabularySettings()).detect(tiny.picture(643, 481))
    assert list(found.label) == truth["text_labels"] == ["mug", "book", "chair"]
    assert np.allclose(found.score, truth["scores"].numpy(), atol=1e-6)
    assert np.allclose(found.xyxy_px, truth["boxes"].numpy(), atol=1e-3)


@pytest.mark.parametrize("name", PHRASES)
@pytest.mark.parametrize(
    ("scores", "label", "score"),
    [
        ({(0, 0): 0.8, (3, 0): 0.7}, "Mug", 0.8),  # two labels at once are one of them, not "mug lamp"
        ({(2, 0): 0.1, (2, 1): 0.8}, "headphones", 0.8),  # "##phones" alone is the whole word
        ({(1, 1): 0.9}, "coffee table", 0.9),  # one word of a phrase is the phrase
        ({(1, 0): 0.8, (1, 1): 0.75, (4, 0): 0.85}, "coffee table", 0.8),  # "coffee" alone is no coffee lamp
        ({(".", 0): 0.95, (".", 3): 0.99, ("[CLS]", 0): 0.99, (3, 0): 0.5}, "lamp", 0.5),  # dots say nothing
        ({(".", 0): 0.95, ("[SEP]", 5): 0.99}, None, None),
    ],
)
def test_labels_are_those_asked_for(monkeypatch, folders, name, scores, label, score):
    labels = [*LABELS, "coffee lamp"]
    answering(monkeypatch, name, token_output(folders[name], labels, [scores]))
    found = detector(folders[name], labels, OpenVocabularySettings()).detect(tiny.picture(320, 200))
    assert found.label == (() if label is None else (label,))
    assert np.allclose(found.score, [] if score is None else [score], atol=1e-6)


@pytest.mark.parametrize("name", ["owlv2", "owlvit"])
def test_owl_gives_the_processors_boxes_and_labels(folders, name):
    picture = tiny.picture(481, 643, 7)
    found = detector(folders[name]).detect(picture)
    processor = tf.AutoProcessor.from_pretrained(folders[name])
    text = [[f"a photo of a {label}" for label in LABELS]]
    own = processor(images=tiny.pil(picture), text=text, return_tensors="pt")
    with torch.inference_mode():
        output = forward_of(name).from_pretrained(folders[name])(**own)
    truth = processor.post_process_grounded_object_detection(output, 0.0, [(643, 481)], [list(LABELS)])[0]
    compare(found, truth, (481, 643))


def test_omdet_gives_the_processors_boxes_and_labels(folders):
    picture = tiny.picture(481, 643, 7)
    found = detector(folders["omdet-turbo"]).detect(picture)
    processor = tf.OmDetTurboProcessor.from_pretrained(folders["omdet-turbo"])
    own = processor(images=tiny.pil(picture), text=list(LABELS), return_tensors="pt")
    with torch.inference_mode():
        output = tf.OmDetTurboForObjectDetection.from_pretrained(folders["omdet-turbo"])(**own)
    options = {"threshold": 0.0, "nms_threshold": 1.0, "target_sizes": [(643, 481)], "max_num_det": 12}
    truth = processor.post_process_grounded_object_detection(output, list(LABELS), **options)[0]
    best = truth["scores"].numpy() >= found.score.min() - 1e-6  # it names a box by several labels
    for box, label, score in zip(found.xyxy_px, found.label, found.score, strict=True):
        rows = np.abs(truth["boxes"].numpy() - box).max(axis=1) < 1e-3
        named = [truth["text_labels"][row] for row in np.flatnonzero(rows & best)]
        if score >= truth["scores"].min():
            assert label in named
            assert np.isclose(truth["scores"].numpy()[rows].max(), score, atol=1e-5)


def compare(found, truth, size):
    boxes = np.clip(truth["boxes"].numpy(), 0, np.tile(size, 2))
    flat = (boxes[:, 2:] <= boxes[:, :2]).any(axis=1)
    order = np.argsort(-truth["scores"].numpy()[~flat], kind="stable")
    assert list(found.label) == [np.array(truth["text_labels"])[~flat][row] for row in order]
    assert np.allclose(found.score, truth["scores"].numpy()[~flat][order], atol=1e-5)
    assert np.allclose(found.xyxy_px, boxes[~flat][order], atol=2e-3)


# --- where things are ---------------------------------------------------------------------------------------

ANSWERS = {
    "grounding-dino": GroundingDinoObjectDetectionOutput,
    "mm-grounding-dino": GroundingDinoObjectDetectionOutput,
    "owlv2": Owlv2ObjectDetectionOutput,
    "owlvit": Owlv2ObjectDetectionOutput,
    "omdet-turbo": OmDetTurboObjectDetectionOutput,
}


def sees_what_is_white(name):
    """A network that knows where the white thing stands in its input, and calls it by the second label."""

    def forward(self, pixel_values, **given):
        boxes = []
        for pixels in pixel_values.mean(dim=1):
            white = pixels > (pixels.max() + pixels.min()) / 2
            rows, columns = white.any(dim=1).nonzero()[:, 0], white.any(dim=0).nonzero()[:, 0]
            low = torch.stack([columns[0], rows[0]]) / torch.tensor(pixels.shape[::-1])
            high = (torch.stack([columns[-1], rows[-1]]) + 1) / torch.tensor(pixels.shape[::-1])
            boxes.append(torch.cat([(low + high) / 2, high - low]))
        boxes = torch.stack(boxes)[:, None]
        logits = torch.full((len(boxes), 1, 32 if name in PHRASES else 2), -9.0)
        logits[..., 3 if name in PHRASES else 1] = 4.0  # [CLS] mug . lamp . [SEP]
        answer = {"pred_boxes": boxes, "logits": logits}
        if name == "omdet-turbo":
            answer = {"decoder_coord_logits": boxes, "decoder_class_logits": logits}
        return ANSWERS[name](**answer)

    return forward


@pytest.mark.parametrize("name", FAMILIES)
def test_a_thing_is_where_it_is_in_the_picture(monkeypatch, tmp_path, name):
    maker, options, _ = FAMILIES[name]
    folder = maker(tmp_path, side=640, **options)
    found = detector(folder, ["mug", "lamp"], OpenVocabularySettings())
    monkeypatch.setattr(forward_of(name), "forward", sees_what_is_white(name))
    truth, pictures = np.array([301, 87, 422, 250]), []
    for width, height in (*SIZES, SIZES[0]):
        rgb = np.zeros((height, width, 3), dtype=np.uint8)
        rgb[truth[1] : truth[3], truth[0] : truth[2]] = 255
        pictures.append(Image(rgb))
    for one in found.detect_batch(pictures):
        assert one.label == ("lamp",)
        assert np.abs(one.xyxy_px - truth).max() <= 1.0
