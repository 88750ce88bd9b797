"""The network's shapes, size and reading of pictures, with random weights."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from scenegraph3d.roomnet.layout import channels
from scenegraph3d.roomnet.network import RoomNetwork, from_description, normalised
from scenegraph3d.roomnet.perceive import Perception
from scenegraph3d.rooms.catalogue import LABELS


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return RoomNetwork(LABELS).eval()


@pytest.fixture(scope="module")
def perception(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "rooms.safetensors"
    described = {"network": json.dumps(network.describe()), "fronts": "[0, 1]", "longer_px": "128"}
    save_file({name: value.half() for name, value in network.state_dict().items()}, path, described)
    return Perception.load(path, device="cpu")


@pytest.mark.parametrize(("height", "width"), [(64, 64), (144, 256), (96, 128), (256, 192)])
def test_maps_have_half_the_pictures_resolution(network, height, width):
    with torch.inference_mode():
        maps = network(torch.zeros(2, 3, height, width))
    assert maps.pop("camera").shape == (2, 3)
    assert {name: value.shape for name, value in maps.items()} == {
        name: (2, count, height // 2, width // 2) for name, count in channels(LABELS).items()
    }


def test_it_is_small(network):
    assert sum(value.numel() for value in network.parameters()) < 8e6


def test_a_picture_means_the_same_in_any_batch(network):
    pictures = torch.rand(3, 3, 96, 128, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        together, alone = network(pictures), network(pictures[1:2])
    for name, value in alone.items():
        torch.testing.assert_close(together[name][1:2], value, rtol=1e-3, atol=1e-4)


def test_a_description_makes_the_same_network(network):
    again = from_description(json.loads(json.dumps(network.describe())))
    again.load_state_dict(network.state_dict())
    assert again.labels == LABELS


def test_black_and_white_are_far_ends_of_the_input():
    ends = normalised(torch.tensor([[[[0, 0, 0], [255, 255, 255]]]], dtype=torch.uint8))
    assert ends.shape == (1, 3, 1, 2)
    assert ends.flatten().tolist() == [-2, 2] * 3


@pytest.mark.parametrize("size", [(64, 64), (512, 512), (37, 90), (480, 640), (1, 1), (2000, 30)])
def test_pictures_of_any_size_are_read(perception, size):
    rgb = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    depth = perception.depth_m(rgb)
    assert depth.shape == size
    assert (depth > 0).all()
    found = perception.found(rgb)
    assert found.mask.shape == (len(found.label), *size)
    assert found.mask.sum(axis=0).max(initial=0) <= 1
    np.testing.assert_allclose(
        found.camera_from_box @ found.camera_from_box.transpose(0, 2, 1),
        np.tile(np.eye(3), (len(found.label), 1, 1)),
        atol=1e-5,
    )


def test_a_picture_is_looked_at_once(perception, monkeypatch):
    rgb = np.random.default_rng(3).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    depth = perception.depth_m(rgb)
    monkeypatch.setattr(perception.network, "forward", None)
    np.testing.assert_array_equal(perception.depth_m(rgb.copy()), depth)
    assert perception.focal_px(rgb) > 0
