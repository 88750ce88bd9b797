"""scenegraph3d qa: lines of JSON about one graph or many."""

import json

import pytest
from click.testing import CliRunner

from scenegraph3d import load
from scenegraph3d.cli.qa import command
from scenegraph3d.query.qa import FAMILIES, questions
from scenegraph3d.query.question import ask


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_lines_are_the_questions_of_the_library(scene_file, tmp_path):
    target = tmp_path / "qa.jsonl"
    result = run(scene_file, "-o", target, "--per-scene", 8, "--seed", 3)
    assert result.exit_code == 0
    rows, scene = lines(target), load(scene_file)
    assert rows == [{"scene": str(scene_file), **one.to_dict()} for one in questions(scene, 3, 8)]
    assert result.stdout == f"{target}: {len(rows)} questions about 1 scenes\n"
    assert {row["family"] for row in rows} <= set(FAMILIES)
    for row in rows:
        assert ask(scene, row["question"]).program
        assert set(row["objects"]) <= set(scene.objects.id.tolist())
        assert set(row["relations"]) <= set(range(len(scene.relations)))


def test_many_scenes_in_their_order(scene_file, tmp_path):
    other, target = tmp_path / "other.json", tmp_path / "qa.jsonl"
    other.write_bytes(scene_file.read_bytes())
    facts = json.loads(run(other, scene_file, "-o", target, "--per-scene", 2, "--json").stdout)
    rows = lines(target)
    assert [row["scene"] for row in rows] == [str(other)] * 2 + [str(scene_file)] * 2
    assert facts["scenes"] == 2
    assert sum(facts["families"].values()) == facts["questions"] == len(rows)


def test_a_bad_scene_leaves_what_was_there(scene_file, tmp_path):
    target, bad = tmp_path / "qa.jsonl", tmp_path / "bad.json"
    target.write_text("before\n")
    bad.write_text("{}")
    assert run(scene_file, bad, "-o", target).exit_code != 0
    assert target.read_text() == "before\n"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("words", [("--per-scene", 0), ("--seed", -1)])
def test_wrong_use_is_exit_code_2(scene_file, tmp_path, words):
    assert run(scene_file, "-o", tmp_path / "qa.jsonl", *words).exit_code == 2


def test_an_input_is_not_written_over(scene_file):
    before = scene_file.read_bytes()
    assert run(scene_file, "-o", scene_file).exit_code == 2
    assert scene_file.read_bytes() == before
