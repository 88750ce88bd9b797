"""rooms render, sheet and export through the command line."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

import scenegraph3d as sg3
from scenegraph3d.rooms import cast, render, sample_room, truth

SIZE = (96, 72)
SIDES = f"{SIZE[0]}x{SIZE[1]}"


def refused(result, *phrases):
    assert result.exit_code == 2, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for phrase in phrases:
        assert phrase in result.stderr


# --- render -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown():
    """Seed 7 as the library gives it: geometry, and the picture with two rays per pixel and side."""
    room = sample_room(7)
    return cast(room, SIZE), render(room, SIZE, supersample=2).image[0].numpy()


def test_render_writes_the_picture_and_all_that_is_asked_for(run, tmp_path, shown):
    names = {"depth": "d.png", "ids": "i.png", "normals": "n.png", "truth": "t.json", "captions": "c.json"}
    words = [word for option, name in names.items() for word in (f"--{option}", tmp_path / name)]
    result = run("rooms", "render", "--seed", 7, "--size", SIDES, *words, "-o", tmp_path / "room.png")
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names.values(), "room.png"])
    geometry, image = shown
    assert (np.asarray(Image.open(tmp_path / "room.png")) == image).all()
    depth_mm = np.asarray(Image.open(tmp_path / "d.png"))
    assert depth_mm.dtype == np.uint16
    assert np.abs(depth_mm / 1000 - geometry.depth_m[0].numpy()).max() <= 0.0005 + 1e-6
    instance = geometry.instance[0].numpy()
    ids = np.asarray(Image.open(tmp_path / "i.png"))
    assert (ids[instance >= 0] == instance[instance >= 0]).all()
    assert [set(np.unique(ids[instance == value])) for value in (-1, -2)] == [{255}, {254}]
    right, up, back = np.moveaxis(np.asarray(Image.open(tmp_path / "n.png")) / 127.5 - 1, -1, 0)
    normal = np.stack([right, -up, -back], axis=-1)
    assert np.abs(normal - geometry.normal[0].numpy()).max() <= 1 / 255 + 1e-6
    scene = sg3.load(tmp_path / "t.json")
    assert scene.objects.label == truth(sample_room(7), SIZE).objects.label
    assert set(np.unique(ids)) >= set(scene.objects.id.tolist())
    captions = json.loads((tmp_path / "c.json").read_text())
    assert (captions["seed"], captions["preset"], len(captions["captions"])) == (7, "indoor", 6)


def test_render_says_what_it_wrote_and_how_build_knows_the_camera(run, tmp_path):
    path = tmp_path / "room.png"
    words = ("rooms", "render", "--seed", 7, "--size", SIDES, "--supersample", 1, "-o", path)
    scene = truth(sample_room(7), SIZE)
    first, second = run(*words).stdout.splitlines()
    assert first.startswith(f"{path}: {len(scene.objects)} objects, {len(scene.relations)} relations (seed 7, indoor")
    assert second.startswith("camera: --intrinsics ")
    facts = json.loads(run(*words, "--json").stdout)
    camera = scene.camera
    assert facts["intrinsics"] == pytest.approx([camera.fx, camera.fy, camera.cx, camera.cy])
    assert facts["up"] == pytest.approx(camera.world_from_camera[2, :3].tolist())
    assert (facts["split"], facts["files"]) == ("demo", [str(path)])
    assert second.split()[2] == ",".join(f"{value:.6g}" for value in facts["intrinsics"])


def test_the_same_seed_gives_the_same_bytes_and_jpeg_comes_by_name(run, tmp_path, shown):
    for name in ("a.png", "b.png", "c.jpg"):
        words = ("--seed", 7, "--size", SIDES, "-o", tmp_path / name)
        assert run("rooms", "render", *words).exit_code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "c.jpg") as picture:
        assert picture.format == "JPEG"
        assert np.abs(np.asarray(picture).astype(float) - shown[1]).mean() < 4


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (("--preset", "indor"), ("--preset", "did you mean 'indoor'")),
        (("--size", "0x48"), ("--size", "WIDTHxHEIGHT of 1 to", "got '0x48'")),
        (("--size", "64x"), ("--size", "got '64x'")),
        (("--size", "99999"), ("--size", "got '99999'")),
        (("--seed", "-1"), ("--seed", "-1")),
        (("--supersample", "9"), ("--supersample", "9")),
        (("--depth", "d.jpg"), ("--depth", "ends in .png")),
        (("--ids", "same.png", "--normals", "same.png"), ("a file of its own",)),
        (("--device", "abacus"), ("--device", "cpu")),
        (("-o", "room.gif"), ("-o", ".png or .jpg")),
        (("-o", "nowhere/room.png"), ("-o", "a folder that exists")),
    ],
)
def test_render_refuses_in_one_line_and_writes_nothing(run, tmp_path, monkeypatch, words, phrases):
    monkeypatch.chdir(tmp_path)
    refused(run("rooms", "render", "-o", "room.png", "--size", "32x24", *words), *phrases)
    assert list(tmp_path.iterdir()) == []


def test_a_room_becomes_a_graph_again(run, tmp_path):
    """Things that are seen whole come back from the picture's depth, masks, intrinsics and up."""
    data, scene, depth = tmp_path / "data", tmp_path / "scene.json", tmp_path / "depth.png"
    words = ("--preset", "tabletop", "--size", SIDES, "--supersample", 1)
    assert run("rooms", "export", "--format", "coco", "--seeds", 5, *words, "-o", data).exit_code == 0
    drawn = run("rooms", "render", "--seed", 5, *words, "-o", tmp_path / "room.png", "--depth", depth, "--json")
    facts = json.loads(drawn.stdout)
    intrinsics, up = (",".join(map(str, facts[name])) for name in ("intrinsics", "up"))
    given = ("--depth", depth, "--depth-scale", 1000, "--intrinsics", intrinsics, "--up", up)
    found = ("--detections", data / "annotations.json")
    result = run("build", tmp_path / "room.png", *given, *found, "-o", scene)
    assert result.exit_code == 0, result.stderr
    built, known = sg3.load(scene).objects, truth(sample_room(5, "tabletop"), SIZE).objects
    assert set(built.label) <= set(known.label)
    whole = np.flatnonzero(~(known.seen.occluded | known.seen.truncated))
    for k in whole:
        rows = [row for row in range(len(built)) if built.label[row] == known.label[k]]
        gaps_m = np.linalg.norm(built.center_m[rows] - known.center_m[k], axis=1)
        assert gaps_m.min() < 0.15 * np.linalg.norm(known.size_m[k]) + 0.01, known[k]
    assert len(whole)


# --- sheet --------------------------------------------------------------------------------------------------


def test_a_sheet_holds_the_pictures_in_order(run, tmp_path):
    path = tmp_path / "sheet.png"
    result = run(*("rooms", "sheet", "--seeds", "3-5", "--size", SIDES, "--supersample", 1, "--columns", 2, "-o", path))
    assert (result.exit_code, result.stderr) == (0, "")
    sheet = np.asarray(Image.open(path))
    assert result.stdout == f"{path}: 3 rooms, {sheet.shape[1]} x {sheet.shape[0]} pixels\n"
    gap = (sheet.shape[1] - 2 * SIZE[0]) // 3
    for k, seed in enumerate((3, 4, 5)):
        x, y = gap + k % 2 * (SIZE[0] + gap), gap + k // 2 * (SIZE[1] + gap)
        own = render(sample_room(seed), SIZE).image[0].numpy()
        drawn = sheet[y : y + SIZE[1], x : x + SIZE[0]]
        assert (drawn[SIZE[1] // 3 :] == own[SIZE[1] // 3 :]).all()
        assert (drawn[:10, :10] != own[:10, :10]).any(), "no name"


def test_a_sheet_shows_what_is_asked_for(run, tmp_path):
    pictures = {}
    for kind in ("picture", "depth", "ids", "normals"):
        path = tmp_path / f"{kind}.png"
        words = ("--seeds", 4, "--preset", "tabletop", "--size", 64, "--show", kind, "-o", path)
        assert run("rooms", "sheet", *words).exit_code == 0
        pictures[kind] = np.asarray(Image.open(path))[4:68, 4:68][24:]
    seen = cast(sample_room(4, "tabletop"), 64)
    depth, instance = seen.depth_m[0].numpy()[24:], seen.instance[0].numpy()[24:]
    brightness = pictures["depth"].sum(axis=-1, dtype=int)
    assert np.diff(brightness.ravel()[np.argsort(depth, axis=None)]).max() <= 2, "brighter where it is farther"
    assert np.ptp(brightness) > 200
    colors = {tuple(color) for color in pictures["ids"].reshape(-1, 3).tolist()}
    assert len(colors) == len(np.unique(instance))
    for value in np.unique(instance):
        assert len(np.unique(pictures["ids"][instance == value], axis=0)) == 1
    assert (pictures["picture"] != pictures["normals"]).any()


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (("--seeds", "5-3"), ("--seeds", "FIRST-LAST")),
        (("--seeds", "a"), ("--seeds", "got 'a'")),
        (("--seeds", "0-9999999999999999999"), ("--seeds", "0 to 2^63")),
        (("--seeds", "0-99999"), ("a sheet of at most",)),
        (("--show", "dept"), ("--show", "did you mean 'depth'")),
        (("--preset", "x"), ("--preset", "tabletop")),
    ],
)
def test_sheets_that_cannot_be_are_refused(run, tmp_path, words, phrases):
    refused(run("rooms", "sheet", *words, "-o", tmp_path / "sheet.png"), *phrases)
    assert list(tmp_path.iterdir()) == []


# --- export -------------------------------------------------------------------------------------------------


def test_export_writes_the_first_rooms_of_a_split(run, tmp_path):
    words = ("rooms", "export", "--format", "parquet", "--split", "validation", "--count", 3, "--size", "32x24")
    result = run(*words, "-o", tmp_path / "data")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{tmp_path / 'data'}: 3 rooms of validation as parquet, seeds 1000 to 1002\n"
    path = tmp_path / "data" / "data" / "validation-00000-of-00001.parquet"
    assert pq.read_table(path, columns=["seed"]).to_pydict() == {"seed": [1000, 1001, 1002]}
    facts = json.loads(run(*words, "-o", tmp_path / "data", "--json").stdout)
    assert (facts["files"], facts["split"], facts["seeds"]) == (
        [str(path)],
        "validation",
        {"first": 1000, "last": 1002},
    )


def test_an_interrupted_export_says_how_to_go_on(run, tmp_path, monkeypatch):
    from importlib import import_module

    def interrupted(*args, **options):
        raise KeyboardInterrupt

    words = ("rooms", "export", "--format", "coco", "--seeds", "0-1", "--size", "32x24", "-o", tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr(import_module("scenegraph3d.rooms.exporting.export"), "records", interrupted)
        result = run(*words)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "stopped; the same command goes on where it was\n"
    assert run(*words).exit_code == 0
    assert len(list((tmp_path / "data" / "images").iterdir())) == 2


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (("--format", "coc", "--seeds", "0-1"), ("format", "did you mean 'coco'")),
        (("--format", "coco", "--split", "tests", "--count", "2"), ("split", "did you mean 'test'")),
        (("--format", "coco", "--split", "test", "--count", "10001"), ("count: expected 1 to 10000",)),
        (("--format", "coco", "--split", "test"), ("--split and --count, or --seeds, got neither",)),
        (("--format", "coco"), ("--split and --count, or --seeds, got neither",)),
        (("--format", "coco", "--seeds", "0-1", "--count", "2"), ("got both",)),
        (("--format", "coco", "--seeds", "999-1000"), ("seeds of one split, got demo to validation",)),
        (("--format", "coco", "--seeds", "0-1", "--preset", "x"), ("preset",)),
        (("--seeds", "0-1"), ("--format",)),
    ],
)
def test_exports_that_cannot_be_are_refused(run, tmp_path, words, phrases):
    refused(run("rooms", "export", *words, "-o", tmp_path / "data"), *phrases)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_other_things_is_refused(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run("rooms", "export", "--format", "coco", "--seeds", "0-1", "-o", tmp_path)
    assert result.exit_code == 1
    assert "expected an empty folder" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_rooms_alone_and_a_wrong_verb_are_wrong_use(run):
    refused(run("rooms"), "missing command", "scenegraph3d rooms --help")
    refused(run("rooms", "rendr"), "rendr", "scenegraph3d rooms --help")
    assert "export" in run("rooms", "--help").stdout
