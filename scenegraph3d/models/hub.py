"""Pretrained models: a checkpoint's files, from the cache, the hub or a folder, and the model and processor in them.

Only safetensors are loaded, never pickles, and never code that comes with a checkpoint. What transformers would fill
in with random numbers (weights that the file does not have) is refused: it is another architecture.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MissingExtraError, ModelError, UnreachableError, message, require
from .checkpoint import Checkpoint
from .device import EXTRA, is_full, memory

FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors")
LEFT_OUT = ("*fp16*", "*bf16*", "onnx/*", "openvino/*", "coreml/*")
NETWORK = ("hf_xet", "httpcore", "httpx", "httpx2", "huggingface_hub")  # whose errors mean that a download failed
TIMEOUT_S = 10
SHOWN_KEYS = 3
BY_FOLDER: Mapping[str | None, str] = {
    "depth": "--depth-model transformers:FOLDER, or BuildConfig(depth=...)",
    "detect": "--detector transformers:FOLDER, or BuildConfig(detector=...)",
    "refine": "--refine NAME:FOLDER, or BuildConfig(refiners=...)",
    "parse": "--parser factual:FOLDER, or text_parser(...)",
    "encode": "--encoder FOLDER, or TextEncoder(...)",
    None: "FOLDER instead of the id",
}


@dataclass(frozen=True)
class Bars:
    """The switches of a library's progress bars."""

    shown: Callable[[], bool]
    hide: Callable[[], Any]
    show: Callable[[], Any]


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
    errors = require("huggingface_hub.errors", EXTRA)
    try:
        return _cached(card)
    except FileNotFoundError:
        return _downloaded(card)
    except errors.HFValidationError as error:
        raise ModelError(message(card.name, "a hub id owner/name", f"none ({error})")) from error


def is_here(card: Checkpoint) -> bool:
    """Whether a checkpoint's files can be read without a network."""
    try:
        return card.folder is not None or _cached(card).is_dir()
    except (FileNotFoundError, MissingExtraError):
        return False


def _cached(card: Checkpoint) -> Path:
    hub = require("huggingface_hub", EXTRA)
    with _quiet("huggingface_hub", _hub_bars()):
        return _whole(_snapshot(card, hub, local_files_only=True))


def _snapshot(card: Checkpoint, hub: Any, **options: Any) -> Path:
    patterns = {"allow_patterns": list(FILES), "ignore_patterns": list(LEFT_OUT)}
    return Path(hub.snapshot_download(card.hub_id, revision=card.revision, **patterns, **options))


def _whole(folder: Path) -> Path:
    """The folder, if its weights are all there: a download that was interrupted leaves a part of the files."""
    parts: set[str] = set()
    try:
        for index in folder.glob("*.safetensors.index.json"):
            parts.update(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileNotFoundError(folder) from error
    if not any(folder.glob("*.safetensors")) or not all((folder / part).is_file() for part in parts):
        raise FileNotFoundError(folder)
    return folder


def _downloaded(card: Checkpoint) -> Path:
    hub = require("huggingface_hub", EXTRA)
    errors = require("huggingface_hub.errors", EXTRA)
    endpoint = require("huggingface_hub.constants", EXTRA).ENDPOINT
    try:
        with _quiet("huggingface_hub", None if sys.stderr.isatty() else _hub_bars()):
            hub.HfApi().model_info(card.hub_id, revision=card.revision, timeout=TIMEOUT_S)
            return _snapshot(card, hub)
    except errors.GatedRepoError as error:
        do = f"accept the terms at {endpoint}/{card.hub_id}, then run: hf auth login"
        raise ModelError(message(card.name, "a checkpoint you may read", "a gated one", do)) from error
    except errors.RepositoryNotFoundError as error:
        do = "check the id, or run: hf auth login, if it is private"
        raise ModelError(message(card.name, "a checkpoint on the hub", f"none at {card.hub_id}", do)) from error
    except errors.RevisionNotFoundError as error:
        do = "check what follows the @" if card.stage is None else "report it"
        raise ModelError(message(card.name, f"commit {card.revision}", "a hub without it", do)) from error
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in NETWORK:
            raise
        raise UnreachableError(_unreachable(card, endpoint, error)) from error


def _unreachable(card: Checkpoint, endpoint: str, error: Exception) -> str:
    reason = " ".join(str(error).split())[:120]
    pinned = f" --revision {card.revision}" if card.revision else ""
    do = (
        f"where there is a network, run: hf download {card.hub_id}{pinned} --local-dir FOLDER; "
        f"then use it by {BY_FOLDER.get(card.stage, BY_FOLDER[None])}"
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
        do = "it may be in a format of its own: look for the checkpoint that was made for transformers, often ...-hf"
        raise ModelError(message(card.name, expected, "none", do)) from error
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
    given = {"local_files_only": True, "trust_remote_code": False}
    with _quiet("transformers", _transformers_bars(library)), memory(card.name, device):
        try:
            processor = getattr(library, processor_class).from_pretrained(folder, **given)
            model, found = getattr(library, model_class).from_pretrained(
                folder, use_safetensors=True, ignore_mismatched_sizes=True, output_loading_info=True, **given
            )
            model = _placed(model.float().eval(), device)
        except _broken() as error:
            if is_full(error):
                raise
            reason = " ".join(str(error).split())[:200]
            raise ModelError(message(card.name, f"a checkpoint for {model_class}", f"({reason})")) from error
    _check_keys(card, found)
    return Pretrained(model, processor, device, _source(card, folder), card)


def _placed(model: Any, device: Any) -> Any:
    """The model on its device; on a processor in the layout in which convolutions run faster there."""
    torch = require("torch", EXTRA)
    layout = torch.channels_last if device.type == "cpu" else torch.preserve_format
    return model.to(device, memory_format=layout)


def _check_type(card: Checkpoint, types: tuple[str, ...], library: Any) -> None:
    found = model_type(card)
    if types and found not in types:
        do = "give a checkpoint of one of these architectures"
        raise ModelError(message(card.name, f"one of {', '.join(types)}", f"architecture {found!r}", do))
    if found not in library.CONFIG_MAPPING:
        do = f"update it: pip install -U transformers (here: {library.__version__})"
        raise ModelError(message(card.name, "an architecture that transformers has", repr(found), do))


def _check_keys(card: Checkpoint, found: dict[str, Any]) -> None:
    missing = sorted(found["missing_keys"]) + sorted(key for key, *_ in found["mismatched_keys"])
    if missing:
        shown = ", ".join(missing[:SHOWN_KEYS]) + (", ..." if len(missing) > SHOWN_KEYS else "")
        expected = "the weights of the whole model"
        raise ModelError(message(card.name, expected, f"none for {shown}", "is it a checkpoint of another stage?"))


def _source(card: Checkpoint, folder: Path) -> str:
    return f"transformers:{folder.name}" if card.hub_id is None else f"transformers:{card.hub_id}@{folder.name}"


def _broken() -> tuple[type[Exception], ...]:
    """What loading raises: its parts raise built-in exceptions of many kinds on files that do not fit together."""
    tensors, hub = require("safetensors", EXTRA), require("huggingface_hub.errors", EXTRA)
    built_in = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError, ImportError)
    return (*built_in, tensors.SafetensorError, hub.StrictDataclassError)


@contextmanager
def _quiet(library: str, bars: Bars | None) -> Iterator[None]:
    """Keep a library's reports, warnings and bars to itself: what matters of them is checked here. Without `bars` they
    are shown, as those of a long download at a terminal should be."""
    logger = logging.getLogger(library)
    level, shown = logger.level, bars is not None and bars.shown()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.CRITICAL)
        if bars and shown:
            bars.hide()
        try:
            yield
        finally:
            logger.setLevel(level)
            if bars and shown:
                bars.show()


def _hub_bars() -> Bars:
    utils = require("huggingface_hub.utils", EXTRA)
    return Bars(lambda: not utils.are_progress_bars_disabled(), utils.disable_progress_bars, utils.enable_progress_bars)


def _transformers_bars(library: Any) -> Bars:
    log = library.utils.logging
    return Bars(log.is_progress_bar_enabled, log.disable_progress_bar, log.enable_progress_bar)
