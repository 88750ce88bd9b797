"""How far off things are whose depth was estimated from a picture.

A sensor's readings are off one by one, and an object of many readings is where it is seen. A network is off by whole
objects: each is nearer or farther than it should be by a share of its distance. On the ground that error is the
object's own. Upright it is left out: what stands on a thing is off together with it, and two independent errors would
leave no cup on any table.
"""

from dataclasses import replace

import numpy as np

from ..types import Camera, Objects


def with_estimated_distance(objects: Objects, camera: Camera, share: float) -> Objects:
    """The objects with `seen.position_std_m` widened along the sight on the ground; as they are without `seen`.

    Args:
        objects: as `lift` gives them.
        camera: that they were lifted with.
        share: standard deviation of an object's distance, as a share of it.
    """
    if objects.seen is None:
        return objects
    sight = np.abs(objects.center_m - camera.center_m) * np.array([1.0, 1.0, 0.0])
    std = np.hypot(objects.seen.position_std_m, share * sight)
    return replace(objects, seen=replace(objects.seen, position_std_m=std))
