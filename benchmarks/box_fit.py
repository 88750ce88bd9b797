"""Fitting a box to 5,000 points: volume, tilt and time beside Open3D and trimesh.

Two clouds of a 0.4 x 0.6 x 0.8 m box turned 0.5 rad about the vertical: all six faces, and the three that one camera
sees. Tilt is the angle between the vertical and the box axis nearest to it: a gravity-aligned box has none. A third
cloud mixes 3 % of stray points, spread over three times the box, into the first.

    python benchmarks/box_fit.py

writes benchmarks/results/box_fit.json.
"""

from collections.abc import Callable

import numpy as np
import open3d as o3d
import trimesh
from _common import facts, medians_ms, ratios, write

from scenegraph3d.geometry.fit import fit_yaw_box

SIZE_M = np.array([0.6, 0.4, 0.8])
YAW_RAD, COUNT, REPEATS = 0.5, 5000, 15
ALL_FACES, SEEN_FACES, STRAY_SHARE = (0, 1, 2, 3, 4, 5), (0, 2, 5), 0.03

Fit = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def cloud(faces: tuple[int, ...], strays: int = 0) -> np.ndarray:
    """Points spread evenly over faces of the box (0 is -x, 1 is +x, ...), and strays around it."""
    rng = np.random.default_rng(0)
    area = np.repeat([SIZE_M.prod() / side for side in SIZE_M], 2)[list(faces)]
    body = COUNT - strays
    face = rng.choice(faces, body, p=area / area.sum())
    points = rng.uniform(-0.5, 0.5, (body, 3))
    points[np.arange(body), face // 2] = face % 2 - 0.5
    points = np.concatenate([points, rng.uniform(-1.5, 1.5, (strays, 3))]) * SIZE_M
    c, s = np.cos(YAW_RAD), np.sin(YAW_RAD)
    return points @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


def ours(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and axes (columns) of our box."""
    box = fit_yaw_box(points)
    c, s = np.cos(box.yaw_rad), np.sin(box.yaw_rad)
    return box.size_m, np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def open3d_pca(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and axes of Open3D's box along principal axes."""
    box = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points)).get_oriented_bounding_box()
    return np.asarray(box.extent), np.asarray(box.R)


def open3d_minimal(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and axes of Open3D's minimal box."""
    box = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points)).get_minimal_oriented_bounding_box()
    return np.asarray(box.extent), np.asarray(box.R)


def trimesh_minimal(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and axes of trimesh's minimal box."""
    box_from_world, extents = trimesh.bounds.oriented_bounds(points)
    return np.asarray(extents), np.asarray(box_from_world)[:3, :3].T


FITS: dict[str, Fit] = {
    "scenegraph3d": ours,
    "open3d PCA": open3d_pca,
    "open3d minimal": open3d_minimal,
    "trimesh": trimesh_minimal,
}


def main() -> None:
    """Print the table and keep the numbers."""
    clouds = {
        "all six faces": cloud(ALL_FACES),
        "three faces": cloud(SEEN_FACES),
        "six faces, 3 % strays": cloud(ALL_FACES, round(STRAY_SHARE * COUNT)),
    }
    rows = {}
    print(f"{'cloud':24}{'fit':18}{'volume error':>14}{'tilt deg':>10}{'ms':>10}")
    for name, points in clouds.items():
        times = medians_ms({fit: lambda run=run, p=points: run(p) for fit, run in FITS.items()}, REPEATS)
        rows[name] = {"ratio_to_ours": ratios(times, "scenegraph3d")}
        for fit, run in FITS.items():
            size, axes = run(points)
            error = float(size.prod() / SIZE_M.prod() - 1)
            tilt = float(np.degrees(np.arccos(min(1.0, np.abs(axes[2]).max()))))
            rows[name][fit] = {"volume_error": round(error, 4), "tilt_deg": round(tilt, 3), "ms": times[fit]}
            print(f"{name:24}{fit:18}{error:>+14.1%}{tilt:>10.2f}{times[fit]:>10.2f}")
    write("box_fit", {"points": COUNT, "repeats": REPEATS, **facts("open3d", "trimesh"), "clouds": rows})


if __name__ == "__main__":
    main()
