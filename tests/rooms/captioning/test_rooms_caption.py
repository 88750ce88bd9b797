"""Captions: read back by a reader that was written apart from them, and compared with the truth of the scene."""

import re

import numpy as np
import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.relate import relate
from scenegraph3d.rooms.captioning.caption import DETAILS, Caption, Style, caption, captions
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.truth import truth, truths
from scenegraph3d.types import Camera, Objects, SceneGraph, Seen
from tests.rooms.captioning.caption_reader import Reader

COLORS = ("red", "green", "blue", "orange")
MATERIALS = ("wood", "metal", "plastic")
SMALL = ("mug", "apple", "book", "box", "tv", "toy car")
LARGE = ("table", "shelf", "sofa", "chair")


def crowded_scene(seed: int) -> SceneGraph:
    """Furniture on a floor with small things on, in and beside it, many of them alike."""
    rng = np.random.default_rng(seed)
    rows: list[dict] = []
    for place in range(int(rng.integers(1, 4))):
        size = rng.uniform(0.6, 1.2, 3)
        center = np.array([1.8 * place - 1.8, 3.0 + rng.uniform(-0.4, 0.4), size[2] / 2])
        rows.append(
            {"label": LARGE[rng.integers(4)], "center_m": center, "size_m": size, "front_known": rng.random() < 0.5}
        )
        for k in range(int(rng.integers(0, 4))):
            small = rng.uniform(0.06, 0.15, 3)
            height = size[2] if rng.random() < 0.7 else 0.5 * size[2]
            offset = np.array([0.22 * k - 0.25, rng.uniform(-0.2, 0.2), height - center[2] + small[2] / 2])
            rows.append(
                {"label": SMALL[rng.integers(6)], "center_m": center + offset, "size_m": small, "front_known": False}
            )
    for row in rows:
        row["yaw_rad"] = float(rng.uniform(-3, 3))
        color, material = COLORS[rng.integers(4)], MATERIALS[rng.integers(3)]
        row["attributes"] = {"color": color, "material": material, "visibility": round(float(rng.uniform(0.1, 1)), 3)}
    return seen_scene(rows, rng.integers(20, 9000, len(rows)), seed)


def seen_scene(rows: list[dict], pixels: np.ndarray, seed: int = 0) -> SceneGraph:
    """A truth of these rows, each shown by so many pixels of a picture of 256 x 256."""
    plain = Objects.from_rows(rows)
    n = len(rows)
    seen = Seen(
        xyxy_px=np.tile([0.0, 0.0, 9.0, 9.0], (n, 1)),
        n_points=np.asarray(pixels, dtype=np.int64),
        n_views=np.ones(n, dtype=np.int64),
        center_m=plain.center_m,
        size_m=plain.size_m,
        truncated=np.zeros(n, dtype=bool),
        occluded=np.zeros(n, dtype=bool),
        completed=("",) * n,
        position_std_m=np.zeros((n, 3)),
    )
    pose = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 1.2], [0, 0, 0, 1]])
    camera = Camera.from_fov(256, 256, 1.0, source="given").with_pose(pose, "given")
    objects = Objects(
        plain.label,
        plain.center_m,
        plain.size_m,
        plain.yaw_rad,
        attributes=plain.attributes,
        front_known=plain.front_known,
        id=np.arange(n) * 2 + 1,
        seen=seen,
    )
    graph = relate(objects, camera)
    return SceneGraph(graph.objects, graph.relations, camera, source={"rooms": {"seed": seed, "preset": "indoor"}})


@pytest.fixture(scope="module")
def scenes() -> list[SceneGraph]:
    """Truths of sampled rooms, and crowded scenes."""
    rooms = [sample_room(seed, preset) for preset in ("indoor", "tabletop") for seed in range(300, 308)]
    return [*truths(rooms, (128, 128)), *(crowded_scene(seed) for seed in range(40))]


@pytest.fixture(scope="module")
def written(scenes: list[SceneGraph]) -> list[tuple[SceneGraph, Caption]]:
    """Twelve captions of each scene."""
    return [(scene, caption(scene, seed, detail)) for scene in scenes for detail in DETAILS for seed in range(4)]


def test_what_a_caption_claims_is_true(written: list[tuple[SceneGraph, Caption]]) -> None:
    for scene, made in written:
        objects = {row.id: row for row in scene.objects}
        ids = scene.objects.id
        rows = [r for r in scene.relations if r.frame != "object"]
        relations = {(int(ids[r.subject]), r.predicate, int(ids[r.object])) for r in rows}
        assert set(made.triples) <= relations, made.text
        assert all(objects[thing].attributes[key] == value for thing, key, value in made.attributes), made.text
        assert {thing for a, _, b in made.triples for thing in (a, b)} <= set(made.objects)
        assert {thing for thing, _, _ in made.attributes} <= set(made.objects)
        assert set(made.objects) <= set(objects)
        assert len(set(made.triples)) == len(made.triples)


def test_a_reader_finds_the_same_claims(written: list[tuple[SceneGraph, Caption]]) -> None:
    """It also refuses names that fit two things, wrong articles and sentences of unknown form."""
    readers: dict[int, Reader] = {}
    for scene, made in written:
        reader = readers.setdefault(id(scene), Reader(scene))
        read = reader.read(made.text)
        assert read.triples == set(made.triples), made.text
        assert read.attributes == set(made.attributes), made.text
        assert read.objects == set(made.objects), made.text


def test_the_reader_can_fail(scenes: list[SceneGraph]) -> None:
    mug = {
        "label": "mug",
        "size_m": [0.1, 0.1, 0.1],
        "attributes": {"color": "red", "material": "metal", "visibility": 1.0},
    }
    rows = [mug | {"center_m": [0.4 * k, 2, 0.05]} for k in range(2)]
    reader = Reader(seen_scene(rows, np.array([900, 900])))
    for wrong in ("A red mug.", "Three mugs.", "A mug flies over a mug.", "Two blue mugs.", "It is next to two mugs."):
        with pytest.raises(AssertionError):
            reader.read(wrong)
    assert reader.read("Two red mugs.").objects == {1, 3}


def test_like_things_are_told_apart_or_counted() -> None:
    """Of three mugs, two are alike on a table; only the blue one can be named, and the others by number or place."""
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    mug = {"label": "mug", "size_m": [0.1, 0.1, 0.1], "attributes": look}
    rows = [
        {"label": "table", "center_m": [0, 3, 0.4], "size_m": [1, 1, 0.8], "attributes": look | {"color": "brown"}},
        mug | {"center_m": [-0.3, 3, 0.85]},
        mug | {"center_m": [0.3, 3, 0.85]},
        mug | {"center_m": [1.5, 3, 0.05], "attributes": look | {"color": "blue"}},
    ]
    scene = seen_scene(rows, np.array([9000, 900, 900, 900]))
    texts = {caption(scene, seed, detail).text for seed in range(60) for detail in DETAILS}
    assert not any(re.search(r"\b(a|the) (red |metal |red metal )?mug\b", text.lower()) for text in texts)
    assert any("blue mug" in text for text in texts)
    assert any("two red mugs" in text.lower() for text in texts)
    assert any("three mugs" in text.lower() for text in texts)


def test_things_lie_on_seats_and_under_tables() -> None:
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    rows = [
        {"label": "sofa", "center_m": [-2, 3, 0.45], "size_m": [0.9, 2, 0.9], "attributes": look},
        {"label": "table", "center_m": [1, 3, 0.4], "size_m": [1.2, 1, 0.8], "attributes": look},
        {"label": "book", "center_m": [-2, 3, 0.44], "size_m": [0.2, 0.15, 0.04], "attributes": look},
        {"label": "ball", "center_m": [1, 3, 0.1], "size_m": [0.2, 0.2, 0.2], "attributes": look},
    ]
    scene = seen_scene(rows, np.array([9000, 9000, 900, 900]))
    made = [caption(scene, seed, "medium") for seed in range(80)]
    said = [re.sub("red |metal ", "", one.text.lower()) for one in made]
    assert any(re.search(r"book .*\bon (a|the) sofa", text) for text in said)
    assert any(re.search(r"ball .*\bunder (a|the) table", text) for text in said)
    assert not any(re.search(r"\bin (a|the) (sofa|table)|table [^.]*above", text) for text in said)
    for one in made:
        Reader(scene).read(one.text)


def test_a_thing_in_a_bowl_on_a_table_is_said_to_be_in_the_bowl() -> None:
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    rows = [
        {"label": "table", "center_m": [0, 3, 0.4], "size_m": [1, 1, 0.8], "attributes": look},
        {"label": "bowl", "center_m": [0, 3, 0.84], "size_m": [0.2, 0.2, 0.08], "attributes": look},
        {"label": "candle", "center_m": [0, 3, 0.9], "size_m": [0.06, 0.06, 0.18], "attributes": look},
    ]
    scene = seen_scene(rows, np.array([9000, 900, 900]))
    triples = {triple for seed in range(40) for triple in caption(scene, seed, "medium").triples}
    assert {(5, "inside", 3), (3, "on", 1)} <= triples
    assert not {(5, "on", 1), (1, "under", 5)} & triples


def test_one_of_two_like_things_is_named_by_its_place() -> None:
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    mug = {"label": "mug", "size_m": [0.1, 0.1, 0.1], "attributes": look}
    rows = [
        {"label": "table", "center_m": [0, 3, 0.4], "size_m": [1, 1, 0.8], "attributes": look},
        {"label": "desk", "center_m": [1.5, 3, 0.4], "size_m": [1, 1, 0.8], "attributes": look},
        mug | {"center_m": [-0.3, 3, 0.85]},
        mug | {"center_m": [1.5, 3, 0.85]},
    ]
    scene = seen_scene(rows, np.array([9000, 9000, 900, 900]))
    made = [caption(scene, seed, "medium") for seed in range(60)]
    assert any("the mug on the table" in one.text or "the red mug on the table" in one.text for one in made)
    for one in made:
        Reader(scene).read(one.text)


def test_fronts_that_say_the_opposite_silence_a_direction() -> None:
    """Seen from behind, what is beyond a chair is before it for the chair: neither is said."""
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    chair = {
        "label": "chair",
        "center_m": [0, 3, 0.5],
        "size_m": [0.6, 0.6, 1],
        "yaw_rad": np.pi / 2,
        "attributes": look,
    }
    ball = {"label": "ball", "center_m": [0, 4, 0.1], "size_m": [0.2, 0.2, 0.2], "attributes": look}
    texts = [
        {one.text for one in (caption(scene, seed, "short") for seed in range(80))}
        for scene in (
            seen_scene([chair | {"front_known": known}, ball], np.array([9000, 900])) for known in (False, True)
        )
    ]
    assert any("behind" in text for text in texts[0])
    ball_first = re.compile(r"ball (is |lies |lying |that is )?behind")
    assert not any(ball_first.search(text) for text in texts[1])


def test_texts_and_forms_vary(written: list[tuple[SceneGraph, Caption]], scenes: list[SceneGraph]) -> None:
    made = [caption(scene, seed, "short") for scene in scenes[16:] for seed in range(20)]
    distinct = {one.text for one in made}
    assert len(distinct) > 0.6 * len(made)
    shapes = {shape(one.text) for one in made}
    assert len(shapes) > 120
    longer = [one.text for _, one in written if one.detail != "short"]
    assert len({shape(text) for text in longer}) > 0.9 * len(longer)
    first_words = {text.split()[0].lower() for text in distinct}
    assert {"a", "an", "the", "there", "on", "two", "to", "behind", "you", "next"} <= first_words


def shape(text: str) -> str:
    """The text without its colours, materials and nouns."""
    words = "black|white|grey|red|green|blue|yellow|orange|purple|pink|brown|wooden|metal|plastic|wood"
    text = re.sub(rf"\b({words})\b ?", "", text.lower())
    return re.sub(r"\b(an?|the) ([a-z]+|toy car)\b", r"\1 N", text)


def test_every_predicate_and_inverse_form_comes_up(written: list[tuple[SceneGraph, Caption]]) -> None:
    said = {predicate for _, made in written for _, predicate, _ in made.triples}
    assert said >= {
        "on",
        "under",
        "inside",
        "contains",
        "left_of",
        "right_of",
        "in_front_of",
        "behind",
        "next_to",
        "near",
    }
    assert said >= {"above", "below"}


def test_details_differ_in_length_and_full_has_all_main_things(written: list[tuple[SceneGraph, Caption]]) -> None:
    words = {
        detail: np.mean([len(made.text.split()) for _, made in written if made.detail == detail]) for detail in DETAILS
    }
    assert words["short"] < 12 < words["medium"] < 35 < words["full"]
    for scene, made in written:
        if made.detail == "full":
            seen = np.array([row["visibility"] for row in scene.objects.attributes])
            pixels = np.where(seen >= 0.3, scene.objects.seen.n_points, 0)
            largest = scene.objects.id[np.argsort(-pixels)[:5]][np.sort(pixels)[::-1][:5] > 100]
            assert set(largest.tolist()) <= set(made.objects), made.text
            assert len(made.triples) >= min(1, len(scene.objects) - 1), made.text


def test_spelling(written: list[tuple[SceneGraph, Caption]]) -> None:
    for _, made in written:
        assert "  " not in made.text
        assert not re.search(r"\btv\b|shelfs|boxs|\ba [aeio]", made.text), made.text
        for sentence in made.text.removesuffix(".").split(". "):
            assert sentence[0].isupper() or made.detail == "short", made.text
        plural = r"\b(two|three|four) (?:\w+ )?(?:mugs|boxes|books|apples|chairs) (is|stands|sits|lies|rests)\b"
        assert not re.search(plural, made.text), made.text


def test_the_same_room_and_seed_give_the_same_texts() -> None:
    room = sample_room(301)
    first = captions(room, 4)
    assert first == captions(room, 4)
    assert [one.detail for one in first] == ["short", "short", "medium", "medium", "full", "full"]
    assert len({one.text for one in first}) == 6
    assert first != captions(room, 5)
    assert len(captions(room, 4, Style(each=1))) == 3
    scene = truth(room)
    assert caption(scene, 24, "short") == first[0]


def test_no_things_and_one_thing() -> None:
    room = sample_room(301)
    assert [one.text for one in captions(room.with_things(()), 0)] == ["An empty room."] * 6
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    chair = {"label": "chair", "center_m": [0, 3, 0.5], "size_m": [0.6, 0.6, 1], "attributes": look}
    scene = seen_scene([chair], np.array([9000]))
    for detail in DETAILS:
        made = [caption(scene, seed, detail) for seed in range(20)]
        assert {one.objects for one in made} == {(1,)}
        assert not any(one.triples for one in made)
        for one in made:
            Reader(scene).read(one.text)


def test_two_things_of_which_no_name_fits_one() -> None:
    look = {"color": "red", "material": "metal", "visibility": 1.0}
    chair = {"label": "chair", "size_m": [0.6, 0.6, 1], "attributes": look}
    scene = seen_scene([chair | {"center_m": [x, 3, 0.5]} for x in (-1, 1)], np.array([9000, 9000]))
    for detail in DETAILS:
        for seed in range(20):
            made = caption(scene, seed, detail)
            assert made.objects == (1, 3)
            Reader(scene).read(made.text)


def test_what_cannot_be_captioned_is_refused(scenes: list[SceneGraph]) -> None:
    with pytest.raises(InputError, match="short, medium, full"):
        caption(scenes[0], 0, "long")
    bare = relate([{"label": "mug", "center_m": [0, 1, 0], "size_m": [0.1, 0.1, 0.1], "attributes": {"color": "red"}}])
    with pytest.raises(InputError, match=r"mug#0.*no material"):
        caption(bare, 0)
