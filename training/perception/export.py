"""Write the weights that ship, in half precision, and their card.

python -m training.perception.export --run runs/perception --command "..." --hardware "2 cores of ..."
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from scenegraph3d.roomnet.network import RoomNetwork
from scenegraph3d.roomnet.perceive import WEIGHTS
from scenegraph3d.rooms.catalogue import CATALOGUE, LABELS
from scenegraph3d.rooms.world.finish import Finish

from . import checkpoint

GREY = Finish("grey", (0.2, 0.2, 0.2), "plastic")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--run", type=Path, required=True, help="folder of a training")
    parser.add_argument("--command", required=True, help="that trained it")
    parser.add_argument("--hardware", required=True, help="that it ran on")
    parser.add_argument("--note", default="", help="what a reader of the card should know besides")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    write_weights(options.run, options.out)
    card = {
        "about": "depth, things, boxes and camera of one picture; trained on rooms alone, for rooms alone",
        "licence": "that of this project",
        "command": options.command,
        "hardware": options.hardware,
        "note": options.note,
        **history(options.run),
    }
    options.out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")


def write_weights(run: Path, out: Path) -> None:
    """The averaged weights of a training as float16, with what the network is in the metadata."""
    tensors = load_file(run / checkpoint.NAME)
    kept = {
        name.removeprefix("average."): value.half() if value.is_floating_point() else value
        for name, value in tensors.items()
        if name.startswith("average.")
    }
    described = {
        "network": json.dumps(RoomNetwork(LABELS).describe()),
        "fronts": json.dumps(fronts()),
        "longer_px": json.dumps(longer_px(run)),
    }
    temporary = out.with_suffix(".part")
    save_file(kept, temporary, described)
    temporary.replace(out)


def fronts() -> list[int]:
    """Rows of the categories that have a front."""
    random = np.random.default_rng(0)

    def has_front(label: str) -> bool:
        category = CATALOGUE[label]
        make = category.make_floor or category.make_top
        return make is not None and make(random, GREY).front_known

    return [row for row, label in enumerate(LABELS) if has_front(label)]


def longer_px(run: Path) -> int:
    """The longest side of the pictures that a training ended with."""
    started = next(_rows(run / "log.jsonl"))
    return max(side for shape in started["stages"][-1]["shapes"] for side in shape)


def history(run: Path) -> dict[str, Any]:
    """Settings, wall time and learning curve of a training, from its log."""
    rows = list(_rows(run / "log.jsonl"))
    curve = [row for row in rows if row["event"] == "validated"]
    last = curve[-1]
    return {
        "settings": {name: value for name, value in rows[0].items() if name != "event"},
        "torch": torch.__version__,
        "pieces": sum(row["event"] in ("started", "resumed") for row in rows),
        "wall_minutes": round(last["seconds"] / 60, 1),
        "steps": last["steps"],
        "pictures": last["pictures"],
        "curve": [{name: value for name, value in row.items() if name != "event"} for row in curve],
    }


def _rows(log: Path) -> Iterator[dict[str, Any]]:
    for line in log.read_text().splitlines():
        yield json.loads(line)


if __name__ == "__main__":
    main()
