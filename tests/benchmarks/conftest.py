"""The benchmarks are scripts that stand beside each other, so their folder has to be where imports look."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
