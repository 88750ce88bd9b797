"""Points against brute force: voxels, clusters, isolated points, flying pixels."""

import statistics

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from scenegraph3d.geometry import points

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
def test_points_evened_out_are_the_cell_means_of_a_plain_loop(seed):
    cloud = np.random.default_rng(seed).normal(size=(200, 2)) * 3
    cells: dict[tuple, list] = {}
    for key, point in zip(np.floor((cloud - cloud.min(axis=0)) / 0.7).tolist(), cloud, strict=True):
        cells.setdefault(tuple(key), []).append(point)
    expected = [np.mean(cells[key], axis=0) for key in sorted(cells, key=lambda key: key[::-1])]
    np.testing.assert_allclose(points.evened_out(cloud, 0.7), expected, atol=1e-12)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_the_middle_is_the_upper_median(values):
    assert points.middle(np.array(values)) == statistics.median_high(values)


@given(seed=seeds, outside=st.integers(0, 4))
def test_the_extremes_leave_so_many_points_beyond_them(seed, outside):
    cloud = np.random.default_rng(seed).integers(-9, 9, (30, 3))
    low, high = points.extremes(cloud, outside)
    for axis, ordered in enumerate(map(sorted, cloud.T.tolist())):
        assert (low[axis], high[axis]) == (ordered[outside], ordered[-1 - outside])


@given(seed=seeds)
def test_clusters_lie_between_single_linkage_at_the_gap_and_at_the_cells_reach(seed):
    cloud = np.random.default_rng(seed).uniform(0, 4, (60, 3))
    gap = 0.35
    found = points.clusters(cloud, gap)
    joined = fcluster(linkage(cloud, "single"), gap, "distance")
    apart = fcluster(linkage(cloud, "single"), 2 * np.sqrt(3) * gap, "distance")
    for label in np.unique(joined):
        assert len(np.unique(found[joined == label])) == 1
    for label in np.unique(found):
        assert len(np.unique(apart[found == label])) == 1
    counts = np.bincount(found)
    assert (np.diff(counts) <= 0).all()


def test_the_largest_cluster_is_the_largest():
    rng = np.random.default_rng(0)
    cloud = np.concatenate([rng.normal(0, 0.1, (30, 3)), rng.normal(5, 0.1, (50, 3))])
    assert np.array_equal(points.clusters(cloud, 0.3) == 0, np.arange(80) >= 30)
    assert len(points.clusters(np.zeros((0, 3)), 1.0)) == 0


def test_strays_are_isolated_and_the_body_is_not():
    rng = np.random.default_rng(1)
    body, strays = rng.uniform(0, 1, (3000, 3)), rng.uniform(3, 20, (40, 3))
    found = points.isolated(np.concatenate([body, strays]), points_per_cell=6.0, share=0.4)
    assert found[3000:].all()
    assert found[:3000].mean() < 0.05
    assert not points.isolated(np.zeros((60, 3)), 6.0, 0.4).any()


def test_flying_pixels_are_those_between_two_surfaces():
    near, far = np.full((20, 10), 1.0), np.full((20, 10), 2.0)
    depth = np.concatenate([near, np.full((20, 1), 1.5), far], axis=1)
    flying = points.flying_pixels(depth, 0.03)
    assert np.array_equal(np.flatnonzero(flying.any(axis=0)), [10])
    assert flying[:, 10].all()
    assert np.array_equal(points.flying_pixels(depth.T, 0.03), flying.T)


@given(seed=seeds)
def test_flying_pixels_are_those_of_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    depth = rng.choice([0.0, 1.0, 1.01, 1.5], (140, 9))
    flying = np.zeros(depth.shape, dtype=bool)
    for row, column in np.argwhere(depth > 0).tolist():
        for down, across in ((1, 0), (0, 1)):
            line = [(row + k * down, column + k * across) for k in (-1, 1)]
            if all(0 <= r < 140 and 0 <= c < 9 for r, c in line):
                a, b = (depth[place] for place in line)
                z = depth[row, column]
                flying[row, column] |= all(o > 0 and abs(o - z) > 0.03 * min(o, z) for o in (a, b))
    assert np.array_equal(points.flying_pixels(depth, 0.03), flying)


def test_edges_slopes_and_sparse_depth_are_left_alone():
    edge = np.concatenate([np.full((20, 10), 1.0), np.full((20, 10), 2.0)], axis=1)
    assert not points.flying_pixels(edge, 0.03).any()
    slope = np.broadcast_to(1.02 ** np.arange(30.0), (20, 30))
    assert not points.flying_pixels(slope, 0.03).any()
    sparse = np.where(np.random.default_rng(0).random((50, 50)) < 0.5, 0, 1.0)
    sparse[::2] = 0
    sparse[:, ::2] = 0
    sparse[1::4] *= 7
    assert not points.flying_pixels(sparse, 0.03).any()
