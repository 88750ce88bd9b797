import numpy as np
import pytest
import torch
import transformers as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.detect import detector
from scenegraph3d.detect.base import BatchDetector, VocabularyDetector
from scenegraph3d.detect.closed import ClosedDetector, ClosedMaskDetector, ClosedSettings
from scenegraph3d.detect.merge import MergeSettings
from scenegraph3d.detect.transformers import transformers_detector
from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.checkpoint import Checkpoint
from tests.detect import tiny_detectors as tiny

SIZES = ((643, 481), (481, 643))
EVERY = MergeSettings(same_label_iou=1, any_label_iou=1)
SOFTMAX = ("detr", "yolos")


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folder of each family's checkpoint, written on demand."""
    root, made = tmp_path_factory.mktemp("closed"), {}

    def folder(family):
        if family not in made:
            made[family] = tiny.boxes_of(family, root / family)
        return made[family]

    return folder


def closed(folder, **more):
    return ClosedDetector(Checkpoint("tiny", folder=folder), "cpu", settings=ClosedSettings(**more))


def masked(folder, **more):
    return ClosedMaskDetector(Checkpoint("tiny", folder=folder), "cpu", settings=ClosedSettings(**more))


def answer(boxes_px, numbers, width, height, softmax=False, queries=tiny.QUERIES):
    """Logits and boxes of a network that sees the boxes and nothing else, ever less sure of them."""
    logits = torch.full((1, queries, 5 + softmax), -9.0)
    shares = torch.full((1, queries, 4), 0.5)
    for row, (box, number) in enumerate(zip(boxes_px, numbers, strict=True)):
        x0, y0, x1, y1 = box
        logits[0, row, number] = 9.0 - row
        shares[0, row] = torch.tensor(
            [(x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height]
        )
    if softmax:
        logits[0, len(boxes_px) :, -1] = 9.0
    return {"logits": logits, "pred_boxes": shares}


@pytest.mark.parametrize("family", tiny.BOX_FAMILIES)
def test_boxes_labels_and_scores_are_those_of_the_pipeline(folders, family):
    folder, image = folders(family), tiny.picture(643, 481)
    got = closed(folder, min_score=0.1, max_detections=500, merge=EVERY).detect(image)
    size = np.array([643, 481, 643, 481])
    rows = tf.pipeline("object-detection", model=str(folder), device="cpu")(tiny.pil(image), threshold=0.1)
    wanted = []
    for row in rows:
        box = np.clip(list(row["box"].values()), 0, size)
        if row["label"] != "N/A" and (box[2:] - box[:2] >= 1).all():
            wanted.append((row["score"], row["label"], box))
    wanted.sort(key=lambda row: -row[0])
    assert len(got) == len(wanted) > 0
    np.testing.assert_allclose(got.score, [row[0] for row in wanted], atol=1e-6)
    for score, label, box in wanted:
        # Equal scores may come in any order; the pipeline cuts boxes to whole numbers.
        near = [i for i in range(len(got)) if abs(got.score[i] - score) < 1e-6 and got.label[i] == label]
        assert min(np.abs(got.xyxy_px[near] - box - 0.5).max(axis=1)) <= 0.501


@pytest.mark.parametrize("family", tiny.BOX_FAMILIES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_box_comes_back_where_the_processor_puts_it_in_training(folders, family, width, height):
    found = closed(folders(family))
    x0, y0, w, h = 100.25, 50.5, 211.5, 300.25
    thing = {"bbox": [x0, y0, w, h], "category_id": 2, "area": w * h, "iscrowd": 0}
    image = tiny.picture(width, height)
    target = found._loaded.processor(
        images=[tiny.pil(image)], annotations=[{"image_id": 0, "annotations": [thing]}], return_tensors="pt"
    )["labels"][0]
    outputs = answer([(0, 0, 1, 1)], [int(target["class_labels"][0])], 1, 1, softmax=family in SOFTMAX)
    outputs["pred_boxes"][0, 0] = target["boxes"][0]
    got = tiny.answering(found, **outputs).detect(image)
    assert got.label == ("mug",)
    np.testing.assert_allclose(got.xyxy_px, [[x0, y0, x0 + w, y0 + h]], atol=0.01)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_padding_to_a_fixed_size_moves_no_box(tmp_path, width, height):
    processor = tiny.detr_processor(do_pad=True, pad_size={"height": 160, "width": 192})
    found = closed(tiny.detr(tmp_path / "padded", processor))
    image = tiny.picture(width, height)
    thing = {"bbox": [300, 200, 90, 230], "category_id": 0, "area": 1, "iscrowd": 0}
    made = found._loaded.processor(
        images=[tiny.pil(image)], annotations=[{"image_id": 0, "annotations": [thing]}], return_tensors="pt"
    )
    assert made["pixel_values"].shape[-2:] == (160, 192)
    outputs = answer([(0, 0, 1, 1)], [0], 1, 1, softmax=True)
    outputs["pred_boxes"][0, 0] = made["labels"][0]["boxes"][0]
    got = tiny.answering(found, **outputs).detect(image)
    np.testing.assert_allclose(got.xyxy_px, [[300, 200, 390, 430]], atol=0.01)


def test_boxes_are_cut_off_at_the_border_and_flat_ones_left_out(folders):
    boxes = [(-50, 10, 60, 90), (400, 300, 900, 700), (643, 5, 700, 40), (10, 200, 10.5, 300)]
    found = tiny.answering(closed(folders("rf_detr")), **answer(boxes, [0, 1, 2, 4], 643, 481))
    got = found.detect(tiny.picture(643, 481))
    np.testing.assert_allclose(got.xyxy_px, [[0, 10, 60, 90], [400, 300, 643, 481]], atol=0.01)
    assert got.label == ("chair", "table")


def test_the_best_come_first_and_no_more_than_asked_for(folders):
    boxes = [(x, 10, x + 40, 60) for x in range(0, 600, 60)]
    outputs = answer(boxes, [0] * 10, 643, 481)
    outputs["logits"] = outputs["logits"].flip(1)
    outputs["pred_boxes"] = outputs["pred_boxes"].flip(1)
    got = tiny.answering(closed(folders("d_fine"), max_detections=4), **outputs).detect(tiny.picture(643, 481))
    np.testing.assert_allclose(got.xyxy_px[:, 0], [0, 60, 120, 180], atol=0.01)
    assert (np.diff(got.score) < 0).all()


def test_one_thing_under_two_labels_is_one(folders):
    outputs = answer([(100, 100, 300, 300)], [2], 643, 481)
    outputs["logits"][0, 0, 4] = 1.0
    got = tiny.answering(closed(folders("rf_detr")), **outputs).detect(tiny.picture(643, 481))
    assert (got.label, got.attributes) == (("mug",), ({"also": ["lamp"]},))


def test_finding_gives_what_is_asked_for_alone(folders):
    outputs = answer([(100, 100, 300, 300), (350, 100, 500, 300)], [2, 0], 643, 481)
    outputs["logits"][0, 0, 4] = 1.0
    whole = tiny.answering(closed(folders("rf_detr")), **outputs)
    asked = whole.finding(["LAMP ", "Table"])
    got = asked.detect(tiny.picture(643, 481))
    assert got.label == ("lamp",)
    assert asked.vocabulary == ("table", "lamp")
    assert whole.vocabulary == ("chair", "table", "mug", "lamp")
    assert asked.finding(["chair"]).detect(tiny.picture(643, 481)).label == ("chair",)
    assert isinstance(whole, BatchDetector)
    assert isinstance(whole, VocabularyDetector)


@pytest.mark.parametrize(
    ("asked", "text"),
    [(["mugg"], r"'mugg'; did you mean 'mug'.*open vocabulary"), (["N/A"], "4 classes of tiny"), ([], "at least one")],
)
def test_finding_refuses_what_the_checkpoint_does_not_know(folders, asked, text):
    with pytest.raises(InputError, match=text):
        closed(folders("rf_detr")).finding(asked)


def test_a_batch_gives_what_single_pictures_give(folders):
    for family in ("rf_detr", "detr"):
        found = closed(folders(family), min_score=0.1)
        images = [tiny.picture(640, 480, 1), tiny.picture(320, 500, 2), tiny.picture(640, 480, 3)]
        together = found.detect_batch(images)
        assert [len(one) for one in together] != [0, 0, 0]
        for image, got in zip(images, together, strict=True):
            alone = found.detect(image)
            assert got.label == alone.label
            np.testing.assert_allclose(got.xyxy_px, alone.xyxy_px, atol=1e-2)
            np.testing.assert_allclose(got.score, alone.score, atol=1e-4)
    assert found.detect_batch([]) == []


def test_pictures_of_one_shape_run_together(folders, monkeypatch):
    found, seen = closed(folders("detr")), []
    usual = found._loaded.model.forward
    monkeypatch.setattr(found._loaded.model, "forward", lambda **x: seen.append(len(x["pixel_values"])) or usual(**x))
    found.detect_batch([tiny.picture(64, 64), tiny.picture(64, 80), tiny.picture(64, 64)])
    assert seen == [2, 1]


def test_nothing_found_is_an_empty_answer(folders, tmp_path):
    got = closed(folders("rf_detr"), min_score=1).detect(tiny.picture(97, 61))
    assert (len(got), got.mask) == (0, None)
    got = masked(tiny.rf_detr_masks(tmp_path / "masks"), min_score=1).detect(tiny.picture(97, 61))
    assert got.mask.shape == (0, 61, 97)


def test_numbers_that_are_none_are_left_out(folders):
    outputs = answer([(100, 100, 300, 300), (350, 100, 500, 300)], [2, 0], 643, 481)
    outputs["pred_boxes"][0, 0] = torch.nan
    outputs["logits"][0, 1] = torch.nan
    assert len(tiny.answering(closed(folders("detr")), **outputs).detect(tiny.picture(643, 481))) == 0


@pytest.fixture(scope="module")
def rf_detr_masks(tmp_path_factory):
    return tiny.rf_detr_masks(tmp_path_factory.mktemp("masks") / "rf_detr")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_mask_comes_back_where_it_is_and_its_box_is_tight(rf_detr_masks, width, height):
    found, image = masked(rf_detr_masks), tiny.picture(width, height)
    maps = found._loaded.model(**found._loaded.processor(images=[tiny.pil(image)], return_tensors="pt")).pred_masks
    box = (120.0, 90.0, 390.0, 300.0)
    outputs = answer([box], [1], width, height)
    outputs["pred_masks"] = torch.full(maps.shape, -9.0)
    outputs["pred_masks"][0, 0] = tiny.slopes(box, maps.shape[-2:], (1.0, 1.0), width, height)
    got = tiny.answering(found, **outputs).detect(image)
    assert got.label == ("table",)
    np.testing.assert_allclose(got.xyxy_px, [box], atol=1)
    assert (got.mask[0] != tiny.rectangle(box, width, height)).mean() < 0.002


def test_masks_are_those_of_transformers(rf_detr_masks):
    found = masked(rf_detr_masks, min_score=0.3, merge=EVERY)
    maps = torch.randn(1, tiny.QUERIES, 6, 7, generator=torch.Generator().manual_seed(1)) * 4
    logits = torch.full((1, tiny.QUERIES, 5), -9.0)
    logits[0, range(8), [0, 1, 2, 4, 0, 1, 2, 4]] = torch.linspace(4, 1, 8)
    got = tiny.answering(found, logits=logits, pred_masks=maps).detect(tiny.picture(173, 131))
    outputs = type("Outputs", (), {"logits": logits, "pred_masks": maps})
    wanted = found._loaded.processor.post_process_instance_segmentation(
        outputs, threshold=0.3, target_sizes=[(131, 173)], return_binary_maps=True
    )[0]
    assert (got.mask == wanted["segmentation"].numpy()).mean() > 0.99999
    assert list(got.label) == [tiny.ROOM[one["label_id"]] for one in wanted["segments_info"]]
    np.testing.assert_allclose(got.score, [one["score"] for one in wanted["segments_info"]], atol=1e-6)


def test_masks_of_a_batch_are_those_of_single_pictures(rf_detr_masks):
    found = masked(rf_detr_masks, min_score=0.1)
    images = [tiny.picture(123, 77, 1), tiny.picture(77, 123, 2)]
    for image, got in zip(images, found.detect_batch(images), strict=True):
        alone = found.detect(image)
        assert len(got) > 0
        assert got.label == alone.label
        assert (got.mask == alone.mask).mean() > 0.9999


def test_the_checkpoint_says_which_detector_it_is(folders, rf_detr_masks, tmp_path):
    assert type(transformers_detector(str(folders("rf_detr")), "cpu")) is ClosedDetector
    assert type(transformers_detector(str(rf_detr_masks), "cpu")) is ClosedMaskDetector
    found = detector(f"transformers:{folders('yolos')}", device="cpu")
    assert type(found) is ClosedDetector
    assert found.source == "transformers:yolos"
    with pytest.raises(InputError, match="behind a colon"):
        detector("transformers")
    tf.SegformerConfig().save_pretrained(tmp_path / "pixels")
    with pytest.raises(ModelError, match="architecture 'segformer'; semantic segmentation names pixels"):
        transformers_detector(str(tmp_path / "pixels"))
    tf.GLPNConfig().save_pretrained(tmp_path / "depth")
    with pytest.raises(ModelError, match="architecture 'glpn'; is it a checkpoint of another stage"):
        transformers_detector(str(tmp_path / "depth"))


def test_classes_without_names_are_refused(tmp_path):
    config = tf.YolosConfig(
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        image_size=(64, 96),
        num_labels=3,
    )
    folder = tiny.saved(tmp_path / "unnamed", tf.YolosForObjectDetection(config), tf.YolosImageProcessor())
    with pytest.raises(ModelError, match=r"3 classes without names, such as 'LABEL_0'; write them into id2label"):
        closed(folder)


def test_nothing_is_printed(folders, capfd):
    closed(folders("detr")).detect(tiny.picture(64, 48))
    assert capfd.readouterr() == ("", "")


@pytest.fixture(scope="module")
def eager(folders):
    """A detector that gives nearly all that its network says."""
    return closed(folders("rf_detr"), min_score=0.1)


@settings(max_examples=25)
@given(st.integers(1, 90), st.integers(1, 90))
def test_pictures_of_any_size(eager, width, height):
    got = eager.detect(tiny.picture(width, height))
    low, high = got.xyxy_px[:, :2], got.xyxy_px[:, 2:]
    assert (low >= 0).all()
    assert (high <= (width, height)).all()
    assert (high - low >= 1).all()
