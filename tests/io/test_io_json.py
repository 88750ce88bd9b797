"""The graph's own file: what goes in comes out, the same bytes each time, and nothing else is taken for a graph."""

import copy
import json
import struct
from base64 import b64decode, b64encode

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.errors import InputError, SchemaError
from scenegraph3d.io import dumps, from_dict, load, save, to_dict
from scenegraph3d.io.schema import json_schema
from scenegraph3d.types import Objects, Relation, Relations, SceneGraph, Seen
from tests.io.scenes import assert_same, grid, scenes

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def _scene() -> SceneGraph:
    """Three objects, two relations, everything filled in."""
    seen = Seen(
        xyxy_px=np.ones((3, 4)),
        n_points=np.array([1, 2, 3]),
        n_views=np.array([1, 1, 1]),
        center_m=np.zeros((3, 3)),
        size_m=np.ones((3, 3)),
        truncated=np.array([True, False, False]),
        occluded=np.array([False, False, True]),
        completed=("prior:cup", "", "support"),
        position_std_m=np.full((3, 3), 0.1),
    )
    from scenegraph3d.types import Camera

    return SceneGraph(
        Objects(
            ("cup", "table", "lamp"),
            np.array([[0.1 + 0.2, 0, 1], [0, 0, 0.5], [2, 0, 1]]),
            np.ones((3, 3)),
            attributes=({"color": "red"}, {}, {"note": "50 % “off”"}),
            id=np.array([7, 3, 12]),
            seen=seen,
            embedding=[[1, 0.1], [-2, 1e-42], [3e38, 0]],
        ),
        Relations.from_rows(
            [
                Relation(0, "on", 1, "world", 0.9, 0.01, {"gap_m": -0.0, "overlap": 1 / 3}),
                Relation(1, "between", 0, "world", 0.5, 0.2, {"angle_rad": 0.1}, third=2),
            ]
        ),
        Camera(525, 525, 319.5, 239.5, 640, 480),
        source={"file": "a.jpg", "b": [1, None]},
    )


# --- what goes in comes out ---------------------------------------------------------------------------------


@given(scenes())
def test_every_graph_comes_back_and_is_written_the_same_again(make):
    scene = make()
    text = dumps(scene)
    back = from_dict(json.loads(text))
    assert_same(scene, back)
    assert dumps(back) == text
    VALIDATOR.validate(json.loads(text))


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_graphs_of_any_size_are_saved_and_loaded(tmp_path, count):
    scene = grid(count)
    save(scene, tmp_path / "scene.json")
    assert_same(scene, load(tmp_path / "scene.json"))
    assert [file.name for file in tmp_path.iterdir()] == ["scene.json"]


def test_the_text_is_one_row_per_line_in_a_fixed_order():
    lines = dumps(_scene()).splitlines()
    assert lines[-1] == "}"
    assert dumps(_scene()).endswith("}\n")
    assert [line.split(":")[0] for line in lines if line.startswith('"')] == [
        f'"{name}"'
        for name in ("schema_version", "scale", "up", "camera", "source", "predicates", "objects", "relations")
    ]
    assert (
        '{"subject": 7, "predicate": "on", "object": 3, "frame": "world", "score": 0.9, "margin_m": 0.01, '
        '"evidence": {"gap_m": 0, "overlap": 0.3333333333}},' in lines
    )
    assert any(line.startswith('{"id": 7, "label": "cup", "center_m": [0.3, 0, 1], ') for line in lines)
    assert '"third": 12}' in dumps(_scene())


def test_ids_in_the_file_are_the_objects_ids_and_come_back_as_rows():
    scene = from_dict(to_dict(_scene()))
    relation = scene.relations[1]
    assert (relation.subject, relation.object, relation.third) == (1, 0, 2)
    assert scene.objects.id.tolist() == [7, 3, 12]


def test_an_embedding_is_single_precision_in_base64_and_comes_back_to_the_bit():
    rows = to_dict(_scene())["objects"]
    assert struct.unpack("<2f", b64decode(rows[0]["embedding"])) == (1, np.float32(0.1))
    back = from_dict(to_dict(_scene())).objects.embedding
    assert back.tobytes() == _scene().objects.embedding.tobytes()
    assert not back.flags.writeable


def test_a_file_without_embeddings_has_none():
    document = to_dict(_scene())
    for row in document["objects"]:
        del row["embedding"]
    VALIDATOR.validate(document)
    assert from_dict(document).objects.embedding is None


def test_a_predicate_that_was_asked_and_not_found_is_told_from_one_never_asked():
    scene = _scene()
    kept = scene.with_relations(scene.relations.where(np.array([0])))
    assert from_dict(to_dict(kept)).relations.predicates == ("on", "between")


def test_whole_numbers_of_any_size_come_back(tmp_path):
    scene = SceneGraph(Objects((), np.zeros((0, 3)), np.zeros((0, 3))), Relations.empty(), source={"n": -(7**99)})
    save(scene, tmp_path / "scene.json")
    assert load(tmp_path / "scene.json").source == {"n": -(7**99)}


def test_to_dict_holds_plain_values_that_json_gives_back_unchanged():
    document = to_dict(_scene())
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("attributes", "part"),
    [
        ({"size": np.float32(1)}, r"objects\[0\].attributes.size: .*float32"),
        ({"x": {"y": [float("nan")]}}, r"objects\[0\].attributes.x.y\[0\]: expected a finite number"),
        ({"x": {1: "a"}}, r"attributes.x: expected keys that are text, got 1"),
        ({"a": "\ud800"}, "Unicode"),
    ],
)
def test_what_json_cannot_hold_is_refused_on_writing(tmp_path, attributes, part):
    scene = SceneGraph(Objects(("a",), np.zeros((1, 3)), np.ones((1, 3)), attributes=(attributes,)), Relations.empty())
    with pytest.raises(InputError, match=part):
        save(scene, tmp_path / "scene.json")
    assert list(tmp_path.iterdir()) == []


def test_a_margin_that_is_no_number_is_refused_on_writing():
    scene = _scene()
    bad = scene.relations.where(np.array([0, 1]))
    object.__setattr__(bad, "margin_m", np.array([0.1, np.inf]))
    with pytest.raises(InputError, match="margin_m: expected finite numbers"):
        dumps(scene.with_relations(bad))


# --- what is no graph ---------------------------------------------------------------------------------------


def _put(path, value):
    """A change that puts `value` at a path of keys, or takes the field away where it is `None`-like `...`."""

    def change(document):
        target = document
        for key in path[:-1]:
            target = target[key]
        if value is ...:
            del target[path[-1]]
        else:
            target[path[-1]] = value

    return change


BAD = {
    "unknown version": (_put(["schema_version"], "9.9"), r"schema_version: .*known versions 1\.0.*'9\.9'"),
    "version that is a list": (_put(["schema_version"], []), "schema_version: .*a list of 0"),
    "no version": (_put(["schema_version"], ...), "schema_version: .*no such field"),
    "missing list": (_put(["relations"], ...), "relations: .*no such field"),
    "unknown field": (_put(["objcts"], []), "objcts: expected no such field.*'objects'"),
    "missing field of a row": (_put(["relations", 1, "subject"], ...), r"relations\[1\].subject: .*no such field"),
    "unknown field of a row": (_put(["objects", 2, "colour"], "red"), r"objects\[2\].colour: expected no such field"),
    "row that is no object": (_put(["objects", 1], 5), r"objects\[1\]: expected an object, got 5"),
    "text for a number": (
        _put(["objects", 1, "yaw_rad"], "0.1"),
        r"objects\[1\].yaw_rad: expected a number, got '0.1'",
    ),
    "true for a number": (_put(["relations", 0, "score"], True), r"relations\[0\].score: expected a number, got true"),
    "number for text": (_put(["objects", 0, "label"], 3), r"objects\[0\].label"),
    "number for truth": (
        _put(["objects", 0, "front_known"], 1),
        r"objects\[0\].front_known: expected true or false, got 1",
    ),
    "fraction for an id": (_put(["objects", 0, "id"], 1.5), r"objects\[0\].id: expected a whole number"),
    "huge id": (_put(["objects", 0, "id"], 2**70), r"objects\[0\].id"),
    "short vector": (
        _put(["objects", 0, "center_m"], [1, 2]),
        r"objects\[0\].center_m: expected 3 numbers, got a list of 2",
    ),
    "null in a vector": (
        _put(["objects", 2, "center_m", 1], None),
        r"objects\[2\].center_m\[1\]: expected a number, got null",
    ),
    "negative size": (_put(["objects", 0, "size_m", 1], -1), "size_m of object 0"),
    "score beyond 1": (_put(["objects", 0, "score"], 1.5), "score"),
    "unknown kind": (_put(["objects", 0, "kind"], "thing"), "kind"),
    "unknown frame": (
        _put(["relations", 0, "frame"], "camera"),
        r"relations\[0\].frame: expected one of viewer, world, object",
    ),
    "evidence of text": (
        _put(["relations", 1, "evidence", "angle_rad"], "x"),
        r"relations\[1\].evidence.angle_rad: expected a number",
    ),
    "missing focal length": (_put(["camera", "fx"], ...), "camera.fx: .*no such field"),
    "zero focal length": (_put(["camera", "fx"], 0), "focal length"),
    "pose of three rows": (
        _put(["camera", "world_from_camera"], [[1, 0, 0, 0]] * 3),
        "camera.world_from_camera: expected 4 rows",
    ),
    "pose with text": (
        _put(["camera", "world_from_camera", 2, 1], "x"),
        r"camera.world_from_camera\[2\]\[1\]: expected a number",
    ),
    "seen of text": (
        _put(["objects", 1, "seen", "center_m", 2], "x"),
        r"objects\[1\].seen.center_m\[2\]: expected a number",
    ),
    "seen that is null": (_put(["objects", 1, "seen"], None), r"objects\[1\].seen: expected an object, got null"),
    "half a seen": (_put(["objects", 0, "seen", "n_points"], ...), r"objects\[0\].seen.n_points"),
    "embedding of numbers": (_put(["objects", 1, "embedding"], [1, 2]), r"objects\[1\].embedding: expected text"),
    "embedding that is null": (_put(["objects", 1, "embedding"], None), r"objects\[1\].embedding: expected text"),
    "embedding that is not base64": (
        _put(["objects", 1, "embedding"], "AAAA*AAAAAA="),
        r"objects\[1\].embedding: expected base64 text of numbers of 4 bytes",
    ),
    "embedding in other letters": (
        _put(["objects", 1, "embedding"], "AAAAÄAAAAAA="),
        r"objects\[1\].embedding: expected base64 text of numbers of 4 bytes",
    ),
    "embedding of nothing": (
        lambda document: [row.update(embedding="") for row in document["objects"]],
        "embedding: expected 1 to 16384 numbers per object, got 0",
    ),
    "embedding beyond any network": (
        lambda document: [row.update(embedding="A" * 87_388) for row in document["objects"]],
        r"objects\[0\].embedding: expected base64 text of 87384 characters, got '87388 characters'",
    ),
    "unknown scale": (_put(["scale"], "big"), "scale"),
    "source that is a list": (_put(["source"], []), "source: expected an object"),
    "up of two numbers": (_put(["up", "camera"], [0, 1]), "up.camera: expected 3 numbers"),
    "predicates as a list": (_put(["predicates"], ["on", "between"]), "predicates: expected an object"),
}
BEYOND_THE_SCHEMA = {
    "id twice": (_put(["objects", 0, "id"], 3), r"id: expected distinct whole numbers, got repeated \[3\]"),
    "dangling subject": (
        _put(["relations", 0, "subject"], 99),
        r"relations\[0\].subject: expected the id of an object",
    ),
    "dangling third": (_put(["relations", 1, "third"], 99), r"relations\[1\].third: expected the id of an object"),
    "unknown predicate": (
        _put(["relations", 0, "predicate"], "under"),
        r"relations\[0\].predicate: .*`predicates`.*'under'",
    ),
    "unknown evidence": (_put(["relations", 0, "evidence", "gap"], 1), r"relations\[0\].evidence.gap: .*gap_m"),
    "seen of some": (_put(["objects", 1, "seen"], ...), r"objects\[1\].seen"),
    "embedding of some": (_put(["objects", 1, "embedding"], ...), r"objects\[1\].embedding: .*as other objects"),
    "embedding of two lengths": (
        _put(["objects", 2, "embedding"], b64encode(bytes(4)).decode()),
        r"objects\[2\].embedding: expected base64 text of 12 characters, got '8 characters'",
    ),
    "embedding of half a number": (
        lambda document: [row.update(embedding=b64encode(bytes(6)).decode()) for row in document["objects"]],
        r"objects\[0\].embedding: expected base64 text of numbers of 4 bytes",
    ),
    "embedding that is not a number": (
        _put(["objects", 2, "embedding"], b64encode(struct.pack("<2f", 1, float("nan"))).decode()),
        r"objects\[2\].embedding: expected finite numbers",
    ),
    "embedding that is infinite": (
        _put(["objects", 0, "embedding"], b64encode(struct.pack("<2f", 1, float("-inf"))).decode()),
        r"objects\[0\].embedding: expected finite numbers",
    ),
    "pose that is no rotation": (
        _put(["camera", "world_from_camera", 0], [2, 0, 0, 0]),
        "a rotation and a translation",
    ),
    "focal length beyond doubles": (_put(["camera", "fx"], 10**400), "camera.fx: expected a number"),
    "width beyond doubles": (_put(["camera", "width"], 10**400), "camera.width"),
    "number whose square is infinite": (_put(["objects", 0, "center_m", 0], 1e200), r"objects\[0\].center_m\[0\]"),
    "number beyond doubles": (_put(["relations", 0, "margin_m"], 10**400), r"relations\[0\].margin_m"),
}


@pytest.mark.parametrize("name", [*BAD, *BEYOND_THE_SCHEMA])
def test_a_wrong_document_is_refused_in_one_line_that_names_the_place(tmp_path, name):
    change, part = (BAD | BEYOND_THE_SCHEMA)[name]
    document = copy.deepcopy(to_dict(_scene()))
    change(document)
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(document))
    with pytest.raises(SchemaError, match=part) as raised:
        load(path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)
    assert VALIDATOR.is_valid(document) == (name in BEYOND_THE_SCHEMA)


DEEP = 100
TEXTS = {
    "empty": ("", "strict JSON"),
    "not JSON": ("hello", "strict JSON"),
    "cut off": (dumps(_scene())[:-40], "strict JSON"),
    "a list": ("[]", "expected an object at the top, got a list"),
    "a number": ("3", "expected an object at the top, got 3"),
    "another document": ('{"images": []}', "schema_version"),
    "NaN": (dumps(_scene()).replace("0.3333333333", "NaN"), "NaN"),
    "infinity": (dumps(_scene()).replace("0.3333333333", "-Infinity"), "-Infinity"),
    "overflow": (
        dumps(_scene()).replace("0.3333333333", "1e999"),
        r"relations\[0\].evidence.overlap: expected a finite",
    ),
    "key twice": (dumps(_scene()).replace('"score": 0.9,', '"score": 0.9, "score": 0.1,'), "'score' twice"),
    "100 levels": ("[" * DEEP + "]" * DEEP, "expected an object at the top"),
    "100,000 levels": ("[" * 100_000 + "]" * 100_000, "levels of nesting"),
    "100 levels in source": (dumps(_scene()).replace('"a.jpg"', "[" * DEEP + "]" * DEEP), "levels of nesting"),
    "100 levels in attributes": (
        dumps(_scene()).replace('"red"', '{"a":' * DEEP + "1" + "}" * DEEP),
        "levels of nesting",
    ),
    "half a surrogate pair": (dumps(_scene()).replace('"lamp"', '"\\ud800"'), "surrogate"),
    "digits without end": (dumps(_scene()).replace("0.3333333333", "1" * 5000), "digits"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_is_no_graph_is_refused_in_one_line(tmp_path, name):
    text, part = TEXTS[name]
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(SchemaError, match=part) as raised:
        load(path)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    "place",
    [
        '"scale": "metric"',
        '"floor_found": false',
        '"width": 640',
        '"b": [1, null]',
        '"color": "red"',
        '"id": 7',
        '"completed": "support"',
        '"gap_m": 0',
        '"third": 12',
        '"predicate": "on"',
    ],
)
def test_a_key_that_comes_twice_is_refused_wherever_it_is(tmp_path, place):
    text = dumps(_scene())
    assert place in text
    (tmp_path / "bad.json").write_text(text.replace(place, f"{place}, {place}", 1))
    with pytest.raises(SchemaError, match="twice in one object"):
        load(tmp_path / "bad.json")


@pytest.mark.parametrize("label", ['say "cup"', '"', '":', "back\\", '\\"', "a: b", "a\u2028b", "{}[],"])
def test_texts_with_marks_of_json_come_back(tmp_path, label):
    scene = SceneGraph(Objects((label,), np.zeros((1, 3)), np.ones((1, 3))), Relations.empty(), source={label: label})
    save(scene, tmp_path / "scene.json")
    assert load(tmp_path / "scene.json").objects.label == (label,)
    assert load(tmp_path / "scene.json").source == {label: label}


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "bad.json").write_bytes(b"\x89PNG\r\n\xff\xfe")
    with pytest.raises(SchemaError, match="UTF-8"):
        load(tmp_path / "bad.json")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(SchemaError, match="No such file"):
        load(tmp_path / "none.json")
    with pytest.raises(SchemaError, match="a file that can be read"):
        load(tmp_path)


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(tmp_path):
    save(_scene(), tmp_path / "scene.json")
    size = (tmp_path / "scene.json").stat().st_size
    load(tmp_path / "scene.json", max_bytes=size)
    with pytest.raises(SchemaError, match=f"at most {size - 1} bytes, got {size} bytes"):
        load(tmp_path / "scene.json", max_bytes=size - 1)


@given(st.data())
def test_no_change_of_a_file_ends_in_anything_but_a_graph_or_a_schema_error(tmp_path_factory, data):
    text = bytearray(dumps(_scene()).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 4))] = data.draw(
            st.sampled_from([b"", b'"', b"[", b"-", b"9", b"{}", b"\xff", b"e9"])
        )
    path = tmp_path_factory.mktemp("fuzz") / "scene.json"
    path.write_bytes(bytes(text))
    refused = ""
    try:
        scene = load(path)
    except SchemaError as error:
        refused = str(error)
    else:
        assert_same(scene, from_dict(to_dict(scene)))
    assert "\n" not in refused


# --- the published schema -----------------------------------------------------------------------------------


def test_the_published_schema_is_a_schema_and_takes_what_is_written():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    for scene in (_scene(), grid(0), grid(1), grid(5)):
        VALIDATOR.validate(to_dict(scene))
