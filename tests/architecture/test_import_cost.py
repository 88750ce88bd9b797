"""What a fresh interpreter loads. How long it takes is measured in benchmarks/."""

import pytest

from tests.architecture.checks import import_findings

HELP = """
import contextlib, io
from scenegraph3d.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["--help"])
"""


@pytest.mark.parametrize("statement", ["import scenegraph3d", HELP], ids=["import", "help"])
def test_only_light_libraries_are_loaded_without_a_warning_or_a_word(statement):
    assert import_findings(statement) == []
