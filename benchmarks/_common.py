"""What the benchmarks share: taking turns, medians, the facts of the run, and one place for results."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from scenegraph3d.io.atomic import write_text

RESULTS = Path(__file__).parent / "results"


def medians_ms(contenders: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Median wall milliseconds of each; they take turns, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats + 1):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            times[name].append(1e3 * (time.perf_counter() - start))
    return {name: round(statistics.median(values[1:]), 3) for name, values in times.items()}


def ratios(medians: Mapping[str, float], ours: str) -> dict[str, float]:
    """How many times our time each peer takes."""
    return {name: round(value / medians[ours], 2) for name, value in medians.items() if name != ours}


def facts(*packages: str) -> dict[str, Any]:
    """Interpreter, cores and versions: what a number means nothing without."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "versions": {name: _version(name) for name in ("numpy", "scipy", *packages)},
    }


def write(name: str, result: Mapping[str, Any]) -> None:
    """Keep the result as benchmarks/results/NAME.json, and say where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    write_text(path, json.dumps(result, indent=2) + "\n")
    print(f"written: benchmarks/results/{name}.json")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
