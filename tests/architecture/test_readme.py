"""What the README shows, works."""

from tests.architecture.checks import ROOT, lay_out_readme_folder, run_readme


def test_readme_runs_from_top_to_bottom(tmp_path, monkeypatch):
    lay_out_readme_folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks, commands = run_readme((ROOT / "README.md").read_text(encoding="utf-8"), tmp_path)
    assert blocks
    assert commands
