"""Random scenes and cameras for the tests of relations."""

import numpy as np
from hypothesis import strategies as st

from scenegraph3d.geometry.frames import rigid
from scenegraph3d.types import Camera, Objects


def camera_at(position_m, yaw_rad=0.0, pitch_rad=0.0, roll_rad=0.0) -> Camera:
    """A camera that looks along +y turned by yaw about +z, down by pitch, and rolled about its own axis."""
    level = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    c, s = np.cos(pitch_rad), np.sin(pitch_rad)
    tilt = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    c, s = np.cos(roll_rad), np.sin(roll_rad)
    roll = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    pose = rigid(turn @ level @ tilt @ roll, np.asarray(position_m, dtype=float))
    return Camera(500, 500, 320, 240, 640, 480, world_from_camera=pose)


def random_objects(seed: int, count: int, spread_m: float = 3.0) -> Objects:
    """Boxes on and above a floor, some stacked, some nested, some turned, some of them chairs and tables."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0.05, 1.2, (count, 3))
    center = rng.uniform(-spread_m, spread_m, (count, 3)) * [1, 1, 0.3]
    resting = rng.random(count) < 0.5
    center[resting, 2] = 0.5 * size[resting, 2]
    yaw = rng.uniform(-np.pi, np.pi, count) * (rng.random(count) < 0.7)
    return Objects(
        label=tuple(rng.choice(["thing", "chair", "table"], count, p=[0.6, 0.2, 0.2]).tolist()),
        center_m=center,
        size_m=size,
        yaw_rad=yaw,
        front_known=rng.random(count) < 0.4,
    )


def statements(scene) -> dict:
    """(subject, predicate, object, frame, third) -> (score, margin) of every relation, by object id."""
    r, ids = scene.relations, scene.objects.id
    third = [None if k < 0 else int(ids[k]) for k in r.third.tolist()]
    keys = zip(ids[r.subject].tolist(), r.predicate, ids[r.object].tolist(), r.frame, third, strict=True)
    values = zip(r.score.tolist(), r.margin_m.tolist(), strict=True)
    out = dict(zip(keys, values, strict=True))
    assert len(out) == len(r), "a statement was made twice"
    return out


seeds = st.integers(0, 2**32 - 1)
