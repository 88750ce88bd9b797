"""Builder: models loaded once and kept, pictures in batches, settings that a graph keeps and is built from again."""

import gc
import json
import math
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenegraph3d as sg3
from scenegraph3d.builder import PRESETS
from scenegraph3d.depth import ESTIMATORS
from scenegraph3d.detect import DETECTORS
from scenegraph3d.errors import InputError, SchemaError
from scenegraph3d.io.json import dumps
from scenegraph3d.models.checkpoint import checkpoints
from scenegraph3d.refine import REFINERS
from tests.builder.stand_ins import WALL_M, Bright, Tagged, Wall, Walls, photo

LEVEL = sg3.Given(up=(0, -1, 0))


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """The stand-ins by name, with a list of those that were made."""
    made = []

    def maker(kind):
        def make():
            made.append(kind())
            return made[-1]

        return make

    monkeypatch.setitem(ESTIMATORS.table, "wall", maker(Walls))
    monkeypatch.setitem(DETECTORS.table, "bright", maker(Bright))
    monkeypatch.setitem(REFINERS.table, "tagged", maker(Tagged))
    return made


BY_NAME = sg3.BuildConfig(depth="wall", detector="bright")


def test_models_are_loaded_once_when_they_are_needed(registered):
    builder = sg3.Builder(BY_NAME)
    assert registered == []
    for _ in range(3):
        builder.build(photo(), LEVEL)
    assert [type(model) for model in registered] == [Walls, Bright]


def test_models_as_objects_and_by_name_give_the_same_graph():
    by_name = sg3.Builder(BY_NAME).build(photo(), LEVEL)
    by_object = sg3.build(photo(), depth=Wall(), detections=Bright(), up=(0, -1, 0))
    assert by_name.objects.label == by_object.objects.label == ("cup", "chair")
    np.testing.assert_array_equal(by_name.objects.center_m, by_object.objects.center_m)
    assert by_name.source["detections"] == "bright"


def test_a_batch_gives_what_single_pictures_give(registered):
    pictures = [photo((200,)), photo((250, 200)), photo((225, 250, 200)), photo(()), photo((250,))]
    builder = sg3.Builder(BY_NAME)
    together = list(builder.build_many(pictures, LEVEL, batch=2))
    assert registered[0].batches == [2, 2, 1]
    assert [dumps(scene) for scene in together] == [dumps(builder.build(one, LEVEL)) for one in pictures]


def test_the_memory_of_many_pictures_is_that_of_a_batch():
    alive = []

    def pictures():
        for _ in range(40):
            one = photo()
            alive.append(weakref.ref(one))
            yield one

    most = 0
    for _ in sg3.Builder(BY_NAME).build_many(pictures(), LEVEL, batch=4):
        gc.collect()
        most = max(most, sum(ref() is not None for ref in alive))
    assert len(alive) == 40
    assert most <= 8  # those of a batch, and those of the next while it is read


def test_a_batch_of_none_is_refused():
    with pytest.raises(InputError, match="batch: expected at least 1"):
        next(sg3.Builder(BY_NAME).build_many([photo()], batch=0))


# --- camera --------------------------------------------------------------------------------------------------


def test_the_camera_is_the_given_one_else_exif_else_the_estimators_else_assumed():
    wall = Wall(focal_px=70.0)
    own = sg3.Camera(80, 80, 47.5, 31.5, 96, 64)
    exif = sg3.Image(photo().rgb, focal_px=90.0)

    def camera(image, given=LEVEL, **settings):
        found = sg3.Builder(sg3.BuildConfig(**settings), depth=wall, detector=Bright()).build(image, given).camera
        return found.intrinsics_source, found.fx

    assert camera(exif, sg3.Given(camera=own, up=(0, -1, 0)))[0] == "given"
    assert camera(exif, fov_rad=math.radians(90)) == ("given", pytest.approx(48))
    assert camera(exif) == ("exif", 90.0)
    assert camera(photo()) == ("estimated", 70.0)
    assert [None if one is None else one.fx for one in wall.asked] == [80, pytest.approx(48), 90, None]
    wall.focal_px = None
    assert camera(photo())[0] == "assumed"


# --- what to look for ----------------------------------------------------------------------------------------


def test_only_what_is_looked_for_is_found_and_what_is_not_is_said():
    config = sg3.BuildConfig(depth="wall", detector="bright", find=("chair", "lamp"))
    scene = sg3.Builder(config).build(photo((200, 250)), LEVEL)
    assert scene.objects.label == ("chair",)
    assert scene.source["not_found"] == ["lamp"]


def test_looking_for_labels_needs_a_detector_that_knows_them():
    class Plain:
        def detect(self, image):
            return sg3.Detections([], [])

    settings = sg3.BuildConfig(depth="wall", find=("cup",))
    with pytest.raises(InputError, match=r"find: expected a detector .*, got geometry"):
        sg3.Builder(settings).build(photo())
    with pytest.raises(InputError, match=r"find: expected a detector .*, got Plain"):
        sg3.Builder(settings, detector=Plain()).build(photo())


def test_refiners_add_to_what_was_found_in_order():
    config = sg3.BuildConfig(depth="wall", detector="bright", refiners=("tagged", "tagged"))
    scene = sg3.Builder(config).build(photo((200,)), LEVEL)
    assert scene.objects[0].attributes["tags"] == ["seen", "seen"]


# --- the settings in the graph -------------------------------------------------------------------------------


def test_a_graph_is_built_again_from_its_own_file(tmp_path):
    from PIL import Image

    Image.fromarray(photo((250, 200)).rgb).save(tmp_path / "photo.png")
    config = sg3.BuildConfig(
        depth="wall", detector="bright", find=("cup", "lamp"), fov_rad=1.1, rules=sg3.RelationRules(on_sink=0.31)
    )
    scene = sg3.Builder(config).build(tmp_path / "photo.png", LEVEL)
    scene.save(tmp_path / "scene.json")
    read = sg3.load(tmp_path / "scene.json")
    assert sg3.BuildConfig.of(read) == config
    assert dumps(sg3.rebuild(read)) == dumps(scene)


def test_data_that_was_given_is_asked_for_again():
    depth = sg3.DepthMap(np.full((64, 96), WALL_M, np.float32))
    scene = sg3.build(photo(), depth=depth, detections=Bright().detect(photo()), up=(0, -1, 0))
    assert scene.source["given"] == {"data": ["depth", "detections"]}
    with pytest.raises(InputError, match="depth: expected the data that was given, got none"):
        sg3.rebuild(scene, image=photo())
    again = sg3.rebuild(scene, image=photo(), depth=depth, detections=Bright().detect(photo()))
    assert dumps(again) == dumps(scene)
    with pytest.raises(InputError, match="sensor: expected none"):
        sg3.rebuild(scene, image=photo(), depth=depth, detections=Bright().detect(photo()), sensor=depth)
    with pytest.raises(InputError, match="image: expected the picture, which was no file"):
        sg3.rebuild(scene, depth=depth, detections=Bright().detect(photo()))


def test_a_graph_of_boxes_cannot_be_built_again():
    boxes = sg3.relate([{"label": "cup", "center_m": [0, 2, 0.5], "size_m": [0.1, 0.1, 0.1]}])
    with pytest.raises(SchemaError, match="expected one that was built from a picture"):
        sg3.rebuild(boxes, image=photo())
    with pytest.raises(SchemaError, match="expected one that was built from a picture"):
        sg3.BuildConfig.of(boxes)


@given(
    gap=st.floats(0.001, 10),
    labels=st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple),
    fov=st.none() | st.floats(0.1, 3.0),
    table=st.booleans(),
)
def test_settings_survive_the_way_through_json(gap, labels, fov, table):
    from scenegraph3d.lift.priors import SizePrior, SizePriors

    priors = {"mug": SizePrior("mug", (0.1, 0.02), (0.08, 0.02), (0.1, 0.02), rests=False)}
    config = sg3.BuildConfig(
        find=labels,
        fov_rad=fov,
        colors=None if table else sg3.BuildConfig().colors,
        rules=sg3.RelationRules(near_gap_m=(gap, 2 * gap)),
        **({"priors": SizePriors(priors)} if table else {}),
    )
    assert sg3.BuildConfig.from_document(json.loads(json.dumps(config.to_document()))) == config


@pytest.mark.parametrize(
    ("spoil", "phrase"),
    [
        (lambda found: found.pop("find"), "config: expected the fields of BuildConfig, got no 'find'"),
        (lambda found: found.update(extra=1), "config: expected the fields of BuildConfig, got 'extra'"),
        (lambda found: found.update(detector=7), "config.detector: expected text, got 7"),
        (lambda found: found["rules"].update(on_sink="deep"), "config.rules.on_sink: expected a number, got 'deep'"),
        (lambda found: found["rules"].update(on_gap_m=[1.0]), "config.rules.on_gap_m: expected a list of 2, got 1"),
        (lambda found: found["rules"].update(on_sink=math.nan), "config.rules.on_sink: expected a finite number"),
        (lambda found: found.update(priors="rare"), "config.priors: expected an object, got 'rare'"),
        (lambda found: found.update(refiners="sam"), "config.refiners: expected a list, got 'sam'"),
    ],
)
def test_settings_of_a_stranger_are_read_strictly(spoil, phrase):
    found = json.loads(json.dumps(sg3.BuildConfig().to_document()))
    spoil(found)
    with pytest.raises(SchemaError) as refused:
        sg3.BuildConfig.from_document(found)
    assert phrase in str(refused.value)


# --- presets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_names_models_that_are_known(name):
    config = PRESETS[name]
    assert config.depth in ESTIMATORS.names()
    assert config.detector in DETECTORS.names()
    for spec in config.refiners:
        assert spec.partition(":")[0] in REFINERS.names()
        assert spec.partition(":")[2] in checkpoints()


def test_an_unknown_preset_offers_the_near_ones():
    with pytest.raises(InputError, match=r"unknown preset 'outdor'; did you mean 'outdoor'"):
        sg3.Builder("outdor")
