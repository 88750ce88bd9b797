"""Depth noise against the published figures."""

import numpy as np

from scenegraph3d.geometry.noise import TriangulationNoise


def test_noise_is_the_published_parabola_up_to_its_limit():
    z = np.array([0.3, 0.4, 1.0, 2.0, 4.0, 20.0])
    published = 0.0012 + 0.0019 * (z - 0.4) ** 2
    expected = [0.0012, 0.0012, *published[2:5], 0.02 * 20.0]
    np.testing.assert_allclose(TriangulationNoise().std_m(z), expected, rtol=1e-12)
    assert (np.diff(TriangulationNoise().std_m(np.linspace(0.1, 30, 500))) >= 0).all()
