"""SAM 3 by text, and the segment-anything families by boxes: masks where things are, and what transformers finds."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import transformers as tf
from transformers.models.sam3.modeling_sam3 import Sam3ImageSegmentationOutput, Sam3VisionEncoderOutput

from scenegraph3d.detect import VocabularyDetector
from scenegraph3d.detect.merge import MergeSettings
from scenegraph3d.detect.sam3 import Sam3Detector, Sam3Settings
from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.checkpoint import Checkpoint
from scenegraph3d.refine import Refiner
from scenegraph3d.refine.sam import SamMasks, SamSettings
from scenegraph3d.types import Detections, Image
from tests.detect import tiny_grounded as tiny

LABELS = ("mug", "Coffee Table", "headphones", "lamp", "book")
ALL = Sam3Settings(min_score=0.0, min_side_px=0.0, merge=MergeSettings(1.0, 1.0))
SIZES = ((643, 481), (481, 643))
BOXES = {
    "sam2": (tiny.sam2, {}, "Sam2Model", "Sam2Processor"),
    "sam2_video": (tiny.sam2, {"video": True}, "Sam2Model", "Sam2Processor"),
    "sam3_tracker": (tiny.sam3_tracker, {}, "Sam3TrackerModel", "Sam3TrackerProcessor"),
    "sam": (tiny.sam, {}, "SamModel", "SamProcessor"),
    "sam_hq": (tiny.sam, {"hq": True}, "SamHQModel", "SamHQProcessor"),
}
ANY = SamSettings(min_quality=-1e9, min_extent=0.0, margin=1e3)


@pytest.fixture(scope="module", autouse=True)
def few_threads():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def by_text(tmp_path_factory):
    return tiny.sam3(tmp_path_factory.mktemp("sam3"))


@pytest.fixture(scope="module")
def by_boxes(tmp_path_factory):
    return {name: maker(tmp_path_factory.mktemp(name), **given) for name, (maker, given, *_) in BOXES.items()}


# --- SAM 3 by text ------------------------------------------------------------------------------------------


def asking(folder, labels=LABELS, settings=ALL):
    return Sam3Detector(Checkpoint(str(folder), folder=folder), "cpu", labels=labels, settings=settings)


def test_each_label_gives_the_processors_instances(by_text):
    picture = tiny.picture(643, 481, 4)
    found = asking(by_text).detect(picture)
    model, processor = tf.Sam3Model.from_pretrained(by_text), tf.Sam3Processor.from_pretrained(by_text)
    left = len(found)
    for label in LABELS:
        given = processor(images=tiny.pil(picture), text=label, return_tensors="pt")
        with torch.inference_mode():
            output = model(**{key: given[key] for key in ("pixel_values", "input_ids", "attention_mask")})
        truth = processor.post_process_instance_segmentation(output, threshold=0.0, target_sizes=[(481, 643)])[0]
        boxes = np.clip(truth["boxes"].numpy(), 0, [643, 481, 643, 481])
        rows = np.flatnonzero(np.array(found.label) == label)
        order = np.argsort(-truth["scores"].numpy(), kind="stable")
        order = order[truth["masks"].numpy()[order].any(axis=(1, 2))]
        assert np.allclose(found.score[rows], truth["scores"].numpy()[order], atol=1e-5)
        assert np.allclose(found.xyxy_px[rows], boxes[order], atol=2e-3)
        assert (found.mask[rows] != truth["masks"].numpy()[order].astype(bool)).mean() < 1e-4  # values at the threshold
        left -= len(rows)
    assert left == 0


def test_labels_asked_for_one_by_one_are_those_asked_for_together(by_text):
    picture = tiny.picture(120, 90)
    one = asking(by_text, settings=replace(ALL, labels_per_pass=1, masks_per_pass=1)).detect(picture)
    all_at_once = asking(by_text, settings=replace(ALL, labels_per_pass=9)).detect(picture)
    assert len(one) > 0
    assert one.label == all_at_once.label
    assert np.allclose(one.xyxy_px, all_at_once.xyxy_px, atol=1e-3)
    assert (one.mask != all_at_once.mask).mean() < 1e-4


def test_published_file_with_its_tracker_is_read(tmp_path):
    found = asking(tiny.sam3(tmp_path, video=True)).detect(tiny.picture(90, 120))
    assert len(found) > 0
    assert found.mask.shape[1:] == (120, 90)


def test_finding_shares_the_network(by_text, monkeypatch):
    first = asking(by_text)
    assert isinstance(first, VocabularyDetector)
    monkeypatch.setattr(tf.Sam3Model, "from_pretrained", None)  # nothing is loaded again
    other = first.finding(["chair", " CHAIR ", "photo"])
    assert (first.vocabulary, other.vocabulary) == (LABELS, ("chair", "photo"))
    assert set(other.detect(tiny.picture(90, 70)).label) == {"chair", "photo"}
    for labels in ([], "mug", [""], ["mug", " ".join(["mug"] * 31)]):
        with pytest.raises(InputError, match="label"):
            first.finding(labels)


class White:
    """A SAM 3 that sees where the white thing stands in its input, and is asked for it by the second label."""

    def __init__(self, monkeypatch, *, present=6.0, mask=9.0):
        self.present, self.mask, self.looks = present, mask, 0
        monkeypatch.setattr(tf.Sam3Model, "get_vision_features", lambda _, pixel_values: self.seen(pixel_values))
        monkeypatch.setattr(tf.Sam3Model, "forward", lambda _, **given: self.answer(**given))

    def seen(self, pixels):
        self.looks += 1
        white = (pixels.mean(dim=1, keepdim=True) > 0).float()
        return Sam3VisionEncoderOutput(fpn_hidden_states=(white,), fpn_position_encoding=(white,))

    def answer(self, vision_embeds, text_embeds, attention_mask):
        white = vision_embeds.fpn_hidden_states[0]
        rows, columns = white[0, 0].any(dim=1).nonzero()[:, 0], white[0, 0].any(dim=0).nonzero()[:, 0]
        box = torch.tensor([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / white.shape[-1]
        count = len(text_embeds.pooler_output)
        asked = attention_mask.sum(dim=1) == 4  # [start] coffee table [end]
        return Sam3ImageSegmentationOutput(
            pred_masks=(2 * white - 1) * self.mask,
            pred_boxes=box.expand(count, 1, 4),
            pred_logits=torch.where(asked, 3.0, -9.0)[:, None],
            presence_logits=torch.full((count, 1), self.present),
        )


def picture_of(width, height, truth):
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    rgb[truth[1] : truth[3], truth[0] : truth[2]] = 255
    return Image(rgb)


@pytest.mark.parametrize("size", SIZES)
def test_a_thing_is_where_it_is_in_the_picture(monkeypatch, tmp_path, size):
    detector = asking(tiny.sam3(tmp_path, side=672), settings=Sam3Settings(labels_per_pass=2))
    white = White(monkeypatch)
    truth = np.array([301, 87, 422, 250])
    found = detector.detect(picture_of(*size, truth))
    assert found.label == ("Coffee Table",)
    assert np.allclose(found.score, 1 / (1 + np.exp(-3.0)) / (1 + np.exp(-6.0)))
    assert np.abs(found.xyxy_px - truth).max() <= 1.0
    rows, columns = np.nonzero(found.mask[0])
    bounds = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    assert np.abs(bounds - truth).max() <= 1
    assert white.looks == 1  # at the picture, for all labels


def test_what_is_not_there_or_without_a_pixel_is_not_found(monkeypatch, by_text):
    detector, picture = asking(by_text, settings=Sam3Settings()), picture_of(90, 70, (20, 20, 50, 50))
    White(monkeypatch)
    assert len(detector.detect(picture)) == 1
    for parts in ({"present": -2.0}, {"mask": -9.0}):
        monkeypatch.undo()
        White(monkeypatch, **parts)
        if "mask" in parts:
            monkeypatch.setattr(White, "answer", without_pixels(White.answer))
        found = detector.detect(picture)
        assert len(found) == 0
        assert found.mask.shape == (0, 70, 90)


def without_pixels(answer):
    def empty(self, **given):
        output = answer(self, **given)
        output.pred_masks = torch.full_like(output.pred_masks, -9.0)
        return output

    return empty


# --- masks by boxes -----------------------------------------------------------------------------------------


def given_boxes(*boxes, **more):
    return Detections(np.array(boxes, dtype=np.float64).reshape(-1, 4), tuple("abcdefgh"[: len(boxes)]), **more)


THREE = given_boxes([100, 50, 300, 200], [-5, 400, 90, 500], [10, 10, 640, 470])


@pytest.mark.parametrize("name", BOXES)
def test_masks_are_the_processors(by_boxes, name):
    picture, settings = tiny.picture(643, 481, 6), replace(ANY, boxes_per_pass=2)
    refiner = SamMasks(str(by_boxes[name]), "cpu", settings=settings)
    assert isinstance(refiner, Refiner)
    found = refiner.refine(picture, THREE)
    model = getattr(tf, BOXES[name][2]).from_pretrained(by_boxes[name])
    processor = getattr(tf, BOXES[name][3]).from_pretrained(by_boxes[name])
    boxes = np.clip(THREE.xyxy_px, 0, [643, 481, 643, 481])
    given = processor(images=tiny.pil(picture), input_boxes=[boxes.tolist()], return_tensors="pt")
    with torch.inference_mode():
        output = model(given["pixel_values"], input_boxes=given["input_boxes"].float(), multimask_output=False)
    sizes = [given[key] for key in ("original_sizes", "reshaped_input_sizes") if key in given]
    truth = processor.post_process_masks(output.pred_masks, *sizes)[0][:, 0].numpy()
    seen = truth.any(axis=(1, 2))
    assert seen.any()
    assert (found.mask[seen] != truth[seen]).mean() < 1e-4
    assert [dict(row) for row in found.attributes] == [{} if one else {"mask": "box"} for one in seen]


def drawing(monkeypatch, name, quality=0.9, grow=0.0):
    """Let the network see nothing, and give as a mask the box that it is asked for, in a fifth of its input's size.

    `grow` makes that wider, as a share of its sides.
    """
    model = getattr(tf, BOXES[name][2])
    looks = []

    def look(self, pixels):
        looks.append(tuple(pixels.shape[-2:]))
        return (pixels, [pixels]) if name == "sam_hq" else [pixels]

    def forward(self, image_embeddings, input_boxes, multimask_output, **_):
        across = looks[-1][1]
        cells = (torch.arange(across) + 0.5)[:, None, None]
        side = input_boxes[0, :, 2:] - input_boxes[0, :, :2]
        low, high = input_boxes[0, :, :2] - grow * side, input_boxes[0, :, 2:] + grow * side
        inside = ((cells >= low) & (cells < high)).float()  # cells, boxes, x and y
        mask = torch.einsum("xn,yn->nyx", inside[..., 0], inside[..., 1])
        scores = torch.full((1, len(mask), 1), quality)
        return SimpleNamespace(pred_masks=(2 * mask - 1)[None, :, None], iou_scores=scores)

    monkeypatch.setattr(model, "get_image_embeddings", look)
    monkeypatch.setattr(model, "forward", forward)
    return looks


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", BOXES)
def test_a_box_is_asked_for_where_it_is_and_its_mask_comes_back_there(monkeypatch, tmp_path, name, size):
    maker, options, *_ = BOXES[name]
    side = 630 if name == "sam3_tracker" else 640
    looks = drawing(monkeypatch, name)
    boxes = given_boxes([301, 87, 422, 250], [0, 0, 40, 30], [400, 400, 481, 481])
    refiner = SamMasks(str(maker(tmp_path, side=side, **options)), "cpu", settings=SamSettings(boxes_per_pass=2))
    found = refiner.refine(tiny.picture(*size), boxes)
    assert found.mask.shape == (3, size[1], size[0])
    for mask, box in zip(found.mask, boxes.xyxy_px, strict=True):
        rows, columns = np.nonzero(mask)
        assert np.abs([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1] - box).max() <= 1
        assert mask.sum() >= 0.95 * np.prod(box[2:] - box[:2])
    assert looks == [(side, side)]  # once, for all boxes
    assert found.attributes == ({}, {}, {})


def test_no_boxes_need_no_network(monkeypatch, by_boxes):
    looks = drawing(monkeypatch, "sam2")
    found = SamMasks(str(by_boxes["sam2"]), "cpu").refine(tiny.picture(64, 48), given_boxes())
    assert found.mask.shape == (0, 48, 64)
    assert looks == []


@pytest.mark.parametrize("options", [{"quality": 0.3}, {"grow": -0.3}, {"grow": -0.6}])
def test_a_mask_that_is_no_good_gives_way_to_the_box(monkeypatch, by_boxes, options):
    drawing(monkeypatch, "sam2", **options)
    boxes = given_boxes([10.5, 20, 40.2, 44], mask=np.ones((1, 48, 64), dtype=bool), attributes=({"color": "red"},))
    found = SamMasks(str(by_boxes["sam2"]), "cpu").refine(tiny.picture(64, 48), boxes)
    truth = np.zeros((1, 48, 64), dtype=bool)
    truth[0, 20:44, 10:41] = True
    assert (found.mask == truth).all()
    assert dict(found.attributes[0]) == {"color": "red", "mask": "box"}
    assert (found.xyxy_px == boxes.xyxy_px).all()


def test_a_mask_is_cut_off_a_little_outside_its_box(monkeypatch, by_boxes):
    drawing(monkeypatch, "sam2", grow=0.4)
    found = SamMasks(str(by_boxes["sam2"]), "cpu").refine(tiny.picture(64, 64), given_boxes([20, 20, 40, 40]))
    rows, columns = np.nonzero(found.mask[0])
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (19, 19, 40, 40)  # a twentieth of its sides
    assert found.attributes == ({},)


def test_what_cannot_be_asked_for_is_refused(by_boxes, by_text):
    refiner = SamMasks(str(by_boxes["sam2"]), "cpu")
    with pytest.raises(InputError, match=r"box 1 \(b\): expected some of it inside 64 x 48 pixels"):
        refiner.refine(tiny.picture(64, 48), given_boxes([0, 0, 9, 9], [70, 0, 90, 9]))
    with pytest.raises(ModelError, match=r"sam2.*architecture 'sam3'"):
        SamMasks(str(by_text), "cpu")
    with pytest.raises(ModelError, match=r"sam3.*architecture 'sam2'"):
        asking(by_boxes["sam2"])
