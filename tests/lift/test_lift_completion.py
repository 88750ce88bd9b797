"""Completion: expected extents against numerical integration, and where boxes grow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from scenegraph3d.geometry.fit import YawBox
from scenegraph3d.lift import SizePrior
from scenegraph3d.lift.completion import Evidence, complete, expected_extent
from scenegraph3d.lift.ends import Ends

CAR = SizePrior("car", (4.0, 0.4), (1.7, 0.1), (1.5, 0.1))
UNKNOWN = np.zeros((3, 2), dtype=bool)


def evidence(camera=(0.0, 0.0, 0.75), cut=UNKNOWN, free=UNKNOWN, support=None, ring=None, metric=True):
    return Evidence(np.array(camera), Ends(cut, free), False, support, (np.inf, -np.inf), ring, metric)


@given(
    mean=st.floats(0.3, 5.0),
    spread=st.floats(0.05, 0.3),
    share=st.floats(0.05, 1.5),
)
def test_an_extent_of_which_a_part_is_seen_is_the_truncated_normals_mean(mean, spread, share):
    std, seen = spread * mean, share * mean
    grid = np.linspace(seen, max(seen, mean) + 12 * std, 200_001)
    density = norm.pdf(grid, mean, std)
    if density.sum() * (grid[1] - grid[0]) < 1e-4:
        return
    truth = float((grid * density).sum() / density.sum())
    found, deviation = expected_extent(seen, mean, std, odds_whole=0.0, measure_m=0.05 * mean)
    assert found == pytest.approx(truth, rel=1e-3)
    variance = float(((grid - truth) ** 2 * density).sum() / density.sum())
    assert deviation == pytest.approx(np.sqrt(variance), rel=0.02, abs=1e-3)


@given(seen=st.floats(0.1, 6.0), odds=st.floats(0.0, 1.0))
def test_an_expected_extent_is_never_below_the_seen_one(seen, odds):
    assert expected_extent(seen, 4.0, 0.4, odds, 0.2)[0] >= seen - 1e-9


def test_an_extent_in_plain_view_that_fits_the_prior_is_kept_and_one_that_does_not_is_not():
    assert expected_extent(3.9, 4.0, 0.4, odds_whole=0.9, measure_m=0.1)[0] == pytest.approx(3.9, abs=0.05)
    assert expected_extent(0.4, 4.0, 0.4, odds_whole=0.9, measure_m=0.1)[0] == pytest.approx(4.0, abs=0.01)
    assert expected_extent(6.0, 4.0, 0.4, odds_whole=0.1, measure_m=0.1)[0] == 6.0


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_rear_of_a_car_becomes_a_car_behind_it(quarters):
    turn = quarters * np.pi / 2
    c, s = round(np.cos(turn)), round(np.sin(turn))
    around = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    seen = YawBox(around @ [0.0, 10.1, 0.75], np.array([1.7, 0.2, 1.5]), float(np.pi / 2 - (np.pi / 2 - turn) % np.pi))
    whole = complete(seen, evidence(), CAR)
    np.testing.assert_allclose(whole.box.center_m, around @ [0.0, 12.0, 0.75], atol=0.02)
    np.testing.assert_allclose(whole.box.size_m, [4.0, 1.7, 1.5], atol=0.02)
    heading = np.array([np.cos(whole.box.yaw_rad), np.sin(whole.box.yaw_rad), 0])
    assert abs(heading @ around @ [0.0, 1.0, 0.0]) == pytest.approx(1.0)
    np.testing.assert_allclose(whole.seen.size_m, [0.2, 1.7, 1.5])
    assert whole.how == "prior:car"
    np.testing.assert_allclose(whole.std_m, np.abs(around @ [0.0, 0.2, 0.0]), atol=0.05)


def test_the_side_of_a_car_grows_away_from_the_camera():
    seen = YawBox(np.array([0.0, 5.1, 0.75]), np.array([4.0, 0.2, 1.5]), 0.0)
    whole = complete(seen, evidence(), CAR)
    np.testing.assert_allclose(whole.box.center_m, [0.0, 5.0 + 1.7 / 2, 0.75], atol=0.02)


def test_an_end_that_the_border_cuts_is_the_one_that_grows():
    cut = UNKNOWN.copy()
    cut[0, 0] = True
    seen = YawBox(np.array([0.0, 5.1, 0.75]), np.array([2.0, 0.2, 1.5]), 0.0)
    whole = complete(seen, evidence(cut=cut), CAR)
    assert whole.box.center_m[0] + whole.box.size_m[0] / 2 == pytest.approx(1.0)
    assert whole.box.size_m[0] == pytest.approx(4.0, abs=0.1)


def test_an_extent_with_a_free_view_past_both_ends_is_not_grown():
    seen = YawBox(np.array([0.0, 5.1, 0.75]), np.array([2.9, 1.1, 1.5]), 0.0)
    free = UNKNOWN.copy()
    free[0] = True
    whole = complete(seen, evidence(free=free), CAR)
    assert whole.box.size_m[0] == 2.9
    assert whole.box.size_m[1] > 1.6


@pytest.mark.parametrize("side", [0, 1])
def test_what_is_missing_goes_to_the_end_past_which_the_view_is_not_free(side):
    seen = YawBox(np.array([0.0, 5.1, 0.75]), np.array([2.6, 1.7, 1.5]), 0.0)
    free = UNKNOWN.copy()
    free[0, side] = True
    whole = complete(seen, evidence(free=free), CAR)
    assert whole.box.size_m[0] > 3.5
    kept = whole.box.center_m[0] + (side - 0.5) * whole.box.size_m[0]
    assert kept == pytest.approx((side - 0.5) * 2.6)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_free_ends_turn_with_the_box(quarters):
    turn = quarters * np.pi / 2
    c, s = round(np.cos(turn)), round(np.sin(turn))
    around = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    yaw = float(np.pi / 2 - (np.pi / 2 - turn) % np.pi)
    seen = YawBox(around @ [0.0, 10.1, 0.75], np.array([1.2, 0.2, 1.5]), yaw)
    free = UNKNOWN.copy()
    free[0, int(np.cos(yaw - turn) < 0)] = True
    whole = complete(seen, evidence(free=free), CAR)
    far = around.T @ whole.box.center_m
    assert far[0] - whole.box.size_m[1] / 2 == pytest.approx(-0.6, abs=1e-9)
    assert whole.box.size_m[1] > 1.5


def test_the_near_half_of_a_round_thing_becomes_its_circle():
    seen = YawBox(np.array([0.0, 2.05, 0.1]), np.array([0.2, 0.1, 0.2]), 0.0)
    whole = complete(seen, evidence(ring=(np.array([0.0, 2.1]), 0.2)), None)
    np.testing.assert_allclose(whole.box.size_m, [0.2, 0.2, 0.2])
    np.testing.assert_allclose(whole.box.center_m, [0.0, 2.1, 0.1])
    assert whole.how == "round"


def test_both_sides_in_plain_view_are_kept():
    seen = YawBox(np.array([6.0, 6.0, 0.75]), np.array([4.1, 1.72, 1.5]), 0.0)
    whole = complete(seen, evidence(), CAR)
    np.testing.assert_allclose(whole.box.size_m, seen.size_m, atol=0.04)


@pytest.mark.parametrize(("support", "bottom", "how"), [(0.0, 0.0, "support"), (-5.0, 0.3, ""), (None, 0.3, "")])
def test_the_bottom_goes_down_to_a_support_within_reach(support, bottom, how):
    seen = YawBox(np.array([3.0, 3.0, 0.8]), np.array([4.0, 1.7, 1.0]), 0.0)
    whole = complete(seen, evidence(support=support), CAR)
    assert whole.box.center_m[2] - whole.box.size_m[2] / 2 == pytest.approx(bottom)
    assert whole.box.center_m[2] + whole.box.size_m[2] / 2 == pytest.approx(1.3)
    assert how in whole.how


def test_what_hangs_is_not_drawn_to_the_floor():
    picture = SizePrior("picture", (0.6, 0.2), (0.05, 0.02), (0.5, 0.2), rests=False)
    seen = YawBox(np.array([0.0, 3.0, 0.5]), np.array([0.6, 0.05, 0.5]), 0.0)
    whole = complete(seen, evidence(support=0.1), picture)
    np.testing.assert_allclose(whole.box.size_m[2], 0.5)


def test_without_a_prior_a_sheet_gets_some_depth_and_a_thing_seen_from_above_none():
    sheet = YawBox(np.array([0.0, 3.0, 0.5]), np.array([0.8, 0.01, 0.4]), 0.0)
    whole = complete(sheet, evidence(), None)
    np.testing.assert_allclose(whole.box.size_m, [0.8, 0.1, 0.4])
    np.testing.assert_allclose(whole.box.center_m, [0.0, 2.995 + 0.05, 0.5])
    assert whole.how == "proportion"
    low = YawBox(np.array([0.0, 2.0, 0.02]), np.array([0.3, 0.02, 0.04]), 0.0)
    np.testing.assert_allclose(complete(low, evidence(camera=(0, 0, 2.0)), None).box.size_m, low.size_m)


def test_lengths_that_are_not_metres_take_no_prior():
    seen = YawBox(np.array([0.0, 10.1, 0.75]), np.array([1.7, 0.2, 1.5]), 0.0)
    assert "prior" not in complete(seen, evidence(metric=False), CAR).how
