"""Where a model runs, and what is said where the memory is not enough."""

import pytest
import torch

from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.device import inference, memory, torch_device

CPU = torch.device("cpu")
TOO_LARGE = 1 << 46  # bytes; more than any machine has


@pytest.fixture
def machine(monkeypatch):
    """Give the machine a number of CUDA devices, and MPS or not."""

    def made(cuda=0, mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return made


@pytest.mark.parametrize(
    ("cuda", "mps", "best"), [(0, False, "cpu"), (0, True, "mps"), (1, False, "cuda"), (2, True, "cuda")]
)
def test_the_best_device_is_taken_where_none_is_named(machine, cuda, mps, best):
    machine(cuda, mps)
    assert torch_device() == torch.device(best)


@pytest.mark.parametrize("name", ["cpu", "mps", "cuda", "cuda:0", "cuda:1"])
def test_a_named_device_is_taken_where_it_is(machine, name):
    machine(cuda=2, mps=True)
    assert torch_device(name) == torch.device(name)


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("cuda", "cpu"),
        ("mps", "cpu"),
        ("cuda:2", "cpu, cuda, cuda:0, cuda:1"),
        ("meta", "cpu"),
        ("gpu", "cpu"),
        ("", "cpu"),
        ("cpu:x", "cpu"),
    ],
)
def test_a_device_that_is_not_here_is_refused_with_those_that_are(machine, name, there):
    machine(cuda=2 if ":" in there else 0)
    with pytest.raises(InputError, match=rf"device: expected one of {there}, got '{name}'"):
        torch_device(name)


def test_inference_keeps_no_gradients_and_full_precision():
    layer, x = torch.nn.Linear(4, 4), torch.randn(2, 4)
    with inference("layer", CPU, coarse=True):
        out = layer(x)
    assert not out.requires_grad
    assert out.dtype == torch.float32
    torch.testing.assert_close(out, layer(x).detach())


@pytest.mark.parametrize(("coarse", "has", "half"), [(True, True, True), (True, False, False), (False, True, False)])
def test_only_coarse_results_are_computed_in_bfloat16_and_only_where_cuda_has_it(monkeypatch, coarse, has, half):
    asked = []
    monkeypatch.setattr(
        torch.cuda, "is_bf16_supported", lambda including_emulation=True: has and not including_emulation
    )
    monkeypatch.setattr(torch, "autocast", lambda kind, **options: asked.append((kind, options)) or torch.no_grad())
    with inference("model", torch.device("cuda"), coarse=coarse):
        pass
    assert asked == [("cuda", {"dtype": torch.bfloat16, "enabled": half})]


SAYS = "big net: expected enough memory on cpu, got too little; lower the batch, take a smaller checkpoint, or set"


@pytest.mark.parametrize("guard", [inference, memory])
def test_the_cpus_allocator_that_gives_up_becomes_a_model_error(guard):
    with pytest.raises(ModelError, match=SAYS), guard("big net", CPU):
        torch.empty(TOO_LARGE)


@pytest.mark.parametrize("guard", [inference, memory])
@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        MemoryError(),
    ],
)
def test_too_little_memory_becomes_a_model_error(guard, error):
    with pytest.raises(ModelError, match=SAYS) as caught, guard("big net", CPU):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ValueError("no"), KeyError("k")]
)
def test_other_failures_stay_what_they_are(error):
    with pytest.raises(type(error)) as caught, inference("net", CPU):
        raise error
    assert caught.value is error
