"""Tiny checkpoints of transformers' real language models, with real tokenizers, written to a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
import transformers as hf
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

PAD, BEGIN, END = "<pad>", "<s>", "</s>"
SPREAD = 0.5  # of random weights: enough for answers that differ
LEARNED = 0.05  # mean loss of a token: the right one is at nineteen of twenty


def bytes_tokenizer(**more: object) -> hf.PreTrainedTokenizerFast:
    """A token for each byte, and three marks."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate([PAD, BEGIN, END, *letters])}, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    marks = {"pad_token": PAD, "bos_token": BEGIN, "eos_token": END}
    return hf.PreTrainedTokenizerFast(tokenizer_object=inner, **{**marks, **more})


def words_tokenizer(words: list[str]) -> hf.PreTrainedTokenizerFast:
    """A token for each of the words, in lower case."""
    return _of_words(["[PAD]", "[UNK]", *words], normalizers.Lowercase())


def _of_words(tokens: list[str], normalizer: object = None, end: str = "") -> hf.PreTrainedTokenizerFast:
    inner = Tokenizer(models.WordLevel({token: i for i, token in enumerate(tokens)}, unk_token=tokens[1]))
    inner.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    if normalizer is not None:
        inner.normalizer = normalizer
    if end:
        inner.post_processor = processors.TemplateProcessing(
            single=f"$A {end}", special_tokens=[(end, tokens.index(end))]
        )
    more = {"eos_token": end} if end else {}
    return hf.PreTrainedTokenizerFast(tokenizer_object=inner, pad_token=tokens[0], unk_token=tokens[1], **more)


def save(folder: Path, *parts: object) -> Path:
    for part in parts:
        part.save_pretrained(folder)
    return folder


def llama(folder: Path, *, places: int = 4096, more_rows: int = 5, seed: int = 0, **tokens: object) -> Path:
    """Llama with random weights, whose embeddings have more rows than the tokenizer has tokens."""
    tokenizer = bytes_tokenizer(**tokens)
    torch.manual_seed(seed)
    config = hf.LlamaConfig(
        vocab_size=len(tokenizer) + more_rows,
        max_position_embeddings=places,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        initializer_range=SPREAD,
    )
    return save(folder, hf.LlamaForCausalLM(config), tokenizer)


def gpt2(folder: Path, *, places: int = 4096, seed: int = 0, **tokens: object) -> Path:
    """GPT-2 with random weights: learned places, tied embeddings."""
    tokenizer = bytes_tokenizer(**tokens)
    torch.manual_seed(seed)
    config = hf.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=places,
        n_embd=16,
        n_layer=1,
        n_head=2,
        initializer_range=SPREAD,
        bos_token_id=1,
        eos_token_id=2,
    )
    return save(folder, hf.GPT2LMHeadModel(config), tokenizer)


def t5_that_knows(folder: Path, answers: Mapping[str, Sequence[str]]) -> Path:
    """T5 that was trained until it gives these answers, in pieces that are one token each, to these texts."""
    words = {word for text in answers for word in text.split()}
    pieces = {piece for answer in answers.values() for piece in answer}
    tokens = [PAD, "<unk>", END, *sorted(words | pieces)]
    tokenizer = _of_words(tokens, end=END)
    torch.manual_seed(0)
    config = hf.T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=16,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        dropout_rate=0.0,
        pad_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=0,
    )
    model = hf.T5ForConditionalGeneration(config)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    given = tokenizer(list(answers), padding=True, return_tensors="pt")
    rows = [[*map(tokens.index, answer), 2] for answer in answers.values()]
    labels = torch.tensor([row + [-100] * (max(map(len, rows)) - len(row)) for row in rows])
    for _ in range(500):
        loss = model(input_ids=given["input_ids"], attention_mask=given["attention_mask"], labels=labels).loss
        if loss < LEARNED:
            return save(folder, model.eval(), tokenizer)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    raise RuntimeError(f"the answers were not learned: loss {loss:.3f}")
