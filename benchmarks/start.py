"""How long a user waits before anything happens: `import scenegraph3d` and `scenegraph3d --help`, as whole processes.

Beside them the interpreter alone, NumPy alone, and the imports of peers where they are installed.

    python benchmarks/start.py

writes benchmarks/results/start.json.
"""

import importlib.util
import subprocess
import sys

from _common import facts, medians_ms, write

REPEATS = 15
PEERS = ("networkx", "spark_dsg", "open3d", "trimesh")


def process(*arguments: str):
    """A fresh interpreter run to its end."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> None:
    """Measure, print, and keep the result."""
    runs = {
        "python alone": process("-c", "pass"),
        "import numpy": process("-c", "import numpy"),
        "import scenegraph3d": process("-c", "import scenegraph3d"),
        "scenegraph3d --help": process("-m", "scenegraph3d.cli", "--help"),
    }
    runs |= {f"import {name}": process("-c", f"import {name}") for name in PEERS if importlib.util.find_spec(name)}
    medians = medians_ms(runs, REPEATS)
    for name, value in medians.items():
        print(f"{name:24} {value:8.1f} ms")
    claim = "import scenegraph3d under 300 ms, scenegraph3d --help under 500 ms, interpreter included"
    write("start", {"claim": claim, "repeats": REPEATS, "median_ms": medians, **facts(*PEERS)})


if __name__ == "__main__":
    main()
