"""What `describe` writes, `parse` reads as exactly what it claims."""

from hypothesis import assume, given, settings

from scenegraph3d.language import parse
from scenegraph3d.language.describe import describe, sentences
from tests.language.told_scenes import closed, random_scene, stated
from tests.relate.scenes import seeds


@given(seeds)
@settings(max_examples=25)
def test_the_triples_that_are_read_are_those_that_were_written(seed):
    scene = random_scene(seed)
    labels = scene.objects.label
    assume(max(labels.count(label) for label in labels) <= 2)
    for said in (*(describe(scene, length) for length in ("short", "medium", "long")), sentences(scene)):
        assert parse(said.text).triples == list(said.triples), said.text


@given(seeds)
@settings(max_examples=25)
def test_sentences_bring_the_graph_back(seed):
    """Nouns and predicates of the graph, closed under inverse and mirror image, from its text alone."""
    scene = random_scene(seed, 5)
    labels = scene.objects.label
    assume(len(set(labels)) == len(labels))
    rows = {label: row for row, label in enumerate(labels)}
    read = parse(sentences(scene).text)
    noun = [thing.noun for thing in read.objects]
    back = {
        (
            rows[noun[one.subject]],
            one.predicate,
            rows[noun[one.object]],
            -1 if one.third is None else rows[noun[one.third]],
        )
        for one in read.relations
    }
    assert closed(back) == stated(scene)
    assert len(noun) == len(labels)
