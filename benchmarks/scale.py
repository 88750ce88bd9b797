"""10,000 boxes spread over a floor: seconds and peak memory of all relations, in a process of its own.

    python benchmarks/scale.py

writes benchmarks/results/scale.json.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

import numpy as np
from _common import facts, write

import scenegraph3d as sg3

SIDES_M = (100.0, 50.0)
COUNTS = (1000, 10_000)
REPEATS = 3


def measure(count: int, side_m: float) -> dict[str, float]:
    """One pass in this process: seconds, peak memory of the process in MB, relations."""
    rng = np.random.default_rng(0)
    size = rng.uniform(0.1, 1.5, (count, 3))
    center = np.stack([*rng.uniform(0, side_m, (2, count)), 0.5 * size[:, 2]], axis=1)
    objects = sg3.Objects(("box",) * count, center, size, rng.uniform(-3, 3, count))
    start = time.perf_counter()
    scene = sg3.relate(objects)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak_mb, "relations": len(scene.relations)}


def main() -> None:
    """Measure each case in processes of its own, print, and keep the result."""
    rows = []
    for count in COUNTS:
        for side_m in SIDES_M:
            command = [sys.executable, __file__, "--once", str(count), str(side_m)]
            runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(REPEATS)]
            medians = {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}
            rows.append({"objects": count, "floor_m": side_m, **medians})
            print(rows[-1])
    claim = "10,000 boxes spread over a floor: under 2 s and under 1 GB"
    write("scale", {"claim": claim, "repeats": REPEATS, "rows": rows, **facts()})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(measure(int(sys.argv[2]), float(sys.argv[3]))))
    else:
        main()
