"""Exports of rooms, read back by pycocotools, pyarrow and this library; stopped, killed and gone on with."""

import contextlib
import io
import json
import signal
import subprocess
import sys
from importlib import import_module

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from scenegraph3d.detect.given import read_detections
from scenegraph3d.errors import InputError, OutputError
from scenegraph3d.geometry import boxes as yaw_boxes
from scenegraph3d.rooms import LABELS, ExportPlan, cast, export, render, sample_room, seeds, truth
from scenegraph3d.rooms.exporting.coco import compressed_rle
from scenegraph3d.rooms.exporting.export import first_seeds
from scenegraph3d.rooms.exporting.records import records
from tests.architecture.checks import ROOT

SIZE = (64, 48)
SEEDS = range(20_000, 20_005)
MODULE = import_module("scenegraph3d.rooms.exporting.export")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(MODULE, "PART_ROWS", 2)


def plan_of(form, some=SEEDS, **changes):
    return ExportPlan(form, some, **{"size": SIZE, "supersample": 1, "rows_per_file": 3, **changes})


@pytest.fixture(scope="module")
def coco(tmp_path_factory):
    """The seeds as COCO."""
    folder = tmp_path_factory.mktemp("coco")
    export(folder, plan_of("coco"))
    return folder


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    """The seeds as Parquet."""
    folder = tmp_path_factory.mktemp("parquet")
    export(folder, plan_of("parquet"))
    return folder


@pytest.fixture(scope="module")
def shown():
    """What is in the pictures, cast one by one: seed -> (depth in metres, instances)."""
    return {
        seed: (seen.depth_m[0].numpy(), seen.instance[0].numpy())
        for seed in SEEDS
        for seen in [cast(sample_room(seed), SIZE)]
    }


def opened(path):
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def rows_of(folder):
    return [row for path in sorted((folder / "data").iterdir()) for row in pq.read_table(path).to_pylist()]


# --- COCO ---------------------------------------------------------------------------------------------------


# pycocotools 2.0.11 was written for the array protocol of NumPy 1.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_masks_boxes_and_categories(coco, shown):
    data = opened(coco / "annotations.json")
    assert data.getImgIds() == list(SEEDS)
    assert [row["name"] for row in data.loadCats(data.getCatIds())] == list(LABELS)
    for seed, (depth_m, instance) in shown.items():
        graph = truth(sample_room(seed), SIZE)
        found = data.loadAnns(data.getAnnIds(imgIds=[seed]))
        assert [row["object_id"] for row in found] == graph.objects.id.tolist()
        assert tuple(data.cats[row["category_id"]]["name"] for row in found) == graph.objects.label
        for row in found:
            mask = instance == row["object_id"]
            assert (data.annToMask(row) == mask).all()
            own = coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8))
            assert row["segmentation"]["counts"] == own["counts"].decode()
            assert row["bbox"] == coco_mask.toBbox(own).tolist()
            assert row["area"] == coco_mask.area(own)
        (image,) = data.loadImgs([seed])
        depth_mm = np.asarray(Image.open(coco / image["depth_file_name"]))
        assert depth_mm.dtype == np.uint16
        assert np.abs(depth_mm / 1000 - depth_m).max() <= 0.0005 + 1e-6
        picture = np.asarray(Image.open(coco / image["file_name"]))
        assert (picture == render(sample_room(seed), SIZE).image[0].numpy()).all()
    assert len(data.anns) == len(set(data.anns))


def test_boxes_in_the_camera_frame_are_those_in_the_world(coco):
    data = opened(coco / "annotations.json")
    for row in data.anns.values():
        box, camera = row["box3d"], data.imgs[row["image_id"]]["camera"]
        world = yaw_boxes.Boxes(
            np.array([box["center_world_m"]]), np.array([box["size_m"]]), np.array([box["yaw_world_rad"]])
        )
        local = yaw_boxes.Boxes(np.zeros((1, 3)), np.array([box["size_m"]]), np.zeros(1))
        own = yaw_boxes.corners(local)[0] @ np.array(box["rotation_camera_from_box"]).T + box["center_camera_m"]
        pose = np.array(camera["world_from_camera"])
        assert own @ pose[:3, :3].T + pose[:3, 3] == pytest.approx(yaw_boxes.corners(world)[0], abs=2e-5)


def test_boxes_in_the_camera_frame_are_seen_where_the_masks_are(coco, shown):
    data = opened(coco / "annotations.json")
    for row in data.anns.values():
        depth_m, instance = shown[row["image_id"]]
        camera, box = data.imgs[row["image_id"]]["camera"], row["box3d"]
        v, u = np.nonzero(instance == row["object_id"])
        z = depth_m[v, u].astype(np.float64)
        points = np.stack([(u - camera["cx"]) / camera["fx"] * z, (v - camera["cy"]) / camera["fy"] * z, z], axis=1)
        own = (points - box["center_camera_m"]) @ np.array(box["rotation_camera_from_box"])
        assert (np.abs(own) <= np.array(box["size_m"]) / 2 + 2e-3).all()


def test_captions_claim_relations_and_attributes_of_things_that_are_annotated(coco):
    instances, captions = opened(coco / "annotations.json"), opened(coco / "captions.json")
    assert captions.getImgIds() == instances.getImgIds()
    claims = 0
    for seed in SEEDS:
        things = {row["object_id"]: row for row in instances.imgToAnns[seed]}
        rows = instances.imgs[seed]["relations"]
        assert {key for row in rows for key in ("subject", "object") if row[key] not in things} == set()
        known = {(row["subject"], row["predicate"], row["object"]) for row in rows}
        said = captions.imgToAnns[seed]
        assert {row["detail"] for row in said} == {"short", "medium", "full"}
        for row in said:
            assert row["caption"]
            assert set(row["objects"]) <= set(things)
            assert {(triple["subject"], triple["predicate"], triple["object"]) for triple in row["triples"]} <= known
            assert all(things[a["object"]]["attributes"][a["name"]] == a["value"] for a in row["attributes"])
            claims += len(row["triples"])
    assert claims > len(SEEDS)


def test_this_library_reads_the_masks_too(coco, shown):
    name = f"{SEEDS[3]:06d}.png"
    found = read_detections(coco / "annotations.json", *SIZE, image=name)
    instance = shown[SEEDS[3]][1]
    rows = opened(coco / "annotations.json").imgToAnns[SEEDS[3]]
    assert found.label == tuple(LABELS[row["category_id"] - 1] for row in rows)
    assert (found.mask == np.stack([instance == row["object_id"] for row in rows])).all()


@given(hnp.arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40))))
@settings(max_examples=60)
def test_compressed_rle_is_that_of_pycocotools(mask):
    theirs = coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8))
    assert compressed_rle(mask) == {"size": theirs["size"], "counts": theirs["counts"].decode()}


@pytest.mark.parametrize("run", [15, 16, 511, 512, 16_383, 16_384, 600_000])
def test_long_runs_are_those_of_pycocotools(run):
    flat = np.zeros(2 * run + 40, dtype=bool)
    flat[run : run + 7] = flat[2 * run + 9 : 2 * run + 12] = True
    mask = flat.reshape(-1, 2, order="F")
    assert (
        compressed_rle(mask)["counts"] == coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8))["counts"].decode()
    )


# --- Parquet ------------------------------------------------------------------------------------------------


def test_shards_hold_the_rows_in_order(parquet):
    files = sorted(path.name for path in (parquet / "data").iterdir())
    assert files == ["heldout-00000-of-00002.parquet", "heldout-00001-of-00002.parquet"]
    assert [pq.read_metadata(parquet / "data" / name).num_rows for name in files] == [3, 2]
    assert [row["seed"] for row in rows_of(parquet)] == list(SEEDS)


def test_both_formats_say_the_same(parquet, coco, shown):
    instances, captions = opened(coco / "annotations.json"), opened(coco / "captions.json")
    for row in rows_of(parquet):
        image = instances.imgs[row["seed"]]
        assert row["image"]["bytes"] == (coco / image["file_name"]).read_bytes()
        assert row["depth"]["bytes"] == (coco / image["depth_file_name"]).read_bytes()
        assert (pixels(row["instances"]["bytes"]) == shown[row["seed"]][1].astype(np.uint8)).all()
        assert {name: row["camera"][name] for name in image["camera"]} == image["camera"]
        assert (row["width"], row["height"], row["preset"]) == (*SIZE, "indoor")
        assert row["relations"] == image["relations"]
        rows = instances.imgToAnns[row["seed"]]
        assert len(rows) == len(row["objects"])
        for theirs, own in zip(rows, row["objects"], strict=True):
            flat = {**theirs["attributes"], **theirs["box3d"], "id": theirs["object_id"], "pixels": theirs["area"]}
            assert {key: own[key] for key in flat} == flat
        said = [{key: one[key] for key in row["captions"][0]} for one in map(as_said, captions.imgToAnns[row["seed"]])]
        assert row["captions"] == said


def as_said(row):
    return {**row, "text": row["caption"]}


def test_the_schema_marks_pictures_for_datasets(parquet):
    (path, *_) = (parquet / "data").iterdir()
    features = json.loads(pq.read_schema(path).metadata[b"huggingface"])["info"]["features"]
    assert [name for name, kind in features.items() if kind == {"_type": "Image"}] == ["image", "depth", "instances"]
    assert set(features) == set(pq.read_schema(path).names)


# --- stopped and gone on with -------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "after"), [("coco", 2), ("parquet", 1), ("parquet", 3)])
def test_an_export_that_was_interrupted_goes_on_where_it_was(tmp_path, monkeypatch, coco, parquet, form, after):
    counts, made = [], []

    def interrupt(count):
        counts.append(count)
        if len(counts) == after:
            raise KeyboardInterrupt

    def watched(some, *words, **options):
        made.extend(some)
        return records(some, *words, **options)

    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, plan_of(form), done=interrupt)
    assert content(tmp_path) != content(coco if form == "coco" else parquet)
    monkeypatch.setattr(MODULE, "records", watched)
    again = []
    export(tmp_path, plan_of(form), done=again.append)
    assert made == list(SEEDS)[sum(counts) :]
    assert sum(again) == len(SEEDS)
    assert content(tmp_path) == content(coco if form == "coco" else parquet)


_KILLED = """
import os, signal
from importlib import import_module
from pathlib import Path

module = import_module("scenegraph3d.rooms.exporting.export")
module.PART_ROWS = 2
own, calls = Path.replace, []

def replace(path, target):
    calls.append(target)
    if len(calls) == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return own(path, target)

Path.replace = replace
plan = module.ExportPlan({form!r}, range(20000, 20005), size=(64, 48), supersample=1, rows_per_file=3)
module.export({folder!r}, plan)
"""


# Killed where a file is written and has its name not yet: a picture of the first part, the last file, the first shard.
@pytest.mark.parametrize(("form", "after"), [("coco", 4), ("coco", 16), ("parquet", 4)])
def test_an_export_that_was_killed_goes_on_where_it_was(tmp_path, coco, parquet, form, after):
    script = _KILLED.format(form=form, folder=str(tmp_path), after=after)
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert run.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*.tmp.*"))
    assert not list(tmp_path.glob("annotations.json")) + list(tmp_path.glob("data/heldout*"))
    export(tmp_path, plan_of(form))
    assert content(tmp_path) == content(coco if form == "coco" else parquet)


def test_a_complete_export_is_left_alone(coco):
    before = {path: path.stat().st_mtime_ns for path in coco.rglob("*") if path.is_file()}
    counts = []
    export(coco, plan_of("coco"), done=counts.append)
    assert counts == [len(SEEDS)]
    assert {path: path.stat().st_mtime_ns for path in coco.rglob("*") if path.is_file()} == before


def test_the_manifest_says_what_is_there(coco):
    manifest = json.loads((coco / "export.json").read_text())
    assert manifest.pop("scenegraph3d")
    assert manifest == {
        "format": "coco",
        "split": "heldout",
        "seeds": {"first": 20_000, "last": 20_004},
        "preset": "indoor",
        "width": 64,
        "height": 48,
        "supersample": 1,
        "rows_per_file": 3,
    }
    assert not (coco / ".parts").exists()


# --- refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"size": (32, 32)}, "width 32, height 32, got width 64, height 48"),
        ({"preset": "tabletop"}, "preset 'tabletop', got preset 'indoor'"),
        ({"some": range(20_000, 20_003)}, "'last': 20002"),
        ({"form": "parquet"}, "format 'parquet', got format 'coco'"),
    ],
)
def test_a_folder_with_another_export_is_refused(coco, changes, phrase):
    before = content(coco)
    with pytest.raises(InputError, match="choose another folder") as error:
        export(coco, plan_of(**{"form": "coco", **changes}))
    assert phrase in str(error.value)
    assert content(coco) == before


@pytest.mark.parametrize("name", ["notes.txt", "annotations.json"])
def test_a_folder_with_other_files_is_refused_and_not_touched(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match="expected an empty folder"):
        export(tmp_path, plan_of("coco"))
    assert content(tmp_path) == {name: b"mine"}


def test_a_manifest_that_is_none_is_refused(tmp_path):
    for text in ("{", "[]", "3"):
        (tmp_path / "export.json").write_text(text)
        with pytest.raises(InputError):
            export(tmp_path, plan_of("coco"))
        assert content(tmp_path) == {"export.json": text.encode()}


def test_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "none" / "deep"):
        with pytest.raises(OutputError, match="expected a folder that can be written"):
            export(place, plan_of("coco"))
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"form": "cocoa"}, "did you mean 'coco'"),
        ({"preset": "table"}, "did you mean 'tabletop'"),
        ({"size": (0, 48)}, "width and height from 1"),
        ({"size": (64, 10**6)}, "width and height from 1"),
        ({"supersample": 0}, "supersample: expected 1 to 8"),
        ({"rows_per_file": 0}, "rows per file: expected at least 1"),
        ({"some": range(0)}, "seeds: expected at least one"),
        ({"some": range(0, 9, 2)}, "without gaps"),
        ({"some": range(990, 1001)}, "seeds of one split, got demo to validation"),
        ({"some": range(-1, 1)}, "seed: expected 0 to"),
    ],
)
def test_plans_that_cannot_be_are_refused(changes, phrase):
    with pytest.raises(InputError) as error:
        plan_of(**{"form": "coco", **changes})
    assert phrase in str(error.value)


def test_the_first_seeds_of_a_split():
    assert first_seeds("train", 5) == seeds("train")[:5]
    assert first_seeds("test", 10_000) == seeds("test")
    for count in (0, -1, 10_001):
        with pytest.raises(InputError, match="expected 1 to 10000, the seeds of test"):
            first_seeds("test", count)
    with pytest.raises(InputError, match="did you mean 'train'"):
        first_seeds("trian", 5)
