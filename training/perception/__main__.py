"""Train the network, or go on where a training was stopped."""

import argparse
import signal
from dataclasses import replace
from pathlib import Path

import torch

from .loop import PRESETS, Trainer


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of log.jsonl and of the state to resume from")
    parser.add_argument("--preset", choices=PRESETS, default="cpu", help="sizes of pictures and batches")
    parser.add_argument("--minutes", type=float, help="of training, resumed runs included, instead of the preset's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="weights that ship, to begin with instead of random ones")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=1, help="processes that render rooms")
    parser.add_argument("--threads", type=int, default=1, help="of the network, on a CPU")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = replace(PRESETS[options.preset], seed=options.seed)
    if options.minutes is not None:
        settings = replace(settings, minutes=options.minutes)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Trainer(options.out, settings, options.device, options.workers, options.weights).run()
    except KeyboardInterrupt:
        parser.exit(130, f"stopped; the same command goes on from {options.out}\n")


if __name__ == "__main__":
    main()
