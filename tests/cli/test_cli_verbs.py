"""relate, show, query, convert and doctor; errors in one line; exit codes."""

import json
import tomllib
from importlib import metadata

import pytest

import scenegraph3d as sg3
from scenegraph3d.cli import VERBS
from scenegraph3d.cli.doctor import CORE, EXTRAS
from tests.architecture.checks import ROOT


def one_error(result, code):
    """The only line on stderr, of an error."""
    assert result.exit_code == code
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line


def test_relate_writes_the_relations_of_the_boxes(run, boxes3d):
    path = boxes3d.parent / "out.json"
    result = run("relate", boxes3d, "-o", path)
    assert result.exit_code == 0
    scene = sg3.load(path)
    assert result.stdout == f"{path}: 5 objects, {len(scene.relations)} relations\n"
    assert scene.match("cup", "on", "coffee table")
    facts = json.loads(run("relate", boxes3d, "-o", path, "--json").stdout)
    assert facts == {"files": [str(path)], "objects": 5, "relations": len(scene.relations)}


@pytest.mark.parametrize("text", ['{"objects": [', "[]", '{"objects": [{"label": "cup"}]}', '{"things": []}'])
def test_boxes_that_are_none_are_refused_and_nothing_is_written(run, tmp_path, text):
    (tmp_path / "boxes.json").write_text(text)
    one_error(run("relate", tmp_path / "boxes.json", "-o", tmp_path / "out.json"), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["boxes.json"]


@pytest.mark.parametrize("size_m", ["[0.1, -0.1, 0.1]", "[0, 0, 0.1]", "[NaN, 1, 1]", "[1e400, 1, 1]"])
def test_boxes_without_a_size_are_refused(run, tmp_path, size_m):
    text = f'{{"objects": [{{"label": "cup", "center_m": [0, 0, 0], "size_m": {size_m}}}]}}'
    (tmp_path / "boxes.json").write_text(text)
    one_error(run("relate", tmp_path / "boxes.json", "-o", tmp_path / "out.json"), 1)


@pytest.mark.parametrize("count", [0, 1])
def test_no_box_and_one_box_are_scenes_too(run, tmp_path, count):
    rows = [{"label": "cup", "center_m": [0, 0, 0], "size_m": [1, 1, 1]}] * count
    (tmp_path / "boxes.json").write_text(json.dumps({"objects": rows}))
    scene = tmp_path / "scene.json"
    assert run("relate", tmp_path / "boxes.json", "-o", scene).exit_code == 0
    assert run("show", scene).exit_code == 0
    assert run("show", scene, "--all", "--json").exit_code == 0
    assert run("query", scene, "? ? ?").exit_code == 0


def test_show_has_a_line_per_object_and_the_best_relations_first(run, scene_file):
    lines = run("show", scene_file).stdout.splitlines()
    assert lines[0].startswith("5 objects, ")
    assert sum("#" in line.split("  ")[0] for line in lines[2:8]) == 5
    head = next(i for i, line in enumerate(lines) if line.startswith("subject"))
    assert lines[head + 1].split()[:4] == ["cup#1", "on", "coffee", "table#0"]
    assert "--all" in lines[-1]


def test_show_all_has_every_relation(run, scene_file):
    count = len(sg3.load(scene_file).relations)
    lines = run("show", scene_file, "--all").stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("subject"))
    assert len(lines[head + 1 :]) == count
    assert len(json.loads(run("show", scene_file, "--all", "--json").stdout)["relations"]) == count


def test_query_prints_a_line_per_match_with_its_numbers(run, scene_file):
    result = run("query", scene_file, "cup on coffee table")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith("cup#1 on coffee table#0  score ")
    assert "gap_m=" in line
    (facts,) = json.loads(run("query", scene_file, "cup on coffee table", "--json").stdout)
    assert facts["subject"] == "cup#1"
    assert facts["evidence"]["gap_m"] == pytest.approx(0.0, abs=1e-6)


def test_query_between_names_all_three(run, scene_file):
    (facts,) = json.loads(run("query", scene_file, "ball between sofa and lamp", "--json").stdout)
    assert {facts["object"], facts["third"]} == {"lamp#2", "sofa#4"}


def test_query_in_one_frame(run, scene_file):
    everywhere = json.loads(run("query", scene_file, "* left_of *", "--json").stdout)
    world = json.loads(run("query", scene_file, "* left_of *", "--frame", "world", "--json").stdout)
    assert world == [row for row in everywhere if row["frame"] == "world"]
    assert "unknown frame" in one_error(run("query", scene_file, "* left_of *", "--frame", "mine"), 2)


def test_no_match_is_said_and_is_no_failure(run, scene_file):
    result = run("query", scene_file, "sofa on cup")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.startswith("no match: ")
    assert json.loads(run("query", scene_file, "sofa on cup", "--json").stdout) == []


@pytest.mark.parametrize(
    ("pattern", "phrase"),
    [
        ("cap on sofa", "did you mean 'cup'"),
        ("cup left_off sofa", "did you mean 'left_of'"),
        ("cup", "expected 'subject predicate object'"),
        ("", "expected 'subject predicate object'"),
        ("cup#77 on sofa", "no object 'cup#77'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_wrong_use(run, scene_file, pattern, phrase):
    assert phrase in one_error(run("query", scene_file, pattern), 2)


@pytest.mark.parametrize("verb", [("show",), ("query",), ("convert", "--to", "csv", "-o", "out")])
@pytest.mark.parametrize(
    "text", ["", "{}", "no json", "[" * 100_000, '{"schema_version": "99"}', '{"schema_version": NaN}']
)
def test_what_is_no_graph_is_refused_by_every_reader(run, tmp_path, monkeypatch, verb, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scene.json").write_text(text)
    words = [verb[0], "scene.json", *(["? ? ?"] if verb[0] == "query" else verb[1:])]
    one_error(run(*words), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["scene.json"]


@pytest.mark.parametrize("form", ["networkx", "spark_dsg", "json"])
def test_convert_writes_a_file(run, scene_file, form):
    path = scene_file.parent / "converted.json"
    assert run("convert", scene_file, "--to", form, "-o", path).exit_code == 0
    assert json.loads(path.read_text())


def test_convert_writes_tables(run, scene_file):
    folder = scene_file.parent / "tables"
    assert run("convert", scene_file, "--to", "csv", "-o", folder).exit_code == 0
    assert len((folder / "objects.csv").read_text().splitlines()) == 6


def test_an_unknown_format_is_wrong_use(run, scene_file):
    path = scene_file.parent / "out"
    assert "did you mean 'networkx'" in one_error(run("convert", scene_file, "--to", "netwrkx", "-o", path), 2)
    assert not path.exists()


def test_doctor_knows_every_extra_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements):
        return {requirement.partition(">")[0].partition("[")[0] for requirement in requirements} - {"scenegraph3d"}

    assert names(project["dependencies"]) == set(CORE)
    work = {"all", "bench", "dev", "test"}
    extras = {name: names(rows) for name, rows in project["optional-dependencies"].items() if name not in work}
    assert extras == {name: set(libraries) for name, (_, libraries) in EXTRAS.items()}


def test_doctor_says_what_is_there_and_how_to_get_the_rest(run, monkeypatch):
    real = metadata.version

    def version(name):
        if name.startswith("networkx"):
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    result = run("doctor")
    assert result.exit_code == 0
    (bridges,) = [line for line in result.stdout.splitlines() if " bridges " in line]
    assert "networkx missing" in bridges
    assert bridges.endswith("pip install 'scenegraph3d[bridges]'")
    assert f"numpy {real('numpy')}" in result.stdout
    groups = {group["name"]: group for group in json.loads(run("doctor", "--json").stdout)["groups"]}
    assert groups["core"]["install"] == ""
    assert groups["bridges"]["versions"]["networkx"] is None


def test_doctor_fails_where_the_core_is_not_whole(run, monkeypatch):
    real = metadata.version

    def version(name):
        if name.startswith("scipy"):
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    assert run("doctor").exit_code == 1


def test_doctor_names_the_libraries_of_the_system_that_open3d_lacks(run, monkeypatch):
    import ctypes

    def load(name, *_args, **_more):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr(metadata, "version", lambda name: "1.0")
    assert "apt-get install libusb-1.0-0 libgl1" in run("doctor").stdout


def test_wrong_verbs_are_named(run):
    assert "did you mean 'query'" in one_error(run("qery"), 2)
    assert "missing command" in one_error(run(), 2)
    assert "no such option" in one_error(run("--colour"), 2)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(run, verb):
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_an_interruption_is_quiet(run, scene_file, monkeypatch):
    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr(sg3, "load", interrupted)
    result = run("show", scene_file)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")
