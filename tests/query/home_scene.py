"""A scene of a home for questions: where each thing stands is written out, so that answers can be counted by hand."""

import numpy as np

import scenegraph3d as sg3


def room(*rows, camera=None):
    return sg3.relate([{"yaw_rad": 0.0, **row} for row in rows], camera)


def box(label, x, y, bottom=0.0, size=(0.3, 0.3, 0.3), **attributes):
    center = [x, y, bottom + size[2] / 2]
    return {"label": label, "center_m": center, "size_m": list(size), "attributes": attributes}


def home_scene():
    """A table with two mugs and a laptop between two chairs, a sofa behind it, a lamp, and a ball in a bin. Metres."""
    chair = (0.5, 0.5, 0.9)
    return room(
        box("table", 0, 3, size=(1.4, 0.8, 0.74), color="brown", material="wood"),
        {**box("chair", -1.2, 3, size=chair, color="red", material="wood"), "front_known": True},
        box("chair", 1.3, 3.1, size=chair, color="blue", material="metal"),
        box("mug", -0.4, 2.9, 0.74, (0.1, 0.1, 0.1), color="white"),
        box("mug", 0.4, 3.0, 0.74, (0.1, 0.1, 0.1), color="red"),
        box("laptop", 0.05, 3.05, 0.74, (0.35, 0.25, 0.22), color="grey"),
        box("floor_lamp", 2.2, 4, size=(0.4, 0.4, 1.6), color="white"),
        {**box("sofa", -0.2, 5.5, size=(0.9, 2, 0.8), color="green"), "yaw_rad": -np.pi / 2, "front_known": True},
        box("bin", -2.2, 4.6, size=(0.3, 0.3, 0.4), color="black"),
        box("ball", -2.2, 4.6, 0.05, (0.15, 0.15, 0.15), color="orange"),
    )
