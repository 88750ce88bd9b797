"""Heavy libraries stay in the folders that need them, and out of import time."""

from tests.architecture.checks import heavy_findings


def test_heavy_libraries_are_imported_where_they_belong_and_inside_functions():
    assert heavy_findings() == []
