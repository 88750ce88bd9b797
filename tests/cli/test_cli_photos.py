"""build on photos alone and on folders of them, rebuild, and models: through the command line."""

import json

import pytest
from PIL import Image

import scenegraph3d as sg3
from scenegraph3d.depth import ESTIMATORS
from scenegraph3d.detect import DETECTORS
from tests.builder.stand_ins import Bright, Wall, Walls, photo

MODELS = ("--depth-model", "wall", "--detector", "bright", "--up", "0,-1,0")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    made = []

    def walls():
        made.append(Walls())
        return made[-1]

    monkeypatch.setitem(ESTIMATORS.table, "wall", walls)
    monkeypatch.setitem(ESTIMATORS.table, "relative-wall", lambda: Wall("relative"))
    monkeypatch.setitem(DETECTORS.table, "bright", Bright)
    return made


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for index, values in enumerate([(200,), (250, 200), (225, 250), (200, 225), (250,)]):
        Image.fromarray(photo(values).rgb).save(folder / f"photo{index}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


def refused(result, code, *phrases):
    assert result.exit_code == code, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for phrase in phrases:
        assert phrase in result.stderr


# --- one photo -----------------------------------------------------------------------------------------------


def test_a_photo_alone_needs_models_and_says_how_to_fetch_them(run, photos):
    result = run("build", photos / "photo0.png", "--preset", "indoor", "-o", photos / "scene.json")
    refused(result, 1, "depth-anything-v2-metric-indoor-small: expected its files", "hf download depth-anything/")
    assert "transformers:FOLDER" in result.stderr
    assert not (photos / "scene.json").exists()


def test_without_models_and_hub_the_model_that_ships_is_taken_and_says_so(run, photos):
    room, scene = photos / "room.png", photos / "scene.json"
    assert run("rooms", "render", "--seed", "12", "--size", "256x192", "-o", room).exit_code == 0
    result = run("build", room, "-o", scene)
    assert result.exit_code == 0, result.stderr
    first = result.stderr.splitlines()[0]
    assert first.startswith("warning: the models of the preset 'indoor' are not on this machine")
    assert "knows rendered rooms alone" in first
    built = sg3.load(scene)
    assert built.source["config"]["depth"] == built.source["config"]["detector"] == "rooms"
    assert len(built.objects) >= 2
    quiet = run("build", room, "--preset", "rooms", "-o", photos / "again.json")
    assert "warning: the models" not in quiet.stderr
    assert (photos / "again.json").read_bytes() == scene.read_bytes()


def test_what_is_looked_for_and_not_there_is_an_empty_graph(run, photos):
    words = ("build", photos / "photo0.png", *MODELS, "--find", "lamp, chair", "-o", photos / "scene.json")
    result = run(*words)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == ["warning: not found: lamp, chair", "warning: the graph is empty"]
    assert len(sg3.load(photos / "scene.json").objects) == 0
    assert json.loads(run(*words, "--json").stdout)["not_found"] == ["lamp", "chair"]


def test_what_is_looked_for_is_found(run, photos):
    run("build", photos / "photo1.png", *MODELS, "--find", " cup ,, ", "-o", photos / "scene.json")
    assert sg3.load(photos / "scene.json").objects.label == ("cup",)


@pytest.mark.parametrize(
    ("words", "phrases"),
    [
        (("--find", ","), ("--find", "labels with commas between")),
        (("--preset", "indor"), ("--preset", "did you mean 'indoor'")),
        (("--camera-height", "-1"), ("--camera-height", "a number above 0")),
        (("--camera-height", "1", "--length", "2", "--pixels", "1,1,2,2"), ("one of --camera-height",)),
        (("--length", "2"), ("--length and --pixels together",)),
        (("--device", "abacus"), ("--device", "expected cuda, cuda:N, mps or cpu, got 'abacus'")),
        (("--refine", "sma:x"), ("--refine", "did you mean 'sam'")),
    ],
)
def test_wrong_use_is_refused_in_one_line(run, photos, words, phrases):
    refused(run("build", photos / "photo0.png", *MODELS, *words, "-o", photos / "scene.json"), 2, *phrases)


# --- a folder ------------------------------------------------------------------------------------------------


def test_a_folder_becomes_a_folder_of_graphs_in_batches(run, photos, registered):
    out, drawn = photos.parent / "graphs", photos.parent / "drawn"
    result = run("build", photos, *MODELS, "--batch", 2, "-o", out, "--overlay", drawn)
    assert result.exit_code == 0, result.stderr
    assert registered[0].batches == [2, 2, 1]
    assert sorted(path.name for path in out.iterdir()) == [f"photo{i}.json" for i in range(5)]
    assert sorted(path.name for path in drawn.iterdir()) == [f"photo{i}.png" for i in range(5)]
    assert len(result.stdout.splitlines()) == 5
    one = photos / "one.json"
    run("build", photos / "photo1.png", *MODELS, "-o", one)
    assert one.read_bytes() == (out / "photo1.json").read_bytes()


def test_what_is_there_already_is_left_out(run, photos, registered):
    out = photos.parent / "graphs"
    run("build", photos / "photo0.png", photos / "photo3.png", *MODELS, "-o", out)
    before = (out / "photo0.json").stat().st_mtime_ns
    result = run("build", photos, *MODELS, "-o", out, "--json")
    assert result.stderr.splitlines() == ["2 of 5 were there already"]
    assert [json.loads(line)["objects"] for line in result.stdout.splitlines()] == [2, 2, 1]
    assert (out / "photo0.json").stat().st_mtime_ns == before
    assert registered[1].batches == [3]


def test_a_run_that_is_interrupted_goes_on_where_it_was(run, photos, monkeypatch):
    class Interrupted(Wall):
        def estimate(self, image, camera=None):
            if len(self.asked) == 3:
                raise KeyboardInterrupt
            return super().estimate(image, camera)

    out = photos.parent / "graphs"
    monkeypatch.setitem(ESTIMATORS.table, "wall", Interrupted)
    assert run("build", photos, *MODELS, "--batch", 2, "-o", out).exit_code == 130
    assert sorted(path.name for path in out.iterdir()) == ["photo0.json", "photo1.json"]
    monkeypatch.setitem(ESTIMATORS.table, "wall", Wall)
    result = run("build", photos, *MODELS, "--batch", 2, "-o", out)
    assert (result.exit_code, result.stderr) == (0, "2 of 5 were there already\n")
    assert len(list(out.iterdir())) == 5


def test_a_bad_model_is_told_once(run, photos):
    models = ("--depth-model", "wall", "--detector", "bright", "--refine", "embedding:no/such/model")
    refused(run("build", photos, *models, "-o", photos.parent / "graphs"), 2, "--refine", "no/such/model")
    result = run("build", photos, "--preset", "indoor", "--detector", "bright", "-o", photos.parent / "graphs")
    refused(result, 1, "depth-anything-v2-metric-indoor-small: expected its files")


def test_a_broken_picture_does_not_stop_the_others(run, photos):
    (photos / "photo2.png").write_bytes(b"no picture at all")
    out = photos.parent / "graphs"
    result = run("build", photos, *MODELS, "-o", out)
    assert result.exit_code == 1
    assert len(list(out.iterdir())) == 4
    assert "photo2.png" in result.stderr
    assert "expected a picture" in result.stderr


def test_a_picture_that_fails_in_a_batch_fails_alone(run, photos, monkeypatch):
    class Picky(Wall):
        def estimate(self, image, camera=None):
            depth = super().estimate(image, camera)
            return sg3.DepthMap(depth.values[1:]) if image.rgb[35, 18, 0] == 225 else depth

    monkeypatch.setitem(ESTIMATORS.table, "wall", Picky)
    result = run("build", photos, *MODELS, "-o", photos.parent / "graphs")
    assert result.exit_code == 1
    assert sorted(path.stem for path in (photos.parent / "graphs").iterdir()) == [
        "photo0",
        "photo1",
        "photo3",
        "photo4",
    ]
    refused(result, 1, "photo2.png", "the picture's size, 96 x 64, got 96 x 63")


@pytest.mark.parametrize("batch", [1, 2, 8])
def test_intrinsics_are_those_of_pictures_of_one_size(run, photos, batch):
    Image.fromarray(photo((200,), size=(100, 64)).rgb).save(photos / "photo2.png")
    words = (*MODELS, "--intrinsics", "80,80,47.5,31.5", "--batch", batch)
    result = run("build", photos, *words, "-o", photos.parent / "graphs")
    refused(result, 1, "photo2.png", "camera: expected the picture's size, 100 x 64, got 96 x 64")
    assert len(list((photos.parent / "graphs").iterdir())) == 4


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (("--depth", "photo0.png"), "expected one picture with --depth"),
        (("--length", "1", "--pixels", "1,1,2,2"), "expected one picture with --depth"),
    ],
)
def test_what_belongs_to_one_picture_is_refused_for_several(run, photos, words, phrase, monkeypatch):
    monkeypatch.chdir(photos)
    refused(run("build", ".", *words, "-o", "graphs"), 2, phrase)


def test_more_wrong_use_of_folders(run, photos, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(run("build", empty, *MODELS, "-o", tmp_path / "graphs"), 2, "expected pictures (.jpg")
    twice = ("build", photos / "photo0.png", photos, *MODELS)
    refused(run(*twice, "-o", tmp_path / "graphs"), 2, "'photo0' twice")
    refused(run("build", photos, *MODELS, "-o", photos / "photo0.png"), 2, "expected a folder for several pictures")
    refused(run("build", photos, *MODELS, "-o", tmp_path / "graphs", "--overlay", photos), 2, "no input too")


# --- rebuild -------------------------------------------------------------------------------------------------


def test_a_graph_is_built_again_from_its_own_file(run, photos):
    run("build", photos / "photo1.png", *MODELS, "--fov", 50, "-o", photos / "scene.json")
    result = run("rebuild", photos / "scene.json", "-o", photos / "again.json")
    assert result.exit_code == 0, result.stderr
    assert (photos / "again.json").read_bytes() == (photos / "scene.json").read_bytes()


def test_files_that_were_given_are_read_again(run, frame, build_words):
    run(*build_words)
    result = run("rebuild", frame / "scene.json", "-o", frame / "again.json")
    assert result.exit_code == 0, result.stderr
    assert sg3.load(frame / "again.json").objects.label == sg3.load(frame / "scene.json").objects.label
    assert (frame / "again.json").read_bytes() == (frame / "scene.json").read_bytes()


def test_a_graph_whose_picture_has_gone_says_so(run, photos):
    run("build", photos / "photo1.png", *MODELS, "-o", photos / "scene.json")
    (photos / "photo1.png").rename(photos / "moved.png")
    refused(run("rebuild", photos / "scene.json", "-o", photos / "again.json"), 1, "photo1.png")
    words = ("rebuild", photos / "scene.json", "--image", photos / "moved.png", "-o", photos / "again.json")
    assert run(*words).exit_code == 0
    refused(run(*words[:-1], photos / "moved.png"), 2, "no input too")


def test_a_graph_of_boxes_cannot_be_built_again(run, scene_file):
    refused(run("rebuild", scene_file, "-o", scene_file.parent / "again.json"), 1, "the name of its image")


# --- models --------------------------------------------------------------------------------------------------


def test_the_models_that_are_known(run):
    rows = json.loads(run("models", "--json").stdout)
    assert {row["stage"] for row in rows} == {"depth", "detect", "encode", "parse", "refine"}
    text = run("models").stdout
    for row in rows:
        assert f" {row['name']} " in text
    one = json.loads(run("models", "sam3", "--json").stdout)
    assert (one["gated"], one["here"]) == (True, False)
    assert "licence" in run("models", "depth-pro").stdout
    refused(run("models", "depth-prow"), 1, "did you mean 'depth-pro'")
