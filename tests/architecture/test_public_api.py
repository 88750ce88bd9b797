"""The front door: its names are frozen, they stay what they are, and everything public says what it does."""

import importlib
from types import ModuleType

import scenegraph3d
from tests.architecture.checks import ROOT, docstring_findings, frozen_api, modules


def test_public_names_are_the_ones_written_down():
    assert sorted(scenegraph3d.__all__) == frozen_api(), (
        "if the change is meant: `make api`, and a line in CHANGELOG.md"
    )


def test_every_public_name_is_there():
    assert [name for name in scenegraph3d.__all__ if not hasattr(scenegraph3d, name)] == []


def test_no_function_is_replaced_by_the_module_of_the_same_name():
    """Importing `scenegraph3d.build` sets that attribute of the package; the function has to survive it."""
    names = {name: getattr(scenegraph3d, name) for name in scenegraph3d.__all__}
    for _, module in modules(ROOT):
        if module.startswith("scenegraph3d") and not module.endswith("__main__"):
            importlib.import_module(module)
    assert [name for name, value in names.items() if getattr(scenegraph3d, name) is not value] == []
    assert [name for name, value in names.items() if isinstance(value, ModuleType)] == []


def test_everything_public_has_a_docstring():
    assert docstring_findings() == []
