"""Where a torch model runs and in which numbers: one rule for every stage.

| device | taken where |
|---|---|
| "cuda" | torch sees a CUDA or ROCm device |
| "mps" | else, on Apple's GPU |
| "cpu" | else |

Depth and boxes are computed in float32: bfloat16 has 8 bits, a step of 0.4 %, which is 5 pixels of 1280 or 1 cm at
2.5 m. Masks (the sign of a logit) and embeddings (the angle of a long vector) bear it, and are computed in bfloat16 on
a CUDA device that has it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import InputError, ModelError, message, require

EXTRA = "perception"
_FULL = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")


def torch_device(name: str | None = None) -> Any:
    """The torch.device called `name` ("cuda", "cuda:1", "mps", "cpu"), or the best that there is.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: no such device here.
    """
    torch = require("torch", EXTRA)
    if name is None:
        mps = torch.backends.mps.is_available()
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if mps else "cpu")
    expected = f"one of {', '.join(_available(torch))}"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise InputError(message("device", expected, repr(name))) from error
    if str(device) not in _available(torch):
        raise InputError(message("device", expected, repr(name), "leave it out to take the best one"))
    return device


def _available(torch: Any) -> list[str]:
    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return ["cpu", *(["cuda"] if cuda else []), *cuda, *mps]


@contextmanager
def inference(subject: str, device: Any, *, coarse: bool = False) -> Iterator[None]:
    """Run torch code without gradients; what runs out of memory becomes a ModelError that says what to lower.

    Args:
        subject: what runs, for the message.
        device: the torch.device it runs on.
        coarse: the result bears bfloat16 (masks, embeddings), so it is used where the device has it.

    Raises:
        ModelError: the memory is not enough.
    """
    torch = require("torch", EXTRA)
    half = coarse and device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    with (
        memory(subject, device),
        torch.inference_mode(),
        torch.autocast(device.type, dtype=torch.bfloat16, enabled=half),
    ):
        yield


@contextmanager
def memory(subject: str, device: Any) -> Iterator[None]:
    """Say what to lower where the memory is not enough.

    Raises:
        ModelError: the memory is not enough.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_full(error):
            raise
        do = "lower the batch, take a smaller checkpoint, or set the device to 'cpu'"
        raise ModelError(message(subject, f"enough memory on {device}", "too little", do)) from error


def is_full(error: Exception) -> bool:
    """Whether an exception of torch says that the memory is not enough."""
    torch = require("torch", EXTRA)
    known = isinstance(error, (torch.OutOfMemoryError, MemoryError))
    return known or any(words in str(error) for words in _FULL)
