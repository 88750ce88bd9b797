"""Nouns that nobody knows: read as the label that a text encoder puts nearest, which the answer says."""

import json

import numpy as np
import pytest
import torch
import transformers as hf

import scenegraph3d as sg3
from scenegraph3d.errors import QueryError
from scenegraph3d.language.nearness import LEAST, Encoder, Nearness
from scenegraph3d.models.text_encoder import TextEncoder
from tests.models import tiny_text

# The directions of the words, in degrees: nearness is the cosine of what lies between.
DEGREES = {"sofa": 0, "davenporte": 20, "coffee": 118, "table": 122, "gribble": 120, "snorf": 65, "lamp": 200}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A BERT without layers: the vector of a text is the mean of what its words were given."""
    where = tmp_path_factory.mktemp("encoder") / "bert"
    tokenizer = tiny_text.words_tokenizer(list(DEGREES))
    config = hf.BertConfig(
        vocab_size=len(tokenizer), hidden_size=4, num_hidden_layers=0, num_attention_heads=1, intermediate_size=4
    )
    model = hf.BertModel(config)
    with torch.no_grad():
        for table in (model.embeddings.position_embeddings, model.embeddings.token_type_embeddings):
            table.weight.zero_()
        for word, angle in DEGREES.items():
            a, b = np.cos(np.radians(angle)), np.sin(np.radians(angle))
            row = torch.tensor([a, -a, b, -b])  # of mean 0 and one length: the layer norm leaves its direction
            model.embeddings.word_embeddings.weight[tokenizer.convert_tokens_to_ids(word)] = row
    return tiny_text.save(where, model, tokenizer)


@pytest.fixture(scope="module")
def encoder(folder):
    return TextEncoder(str(folder), device="cpu")


@pytest.fixture(scope="module")
def scene():
    rows = [("sofa", -1.0), ("coffee_table", 1.0), ("lamp", 2.5)]
    return sg3.relate(
        [{"label": label, "center_m": [x, 3, 0.3], "size_m": [0.6, 0.6, 0.6], "yaw_rad": 0.0} for label, x in rows]
    )


def test_it_is_an_encoder_and_near_is_the_cosine(encoder):
    assert isinstance(encoder, Encoder)
    vectors = encoder.encode(list(DEGREES))
    angles = np.radians(list(DEGREES.values()))
    np.testing.assert_allclose(vectors @ vectors.T, np.cos(angles[:, None] - angles), atol=1e-5)


def test_an_unknown_noun_is_read_as_the_nearest_label_and_the_answer_says_so(scene, encoder):
    answer = sg3.ask(scene, "Where is the davenporte?", encoder=encoder)
    assert answer.objects[0].label == "sofa"
    assert answer.note == f"read 'davenporte' as 'sofa' (similarity {np.cos(np.radians(20)):.2f})"


@pytest.mark.parametrize(
    ("question", "value", "notes"),
    [
        ("Is the davenporte left of the lamp?", True, ["'davenporte' as 'sofa'"]),
        ("Is the gribble left of the davenporte?", False, ["'davenporte' as 'sofa'", "'gribble' as 'coffee_table'"]),
        ("Is the sofa left of the lamp?", True, []),
    ],
)
def test_each_reading_is_told_and_no_other(scene, encoder, question, value, notes):
    answer = sg3.ask(scene, question, encoder=encoder)
    assert answer.value is value
    told = [part for part in answer.note.split("; ") if part]
    assert len(told) == len(notes)
    assert all(any(note in part for part in told) for note in notes)


def test_below_the_threshold_the_refusal_stays(scene, encoder):
    cosine = np.cos(np.radians(120 - 65))
    assert cosine < LEAST
    with pytest.raises(QueryError, match="not understood: 'snorf'") as without:
        sg3.ask(scene, "Where is the snorf?")
    with pytest.raises(QueryError) as far:
        sg3.ask(scene, "Where is the snorf?", encoder=encoder)
    assert str(far.value) == str(without.value)
    near = sg3.ask(scene, "Where is the snorf?", encoder=Nearness(encoder, cosine - 0.01))
    assert near.note.startswith("read 'snorf' as 'coffee_table' (similarity 0.57)")


def test_what_the_lexicon_knows_is_not_asked_of_the_encoder(scene):
    class Refusing:
        def encode(self, texts):
            raise AssertionError(texts)

    for question in ("Is there a dog?", "Is there a couch?", "Where is the table?", "How many lamps are there?"):
        assert sg3.ask(scene, question, encoder=Refusing()).to_dict() == sg3.ask(scene, question).to_dict()


def test_a_scene_without_things_has_nothing_near(encoder):
    with pytest.raises(QueryError, match="not understood"):
        sg3.ask(sg3.relate([]), "Where is the davenporte?", encoder=encoder)


def test_the_command_line_takes_a_folder(scene, folder, tmp_path):
    from click.testing import CliRunner

    from scenegraph3d.cli import cli

    path = tmp_path / "scene.json"
    scene.save(path)
    words = ["ask", str(path), "Is there a davenporte?", "--encoder"]
    assert "read 'davenporte' as 'sofa'" in CliRunner().invoke(cli, [*words, str(folder)]).stdout
    row = json.loads(CliRunner().invoke(cli, [*words, str(folder), "--json"]).stdout)
    assert row["value"] is True
    refused = CliRunner().invoke(cli, [*words, "no-such-encoder"])
    assert refused.exit_code == 2
    assert "'--encoder': checkpoint: expected a known name, a folder, or a hub id" in refused.stderr
