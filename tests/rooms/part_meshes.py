"""Parts and things as triangle meshes: built by another library from what `parts` says about `size_m`."""

import numpy as np
import trimesh

from scenegraph3d.rooms.world.parts import Part, Shape
from scenegraph3d.rooms.world.room import Thing

AROUND = 32  # segments of a circle


def mesh_of(part: Part, around: int = AROUND) -> trimesh.Trimesh:
    """One part in the frame that it stands in; its corners lie on the true surface."""
    a, b, c, wall = part.size_m
    if part.shape is Shape.BOX:
        out = trimesh.creation.box((a, b, c))
    elif part.shape is Shape.ELLIPSOID:
        out = trimesh.creation.uv_sphere(radius=0.5, count=(around, around))
        out.apply_scale((a, b, c))
    elif part.shape is Shape.TORUS:
        out = trimesh.creation.torus(a, b, major_sections=around, minor_sections=around)
    else:
        out = trimesh.creation.revolve(_profile(a, b, c, wall), sections=around)
    out.apply_transform(part.thing_from_part)
    return out


def meshes_of(thing: Thing, around: int = AROUND) -> list[trimesh.Trimesh]:
    """All parts of a thing, in its frame."""
    return [mesh_of(part, around) for part in thing.parts]


def tops(meshes: list[trimesh.Trimesh], points: np.ndarray) -> np.ndarray:
    """Of upright lines through (m, 2) points x and y, how high each meets a triangle last; -inf where it meets none."""
    corners = np.concatenate([mesh.triangles for mesh in meshes])  # (n, 3, 3)
    first, u, v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    seen = np.abs(twice) > 1e-15  # seen from above, the others are lines
    first, u, v, twice = first[seen], u[seen], v[seen], twice[seen]
    dx, dy = points[:, :1] - first[:, 0], points[:, 1:] - first[:, 1]  # (m, n)
    s, t = (dx * v[:, 1] - dy * v[:, 0]) / twice, (u[:, 0] * dy - u[:, 1] * dx) / twice
    met = (s >= -1e-9) & (t >= -1e-9) & (s + t <= 1 + 1e-9)
    heights = np.where(met, first[:, 2] + s * u[:, 2] + t * v[:, 2], -np.inf)
    return np.asarray(heights.max(axis=1))


def _profile(bottom: float, top: float, height: float, wall: float) -> np.ndarray:
    """The line that a frustum's surface is when it is turned about z: radius and height, from the axis and back."""
    outer = [(0, -height / 2), (bottom, -height / 2), (top, height / 2)]
    if wall == 0:
        return np.array([*outer, (0, height / 2)])
    within = bottom + (top - bottom) * wall / height - wall
    return np.array([*outer, (top - wall, height / 2), (within, wall - height / 2), (0, wall - height / 2)])
