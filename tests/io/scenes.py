"""Random graphs, and a comparison of two graphs to the digits of a file."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from scenegraph3d.types import FRAMES, Camera, Objects, Relations, SceneGraph, Seen, Up

DATA = Path(os.environ.get("SCENEGRAPH3D_DATA", Path(__file__).parents[3] / "shared" / "data"))
DIGITS = 5e-10  # half a unit of the tenth significant digit, relative


def sample(*parts: str) -> Path:
    """A file of the real samples, or a skip."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real samples are not there: {path} (set SCENEGRAPH3D_DATA)")
    return path


finite = st.floats(-1e6, 1e6, allow_nan=False)
unit = st.floats(0, 1)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


def _array(draw, elements, *shape):
    flat = draw(st.lists(elements, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(flat, dtype=np.float64).reshape(shape)


@st.composite
def object_columns(draw, count):
    seen = None
    if count and draw(st.booleans()):
        seen = {
            "xyxy_px": _array(draw, finite, count, 4),
            "n_points": np.arange(count) * 7,
            "n_views": np.ones(count, dtype=np.int64),
            "center_m": _array(draw, finite, count, 3),
            "size_m": _array(draw, unit, count, 3),
            "truncated": np.arange(count) % 2 == 0,
            "occluded": np.arange(count) % 3 == 0,
            "completed": tuple(draw(st.lists(st.text(max_size=4), min_size=count, max_size=count))),
            "position_std_m": _array(draw, unit, count, 3),
        }
    width = draw(st.integers(0, 3)) if count else 0
    embedding = _array(draw, st.floats(width=32, allow_nan=False, allow_infinity=False), count, width)
    ids = draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=count, max_size=count, unique=True))
    return {
        "label": tuple(draw(st.lists(words, min_size=count, max_size=count))),
        "center_m": _array(draw, finite, count, 3),
        "size_m": _array(draw, st.floats(1e-6, 1e5), count, 3),
        "yaw_rad": _array(draw, st.floats(-10, 10), count),
        "score": _array(draw, unit, count),
        "attributes": tuple(draw(st.dictionaries(words, plain, max_size=2)) for _ in range(count)),
        "front_known": np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool),
        "id": np.array(ids, dtype=np.int64),
        "kind": tuple(draw(st.lists(st.sampled_from(["object", "surface"]), min_size=count, max_size=count))),
        "seen": seen,
        "embedding": embedding.astype(np.float32) if width else None,
    }


@st.composite
def relation_columns(draw, objects, *, loops=True):
    predicates = tuple(draw(st.lists(words, max_size=4, unique=True)))
    names = {name: tuple(draw(st.lists(words, max_size=3, unique=True))) for name in predicates}
    rows = []
    if objects and predicates:
        place = st.integers(0, objects - 1)
        ends = st.tuples(place, place).filter(lambda pair: loops or pair[0] != pair[1])
        kinds = st.tuples(
            st.integers(0, len(predicates) - 1), st.integers(0, len(FRAMES) - 1), st.integers(-1, objects - 1)
        )
        if loops or objects > 1:
            rows = draw(st.lists(st.tuples(ends, kinds), max_size=8, unique=True))
    count = len(rows)
    table = np.array([[*ends, *kinds] for ends, kinds in rows], dtype=np.int64).reshape(count, 5)
    width = max((len(value) for value in names.values()), default=0)
    evidence = _array(draw, finite, count, width)
    for i in range(count):
        evidence[i, len(names[predicates[table[i, 2]]]) :] = np.nan
        if width and draw(st.booleans()):
            evidence[i, draw(st.integers(0, width - 1))] = np.nan
    subject, target, code, frame, third = (column.copy() for column in table.T)
    return {
        "subject": subject,
        "object": target,
        "code": code,
        "frame_code": frame,
        "score": _array(draw, unit, count),
        "margin_m": _array(draw, finite, count),
        "third": third,
        "evidence": evidence,
        "predicates": predicates,
        "evidence_names": names,
    }


@st.composite
def cameras(draw):
    turn, away = draw(st.floats(-3, 3)), _array(draw, finite, 3)
    pose = np.array(
        [[np.cos(turn), 0, -np.sin(turn), 0], [np.sin(turn), 0, np.cos(turn), 0], [0, -1, 0, 0], [0, 0, 0, 1.0]]
    )
    pose[:3, 3] = away
    focal = draw(st.floats(1e-3, 1e5))
    size = {"cx": 10, "cy": 5.5, "width": 640, "height": 480}
    return dict(size, fx=focal, fy=2 * focal, world_from_camera=pose, intrinsics_source="exif")


@st.composite
def scenes(draw, *, loops=True):
    """How to make a graph of 0 to 5 objects: a function, since shape checks may not run while examples are drawn."""
    count = draw(st.integers(0, 5))
    objects, relations = draw(object_columns(count)), draw(relation_columns(count, loops=loops))
    camera, confidence = draw(st.none() | cameras()), draw(unit)
    scale, source = draw(st.sampled_from(["metric", "relative"])), draw(st.dictionaries(words, plain, max_size=3))

    def make() -> SceneGraph:
        seen = objects.pop("seen")
        return SceneGraph(
            Objects(**objects, seen=None if seen is None else Seen(**seen)),
            Relations(**relations),
            None if camera is None else Camera(**camera),
            Up((0.0, -0.6, -0.8), "floor", confidence, floor_found=True),
            scale,
            source,
        )

    return make


def grid(count: int, per_object: int = 2) -> SceneGraph:
    """`count` boxes in a row with `per_object` relations each."""
    rng = np.random.default_rng(count)
    size = count * per_object if count > 1 else 0
    subject = np.arange(size) % max(count, 1)
    return SceneGraph(
        Objects(("box",) * count, rng.normal(size=(count, 3)), rng.uniform(0.1, 1, (count, 3)), rng.normal(size=count)),
        Relations(
            subject=subject,
            object=(subject + 1 + np.arange(size) // max(count, 1)) % max(count, 1),
            code=np.arange(size) % 2,
            frame_code=np.arange(size) % 3,
            score=rng.random(size),
            margin_m=rng.random(size),
            third=np.full(size, -1),
            evidence=rng.normal(size=(size, 2)),
            predicates=("near", "on"),
            evidence_names={"near": ("gap_m", "far_m"), "on": ("gap_m", "overlap")},
        ),
    )


def assert_same(a: SceneGraph, b: SceneGraph) -> None:
    """Equal, numbers to the digits of a file."""
    for name in ("label", "attributes", "kind"):
        assert list(getattr(a.objects, name)) == list(getattr(b.objects, name)), name
    np.testing.assert_array_equal(a.objects.id, b.objects.id)
    np.testing.assert_array_equal(a.objects.front_known, b.objects.front_known)
    for name in ("center_m", "size_m", "yaw_rad", "score"):
        np.testing.assert_allclose(getattr(a.objects, name), getattr(b.objects, name), rtol=DIGITS, atol=1e-12)
    np.testing.assert_array_equal(a.objects.embedding, b.objects.embedding, strict=True)
    assert (a.objects.seen is None) == (b.objects.seen is None)
    if a.objects.seen is not None and b.objects.seen is not None:
        for name in ("xyxy_px", "center_m", "size_m", "position_std_m", "n_points", "n_views", "truncated", "occluded"):
            np.testing.assert_allclose(
                getattr(a.objects.seen, name), getattr(b.objects.seen, name), rtol=DIGITS, atol=1e-12
            )
        assert a.objects.seen.completed == b.objects.seen.completed
    assert a.relations.predicates == b.relations.predicates
    assert a.relations.evidence_names == b.relations.evidence_names
    for name in ("subject", "object", "code", "frame_code", "third"):
        np.testing.assert_array_equal(getattr(a.relations, name), getattr(b.relations, name))
    for name in ("score", "margin_m", "evidence"):
        np.testing.assert_allclose(getattr(a.relations, name), getattr(b.relations, name), rtol=DIGITS, atol=1e-12)
    assert (a.camera is None) == (b.camera is None)
    if a.camera is not None and b.camera is not None:
        for name in ("fx", "fy", "cx", "cy", "width", "height", "world_from_camera"):
            np.testing.assert_allclose(getattr(a.camera, name), getattr(b.camera, name), rtol=DIGITS, atol=1e-12)
        assert a.camera.intrinsics_source == b.camera.intrinsics_source
        assert a.camera.pose_source == b.camera.pose_source
    np.testing.assert_allclose(a.up.camera, b.up.camera, rtol=DIGITS)
    assert (a.up.source, a.up.floor_found, a.scale, a.source) == (b.up.source, b.up.floor_found, b.scale, b.source)
    np.testing.assert_allclose(a.up.confidence, b.up.confidence, rtol=DIGITS, atol=1e-12)
