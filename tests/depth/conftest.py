"""Depth checkpoints that are written, and loaded, once for all tests."""

import pytest

from scenegraph3d.depth import estimator
from tests.models.tiny_torch import DEPTH_MODELS


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """The folder of each family's checkpoint, written once."""
    root, made = tmp_path_factory.mktemp("checkpoints"), {}

    def folder(name):
        if name not in made:
            made[name] = DEPTH_MODELS[name][0](root / name)
        return made[name]

    return folder


@pytest.fixture(scope="session")
def models(folders):
    """The estimator of each family, loaded once."""
    made = {}

    def model(name):
        if name not in made:
            made[name] = estimator(f"transformers:{folders(name)}", device="cpu")
        return made[name]

    return model
