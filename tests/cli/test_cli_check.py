"""scenegraph3d check: for people, for machines, from files and from stdin."""

import json

import pytest
from click.testing import CliRunner

from scenegraph3d.cli.check import command


def run(*words, stdin=None):
    return CliRunner().invoke(command, [str(word) for word in words], input=stdin)


def test_people_read_each_statement_with_its_reason_and_the_counts(scene_file):
    result = run(scene_file, "The red cup is on the coffee table, and a horse is next to it.")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert any(line.split("  ")[0] == "holds" and "cup#1 on coffee table#0" in line for line in lines)
    assert any(line.split("  ")[0] == "fails" and "no horse in the scene" in line for line in lines)
    assert any(line.split("  ")[0] == "cannot be told" and "cup: red" in line for line in lines)
    assert lines[-1].startswith("3 hold, 2 fail, 1 cannot be told, score 0.60")


def test_json_has_the_statements_and_the_score(scene_file):
    found = json.loads(run(scene_file, "the cup is under the coffee table", "--json").stdout)
    assert (found["truth"], found["holds"], found["fails"], found["untold"]) == (False, 2, 1, 0)
    (relation,) = [one for one in found["statements"] if one["kind"] == "relation"]
    assert (relation["status"], relation["truth"], relation["objects"]) == ("fails", False, [1, 0])


def test_a_file_and_stdin_are_read_as_the_words_are(scene_file, tmp_path):
    text = "A ball is between the lamp and the sofa."
    path = tmp_path / "caption.txt"
    path.write_text(text, encoding="utf-8")
    said = run(scene_file, text).stdout
    assert "ball between lamp and sofa" in said
    assert run(scene_file, "--file", path).stdout == said
    assert run(scene_file, "-", stdin=text).stdout == said


def test_a_text_that_states_nothing_says_so(scene_file):
    result = run(scene_file, "")
    assert (result.exit_code, result.stdout) == (0, "nothing is stated\n")


@pytest.mark.parametrize("more", [(), ("a cup", "--file", "caption.txt")])
def test_either_a_text_or_a_file(scene_file, tmp_path, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "caption.txt").write_text("a cup", encoding="utf-8")
    result = run(scene_file, *more)
    assert result.exit_code == 2
    assert "expected either TEXT or --file" in result.stderr
