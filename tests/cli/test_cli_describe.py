"""scenegraph3d describe: a paragraph, sentences, lines for prompts, and JSON."""

import json

import pytest
from click.testing import CliRunner

from scenegraph3d import load
from scenegraph3d.cli.describe import command


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_a_paragraph_of_each_length(scene_file):
    said = [run(scene_file, "--length", length).stdout for length in ("short", "medium", "long")]
    assert all("A cup is on the coffee table" in text for text in said)
    assert ["brown" in text for text in said] == [False, True, True]
    assert run(scene_file).stdout == said[1]
    assert len(said[0]) < len(said[1]) < len(said[2])


def test_sentences_say_one_fact_each(scene_file):
    text = run(scene_file, "--sentences").stdout
    facts = json.loads(run(scene_file, "--sentences", "--json").stdout)
    assert facts["text"] == text.strip()
    assert ["cup", "on", "coffee table"] in facts["triples"]
    assert text.count(".") == len(facts["relations"])


def test_the_rows_of_json_are_the_files_relations(scene_file):
    facts = json.loads(run(scene_file, "--length", "short", "--json").stdout)
    relations = load(scene_file).relations
    assert "on" in {relations[row].predicate for row in facts["relations"]}


def test_compact_lines_have_ids_and_metres(scene_file):
    lines = run(scene_file, "--compact").stdout.splitlines()
    assert "coffee table#0 brown: at 0.00 2.00 0.25, size 1.00 0.60 0.50" in lines
    assert any(line.startswith("cup#1 on coffee table#0, gap ") for line in lines)
    assert len(run(scene_file, "--compact", "--length", "short").stdout.splitlines()) < len(lines)


@pytest.mark.parametrize("words", [("--compact", "--json"), ("--sentences", "--length", "long"), ("--length", "tiny")])
def test_wrong_use_is_one_line_and_exit_code_2(scene_file, words):
    result = run(scene_file, *words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
