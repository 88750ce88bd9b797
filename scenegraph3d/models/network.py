"""Network: the ONNX file of a card, loaded once and run on pictures by onnxruntime.

What the card says of the input is checked against the file when it is loaded. Whatever onnxruntime raises becomes an
InputError of one line that names the file. Not handled: networks with more than one input, batches.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, message, require
from ..types import Image
from .card import MAX_SIDE, Card
from .pixels import Placement, placement, tensor

_DTYPES: Mapping[str, Any] = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}
_ERRORS_ONLY = 4  # onnxruntime's log level at which it keeps its warnings to itself


@dataclass(frozen=True)
class SessionSettings:
    """How onnxruntime runs a model.

    Attributes:
        threads: of the processor, at most; as many as it has, where it has fewer.
        providers: where the model may run, the first one that there is; such as "CUDAExecutionProvider".
    """

    threads: int = 2
    providers: tuple[str, ...] = ("CPUExecutionProvider",)


DEFAULT_SESSION = SessionSettings()
_PROVIDERS: Mapping[str, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "mps": "CoreMLExecutionProvider",
}


def session_on(device: str | None, settings: SessionSettings) -> SessionSettings:
    """The settings, for a device called as torch calls it; as they are where it is left out.

    Raises:
        InputError: onnxruntime has no such device.
    """
    if device is None:
        return settings
    kind = device.partition(":")[0]
    if kind not in _PROVIDERS:
        raise InputError(message("device", f"one of {', '.join(_PROVIDERS)}", repr(device)))
    return replace(settings, providers=(_PROVIDERS[kind],))


class Network:
    """A card's network.

    Attributes:
        card: the card.
        width, height: size of its input, pixels.
        outputs: names of its outputs.

    Raises:
        MissingExtraError: onnxruntime is not installed.
        InputError: the file is no model that onnxruntime can load, or its input is not what the card says.
    """

    def __init__(self, card: Card, settings: SessionSettings = DEFAULT_SESSION) -> None:
        self.card = card
        self._session = _session(card.model, settings)
        source = _input_of(self._session, card)
        self._name = str(source.name)
        if source.type not in _DTYPES:
            raise InputError(message(f"{card.model}: input", f"one of {', '.join(_DTYPES)}", source.type))
        self._dtype = _DTYPES[source.type]
        spec = card.input
        if self._dtype is np.uint8 and ((spec.scale, *spec.mean, *spec.std) != (1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0)):
            do = "a network that takes whole numbers scales them by itself"
            raise InputError(message(f"{card.path}: input", "scale 1 and neither mean nor std", "others", do))
        self.width, self.height = _size(source.shape, card)
        self.outputs = tuple(str(output.name) for output in self._session.get_outputs())

    def output_named(self, name: str | None, where: str) -> str:
        """The output that a card calls `name`, or the only one.

        Raises:
            InputError: no such output, or several and no name; `where` is the card's field.
        """
        if name is None and len(self.outputs) == 1:
            return self.outputs[0]
        if name not in self.outputs:
            got = "several and no name" if name is None else repr(name)
            raise InputError(message(f"{self.card.path}: {where}", f"one of {', '.join(self.outputs)}", got))
        return name

    def run(self, image: Image, outputs: Sequence[str]) -> tuple[list[np.ndarray], Placement]:
        """The `outputs` for a picture, as floating point, and where the picture stood in the input.

        Raises:
            InputError: the network fails, or gives something else than numbers.
        """
        place = placement(image, self.card.input, self.width, self.height)
        given = tensor(image, self.card.input, place).astype(self._dtype)
        try:
            found = self._session.run(list(outputs), {self._name: given})
        except _failures() as error:
            raise InputError(f"{self.card.model}: the network failed: {_line(error)}") from error
        for name, array in zip(outputs, found, strict=True):
            if not isinstance(array, np.ndarray) or array.dtype.kind not in "fui":
                raise InputError(message(f"{self.card.model}: output {name}", "numbers", type(array).__name__))
        return [array.astype(np.float32) for array in found], place


def _session(model: Path, settings: SessionSettings) -> Any:
    runtime = require("onnxruntime", "onnx")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = max(min(settings.threads, os.cpu_count() or 1), 1)
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = _ERRORS_ONLY
    there = runtime.get_available_providers()
    usable = [name for name in settings.providers if name in there]
    if not usable:
        raise InputError(message("providers", f"one of {', '.join(there)}", ", ".join(settings.providers) or "none"))
    try:
        return runtime.InferenceSession(str(model), options, providers=usable)
    except _failures() as error:
        raise InputError(message(str(model), "a model that onnxruntime can load", _line(error))) from error


def _failures() -> tuple[type[Exception], ...]:
    """onnxruntime's exceptions: they have no class in common, and some calls raise built-in ones."""
    state = require("onnxruntime.capi.onnxruntime_pybind11_state", "onnx")
    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, ValueError)


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else f"{text[:200]}..."


def _input_of(session: Any, card: Card) -> Any:
    sources = {str(source.name): source for source in session.get_inputs()}
    wanted, where = card.input.name, f"{card.path}: input.name"
    if wanted is not None and wanted not in sources:
        raise InputError(message(where, f"one of {', '.join(sources)}", repr(wanted)))
    if len(sources) != 1:
        do = "export it with the picture as its only input"
        raise InputError(message(str(card.model), "one input", f"{len(sources)} ({', '.join(sources)})", do))
    return next(iter(sources.values()))


def _size(shape: Sequence[Any], card: Card) -> tuple[int, int]:
    """Width and height of the input: the card's, the model's, or both where they agree."""
    spec, own = card.input, list(shape)
    if len(own) != 4:
        raise InputError(message(f"{card.model}: input", "4 axes", f"shape {own}"))
    channels = 1 if spec.layout == "nchw" else 3
    across = {"width": 3, "height": 2} if spec.layout == "nchw" else {"width": 2, "height": 1}
    for axis, expected, name in ((0, 1, "batch"), (channels, 3, "channels")):
        if isinstance(own[axis], int) and own[axis] != expected:
            do = f"is its layout {spec.layout}?"
            raise InputError(message(f"{card.model}: input", f"{expected} on axis {axis} ({name})", f"shape {own}", do))
    sides = []
    for name, axis in across.items():
        fixed, said = own[axis], getattr(spec, name)
        if not isinstance(fixed, int):
            fixed = said
        if fixed is None:
            got = f"shape {own}"
            raise InputError(message(f"{card.path}: input.{name}", "a size, which the model leaves open", got))
        if said not in (None, fixed) or not 1 <= fixed <= MAX_SIDE:
            raise InputError(message(f"{card.path}: input.{name}", f"the model's {fixed}", f"{said}", f"shape {own}"))
        sides.append(int(fixed))
    return sides[0], sides[1]
