"""Several processes that train one network, each on rooms of its own, with their gradients in common.

    torchrun --nproc-per-node 2 -m training.perception --out runs/perception

On a CPU two processes of one thread each learn from more pictures than one process of two threads, because much of a
step of this small network does not spread over threads.
"""

import os

import torch
from torch import Tensor, distributed, nn


class Team:
    """The processes that torchrun started; alone where it started none.

    Attributes:
        rank: this one's number; 0 writes the log and the state.
        size: how many there are.
    """

    def __init__(self, device: str) -> None:
        self.rank, self.size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        self._device = device
        if self.size > 1:
            if device == "cuda":
                torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
            distributed.init_process_group("nccl" if device == "cuda" else "gloo")

    @property
    def leads(self) -> bool:
        """Whether this process writes."""
        return self.rank == 0

    def share(self, network: nn.Module, seconds: float) -> float:
        """Put the mean of all processes' gradients into `network`; returns the mean of their `seconds`."""
        if self.size == 1:
            return seconds
        gradients = [one.grad for one in network.parameters() if one.grad is not None]
        clock = torch.tensor([seconds], device=self._device)
        flat = torch.cat([*(one.flatten() for one in gradients), clock])
        distributed.all_reduce(flat)
        flat /= self.size
        _put(flat, gradients)
        return float(flat[-1])


def _put(flat: Tensor, into: list[Tensor]) -> None:
    start = 0
    for one in into:
        one.copy_(flat[start : start + one.numel()].view_as(one))
        start += one.numel()
