"""The words of texts: plurals, articles, numbers, and one phrase for each predicate."""

import pytest

from scenegraph3d.language.phrases import PHRASES
from scenegraph3d.language.wording import (
    PREPOSITIONS,
    article,
    is_plural,
    listed,
    number,
    ordinal,
    plain,
    plural,
    singular,
    verb_phrase,
)
from scenegraph3d.relate import PREDICATES


def test_every_predicate_has_a_phrase():
    assert set(PREPOSITIONS) == {*PREDICATES, "facing"} - {"contains"}


@pytest.mark.parametrize("predicate", sorted(PREPOSITIONS))
def test_the_phrase_of_a_predicate_means_it(predicate):
    meaning = PHRASES[PREPOSITIONS[predicate]]
    assert (meaning.predicate, meaning.swapped) == (predicate, False)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        *(("chair", "chairs"), ("coffee table", "coffee tables"), ("bench", "benches"), ("bookshelf", "bookshelves")),
        *(("knife", "knives"), ("person", "people"), ("mouse", "mice"), ("glass", "glasses"), ("bus", "buses")),
        *(("sheep", "sheep"), ("scissors", "scissors"), ("stop sign", "stop signs"), ("berry", "berries")),
    ],
)
def test_plurals(one, many):
    assert plural(one) == many
    assert plural(many) == many


@pytest.mark.parametrize(
    ("many", "one"), [("books", "book"), ("skis", "ski"), ("dining chairs", "dining chair"), ("men", "man")]
)
def test_plural_labels_have_a_singular(many, one):
    assert is_plural(many)
    assert singular(many) == one
    assert not is_plural(one)
    assert singular(one) == one


@pytest.mark.parametrize("noun", ["glass", "bus", "tv", "chess", "cactus", "", "42", "7-up", "椅子"])
def test_nouns_that_are_no_plurals(noun):
    assert not is_plural(noun)
    assert singular(noun) == noun


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        *(
            ("chair", "a"),
            ("orange", "an"),
            ("umbrella", "an"),
            ("old mug", "an"),
            ("uniform", "a"),
            ("hourglass", "an"),
        ),
        *(("unicycle", "a"), ("utensil", "a"), ("ukulele", "a"), ("horse", "a"), ("oven", "an"), ("urn", "an")),
    ],
)
def test_articles(phrase, expected):
    assert article(phrase) == expected


def test_numbers_and_places():
    assert [number(n) for n in (0, 1, 2, 12, 13)] == ["no", "one", "two", "twelve", "13"]
    places = {1: "first", 3: "third", 12: "twelfth", 13: "13th", 21: "21st", 22: "22nd", 33: "33rd", 111: "111th"}
    assert {n: ordinal(n) for n in places} == places


def test_lists_and_labels():
    assert [listed(list("abc")[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert plain(" Coffee_Table ") == "coffee table"


def test_verbs_agree_with_one_and_with_several():
    assert verb_phrase("left_of") == ("is to the left of", "are to the left of")
    assert verb_phrase("carry") == ("carries", "carry")
    assert verb_phrase("look_at") == ("looks at", "look at")
    assert verb_phrase("zzxq") is None
