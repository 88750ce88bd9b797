"""Pretrained models: a checkpoint's files, from the cache, the hub or a folder, and the model and processor in them.

Only safetensors are loaded, never pickles, and never code that comes with a checkpoint. What transformers would fill
in with random numbers (weights that the file does not have) is refused: it is another architecture.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ModelError, message, require
from .checkpoint import Checkpoint
from .device import EXTRA

FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors")
LEFT_OUT = ("*fp16*", "*bf16*", "onnx/*", "openvino/*", "coreml/*")
SHOWN_KEYS = 3


@dataclass(frozen=True)
class Pretrained:
    """A model that is ready to run.

    Attributes:
        model: on its device, in evaluation mode, float32.
        processor: what makes its input.
        device: the torch.device.
        source: where it came from, for a graph: the folder's name, or hub id and commit.
        checkpoint: its card.
    """

    model: Any
    processor: Any
    device: Any
    source: str
    checkpoint: Checkpoint


def fetch(card: Checkpoint) -> Path:
    """The folder with a checkpoint's files: its own, the hub's cache, or what is downloaded into that cache now.

    Raises:
        MissingExtraError: huggingface_hub is not installed.
        ModelError: the hub cannot be reached, does not have it, or asks to accept terms first; the message says how to
            fetch the files beforehand.
    """
    if card.folder is not None:
        return card.folder
    hub = require("huggingface_hub", EXTRA)
    errors = require("huggingface_hub.errors", EXTRA)
    try:
        return _whole(Path(hub.snapshot_download(card.hub_id, revision=card.revision, local_files_only=True)))
    except (errors.LocalEntryNotFoundError, FileNotFoundError):
        return _downloaded(card, hub, errors)


def _whole(folder: Path) -> Path:
    """The folder, if it has weights: a download that was interrupted leaves the small files alone."""
    if not any(folder.glob("*.safetensors")):
        raise FileNotFoundError(folder)
    return folder


def _downloaded(card: Checkpoint, hub: Any, errors: Any) -> Path:
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    try:
        commit = hub.HfApi().model_info(card.hub_id, revision=card.revision, timeout=10).sha
        found = hub.snapshot_download(
            card.hub_id, revision=commit, allow_patterns=list(FILES), ignore_patterns=list(LEFT_OUT)
        )
    except errors.GatedRepoError as error:
        do = f"accept the terms at {endpoint}/{card.hub_id}, then run: hf auth login"
        raise ModelError(message(card.name, "a checkpoint you may read", "a gated one", do)) from error
    except errors.RepositoryNotFoundError as error:
        do = "check the id, or run: hf auth login, if it is private"
        raise ModelError(message(card.name, "a checkpoint on the hub", f"none at {card.hub_id}", do)) from error
    except errors.RevisionNotFoundError as error:
        raise ModelError(message(card.name, f"commit {card.revision}", "a hub without it", "check the id")) from error
    except Exception as error:
        if not isinstance(error, OSError) and "http" not in type(error).__module__:
            raise
        raise ModelError(_unreachable(card, endpoint, error)) from error
    return Path(found)


def _unreachable(card: Checkpoint, endpoint: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:120]
    pinned = f" --revision {card.revision}" if card.revision else ""
    do = (
        f"where there is a network, run: hf download {card.hub_id}{pinned} --local-dir FOLDER; "
        f"then give transformers:FOLDER instead of {card.name}"
    )
    return message(card.name, f"its files in the cache or at {endpoint}/{card.hub_id}", f"neither ({reason})", do)


def model_type(card: Checkpoint) -> str:
    """The architecture of a checkpoint, as its config.json has it; its files are fetched if they are not here.

    Raises:
        ModelError: see `fetch`; or a config.json that is missing, broken or without a model_type.
    """
    return str(_config(card)["model_type"])


def _config(card: Checkpoint) -> dict[str, Any]:
    path = fetch(card) / "config.json"
    expected = "a config.json with a model_type, as save_pretrained writes it"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(message(card.name, expected, "none", "give the folder that holds it")) from error
    except (OSError, ValueError) as error:
        raise ModelError(message(card.name, expected, f"a broken one ({error})", "fetch it again")) from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise ModelError(message(card.name, expected, "one without a model_type"))
    return config


def load(
    card: Checkpoint, model_class: str, processor_class: str, device: Any, *, types: tuple[str, ...] = ()
) -> Pretrained:
    """A checkpoint's model and processor.

    Args:
        card: the checkpoint.
        model_class, processor_class: names of transformers' classes, such as "AutoModelForDepthEstimation".
        device: the torch.device.
        types: the architectures that the caller can use; any where empty.

    Raises:
        MissingExtraError: transformers is not installed.
        ModelError: see `fetch`; another architecture; files that are missing, broken or pickles.
    """
    library = require("transformers", EXTRA)
    _check_type(card, types, library)
    folder = fetch(card)
    if not any(folder.glob("*.safetensors")):
        do = "convert them to safetensors; pickled weights can run code and are not loaded"
        raise ModelError(message(card.name, "weights in safetensors files", f"none in {folder.name}", do))
    with _quiet(library):
        try:
            processor = getattr(library, processor_class).from_pretrained(folder, local_files_only=True)
            model, found = getattr(library, model_class).from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True
            )
        except _broken() as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelError(message(card.name, f"a checkpoint for {model_class}", f"({reason})")) from error
    _check_keys(card, found)
    return Pretrained(model.float().eval().to(device), processor, device, _source(card, folder), card)


def _check_type(card: Checkpoint, types: tuple[str, ...], library: Any) -> None:
    found = model_type(card)
    if types and found not in types:
        do = "give a checkpoint of one of these architectures"
        raise ModelError(message(card.name, f"one of {', '.join(types)}", f"architecture {found!r}", do))
    if found not in library.CONFIG_MAPPING:
        do = f"update it: pip install -U transformers (here: {library.__version__})"
        raise ModelError(message(card.name, "an architecture that transformers has", repr(found), do))


def _check_keys(card: Checkpoint, found: dict[str, Any]) -> None:
    missing = sorted(found["missing_keys"]) + sorted(str(key) for key in found["mismatched_keys"])
    if missing:
        shown = ", ".join(missing[:SHOWN_KEYS]) + (", ..." if len(missing) > SHOWN_KEYS else "")
        expected = "the weights of the whole model"
        raise ModelError(message(card.name, expected, f"none for {shown}", "is it a checkpoint of another stage?"))


def _source(card: Checkpoint, folder: Path) -> str:
    return f"transformers:{folder.name}" if card.hub_id is None else f"transformers:{card.hub_id}@{folder.name}"


def _broken() -> tuple[type[Exception], ...]:
    tensors = require("safetensors", EXTRA)
    return (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
        AttributeError,
        ImportError,
        tensors.SafetensorError,
    )


@contextmanager
def _quiet(library: Any) -> Iterator[None]:
    """Keep transformers' loading report and bars to itself: what matters of them is checked here."""
    logging = library.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
