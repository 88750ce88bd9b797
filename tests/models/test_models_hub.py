"""Checkpoints from a hub, its cache and folders: against a hub on this machine, with tiny real checkpoints."""

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import time

import huggingface_hub
import pytest
import torch
import transformers as hf

from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models import checkpoint as cards
from scenegraph3d.models.checkpoint import Checkpoint, checkpoint, checkpoints, names_of
from scenegraph3d.models.hub import fetch, is_here, load, model_type
from tests.models import tiny_torch
from tests.models.hub_server import COMMIT, NEWER, Repo, serve

CPU = torch.device("cpu")
DEPTH = ("AutoModelForDepthEstimation", "AutoImageProcessor")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a whole checkpoint."""
    return tiny_torch.dpt(tmp_path_factory.mktemp("tiny") / "dpt")


@pytest.fixture
def copy(tiny, tmp_path):
    """A copy of it that may be broken."""
    return shutil.copytree(tiny, tmp_path / "copy")


@pytest.fixture
def files(tiny):
    """Its files, and others that a hub has beside them."""
    others = {"README.md": b"words", "pytorch_model.bin": b"pickle", "model.fp16.safetensors": b"half"}
    return {path.name: path.read_bytes() for path in tiny.iterdir()} | others


@pytest.fixture
def online(tmp_path, monkeypatch):
    """Start a hub that is the only one there is, with an empty cache."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)

    def at(endpoint):
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", endpoint)
        template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)

    return at


@pytest.fixture
def hub(online, files):
    with serve({"me/dpt": Repo(files)}) as running:
        online(running.endpoint)
        yield running


@pytest.fixture
def nowhere(online):
    """No hub: its port is closed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        online(f"http://127.0.0.1:{taken.getsockname()[1]}")
        yield


CARD = Checkpoint("me/dpt", hub_id="me/dpt")


# --- from the hub -------------------------------------------------------------------------------------------------


def test_a_checkpoint_is_downloaded_once_and_says_its_commit(hub, online, capsys, files):
    found = load(CARD, *DEPTH, CPU)
    assert found.source == f"transformers:me/dpt@{COMMIT}"
    assert type(found.model).__name__ == "DPTForDepthEstimation"
    assert type(found.processor).__name__ == "DPTImageProcessor"
    assert not found.model.training
    assert hub.downloads() == sorted({*files} - {"README.md", "pytorch_model.bin", "model.fp16.safetensors"})
    sent = len(hub.asked)
    assert load(CARD, *DEPTH, CPU).source == found.source
    assert len(hub.asked) == sent
    assert capsys.readouterr() == ("", "")


def test_a_pinned_commit_is_what_is_downloaded(hub):
    hub.repos["me/dpt"].commits = (COMMIT, NEWER)
    assert fetch(CARD).name == NEWER
    assert fetch(Checkpoint("pinned", hub_id="me/dpt", revision=COMMIT)).name == COMMIT


@pytest.mark.parametrize("revision", [None, COMMIT])
def test_what_was_downloaded_is_used_without_a_network(hub, online, monkeypatch, revision):
    card = Checkpoint("me/dpt", hub_id="me/dpt", revision=revision)
    assert not is_here(card)
    fetch(card)
    asked = len(hub.asked)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        online(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert is_here(card)
        assert load(card, *DEPTH, CPU).source.endswith(COMMIT)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
        assert load(card, *DEPTH, CPU).source.endswith(COMMIT)
    assert len(hub.asked) == asked


def test_a_hub_that_cannot_be_reached_says_how_to_fetch_beforehand_and_soon(nowhere, capsys):
    card = Checkpoint("depth-tiny", stage="depth", hub_id="me/dpt", revision=COMMIT)
    start = time.perf_counter()
    with pytest.raises(ModelError) as error:
        load(card, *DEPTH, CPU)
    assert time.perf_counter() - start < 3
    for words in (
        "depth-tiny: expected its files in the cache or at http://127.0.0.1",
        f"hf download me/dpt --revision {COMMIT} --local-dir FOLDER",
        "then use it by --depth-model transformers:FOLDER",
    ):
        assert words in str(error.value)
    assert capsys.readouterr() == ("", "")


def test_offline_mode_says_the_same(hub, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(
        ModelError, match=r"me/dpt: expected its files in the cache .* got neither .*hf download me/dpt"
    ):
        fetch(CARD)


def test_a_gated_checkpoint_says_where_to_accept(hub):
    hub.repos["me/dpt"].gated = True
    with pytest.raises(
        ModelError, match=rf"got a gated one; accept the terms at {hub.endpoint}/me/dpt, .*hf auth login"
    ):
        fetch(CARD)


def test_a_checkpoint_that_is_not_there(hub):
    with pytest.raises(ModelError, match=r"expected a checkpoint on the hub, got none at me/nothing; check the id"):
        fetch(Checkpoint("me/nothing", hub_id="me/nothing"))


def test_a_commit_that_is_not_there(hub):
    with pytest.raises(ModelError, match=rf"expected commit {NEWER}, got a hub without it; check what follows the @"):
        fetch(Checkpoint("me/dpt", hub_id="me/dpt", revision=NEWER))


def test_an_id_that_cannot_be(hub):
    with pytest.raises(ModelError, match=r"me/\.\.: expected a hub id owner/name, got none \(Repo id"):
        fetch(Checkpoint("me/..", hub_id="me/.."))


def test_a_download_that_breaks_off_is_taken_up_again(hub, online, monkeypatch):
    repo = hub.repos["me/dpt"]
    repo.failing = {"model.safetensors"}
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(ModelError, match=r"me/dpt: expected its files in the cache"):
        load(CARD, *DEPTH, CPU)
    assert not is_here(CARD)
    repo.failing = set()
    assert load(CARD, *DEPTH, CPU).source.endswith(COMMIT)


def test_small_files_in_the_cache_without_weights_are_not_a_checkpoint(hub, online, nowhere_after):
    fetch(CARD)
    nowhere_after()
    for path in fetch(CARD).glob("*.safetensors"):
        path.unlink()
    assert not is_here(CARD)
    with pytest.raises(ModelError, match="got neither"):
        fetch(CARD)


@pytest.fixture
def nowhere_after(online):
    """Close the hub's port, when it is called."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield lambda: online(f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_a_part_of_the_weights_is_not_a_checkpoint(hub, files, nowhere_after):
    index = {
        "metadata": {},
        "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"},
    }
    parts = dict.fromkeys(index["weight_map"].values(), files["model.safetensors"])
    del files["model.safetensors"]
    hub.repos["me/dpt"] = Repo(files | parts | {"model.safetensors.index.json": json.dumps(index).encode()})
    folder = fetch(CARD)
    nowhere_after()
    assert fetch(CARD) == folder
    (folder / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelError, match="got neither"):
        fetch(CARD)


@pytest.mark.parametrize("text", [b"{", b"[]", b"{}", b'{"weight_map": 3}'])
def test_a_broken_list_of_parts_is_refused(hub, files, text):
    hub.repos["me/dpt"] = Repo(files | {"model.safetensors.index.json": text})
    fetch(CARD)
    assert not is_here(CARD)


def test_pickles_are_neither_downloaded_nor_loaded(hub, files):
    del files["model.safetensors"]
    hub.repos["me/dpt"] = Repo(files)
    with pytest.raises(
        ModelError, match=r"expected weights in safetensors files, got none in .*pickled weights can run"
    ):
        load(CARD, *DEPTH, CPU)
    assert "pytorch_model.bin" not in hub.downloads()


def test_files_that_are_not_for_transformers_say_so(hub):
    hub.repos["me/dpt"] = Repo({"README.md": b"words", "depth.pth": b"pickle"})
    with pytest.raises(
        ModelError, match=r"expected a config\.json .*, got none; .* made for transformers, often \.\.\.-hf"
    ):
        model_type(CARD)


FRESH = """
from scenegraph3d.errors import ModelError
from scenegraph3d.models.checkpoint import Checkpoint
from scenegraph3d.models.hub import fetch, is_here
card = Checkpoint("me/dpt", hub_id="me/dpt")
assert not is_here(card)
try:
    fetch(card)
except ModelError as error:
    assert "at http://127.0.0.1:9/me/dpt" in str(error)
else:
    raise SystemExit("fetched")
"""


def test_the_environment_chooses_hub_and_cache_in_a_fresh_process(tmp_path):
    """Where nothing but the library has imported the hub's modules."""
    chosen = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", FRESH], check=False, env=os.environ | chosen, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


# --- from a folder ------------------------------------------------------------------------------------------------


def folder_card(folder):
    return Checkpoint(str(folder), folder=folder)


@pytest.fixture
def loud():
    """transformers with its bars shown, and every record of its loggers."""

    class Kept(logging.Handler):
        def emit(self, record):
            records.append(record.getMessage())

    records, handler, logger = [], Kept(), logging.getLogger("transformers")
    level, bars = logger.level, hf.utils.logging.is_progress_bar_enabled()
    logger.addHandler(handler)
    hf.utils.logging.set_verbosity_info()
    hf.utils.logging.enable_progress_bar()
    yield records
    logger.removeHandler(handler)
    logger.setLevel(level)
    if not bars:
        hf.utils.logging.disable_progress_bar()


def test_a_folder_is_loaded_quietly_and_leaves_the_libraries_as_they_were(copy, loud, capsys):
    found = load(folder_card(copy), *DEPTH, CPU)
    assert found.source == "transformers:copy"
    assert next(found.model.parameters()).dtype == torch.float32
    config = copy / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"fusion_hidden_size": 16}))
    with pytest.raises(ModelError):
        load(folder_card(copy), *DEPTH, CPU)
    assert loud == []
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("transformers").level == logging.INFO
    assert hf.utils.logging.is_progress_bar_enabled()


def test_half_precision_weights_become_float32(tiny, tmp_path):
    model = hf.AutoModelForDepthEstimation.from_pretrained(tiny).half()
    model.save_pretrained(tmp_path)
    hf.AutoImageProcessor.from_pretrained(tiny).save_pretrained(tmp_path)
    loaded = load(folder_card(tmp_path), *DEPTH, CPU).model
    assert {parameter.dtype for parameter in loaded.parameters()} == {torch.float32}
    torch.testing.assert_close(dict(loaded.named_parameters()), dict(model.float().named_parameters()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "got none"),
        ("{", "a broken one"),
        ("[]", "one without a model_type"),
        ("{}", "one without a model_type"),
        ('{"model_type": 3}', "one without a model_type"),
        (b"\xff\xfe\x00", "a broken one"),
    ],
)
def test_a_broken_config_is_refused(copy, text, said):
    path = copy / "config.json"
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ModelError, match=rf"config\.json with a model_type.*{said}"):
        load(folder_card(copy), *DEPTH, CPU)


@pytest.mark.parametrize(
    "change", [{"hidden_size": "many"}, {"hidden_size": -4}, {"num_attention_heads": 7}, {"readout_type": "none"}]
)
def test_a_config_that_makes_no_model_is_refused(copy, change):
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=r"copy: expected "):
        load(folder_card(copy), *DEPTH, CPU)


def test_weights_of_another_size_are_refused(copy):
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"fusion_hidden_size": 16}))
    with pytest.raises(ModelError, match=r"expected the weights of the whole model, got none for .*, \.\.\.; is it"):
        load(folder_card(copy), *DEPTH, CPU)


def test_missing_weights_are_refused(copy):
    from safetensors.torch import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    del weights["head.head.0.weight"]
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(
        ModelError, match=r"expected the weights of the whole model, got none for head\.head\.0\.weight"
    ):
        load(folder_card(copy), *DEPTH, CPU)


@pytest.mark.parametrize("content", [b"", b"\x00" * 4, b"words, not tensors"])
def test_broken_weights_are_refused(copy, content):
    (copy / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="copy: expected a checkpoint for AutoModelForDepthEstimation, got"):
        load(folder_card(copy), *DEPTH, CPU)


def test_a_missing_processor_is_refused(copy):
    for path in copy.glob("*processor*.json"):
        path.unlink()
    with pytest.raises(ModelError, match="copy: expected a checkpoint for AutoModelForDepthEstimation, got"):
        load(folder_card(copy), *DEPTH, CPU)


def test_an_architecture_that_is_too_new_says_to_update(copy):
    (copy / "config.json").write_text('{"model_type": "depth_everything_9"}')
    with pytest.raises(ModelError, match=r"got 'depth_everything_9'; update it: pip install -U transformers \(here: 5"):
        load(folder_card(copy), *DEPTH, CPU)


def test_an_architecture_that_the_caller_cannot_use(tiny):
    with pytest.raises(ModelError, match="expected one of glpn, got architecture 'dpt'"):
        load(folder_card(tiny), *DEPTH, CPU, types=("glpn",))


def test_a_checkpoint_of_another_stage_is_refused(tiny):
    with pytest.raises(ModelError, match="expected a checkpoint for AutoModelForObjectDetection"):
        load(folder_card(tiny), "AutoModelForObjectDetection", "AutoImageProcessor", CPU)


def test_code_that_comes_with_a_checkpoint_is_not_run(copy):
    path = copy / "config.json"
    code = {"AutoConfig": "evil.Config", "AutoModelForDepthEstimation": "evil.Model", "AutoImageProcessor": "evil.P"}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": code}))
    (copy / "evil.py").write_text("raise SystemExit('run')")
    assert type(load(folder_card(copy), *DEPTH, CPU).model) is hf.DPTForDepthEstimation


def test_too_little_memory_while_loading_says_what_to_lower(tiny, monkeypatch):
    def full(self, *args, **options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(hf.DPTForDepthEstimation, "to", full)
    with pytest.raises(ModelError, match="expected enough memory on cpu, got too little; lower the batch") as caught:
        load(folder_card(tiny), *DEPTH, CPU)
    assert isinstance(caught.value.__cause__, torch.OutOfMemoryError)


# --- names --------------------------------------------------------------------------------------------------------


def test_the_cards_are_whole():
    rows = checkpoints()
    assert len(rows) > 20
    for name, card in rows.items():
        assert name == name.lower() == card.name
        assert card.stage in cards.STAGES
        assert card.hub_id is not None
        assert card.hub_id.count("/") == 1
        assert card.revision is None or (len(card.revision) == 40 and int(card.revision, 16) >= 0)
        assert (card.depth_kind is not None) == (card.stage == "depth")
    ids = [card.hub_id for card in rows.values()]
    assert len(ids) == len(set(ids))


def test_a_checkpoint_is_named_by_card_id_commit_or_folder(tmp_path):
    card = checkpoints()["depth-anything-v2-small"]
    assert checkpoint("depth-anything-v2-small", "depth") is card
    assert checkpoint(card.hub_id, "depth") is card
    assert checkpoint(f"{card.hub_id}@{card.revision}", "depth") is card
    other = checkpoint(f"{card.hub_id}@{NEWER}", "depth")
    assert (other.hub_id, other.revision, other.depth_kind) == (card.hub_id, NEWER, None)
    assert checkpoint(str(tmp_path), "depth").folder == tmp_path
    assert checkpoint("me/mine@v1", "depth") == Checkpoint("me/mine", hub_id="me/mine", revision="v1")


@pytest.mark.parametrize("text", ["", "depth-anythin-v2-small", "/no/folder", "./no", "a/b/c", "~/no"])
def test_what_names_nothing_is_refused(text):
    with pytest.raises(InputError, match="checkpoint: expected a known name, a folder, or a hub id owner/name, got"):
        checkpoint(text, "depth")


def test_a_near_name_is_offered():
    with pytest.raises(InputError, match="did you mean 'depth-anything-v2-small'"):
        checkpoint("depth-anythin-v2-small", "depth")


def test_a_card_of_another_stage_is_refused():
    name = next(iter(names_of("detect")()))
    with pytest.raises(InputError, match=f"depth model: expected one of .*, got '{name}', which is for detect"):
        checkpoint(name, "depth")
