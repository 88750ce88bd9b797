"""Prompt Depth Anything: a tiny checkpoint of the real classes, and prompts with known answers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers as hf

import scenegraph3d as sg3
from scenegraph3d.depth import PromptedDepthEstimator
from scenegraph3d.depth.prompted import PromptedDepth, PromptSettings, prompt_of
from scenegraph3d.depth.transformers import TransformersDepth
from scenegraph3d.errors import InputError, ModelError
from tests.models.tiny_torch import as_pil, noise

SIZES = [(131, 77), (77, 131), (96, 64)]


def sensor_of(width, height, share=1.0, seed=0):
    """A sensor's map of a slanted plane, with a share of its pixels."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    depth = (1.5 + 2 * x / width + y / height).astype(np.float32)
    return sg3.DepthMap(np.where(rng.random(depth.shape) < share, depth, 0), source="lidar")


@pytest.mark.parametrize("size", SIZES)
def test_prompted_depth_is_that_of_the_real_classes(models, folders, size):
    image, sensor = noise(*size), sensor_of(*size)
    model = models("prompt_depth_anything")
    assert isinstance(model, PromptedDepthEstimator)
    found = model.estimate_from(image, sensor)
    processor = hf.AutoImageProcessor.from_pretrained(folders("prompt_depth_anything"))
    network = hf.AutoModelForDepthEstimation.from_pretrained(folders("prompt_depth_anything"))
    inputs = processor(images=as_pil(image), prompt_depth=prompt_of(sensor) * 1000, return_tensors="pt")
    with torch.no_grad():
        theirs = processor.post_process_depth_estimation(network(**inputs), [(size[1], size[0])])
    np.testing.assert_allclose(found.values, theirs[0]["predicted_depth"].numpy(), rtol=1e-4)
    assert (found.kind, found.source) == ("metric", "transformers:prompt_depth_anything from lidar")


def test_prompted_depth_follows_the_sensors_range_and_scale(models):
    image, model = noise(131, 77), models("prompt_depth_anything")
    sensor = sensor_of(131, 77, share=0.1)
    found = model.estimate_from(image, sensor).values
    low, high = sensor.values[sensor.valid].min(), sensor.values.max()
    assert found.std() > 0
    assert low * 0.99 <= found.min() < found.max() <= high * 1.01
    doubled = model.estimate_from(image, replace(sensor, values=sensor.values * 2)).values
    np.testing.assert_allclose(doubled, 2 * found, rtol=1e-4)


def test_a_dense_map_is_averaged_to_the_prompt():
    sensor = sensor_of(512, 256)
    blocks = sensor.values.reshape(128, 2, 256, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(prompt_of(sensor), blocks, rtol=1e-5)
    small = sensor_of(60, 41)
    np.testing.assert_allclose(prompt_of(small), small.values, rtol=1e-6)


def test_holes_are_filled_from_the_nearest_readings_and_never_count_as_0():
    sensor = sensor_of(60, 41, share=0.05)
    found = prompt_of(sensor)
    np.testing.assert_allclose(found[sensor.valid], sensor.values[sensor.valid], rtol=1e-6)
    places, depths = np.argwhere(sensor.valid), sensor.values[sensor.valid].astype(np.float64)
    for row, column in [(0, 0), (40, 59), (20, 30), (7, 51)]:
        if not sensor.valid[row, column]:
            away = np.hypot(*(places - [row, column]).T)
            nearest = np.sort(away)[3]
            weights = np.where(away <= nearest, 1 / away, 0)
            if (away <= nearest).sum() == 4:
                assert found[row, column] == pytest.approx((weights * depths).sum() / weights.sum(), rel=1e-5)
    assert sensor.values[sensor.valid].min() * 0.999 <= found.min()
    assert found.max() <= sensor.values.max() * 1.001


def test_a_prompt_from_two_readings_and_of_another_size():
    values = np.zeros((40, 80), np.float32)
    values[5, 5], values[30, 70] = 1.0, 4.0
    found = prompt_of(sg3.DepthMap(values), PromptSettings(longest=16))
    assert found.shape == (8, 16)
    assert (found[1, 1], found[6, 14]) == (1.0, 4.0)
    assert found[0, 0] < 2
    assert found[7, 15] > 3


def test_a_sensor_that_does_not_fit_is_refused(models):
    model, image = models("prompt_depth_anything"), noise(96, 64)
    with pytest.raises(InputError, match=r"expected the picture's size, 96 x 64, got 64 x 96"):
        model.estimate_from(image, sensor_of(64, 96))
    with pytest.raises(InputError, match="sensor depth: expected kind 'metric', got 'relative'"):
        model.estimate_from(image, replace(sensor_of(96, 64), kind="relative"))
    one = np.zeros((64, 96), np.float32)
    one[3, 4] = 2.0
    with pytest.raises(InputError, match=r"expected readings at different depths, got all at 2 m"):
        model.estimate_from(image, sg3.DepthMap(one))
    with pytest.raises(InputError, match=r"expected a sensor's depth, got a picture alone; .*estimate_from"):
        model.estimate(image)


def test_each_class_takes_its_own_checkpoints(folders):
    with pytest.raises(ModelError, match=r"expected a model that needs a picture alone, .* PromptedDepth"):
        TransformersDepth(str(folders("prompt_depth_anything")))
    with pytest.raises(ModelError, match=r"expected architecture 'prompt_depth_anything', got 'dpt'"):
        PromptedDepth(str(folders("dpt")))
