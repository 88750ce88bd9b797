"""scenegraph3d parse: for people, for machines, from files and from stdin."""

import json

import pytest
from click.testing import CliRunner

from scenegraph3d.cli.parse import command

SENTENCE = "A red cup is not on the table."


def run(*words, stdin=None):
    return CliRunner().invoke(command, [str(word) for word in words], input=stdin)


def test_json_is_what_other_tools_rely_on():
    assert json.loads(run("a red cup on the table", "--json").stdout) == {
        "objects": [
            {"id": 0, "noun": "cup", "attributes": ["red"], "count": 1},
            {"id": 1, "noun": "table", "attributes": [], "count": 1},
        ],
        "relations": [{"subject": 0, "predicate": "on", "phrase": "on", "object": 1, "negated": False}],
    }


def test_people_read_the_things_and_then_the_statements():
    lines = run(SENTENCE).stdout.splitlines()
    assert [line.split() for line in lines[:2]] == [["0", "one", "red", "cup"], ["1", "one", "table"]]
    assert lines[2] == "cup 0 not on table 1 ('on')"


def test_between_names_both():
    assert "ball 0 between lamp 1 and sofa 2" in run("a ball between a lamp and a sofa").stdout


def test_a_file_gives_one_line_for_each_of_its_lines(tmp_path):
    path = tmp_path / "captions.txt"
    path.write_text("a cup on a table\n\ntwo dogs\n", encoding="utf-8")
    rows = [json.loads(line) for line in run("--file", path, "--jsonl").stdout.splitlines()]
    assert [len(row["objects"]) for row in rows] == [2, 0, 1]
    assert rows[2]["objects"][0]["count"] == 2


def test_stdin_is_one_text_or_one_in_each_line():
    text = "A cup stands on a table.\nIt is next to a lamp.\n"
    assert len(json.loads(run("-", "--json", stdin=text).stdout)["relations"]) == 2
    assert len(run("-", "--jsonl", stdin=text).stdout.splitlines()) == 2


def test_nothing_is_an_answer_too():
    result = run("!!!")
    assert (result.exit_code, result.stdout) == (0, "nothing is named\n")


@pytest.mark.parametrize("words", [(), ("a cup", "--file", "captions.txt"), ("--file", "missing.txt")])
def test_wrong_use_is_said(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "captions.txt").write_text("a cup", encoding="utf-8")
    result = run(*words)
    assert result.exit_code == 2
    assert "Error" in result.stderr


def test_control_characters_are_not_printed():
    assert "\x1b" not in run("a \x1b[31mcup on a table").stdout
