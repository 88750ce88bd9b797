"""Canaries: plant a fault for each gate and see it found. A check that cannot fail checks nothing."""

import shutil
import subprocess
import sys
import textwrap

import pytest

import scenegraph3d
from tests.architecture.checks import (
    ROOT,
    ReadmeError,
    docstring_findings,
    heavy_findings,
    import_findings,
    layer_findings,
    run_readme,
)


@pytest.fixture
def plant(tmp_path):
    """Write files into an empty folder: `plant({"scenegraph3d/io.py": "..."})` gives the folder."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return tmp_path

    return write


def tool(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("geometry/boxes.py", "from scenegraph3d.types import Camera"),
        ("geometry/boxes.py", "from scenegraph3d import types"),
        ("geometry/boxes.py", "from ..lift import lift"),
        ("geometry/boxes.py", "def late():\n    from scenegraph3d.builder import build"),
        ("geometry/boxes.py", "import importlib\nimportlib.import_module('scenegraph3d.query')"),
        ("depth/file.py", "from scenegraph3d.detect import given"),
        ("relate.py", "import scenegraph3d"),
        ("types/scene.py", "from scenegraph3d.io import save"),
        ("builder/builder.py", "import generators.train"),
        ("somewhere.py", ""),
        ("../generators/image.py", "from scenegraph3d.relate import relate"),
    ],
)
def test_layers_finds_an_import_up_the_road(plant, path, text):
    assert layer_findings(plant({f"scenegraph3d/{path}": text}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("types/scene.py", "from .camera import Camera\n\ndef save():\n    from scenegraph3d.io import save"),
        ("types.py", "from scenegraph3d.errors import ShapeError"),
        ("cli.py", "import scenegraph3d as sg3"),
        ("../generators/image.py", "from scenegraph3d.encode import GraphTokens"),
    ],
)
def test_layers_lets_data_flow(plant, path, text):
    assert layer_findings(plant({f"scenegraph3d/{path}": text})) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("depth/net.py", "import torch"),
        ("depth/net.py", "try:\n    from torch import nn\nexcept ImportError:\n    nn = None"),
        ("depth/net.py", "class Net:\n    import torch"),
        ("lift.py", "from scipy.spatial import cKDTree"),
        ("relate.py", "def late():\n    import torch"),
        ("io/dsg.py", "import importlib\nspark_dsg = importlib.import_module('spark_dsg')"),
        ("view.py", "def draw():\n    from matplotlib import pyplot"),
    ],
)
def test_heavy_imports_finds_a_library_out_of_place(plant, path, text):
    assert heavy_findings(plant({f"scenegraph3d/{path}": text}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("depth/net.py", "def load():\n    import torch"),
        ("depth/net.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"),
        ("geometry.py", "def tree():\n    from scipy.spatial import cKDTree"),
        ("../generators/image.py", "import torch"),
    ],
)
def test_heavy_imports_lets_the_owner_import(plant, path, text):
    assert heavy_findings(plant({f"scenegraph3d/{path}": text})) == []


@pytest.mark.parametrize(
    "text", ["import scipy", "print('hello')", "import warnings\nwarnings.warn('old', DeprecationWarning)"]
)
def test_import_cost_finds_what_an_import_brings_along(plant, text):
    assert import_findings(root=plant({"scenegraph3d/__init__.py": text}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"""Doc."""\ndef public(): ...',
        '"""Doc."""\nclass Public:\n    """Doc."""\n    def method(self): ...',
    ],
)
def test_docstrings_finds_silence(plant, text):
    assert docstring_findings(plant({"scenegraph3d/io.py": text}))


@pytest.mark.parametrize(
    "block",
    [
        "```python\nassert 1 + 1 == 3\n```\n",
        "```python\nx = 1\n```\ntext\n```python\nassert x == 2\n```\n",
        "```bash\nscenegraph3d no-such-verb\n```\n",
        "```bash\nrm -rf something\n```\n",
    ],
)
def test_readme_finds_a_block_that_does_not_work(block, tmp_path):
    with pytest.raises(ReadmeError, match="block at line"):
        run_readme(f"# Title\n\n{block}", tmp_path)


def test_readme_leaves_out_only_what_says_why(tmp_path):
    left_out = "<!-- not run: needs a GPU -->\n```python\n1 / 0\n```\n\n"
    assert run_readme(left_out + "```python\nx = 1\n```\n```bash\nmake demo\n```\n", tmp_path) == (1, 0)


def test_shape_checks_are_on_in_this_run():
    loaded = [module for name, module in sys.modules.items() if name.partition(".")[0] == "scenegraph3d"]
    assert scenegraph3d in loaded
    unchecked = [module.__name__ for module in loaded if "jaxtyping" not in type(module.__loader__).__module__]
    assert unchecked == []


def pytest_with_our_settings(folder):
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
    return tool("pytest", "-p", "no:cacheprovider", "tests", cwd=folder)


ONE_SHAPE = """
    import numpy as np
    from jaxtyping import Float


    def norm(points: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
        return np.linalg.norm(points, axis=1)
    """


@pytest.mark.parametrize(("columns", "passes"), [(3, True), (2, False)])
def test_pytest_finds_a_wrong_shape(plant, columns, passes):
    test = f"""
        import numpy as np
        from scenegraph3d import norm


        def test_norm():
            assert norm(np.zeros((4, {columns}))).shape == (4,)
        """
    result = pytest_with_our_settings(plant({"scenegraph3d/__init__.py": ONE_SHAPE, "tests/test_norm.py": test}))
    assert (result.returncode == 0) is passes, result.stdout + result.stderr
    assert ("TypeCheckError" in result.stdout) is not passes


@pytest.mark.parametrize(("line", "passes"), [("pass", True), ("warnings.warn('old', DeprecationWarning)", False)])
def test_pytest_finds_a_warning(plant, line, passes):
    test = f"import warnings\n\n\ndef test_quiet():\n    assert warnings\n    {line}\n"
    result = pytest_with_our_settings(plant({"scenegraph3d/__init__.py": "", "tests/test_quiet.py": test}))
    assert (result.returncode == 0) is passes, result.stdout + result.stderr
    assert ("DeprecationWarning: old" in result.stdout) is not passes


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("F401", "import os\n"),
        ("T201", "print('hello')\n"),
        ("TID251", "from __future__ import annotations\n"),
        ("B006", "def add(item, to=[]):\n    to.append(item)\n"),
    ],
)
def test_ruff_finds_a_fault(plant, code, text):
    folder = plant({"scenegraph3d/fault.py": text})
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
    result = tool("ruff", "check", "--no-cache", ".", cwd=folder)
    assert result.returncode == 1, result.stdout + result.stderr
    assert code in result.stdout


def test_ruff_finds_another_layout(plant):
    folder = plant({"scenegraph3d/fault.py": "x = {  'a':1 }\n"})
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
    assert tool("ruff", "format", "--check", "--no-cache", ".", cwd=folder).returncode == 1


@pytest.mark.parametrize("text", ["x: int = 'one'\n", "def untyped(x):\n    return x\n"])
def test_mypy_finds_a_fault(plant, text):
    folder = plant({"scenegraph3d/__init__.py": text})
    shutil.copy(ROOT / "setup.cfg", folder)
    result = tool("mypy", "--cache-dir", folder / "cache", cwd=folder)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "error:" in result.stdout
