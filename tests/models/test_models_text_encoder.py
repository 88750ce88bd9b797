"""Text encoders of transformers: vectors against the networks' own outputs, pooled as each checkpoint says."""

import json

import numpy as np
import pytest
import torch
import transformers as hf
from transformers.models.auto import modeling_auto

from scenegraph3d.errors import InputError, ModelError
from scenegraph3d.models.text_encoder import _TOWERS, TEXTS_MAX, TextEncoder
from tests.models import tiny_text

WORDS = ["cup", "mug", "coffee", "table", "red", "lamp"]
TEXTS = ["red cup", "mug", "coffee table", "Red Cup", "lamp", "red coffee mug"]
SMALL = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}


def bert(tokenizer):
    return hf.BertModel(hf.BertConfig(vocab_size=len(tokenizer), max_position_embeddings=6, **SMALL))


def t5(tokenizer):
    return hf.T5EncoderModel(
        hf.T5Config(vocab_size=len(tokenizer), d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    )


def mpnet(tokenizer):
    return hf.MPNetModel(hf.MPNetConfig(vocab_size=len(tokenizer), max_position_embeddings=12, pad_token_id=0, **SMALL))


def clip(tokenizer):
    text = {"vocab_size": len(tokenizer), "max_position_embeddings": 6, "eos_token_id": len(tokenizer) - 1, **SMALL}
    vision = {"image_size": 8, "patch_size": 4, **SMALL}
    return hf.CLIPModel(hf.CLIPConfig(text_config=text, vision_config=vision, projection_dim=5))


def clip_text(tokenizer):
    return hf.CLIPTextModel(
        hf.CLIPTextConfig(vocab_size=len(tokenizer), max_position_embeddings=6, eos_token_id=9, **SMALL)
    )


def siglip(tokenizer):
    text = {"vocab_size": len(tokenizer), "max_position_embeddings": 6, **SMALL}
    return hf.SiglipModel(hf.SiglipConfig(text_config=text, vision_config={"image_size": 8, "patch_size": 4, **SMALL}))


MADE = {made.__name__: made for made in (bert, t5, mpnet, clip, clip_text, siglip)}


def write(folder, name):
    torch.manual_seed(1)
    tokenizer = tiny_text.words_tokenizer(WORDS)
    return tiny_text.save(folder, MADE[name](tokenizer).eval(), tokenizer)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root, made = tmp_path_factory.mktemp("encoders"), {}

    def folder(name):
        if name not in made:
            made[name] = write(root / name, name)
        return made[name]

    return folder


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_the_network(folder, name, pool=None):
    """The vectors, text by text, from the network itself."""
    tokenizer = hf.AutoTokenizer.from_pretrained(folder)
    known = type(MADE[name](tokenizer))
    model = known.from_pretrained(folder).eval()
    rows = []
    for text in TEXTS:
        padding = {"padding": "max_length", "max_length": 6} if name == "siglip" else {}
        given = {"input_ids": tokenizer(text, return_tensors="pt", **padding)["input_ids"]}
        with torch.inference_mode():
            if name in ("clip", "siglip"):
                rows.append(model.get_text_features(**given).pooler_output[0])
            elif name == "clip_text":
                rows.append(model(**given).pooler_output[0])
            else:
                rows.append((pool or (lambda states: states.mean(0)))(model(**given).last_hidden_state[0]))
    return unit(torch.stack(rows).numpy())


@pytest.mark.parametrize("name", MADE)
def test_vectors_are_the_networks_own(folders, name):
    encoder = TextEncoder(str(folders(name)), device="cpu")
    found = encoder.encode(TEXTS)
    assert (found.dtype, found.shape) == (np.float32, (len(TEXTS), encoder.width))
    np.testing.assert_allclose(found, by_the_network(folders(name), name), atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(found[0], found[3])
    assert np.abs(found[0] @ found[1:3].T).max() < 0.9999
    assert encoder.source == f"transformers:{folders(name).name}"


def test_a_vector_does_not_depend_on_the_other_texts(folders):
    encoder = TextEncoder(str(folders("bert")), device="cpu")
    many = TEXTS * (2 * TEXTS_MAX // len(TEXTS) + 1)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode(many), np.tile(alone, (len(many) // len(TEXTS), 1)), atol=1e-6)
    assert encoder.encode([]).shape == (0, encoder.width)


@pytest.mark.parametrize(
    ("mode", "pool"),
    [
        ("pooling_mode_mean_tokens", lambda states: states.mean(0)),
        ("pooling_mode_cls_token", lambda states: states[0]),
        ("pooling_mode_lasttoken", lambda states: states[-1]),
    ],
)
def test_sentence_encoders_are_pooled_as_they_say(tmp_path, mode, pool):
    folder = write(tmp_path / "bert", "bert")
    modules = [
        {"idx": i, "type": f"sentence_transformers.models.{name}"} for i, name in enumerate(("Transformer", "Pooling"))
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    said = {
        "word_embedding_dimension": 8,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": False,
        mode: True,
    }
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(said))
    found = TextEncoder(str(folder), device="cpu").encode(TEXTS)
    np.testing.assert_allclose(found, by_the_network(folder, "bert", pool), atol=2e-6)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"modules.json": [{"type": "sentence_transformers.models.Dense"}]}, r"got more layers \(Dense\)"),
        (
            {"1_Pooling/config.json": {"pooling_mode_max_tokens": True}},
            "expected one of pooling_mode_mean_tokens.*got 0",
        ),
        ({"modules.json": "Pooling"}, "modules.json: expected what sentence-transformers writes"),
        ({"1_Pooling/config.json": [1]}, "config.json: expected what sentence-transformers writes"),
    ],
)
def test_what_is_not_applied_is_refused(tmp_path, files, message):
    folder = write(tmp_path / "bert", "bert")
    for name, document in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(document))
    with pytest.raises(ModelError, match=message):
        TextEncoder(str(folder), device="cpu")


@pytest.mark.parametrize(("text", "count"), [("", 0), ("red " * 7, 7)])
def test_texts_without_tokens_and_too_long_ones_are_refused(folders, text, count):
    with pytest.raises(InputError, match=f"expected 1 to 6 tokens, got {count}"):
        TextEncoder(str(folders("bert")), device="cpu").encode(["cup", text])


def test_a_vector_without_a_direction_is_told(tmp_path):
    folder = tmp_path / "bert"
    tokenizer = tiny_text.words_tokenizer(WORDS)
    model = bert(tokenizer)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    tiny_text.save(folder, model, tokenizer)
    with pytest.raises(ModelError, match="on 'cup': expected a vector with a direction, got zero or no number"):
        TextEncoder(str(folder), device="cpu").encode(["cup"])


@pytest.mark.parametrize("spec", ["no-such-encoder", "rooms", "depth-anything-v2-small"])
def test_what_is_no_text_encoder_is_refused(spec):
    with pytest.raises(InputError):
        TextEncoder(spec, device="cpu")


def test_the_towers_that_are_pooled_are_known_to_the_library():
    assert "clip_text_model" in modeling_auto.MODEL_FOR_TEXT_ENCODING_MAPPING_NAMES
    assert set(_TOWERS) <= set(hf.CONFIG_MAPPING)
