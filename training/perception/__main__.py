"""Train the network, or go on where a training was stopped."""

import argparse
import signal
from dataclasses import replace
from pathlib import Path

import torch

from .loop import Settings, Trainer


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of log.jsonl and of the state to resume from")
    parser.add_argument("--minutes", type=float, default=Settings.minutes, help="of training, resumed runs included")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=1, help="processes that render rooms")
    parser.add_argument("--threads", type=int, default=1, help="of the network, on a CPU")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = replace(Settings(), minutes=options.minutes, seed=options.seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Trainer(options.out, settings, options.device, options.workers).run()
    except KeyboardInterrupt:
        parser.exit(130, f"stopped; the same command goes on from {options.out}\n")


if __name__ == "__main__":
    main()
