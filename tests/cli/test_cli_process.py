"""The command line as a process of its own: exit codes, imports, closed pipes, progress."""

import io
import json
import os
import subprocess
import sys

from scenegraph3d import __version__
from scenegraph3d.cli.options import progress
from tests.architecture.checks import ROOT


def command(*words, **environment):
    """Run `python -m scenegraph3d.cli` with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "scenegraph3d.cli", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_exit_codes(scene_file):
    done, failed, wrong = (
        command("query", scene_file, "cup on coffee table"),
        command("show", ROOT / "pyproject.toml"),
        command("query", scene_file, "cup onto sofa"),
    )
    assert (done.returncode, failed.returncode, wrong.returncode) == (0, 1, 2)
    assert done.stderr == ""
    for run in (failed, wrong):
        assert run.stdout == ""
        assert len(run.stderr.splitlines()) == 1
        assert run.stderr.startswith("error: ")


def test_version():
    assert command("--version").stdout == f"scenegraph3d {__version__}\n"


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from scenegraph3d.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'scipy', 'torch', 'PIL', 'open3d', 'networkx', 'transformers'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else code)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "build" in run.stdout
    assert "doctor" in run.stdout


def test_a_reader_that_goes_away_is_no_trouble(tmp_path):
    rows = [{"label": f"thing {i}", "center_m": [i, 0, 0], "size_m": [1, 1, 1]} for i in range(60)]
    (tmp_path / "boxes.json").write_text(json.dumps({"objects": rows}))
    assert command("relate", tmp_path / "boxes.json", "-o", tmp_path / "scene.json").returncode == 0
    words = [sys.executable, "-m", "scenegraph3d.cli", "show", "--all", str(tmp_path / "scene.json")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=60)


def test_a_terminal_without_the_letters_of_a_label_gets_their_codes(tmp_path):
    rows = [{"label": "\u8336", "center_m": [0, 0, 0], "size_m": [1, 1, 1]}]
    (tmp_path / "boxes.json").write_text(json.dumps({"objects": rows}))
    assert command("relate", tmp_path / "boxes.json", "-o", tmp_path / "scene.json").returncode == 0
    shown = command("show", tmp_path / "scene.json", PYTHONIOENCODING="latin-1")
    assert shown.returncode == 0, shown.stderr
    assert "\\u8336#0" in shown.stdout


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True


def test_progress_is_shown_on_a_terminal_only(monkeypatch):
    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress(2) as step:
            step("reading")
            step("writing")
        assert ("writing" in stream.getvalue()) is shown
