"""The weights that ship, on held-out rooms: through the estimator, the detector and the builder, beside floors."""

import json

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d import rooms
from scenegraph3d.depth import estimator
from scenegraph3d.detect import detector
from scenegraph3d.errors import InputError
from scenegraph3d.roomnet.perceive import WEIGHTS

SIZE = (256, 192)


@pytest.fixture(scope="module")
def seen():
    held_out = [rooms.sample_room(seed) for seed in rooms.seeds("test")[:16]]
    return held_out, rooms.render(held_out, SIZE, supersample=2)


def test_the_file_is_small_and_its_card_says_how_it_came_about():
    assert WEIGHTS.stat().st_size < 16e6
    card = json.loads(WEIGHTS.with_suffix(".json").read_text())
    assert "-m training.perception" in card["command"]
    assert {"seed", "minutes", "stages"} <= set(card["settings"])
    assert card["wall_minutes"] > 0
    assert card["hardware"]
    assert len(card["curve"]) > 3


def test_depth_is_metric_and_beats_a_wall(seen):
    held_out, pictures = seen
    model = estimator("rooms", device="cpu")
    wall_m = np.exp(np.mean(np.log(pictures.depth_m.numpy())))
    errors, floors, focal = [], [], []
    for room, image, truth in zip(held_out, pictures.image.numpy(), pictures.depth_m.numpy(), strict=True):
        depth = model.estimate(sg3.Image(image))
        assert depth.kind == "metric"
        assert depth.values.shape == truth.shape
        errors.append(np.mean(np.abs(depth.values - truth) / truth))
        floors.append(np.mean(np.abs(wall_m - truth) / truth))
        focal.append(depth.focal_px / room.camera(*SIZE).fx)
    assert np.mean(errors) < 0.6 * np.mean(floors)
    assert np.median(np.abs(np.log(focal))) < 0.2


def test_a_known_camera_sets_the_distance(seen):
    model = estimator("rooms", device="cpu")
    image = sg3.Image(seen[1].image[0].numpy())
    own = model.estimate(image)
    longer = sg3.Camera.from_focal(*SIZE, 2 * own.focal_px)
    np.testing.assert_allclose(model.estimate(image, longer).values, 2 * own.values, rtol=1e-5)


def test_things_are_found_where_they_are(seen):
    held_out, pictures = seen
    model = detector("rooms", device="cpu")
    hits = total = 0
    for room, image, instance in zip(held_out, pictures.image.numpy(), pictures.instance.numpy(), strict=True):
        found = model.detect(sg3.Image(image))
        for row, item in enumerate(room.things):
            mask = instance == row
            if mask.sum() < 400:
                continue
            total += 1
            overlap = [(one & mask).sum() / (one | mask).sum() for one in found.mask]
            best = int(np.argmax(overlap)) if overlap else -1
            hits += best >= 0 and overlap[best] > 0.5 and found.label[best] == item.thing.label
    assert total > 30
    assert hits / total > 0.5


def test_it_looks_for_what_it_is_asked_for(seen):
    model = detector("rooms", device="cpu")
    image = sg3.Image(seen[1].image[0].numpy())
    labels = model.detect(image).label
    assert model.finding(labels[:1]).detect(image).label == tuple(one for one in labels if one == labels[0])
    with pytest.raises(InputError, match="did you mean 'chair'"):
        model.finding(["chairs"])


@pytest.mark.parametrize("side", [64, 512])
def test_pictures_of_other_sizes_become_graphs(seen, side):
    room = seen[0][0]
    image = rooms.render(room, side, supersample=2).image[0].numpy()
    scene = sg3.build(image, config="rooms")
    assert scene.scale == "metric"
    assert len(scene.objects) >= 1
    assert all(how == "detector" for how in scene.objects.seen.completed)


def test_the_same_picture_gives_the_same_graph(seen):
    image = seen[1].image[3].numpy()
    assert sg3.build(image, config="rooms").objects.center_m.tolist() == (
        sg3.build(image.copy(), config="rooms").objects.center_m.tolist()
    )
