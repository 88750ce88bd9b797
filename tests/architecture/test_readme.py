"""What the README shows, works."""

import os
import subprocess
import sys

from tests.architecture.checks import ROOT, lay_out_readme_folder, run_readme


def test_readme_runs_from_top_to_bottom(tmp_path, monkeypatch):
    lay_out_readme_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks, commands = run_readme((ROOT / "README.md").read_text(encoding="utf-8"), tmp_path)
    assert blocks
    assert commands


def test_the_table_of_results_is_what_the_results_say():
    command = [sys.executable, str(ROOT / "benchmarks" / "table.py")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    table = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()
    assert table in (ROOT / "README.md").read_text(encoding="utf-8")
