"""Depth that was estimated: relations are as sure as a network's distances are, no surer."""

import numpy as np

import scenegraph3d as sg3
from tests.geometry.raycast import Box
from tests.lift.pictures import Picture

SHARE = sg3.BuildConfig().lift.noise.estimated_share
NEAR, FAR = 2.5, 4.0


class Known:
    """An estimator that has its answer."""

    def __init__(self, depth):
        self.depth = depth

    def estimate(self, _image, _camera=None):
        return self.depth


def built(picture, estimated):
    image = np.zeros((*picture.view.depth.shape, 3), dtype=np.uint8)
    depth = Known(picture.depth) if estimated else picture.depth
    camera = sg3.Camera(*picture.view.intrinsics)
    found = picture.detections()
    return sg3.build(
        image, depth=depth, camera=camera, detections=found, up=picture.view.up, config=sg3.BuildConfig(scale=None)
    )


def said(scene):
    return {(r.subject, r.predicate, r.object) for r in scene.relations}


def two(first_m, second_m):
    """Two things side by side at two distances."""
    boxes = [Box("gizmo", (x, y, 0.2), (0.4, 0.2, 0.4)) for x, y in ((-0.3, first_m), (0.3, second_m))]
    return Picture(*boxes, pitch_deg=15.0)


def test_positions_are_known_as_well_as_distances_are():
    given, estimated = (built(two(NEAR, FAR), kind) for kind in (False, True))
    ground = (estimated.objects.center_m - estimated.camera.center_m)[:, :2]
    std, noise = (scene.objects.seen.position_std_m for scene in (estimated, given))
    np.testing.assert_allclose(std[:, :2], np.hypot(noise[:, :2], SHARE * np.abs(ground)), rtol=1e-9)
    np.testing.assert_array_equal(std[:, 2], noise[:, 2])
    assert (noise < 0.03).all()


def test_what_an_estimator_cannot_tell_is_left_open():
    apart = 1.5 * SHARE * NEAR
    assert (0, "in_front_of", 1) in said(built(two(NEAR, NEAR + apart), estimated=False))
    unsure = said(built(two(NEAR, NEAR + apart), estimated=True))
    assert not {(0, "in_front_of", 1), (0, "behind", 1)} & unsure
    assert (0, "left_of", 1) in unsure
    assert (0, "in_front_of", 1) in said(built(two(NEAR, FAR), estimated=True))


def test_what_stands_on_a_thing_is_on_it_in_a_photo_too():
    table = Box("gizmo", (0, 2.6, 0.35), (1.2, 0.8, 0.7))
    carton = Box("carton", (0.1, 2.5, 0.85), (0.35, 0.3, 0.3))
    for estimated in (False, True):
        assert (1, "on", 0) in said(built(Picture(table, carton, pitch_deg=20.0), estimated))


def test_nine_of_ten_claims_hold_where_distances_are_off_as_much_as_is_believed():
    """Claims about depth, made from distances that are each off at random, against the true order."""
    rng = np.random.default_rng(0)
    right = wrong = 0
    for _ in range(40):
        true = rng.uniform(2.2, 4.5, 2)
        seen = true * (1 + rng.normal(0, SHARE, 2))
        claims = said(built(two(*seen), estimated=True))
        claimed = {(0, "in_front_of", 1): 1, (0, "behind", 1): -1}
        for claim in claims & claimed.keys():
            holds = claimed[claim] * (true[1] - true[0]) > 0
            right, wrong = right + holds, wrong + (not holds)
    assert right >= 15
    assert wrong <= 0.1 * (right + wrong)
