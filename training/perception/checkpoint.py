"""The state of a training as one safetensors file, from which it goes on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

NAME = "state.safetensors"


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        steps: of the optimiser.
        pictures: that were drawn, with repetition.
        next_seed: of the next room.
        seconds: of training.
    """

    steps: int = 0
    pictures: int = 0
    next_seed: int = 1_000_000
    seconds: float = 0.0


def save(
    folder: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress
) -> None:
    """Write the state to a temporary name, then rename it."""
    tensors: dict[str, Tensor] = {}
    for prefix, module in (("network", network), ("average", average)):
        tensors.update({f"{prefix}.{name}": value for name, value in module.state_dict().items()})
    for i, row in optimiser.state_dict()["state"].items():
        tensors.update({f"optimiser.{i}.{name}": torch.as_tensor(value).float() for name, value in row.items()})
    temporary = folder / f"{NAME}.part"
    kept = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    save_file(kept, temporary, {"progress": json.dumps(asdict(progress))})
    temporary.replace(folder / NAME)


def load(folder: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer) -> Progress:
    """Put the saved state into the modules and the optimiser."""
    tensors = load_file(folder / NAME)
    with safe_open(folder / NAME, "pt") as file:
        progress = Progress(**json.loads(file.metadata()["progress"]))
    for prefix, module in (("network.", network), ("average.", average)):
        module.load_state_dict(
            {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        )
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _, i, key = name.split(".")
            state.setdefault(int(i), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return progress
