"""One 640 x 480 frame with 20 masks, from depth to objects to relations, beside the loop that others run per object.

The peer loop is the usual one on Open3D: unproject the mask, voxels of 2.5 cm, DBSCAN (0.1 m, 10 points) and its
largest cluster, statistical outliers (10 neighbours, 1.2), oriented box. It ends with boxes; ours goes on to complete
them and to all relations. Up is given to ours in one row and searched in the others; the last finds the objects too.

    python benchmarks/frame.py

writes benchmarks/results/frame.json.
"""

import numpy as np
import open3d as o3d
from _common import facts, medians_ms, ratios, write

import scenegraph3d as sg3
from scenegraph3d.geometry.cameras import unproject

WIDTH, HEIGHT, THINGS, REPEATS = 640, 480, 20, 15
CAMERA = sg3.Camera.from_fov(WIDTH, HEIGHT, 1.2, source="given")
TILT_RAD, EYE_M = 0.45, 1.6


def make_frame() -> tuple[np.ndarray, np.ndarray, sg3.Detections]:
    """Depth [H, W] in metres of twenty boxes on a floor, with sensor noise, and their masks."""
    rng = np.random.default_rng(0)
    c, s = np.cos(TILT_RAD), np.sin(TILT_RAD)
    world_from_camera = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]) @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    rays = unproject(np.ones((HEIGHT, WIDTH)), CAMERA.matrix).reshape(-1, 3) @ world_from_camera.T
    eye = np.array([0, 0, EYE_M])
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(rays[:, 2] < 0, -EYE_M / rays[:, 2], np.inf)
        owner = np.full(len(z), -1)
        for k in range(THINGS):
            ahead = 2.2 + 0.8 * (k // 5)
            low = np.array([0.22 * ahead * (k % 5 - 2) - 0.15, ahead, 0])
            high = low + rng.uniform(0.2, 0.4, 3)
            first = np.minimum((low - eye) / rays, (high - eye) / rays).max(axis=1)
            last = np.maximum((low - eye) / rays, (high - eye) / rays).min(axis=1)
            nearer = (first <= last) & (first > 0) & (first < z)
            z[nearer], owner[nearer] = first[nearer], k
    z[z > 9] = 0
    z += (z > 0) * rng.normal(size=z.shape) * (0.0012 + 0.0019 * (z - 0.4) ** 2)
    masks = np.stack([owner.reshape(HEIGHT, WIDTH) == k for k in range(THINGS)])
    boxes = [[x.min(), y.min(), x.max() + 1, y.max() + 1] for y, x in map(np.nonzero, masks)]
    detections = sg3.Detections(np.array(boxes, dtype=float), ("box",) * THINGS, mask=masks)
    return np.maximum(z, 0).reshape(HEIGHT, WIDTH).astype(np.float32), np.array([0, -c, -s]), detections


def peer_loop(depth: np.ndarray, detections: sg3.Detections) -> list[o3d.geometry.OrientedBoundingBox]:
    """Per object: voxels, DBSCAN, outliers, oriented box."""
    points = unproject(depth.astype(np.float64), CAMERA.matrix)
    out = []
    for mask in detections.mask:
        cloud = o3d.geometry.PointCloud(o3d.utility.Vector3dVector(points[mask & (depth > 0)]))
        cloud = cloud.voxel_down_sample(0.025)
        labels = np.asarray(cloud.cluster_dbscan(eps=0.1, min_points=10))
        cloud = cloud.select_by_index(np.flatnonzero(labels == np.bincount(labels[labels >= 0]).argmax()))
        cloud, _ = cloud.remove_statistical_outlier(10, 1.2)
        out.append(cloud.get_oriented_bounding_box(robust=True))
    return out


def main() -> None:
    """Measure, print, and keep the result."""
    depth, up, detections = make_frame()
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    scene = sg3.build(picture, depth=depth, camera=CAMERA, detections=detections)
    medians = medians_ms(
        {
            "scenegraph3d, up given": lambda: sg3.build(
                picture, depth=depth, camera=CAMERA, detections=detections, up=up
            ),
            "scenegraph3d, up searched": lambda: sg3.build(picture, depth=depth, camera=CAMERA, detections=detections),
            "scenegraph3d, nothing given": lambda: sg3.build(picture, depth=depth, camera=CAMERA),
            "Open3D loop, boxes only": lambda: peer_loop(depth, detections),
        },
        REPEATS,
    )
    result = {
        "claim": "640 x 480, 20 masks, depth to relations under 60 ms",
        "repeats": REPEATS,
        "objects": len(scene.objects),
        "relations": len(scene.relations),
        "median_ms": medians,
        "times_ours": ratios(medians, "scenegraph3d, up given"),
        **facts("open3d"),
    }
    print(result)
    write("frame", result)


if __name__ == "__main__":
    main()
