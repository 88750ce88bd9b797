"""The wheel as a stranger installs it: complete, and the main job done by the core dependencies alone."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.architecture.checks import ROOT


def run(*command: str | Path, cwd: Path) -> None:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def build_wheel(folder: Path) -> Path:
    """Build from a copy, so that nothing is left in the working tree and nothing stale in it is packed."""
    source = folder / "source"
    shutil.copytree(ROOT / "scenegraph3d", source / "scenegraph3d", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source, cwd=folder)
    return next(folder.glob("*.whl"))


def missing_files(wheel: Path) -> list[str]:
    """Files of the package that the wheel left out."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    files = (path for path in (ROOT / "scenegraph3d").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [name for path in files if (name := path.relative_to(ROOT).as_posix()) not in packed]


def test_wheel_is_complete_and_works_without_any_extra(tmp_path):
    wheel = build_wheel(tmp_path)
    assert missing_files(wheel) == []

    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    script = shutil.copy(Path(__file__).parent / "core_alone.py", tmp_path)
    run(python, "-I", "-W", "error", script, cwd=tmp_path)
    run(tmp_path / "env" / "bin" / "scenegraph3d", "--help", cwd=tmp_path)
