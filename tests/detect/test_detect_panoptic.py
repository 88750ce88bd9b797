import json

import numpy as np
import pytest
import torch
import transformers as tf
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from transformers.models.eomt.image_processing_eomt import compute_segments

from scenegraph3d.detect.masks import enlarger, exclusive, fused, overlapping, tight_boxes
from scenegraph3d.detect.merge import MergeSettings
from scenegraph3d.detect.panoptic import PanopticDetector, PanopticSettings, stuff_of
from scenegraph3d.detect.transformers import transformers_detector
from scenegraph3d.errors import ModelError
from scenegraph3d.models.checkpoint import Checkpoint
from tests.detect import tiny_detectors as tiny

SIZES = ((643, 481), (481, 643))
FAMILIES = ("mask2former", "maskformer", "oneformer", "eomt", "eomt_dinov3", "detr_masks")
CITY = dict(
    enumerate(
        [
            *("road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign"),
            *("vegetation", "terrain", "sky", "person", "car"),
        ]
    )
)
PERSON, CAR, ROAD = 11, 12, 0


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folder of each family's checkpoint, of a room's things or a city's stuff and things, written on demand."""
    root, made = tmp_path_factory.mktemp("panoptic"), {}

    def folder(family, *, city=False):
        if (family, city) not in made:
            more = {"things": (PERSON, CAR)} if city and family == "oneformer" else {}
            place = root / f"{family}-{'city' if city else 'room'}"
            made[family, city] = getattr(tiny, family)(place, CITY if city else tiny.ROOM, **more)
        return made[family, city]

    return folder


def panoptic(folder, **more):
    return PanopticDetector(Checkpoint("tiny", folder=folder), "cpu", settings=PanopticSettings(**more))


def maps_of(found, image):
    """The size of the network's maps, and how much of them the picture fills."""
    prepared = found._prepared(image)
    outputs = found._forward(prepared.tensors)
    name = "pred_masks" if "pred_masks" in outputs else "masks_queries_logits"
    return outputs[name].shape[-2:], prepared


def filled(prepared):
    """How much of a prepared white picture's height and width is white."""
    white = prepared.tensors["pixel_values"][0, 0]
    white = white > white.min() if white.min() < white.max() else torch.ones_like(white, dtype=torch.bool)
    return float(white.any(dim=1).float().mean()), float(white.any(dim=0).float().mean())


def answer(found, numbers, maps):
    """Make the network answer with a class and a map for each of its first queries, ever less sure."""
    classes = len(found._all) + (len(tiny.ROOM) - 4 if len(found._all) == 4 else 0)
    logits = torch.full((1, tiny.QUERIES, classes + 1), -9.0)
    logits[0, :, -1] = 9.0
    logits[0, range(len(numbers)), list(numbers)] = 14.0 - torch.arange(len(numbers)) / 2
    whole = torch.full((1, tiny.QUERIES, *maps[0].shape), -9.0)
    whole[0, : len(maps)] = torch.stack(maps)
    if found._loaded.model.config.model_type == "detr":
        return tiny.answering(found, logits=logits, pred_masks=whole)
    return tiny.answering(found, class_queries_logits=logits, masks_queries_logits=whole)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("width", "height", "city"), [(643, 481, True), (481, 643, False)])
def test_a_mask_comes_back_where_it_is_and_its_box_is_tight(folders, family, width, height, city):
    found = panoptic(folders(family, city=city))
    image = tiny.Image(np.full((height, width, 3), 255, dtype=np.uint8))
    cells, prepared = maps_of(found, image)
    box = (130.0, 100.0, 380.0, 330.0)
    maps = [tiny.slopes(box, cells, filled(prepared), width, height)]
    got = answer(found, [CAR if city else 2], maps).detect(image)
    assert got.label == ("car" if city else "mug",)
    np.testing.assert_allclose(got.xyxy_px, [box], atol=1)
    assert (got.mask[0] != tiny.rectangle(box, width, height)).mean() < 0.002


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_padding_to_a_fixed_size_moves_no_mask(tmp_path, width, height):
    folder = tiny.mask2former(tmp_path / "padded", CITY, {"shortest_edge": 64, "longest_edge": 128})
    written = json.loads((folder / "preprocessor_config.json").read_text())
    written["pad_size"] = {"height": 160, "width": 192}
    (folder / "preprocessor_config.json").write_text(json.dumps(written))
    found, image = panoptic(folder), tiny.picture(width, height)
    cells, prepared = maps_of(found, image)
    assert prepared.tensors["pixel_values"].shape[-2:] == (160, 192)
    sizes = {width: prepared.share[1] * 192, height: prepared.share[0] * 160}
    assert (round(sizes[481], 9), round(sizes[643], 9)) == (64, 96)  # 85 is made a multiple of 32
    box = (130.0, 100.0, 380.0, 330.0)
    found = answer(found, [CAR], [tiny.slopes(box, cells, (sizes[height] / 160, sizes[width] / 192), width, height)])
    np.testing.assert_allclose(found.detect(image).xyxy_px, [box], atol=1)


@pytest.mark.parametrize("family", ["mask2former", "maskformer", "oneformer", "detr_masks"])
def test_classes_scores_and_masks_are_those_of_the_pipeline(folders, family):
    # transformers gives to some segment what no mask claims, which is taken off here. All but Mask2Former's maps it
    # enlarges as probabilities, so theirs are of the picture's size.
    folder, image = folders(family, city=True), tiny.picture(384, 384)
    found = panoptic(folder, kept_share=0)
    cells = maps_of(found, image)[0] if family == "mask2former" else (384, 384)
    draw = torch.Generator().manual_seed(3)
    maps = [torch.randn(cells, generator=draw) * 3 for _ in range(5)]
    found = answer(found, [PERSON, CAR, CAR, PERSON, CAR], maps)
    got = found.detect(image)
    if family == "oneformer":
        processor = tf.OneFormerProcessor.from_pretrained(folder)
        parts = {"image_processor": processor.image_processor, "tokenizer": processor.tokenizer}
    else:
        parts = {"image_processor": found._loaded.processor}
    run = tf.pipeline("image-segmentation", model=found._loaded.model, **parts, device="cpu")
    wanted = run(tiny.pil(image), threshold=0.5, overlap_mask_area_threshold=0)
    assert len(got) == len(wanted) == 5
    assert got.label == tuple(one["label"] for one in wanted)
    np.testing.assert_allclose(got.score, [one["score"] for one in wanted], atol=1e-5)
    for mask, small, one in zip(got.mask, maps, wanted, strict=True):
        claimed = torch.nn.functional.interpolate(small[None, None], (384, 384), mode="bilinear")[0, 0].numpy() >= 0
        assert (mask == (np.array(one["mask"]) > 0) & claimed).mean() > 0.9999


@pytest.mark.parametrize("family", ["eomt", "eomt_dinov3"])
def test_panoptic_masks_are_those_of_the_processor_of_eomt(folders, family):
    found, image = panoptic(folders(family, city=True), kept_share=0), tiny.picture(96, 96)
    cells, prepared = maps_of(found, image)
    draw = torch.Generator().manual_seed(3)
    maps = [torch.randn(cells, generator=draw) * 3 for _ in range(5)]
    found = answer(found, [PERSON, ROAD, CAR, ROAD, CAR], maps)
    got = found.detect(image)
    processor = found._loaded.processor
    wanted = processor.post_process_panoptic_segmentation(
        found._forward(prepared.tensors),
        target_sizes=[(96, 96)],
        threshold=0.5,
        overlap_mask_area_threshold=0,
        stuff_classes=list(found.stuff),
    )[0]
    assert got.label == tuple(CITY[one["label_id"]] for one in wanted["segments_info"])
    assert got.label == ("person", "road", "car", "car")
    for mask, one in zip(got.mask, wanted["segments_info"], strict=True):
        assert (mask == (wanted["segmentation"].numpy() == one["id"])).mean() > 0.9999


@pytest.mark.parametrize("family", ["mask2former", "eomt"])
def test_instances_are_those_of_the_processor(folders, family):
    found = panoptic(folders(family), merge=MergeSettings(1, 1))
    side = 384 if family == "mask2former" else 96
    image = tiny.picture(side, side)
    cells, prepared = maps_of(found, image)
    assert found.stuff == frozenset()
    draw = torch.Generator().manual_seed(3)
    found = answer(found, [0, 1, 2, 4, 0], [torch.randn(cells, generator=draw) * 3 for _ in range(5)])
    got = found.detect(image)
    # Where two overlap the processor lets the later one win, so only what it says of each is compared.
    wanted = found._loaded.processor.post_process_instance_segmentation(
        found._forward(prepared.tensors), threshold=0.5, target_sizes=[(side, side)]
    )[0]["segments_info"]
    wanted = sorted(wanted, key=lambda one: -one["score"])
    assert got.label == tuple(tiny.ROOM[one["label_id"]] for one in wanted)
    np.testing.assert_allclose(got.score, [one["score"] for one in wanted], atol=2e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_batch_gives_what_single_pictures_give(folders, family):
    found = panoptic(folders(family, city=True), min_score=0.1, kept_share=0.1)
    images = [tiny.picture(120, 90, 1), tiny.picture(90, 120, 2), tiny.picture(120, 90, 3)]
    together = found.detect_batch(images)
    assert sum(len(one) for one in together) > 0
    for image, got in zip(images, together, strict=True):
        alone = found.detect(image)
        assert got.label == alone.label
        np.testing.assert_allclose(got.score, alone.score, atol=1e-4)
        assert got.mask.shape == (len(got), image.height, image.width)
        assert (got.mask != alone.mask).mean() < 0.001


def test_instances_may_overlap_and_panoptic_masks_do_not(folders):
    low, high = (100.0, 100.0, 500.0, 400.0), (200.0, 150.0, 320.0, 300.0)
    image = tiny.picture(643, 481)
    counts = {}
    for city, numbers in ((False, [0, 2]), (True, [PERSON, CAR])):
        found = panoptic(folders("mask2former", city=city))
        cells, _ = maps_of(found, image)
        maps = [tiny.slopes(box, cells, (1.0, 1.0), 643, 481) for box in (high, low)]
        counts[city] = answer(found, numbers, maps).detect(image).mask.sum(axis=0).max()
    assert counts == {False: 2, True: 1}


def test_a_mask_that_others_take_most_of_is_left_out(folders):
    large, cut = (100.0, 100.0, 415.0, 400.0), (350.0, 100.0, 600.0, 400.0)
    image = tiny.picture(643, 481)
    found = panoptic(folders("mask2former", city=True))
    cells, _ = maps_of(found, image)
    maps = [tiny.slopes(box, cells, (1.0, 1.0), 643, 481).clamp(max=1) for box in (large, cut)]
    maps[0] = torch.where(maps[0] > 0, 8.0, maps[0])
    found = answer(found, [PERSON, CAR], maps)
    assert found.detect(image).label == ("person",)
    found.settings = PanopticSettings(kept_share=0.7)
    assert found.detect(image).label == ("person", "car")


def test_finding_takes_nothing_from_what_others_own(folders):
    image = tiny.picture(643, 481)
    found = panoptic(folders("mask2former", city=True), kept_share=0.1)
    cells, _ = maps_of(found, image)
    boxes = [(100.0, 100.0, 400.0, 400.0), (250.0, 100.0, 600.0, 400.0)]
    found = answer(found, [PERSON, CAR], [tiny.slopes(box, cells, (1.0, 1.0), 643, 481) for box in boxes])
    whole = found.detect(image)
    asked = found.finding(["car"]).detect(image)
    assert (whole.label, asked.label) == (("person", "car"), ("car",))
    np.testing.assert_array_equal(asked.mask[0], whole.mask[1])
    assert found.finding(["ground", "building"]).vocabulary == ("building", "terrain")


def test_nothing_found_is_an_empty_answer_with_masks(folders):
    for city in (True, False):
        got = panoptic(folders("eomt", city=city), min_score=1).detect(tiny.picture(97, 61))
        assert got.mask.shape == (0, 61, 97)


def test_oneformer_says_what_is_stuff_and_is_told_its_task(folders):
    known = panoptic(folders("oneformer", city=True))
    assert known.stuff == frozenset(range(11))
    room = panoptic(folders("oneformer"))
    tokens = {}
    for found in (known, room):
        prepared = found._prepared(tiny.picture(40, 30))
        tokens[bool(found.stuff)] = prepared.tensors["task_inputs"][0].tolist()
    words = {"panoptic": tokens[True], "instance": tokens[False]}
    for task, got in words.items():
        assert (
            got
            == known._loaded.processor(
                images=[np.zeros((30, 40, 3), np.uint8)], task_inputs=[task], return_tensors="pt"
            )["task_inputs"][0].tolist()
        )
    assert words["panoptic"] != words["instance"]


def test_the_checkpoint_says_which_detector_it_is(folders, tmp_path):
    for family in ("detr_masks", "eomt"):
        assert type(transformers_detector(str(folders(family)), "cpu")) is PanopticDetector
    folder = tiny.eomt(tmp_path / "pixels", size={"shortest_edge": 96, "longest_edge": None}, do_split_image=True)
    with pytest.raises(ModelError, match="one of semantic segmentation; take a panoptic checkpoint"):
        transformers_detector(str(folder), "cpu")


def test_stuff_is_that_of_the_data_set_that_the_classes_are_of():
    coco = {0: "person", 1: "chair"} | dict(enumerate(tiny.names_of_stuff("coco"), 80))
    assert stuff_of(coco, 0.8) == frozenset(range(80, 133))
    ade = {0: "wall", 6: "road, route", 7: "bed ", 8: "windowpane", 18: "curtain", 11: "sidewalk, pavement"}
    assert stuff_of(ade, 0.8) == frozenset()
    ade |= {200 + row: name for row, name in enumerate(tiny.names_of_stuff("ade20k"))}
    assert stuff_of(ade, 0.8) == {0, 6, 11} | set(range(200, 250))
    assert stuff_of(CITY, 0.8) == frozenset(range(11))
    assert stuff_of({0: "person", 9: "traffic light", 13: "bench"}, 0.8) == frozenset()


logits = st.integers(2, 9).flatmap(
    lambda h: st.integers(2, 9).flatmap(
        lambda w: st.integers(0, 2**32 - 1).map(
            lambda seed: np.random.default_rng(seed).normal(0, 3, (4, h, w)).astype(np.float32)
        )
    )
)
pixels = st.tuples(st.integers(1, 70), st.integers(1, 70))


@given(logits, pixels)
def test_maps_are_enlarged_as_torch_enlarges_them(maps, size):
    wanted = torch.nn.functional.interpolate(torch.tensor(maps)[None], size, mode="bilinear")[0].numpy()
    large = enlarger(maps.shape[1:], (1.0, 1.0), *size)
    for small, whole in zip(maps, wanted, strict=True):
        region, got = large.where(small, 0.5)
        np.testing.assert_allclose(got, whole[region], atol=2e-5)
        outside = np.ones(size, dtype=bool)
        outside[region] = False
        assert (whole[outside] < 0.5 + 2e-5).all()


@given(logits, pixels, st.integers(0, 40), st.integers(0, 40))
def test_what_padding_adds_moves_nothing(maps, size, below, right):
    # A ramp stands for where a pixel is: enlarged, it is the pixel's own centre, in cells.
    cells = (40 + below, 40 + right)
    ramp = np.broadcast_to(np.arange(cells[0], dtype=np.float32)[:, None], cells).copy()
    _, got = enlarger(cells, (40 / cells[0], 40 / cells[1]), *size).where(ramp, -1)
    wanted = ((np.arange(size[0]) + 0.5) * 40 / size[0] - 0.5).clip(0, cells[0] - 1)
    np.testing.assert_allclose(got, np.broadcast_to(wanted[:, None], size), atol=1e-4)


@given(logits, pixels, st.permutations([0.99, 0.9, 0.7, 0.55]))
def test_exclusive_masks_are_those_of_transformers(maps, size, score):
    large = enlarger(maps.shape[1:], (1.0, 1.0), *size)
    got = exclusive(maps, np.array(score), large, mask_threshold=0.5, kept_share=0)
    whole = np.stack([large.rows.weights @ small @ large.columns.weights.T for small in maps])
    wanted, segments = compute_segments(
        torch.tensor(whole), torch.tensor(score, dtype=torch.float32), torch.arange(4), None, 0.5, 0.0, size
    )
    assert got.sum(axis=0).max() <= 1
    labels = {one["id"]: one["label_id"] for one in segments}
    owner = np.where(got.any(axis=0), got.argmax(axis=0), -1)
    expected = np.vectorize(lambda one: labels.get(one, -1))(wanted.numpy())
    # Rounding may turn pixels where two are equal.
    weighted = np.sort(expit(whole) * np.array(score)[:, None, None], axis=0)
    close = (weighted[-1] - weighted[-2] < 1e-5) | (np.abs(whole).min(axis=0) < 1e-4)
    np.testing.assert_array_equal(owner[~close], expected[~close])


@given(logits, pixels)
def test_overlapping_masks_are_where_the_probability_is_high(maps, size):
    large = enlarger(maps.shape[1:], (1.0, 1.0), *size)
    got, sure = overlapping(maps, large, 0.7)
    for mask, mean, small in zip(got, sure, maps, strict=True):
        probability = expit(large.rows.weights @ small @ large.columns.weights.T)
        clear = np.abs(probability - 0.7) > 1e-5
        np.testing.assert_array_equal(mask[clear], probability[clear] >= 0.7)
        assert mean == pytest.approx(probability[mask].mean() if mask.any() else 0, abs=1e-5)


def test_fused_masks_keep_the_place_of_the_first():
    masks = np.eye(4, dtype=bool)[:, None]
    got, kept = fused(masks, [-1, 7, -1, 7])
    assert kept == [0, 1, 2]
    np.testing.assert_array_equal(got[:, 0], [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]])


def test_boxes_are_tight():
    mask = np.zeros((1, 9, 12), dtype=bool)
    mask[0, 2:5, 3:11] = True
    np.testing.assert_array_equal(tight_boxes(mask), [[3, 2, 11, 5]])
