"""Metadata stands in one place, and the extras are the ones that the documentation names."""

import configparser
import re
import tomllib
from itertools import chain

import pytest

from tests.architecture.checks import ROOT

EXTRAS = {
    *("perception", "open3d", "graph", "language", "generate", "onnx", "view", "corpus", "bench", "bridges", "all"),
    *("dev", "test", "ultralytics"),
}


@pytest.fixture
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_setup_cfg_holds_tool_settings_only():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert [name for name in config.sections() if re.match(r"metadata|options", name)] == []


def test_extras_are_the_documented_ones(project):
    assert set(project["optional-dependencies"]) == EXTRAS


def test_dependencies_come_from_the_index_and_pin_nothing(project):
    requirements = chain(project["dependencies"], *project["optional-dependencies"].values())
    assert [text for text in requirements if "@" in text or "==" in text] == []
