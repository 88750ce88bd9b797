"""Language models of transformers: grammars held to against a search by hand, lengths, talks, and what is refused."""

import json
import sys

import pytest
import torch
import transformers as hf

from scenegraph3d.errors import InputError, MissingExtraError, ModelError
from scenegraph3d.models.checkpoint import checkpoint, checkpoints
from scenegraph3d.models.generation import CausalModel, EncoderDecoder
from scenegraph3d.models.text_encoder import TextEncoder
from tests.models import tiny_text

NAMES = ("cat", "car", "cup", "door", "dot", "élan")
GRAMMAR = "start: " + " | ".join(f'"{name}"' for name in NAMES)
TEXTS = ("a cup", "one cat", "Where is the door?")
CHAT = "{% for turn in messages %}[{{ turn.role }}]{{ turn.content }}{% endfor %}[assistant]"
REFUSING = "{{ raise_exception('no such role') }}"


@pytest.fixture(scope="module", params=[tiny_text.llama, tiny_text.gpt2])
def folder(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("causal") / request.param.__name__)


def talk(text):
    return [{"role": "user", "content": text}]


def by_hand(folder, text):
    """The likeliest of the names, byte after byte, by the network alone and without a cache."""
    model = hf.AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = hf.AutoTokenizer.from_pretrained(folder)
    ids, written = tokenizer(f"{text}\n")["input_ids"], []
    names = {name: tokenizer(name, add_special_tokens=False)["input_ids"] for name in NAMES}
    while True:
        left = [own for own in names.values() if own[: len(written)] == written]
        if left == [written]:
            return next(name for name, own in names.items() if own == written)
        with torch.inference_mode():
            logits = model(torch.tensor([ids + written])).logits[0, -1]
        written = [*written, max((own[len(written)] for own in left), key=lambda token: logits[token].item())]


def test_the_likeliest_answer_of_the_grammar_is_taken_byte_by_byte(folder):
    found = CausalModel(checkpoint(str(folder), "parse"), "cpu").write(
        [talk(text) for text in TEXTS], GRAMMAR, tokens_max=9
    )
    assert [one.text for one in found] == [by_hand(folder, text) for text in TEXTS]
    assert all(one.ended for one in found)


def test_an_answer_does_not_depend_on_the_others_nor_on_the_checkpoints_taste(folder, tmp_path):
    grammar = 'start: /[a-z ]{0,12}/ "."'
    model = CausalModel(checkpoint(str(folder), "parse"), "cpu")
    together = model.write([talk(text) for text in TEXTS], grammar, tokens_max=20)
    assert together == [model.write([talk(text)], grammar, tokens_max=20)[0] for text in TEXTS]
    assert model.write([], grammar, tokens_max=20) == []

    own = tmp_path / "own"
    hf.AutoTokenizer.from_pretrained(folder).save_pretrained(own)
    hf.AutoModelForCausalLM.from_pretrained(folder).save_pretrained(own)
    taste = {"do_sample": True, "temperature": 9.0, "repetition_penalty": 50.0, "max_length": 5, "num_beams": 3}
    path = own / "generation_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | taste))
    assert (
        CausalModel(checkpoint(str(own), "parse"), "cpu").write([talk(text) for text in TEXTS], grammar, tokens_max=20)
        == together
    )


def test_what_does_not_end_within_the_bound_is_told(folder):
    model = CausalModel(checkpoint(str(folder), "parse"), "cpu")
    (found,) = model.write([talk("a cup")], 'start: "abcdefghij"', tokens_max=4)
    assert (found.text, found.ended) == ("abcd", False)


@pytest.mark.parametrize("write", [tiny_text.llama, tiny_text.gpt2])
def test_the_models_places_bound_both(write, tmp_path):
    model = CausalModel(checkpoint(str(write(tmp_path / "small", places=12)), "parse"), "cpu")
    (found,) = model.write([talk("a cup")], 'start: "abcdefghij"', tokens_max=50)
    assert (found.text, found.ended) == ("abcdef", False)  # 12 places, 6 of them the text and its line break
    with pytest.raises(InputError, match="fits into the model's 12 places, got 14 tokens with the instructions"):
        model.write([talk("a cup on a ta")], GRAMMAR, tokens_max=5)


def test_talks_go_through_the_chat_template_where_there_is_one(tmp_path, monkeypatch):
    folder = tiny_text.llama(tmp_path / "chat", chat_template=CHAT)
    seen = []
    generate = hf.LlamaForCausalLM.generate

    def watched(self, input_ids, **more):
        seen.append(hf.AutoTokenizer.from_pretrained(folder).decode(input_ids[0]))
        return generate(self, input_ids=input_ids, **more)

    monkeypatch.setattr(hf.LlamaForCausalLM, "generate", watched)
    turns = [*talk("Hello"), {"role": "assistant", "content": "cat"}, *talk("a cup")]
    CausalModel(checkpoint(str(folder), "parse"), "cpu").write([turns], GRAMMAR, tokens_max=9)
    assert seen == ["[user]Hello[assistant]cat[user]a cup[assistant]"]


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ({"chat_template": REFUSING}, "expected a chat template for turns of user and assistant.*no such role"),
        ({"eos_token": None}, "expected a fast tokenizer with a token that ends a text, got one without"),
    ],
)
def test_tokenizers_that_do_not_serve_are_refused(tmp_path, tokens, message):
    folder = tiny_text.llama(tmp_path / "llama", **tokens)
    with pytest.raises(ModelError, match=message):
        CausalModel(checkpoint(str(folder), "parse"), "cpu").write([talk("a cup")], GRAMMAR, tokens_max=9)


def test_without_the_library_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "llguidance", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'scenegraph3d\[language\]'"):
        CausalModel(checkpoint(str(folder), "parse"), "cpu")


@pytest.mark.parametrize("made", [CausalModel, EncoderDecoder])
def test_a_checkpoint_of_another_kind_is_refused(made, tmp_path):
    other = tiny_text.save(tmp_path / "other", hf.DistilBertModel(hf.DistilBertConfig(vocab_size=9, dim=4, n_heads=1)))
    tiny_text.save(other, tiny_text.words_tokenizer(["cup"]))
    with pytest.raises(ModelError, match="expected a checkpoint for AutoModelFor"):
        made(checkpoint(str(other), "parse"), "cpu")


def test_the_cards_of_texts_are_for_texts():
    stages = {card.stage for card in checkpoints().values()}
    assert {"parse", "encode"} <= stages
    with pytest.raises(InputError, match="which is for parse"):
        TextEncoder("factual-base", device="cpu")
