"""Data flows one way, and so do imports."""

from tests.architecture.checks import RANK, layer_findings, target_unit, unit_of


def test_imports_only_point_down_the_road():
    assert layer_findings() == []


def test_units_are_the_same_for_a_module_and_a_package():
    assert unit_of("scenegraph3d.types") == unit_of("scenegraph3d.types.camera") == "types"
    assert unit_of("generators.image.unet") == "generators"


def test_names_taken_from_the_front_door_come_after_everything_but_the_command_line():
    assert RANK["builder"] < RANK[target_unit("scenegraph3d.SceneGraph")] < RANK["cli"]
