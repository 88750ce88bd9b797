"""parse: mentions, attributes, counts, negation and coreference; what it refuses, and any text in bounded time."""

import inspect
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.errors import InputError
from scenegraph3d.language import Mention, parse
from scenegraph3d.language.parse import CHARACTERS_MAX
from scenegraph3d.language.phrases import PHRASES

SECONDS_MAX = 20.0  # for the longest text, on a busy machine; a quadratic reader takes many minutes


def named(text: str) -> dict[str, Mention]:
    return {mention.noun: mention for mention in parse(text).objects}


@pytest.mark.parametrize(
    ("text", "noun", "attributes", "count"),
    [
        ("a red cup", "cup", ("red",), 1),
        ("two small wooden chairs", "chair", ("small", "wooden"), 2),
        ("some cups", "cup", (), None),
        ("12 knives", "knife", (), 12),
        ("a pair of old shoes", "shoe", ("old",), 2),
        ("a dining table", "dining table", (), 1),
        ("a parked car", "car", ("parked",), 1),
        ("a black and white dog", "dog", ("black", "white"), 1),
        ("a brick wall", "wall", ("brick",), 1),
        ("a large, round, green rug", "rug", ("large", "round", "green"), 1),
        ("no dogs", "dog", (), 0),
        ("The cup is red.", "cup", ("red",), 1),
        ("A vase, which is tall and blue, is here.", "vase", ("tall", "blue"), 1),
        ("a hot dog", "hot dog", (), 1),
        ("sunglasses", "sunglasses", (), None),
        ("three wine glasses", "wine glass", (), 3),
        ("the women", "woman", (), None),
        ("a very small box", "box", ("small",), 1),
        ("a snow covered bench", "bench", ("snow", "covered"), 1),
        ("a man's hat", "hat", (), 1),
        ("the third chair", "chair", ("third",), 1),
        ("Third chair", "chair", ("third",), 1),
        ("the 13th old chair", "chair", ("13th", "old"), 1),
        ("the fifth hot dog", "hot dog", ("fifth",), 1),
        ("A yellow can is here.", "can", ("yellow",), 1),
        ("A white metal can that is beside a lamp.", "can", ("white", "metal"), 1),
        ("Can lights above the stage", "can light", (), None),
        ("the first two chairs", "chair", ("first",), 2),
        ("Last three red cups", "cup", ("last", "red"), 3),
        ("The nearest chair is red.", "chair", ("nearest", "red"), 1),
        ("a silver pick up truck", "pick up truck", ("silver",), 1),
        ("a jeep looking vehicle", "vehicle", ("jeep", "looking"), 1),
        ("A woman in dark blue sits on a chair.", "woman", ("dark", "blue"), 1),
        ("a no parking sign", "no parking sign", (), 1),
        ("No smoking signs", "no smoking sign", (), None),
        ("She wears glasses on her face.", "face", (), 1),
        ("a sheep", "sheep", (), 1),
        ("the sheep", "sheep", (), None),
        ("the second sheep", "sheep", ("second",), 1),
        ("The mug is not red.", "mug", (), 1),
        ("The mug isn't red or orange but blue.", "mug", ("blue",), 1),
        ("a statue made of stone", "statue", ("stone",), 1),
        ("The mug is white and made of metal.", "mug", ("white", "metal"), 1),
        ("The cups are made of white marble and glass.", "cup", ("white", "marble", "glass"), None),
        ("The table is not made of wood.", "table", (), 1),
        ("The box is wood.", "box", ("wood",), 1),
        ("There is glass on the floor.", "glass", (), 1),
        ("The speaker is white and stands on a shelf.", "speaker", ("white",), 1),
        ("The table holds two of the boxes.", "box", (), 2),
    ],
)
def test_a_mention_has_its_noun_attributes_and_number(text, noun, attributes, count):
    mention = named(text)[noun]
    assert (mention.attributes, mention.count) == (attributes, count)
    assert mention.head == noun.split()[-1]


def test_mentions_say_where_they_stand_in_the_text():
    text = "There is a small red cup on the dining table."
    assert [text[m.start : m.end] for m in parse(text).objects] == ["small red cup", "dining table"]


def test_grammar_decides_what_is_the_same_thing():
    assert len(parse("A dog is next to a dog.").objects) == 2
    assert len(parse("A dog sits on a rug. The dog is brown.").objects) == 2
    assert len(parse("A dog sits on a rug. It is brown.").objects) == 2
    assert len(parse("A sheep stands on a rug. The sheep is brown.").objects) == 2
    assert len(parse("A red car is behind a blue car. The red car is parked by a tree.").objects) == 3
    assert len(parse("A cup is on a table. Another cup is on the table.").objects) == 3


def test_ordinals_tell_things_apart():
    graph = parse("The third chair is left of the fourth chair. The 4th lamp is on the third chair.")
    assert [(row.subject, row.object) for row in graph.relations] == [(0, 1), (2, 0)]


def test_the_very_noun_and_attributes_decide_what_is_meant_before_nearness():
    graph = parse("A red coffee table is on a table. A couch is on the red coffee table.")
    assert graph.triples == [("coffee table", "on", "table"), ("couch", "on", "coffee table")]
    graph = parse("A red cup is next to a cup. A dog is behind the red cup.")
    assert [(row.subject, row.object) for row in graph.relations] == [(0, 1), (2, 0)]


@pytest.mark.parametrize(
    "text",
    [
        "two chairs next to each other",
        "Two chairs face one another.",
        "The mug is not red.",
        "The cup is orange.",
        "A table made of wood and steel.",
        "You can see a table in this photo.",
        "The picture shows a table.",
        "There is no dog in the picture.",
    ],
)
def test_what_names_no_other_thing_makes_no_mention(text):
    assert len(parse(text).objects) == 1


def test_between_has_two_things_or_several_of_one_kind():
    (row,) = parse("The ball is between the lamp and the sofa.").relations
    assert (row.predicate, row.object, row.third) == ("between", 1, 2)
    (row,) = parse("The ball is between two lamps.").relations
    assert (row.third, parse("The ball is between two lamps.").objects[row.object].count) == (None, 2)


def test_the_phrase_is_kept_as_written():
    (row,) = parse("A cup ON TOP OF a table").relations
    assert (row.predicate, row.phrase) == ("on", "on top of")


@pytest.mark.parametrize("phrase", [phrase for phrase, m in PHRASES.items() if not m.swapped])
def test_every_phrase_is_found_between_two_things(phrase):
    written = {verb: f"{verb}s" for verb in ("face", "flank", "adjoin", "cover")} | {"touch": "touches"}
    written |= {verb: verb for verb in ("has as a part", "consists of")}
    text = f"The cup {'' if phrase in written else 'is '}{written.get(phrase, phrase)} the box."
    assert ("cup", PHRASES[phrase].predicate, "box") in parse(text).triples


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "...", "😀 🎉", "猫在沙发上", "{}[]<>", "\x00\x07", "the of and"])
def test_text_that_names_nothing_known_is_read_without_relations(text):
    assert parse(text).relations == ()


@pytest.mark.parametrize("text", [None, 3, b"a cup on a table", ["a cup"]])
def test_only_strings_are_read(text):
    with pytest.raises(InputError, match="a string"):
        inspect.unwrap(parse)(text)


def test_too_much_is_refused():
    with pytest.raises(InputError, match=str(CHARACTERS_MAX)):
        parse("a" * (CHARACTERS_MAX + 1))


PIECES = [
    *("a ", "the cup ", "a cup on ", "a cup and ", "cup, ", "that ", "it ", "'s ", "a man's ", "of ", "very ", "red, "),
    *(
        "a",
        "(",
        "-",
        "a-",
        "1",
        "to the ",
        "'",
        "which is ",
        "left ",
        "a cup is ",
        "hand of ",
        "two red ",
        "one of them ",
    ),
]


def test_the_longest_text_of_the_worst_words_takes_bounded_time():
    each = CHARACTERS_MAX // len(PIECES)
    text = "".join((piece * each)[:each] for piece in PIECES)
    start = time.process_time()
    parse(text)
    assert time.process_time() - start < SECONDS_MAX


VOCABULARY = """
a the two no cup cups man dog table red wooden is are sits sitting parked holding has with of on under to left right
between and or but , . not it them his which who that there 's one other each in front while very
"""
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_order_of_words_gives_a_sound_graph(text):
    graph = parse(text)
    assert [mention.id for mention in graph.objects] == list(range(len(graph.objects)))
    for mention in graph.objects:
        assert mention.noun.endswith(mention.head)
        assert 0 <= mention.start < mention.end <= len(text)
    for row in graph.relations:
        assert {row.subject, row.object, row.subject if row.third is None else row.third} <= {
            m.id for m in graph.objects
        }
        assert row.predicate
        assert row.phrase


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert parse(text).text == text


NOUNS = st.sampled_from(["cup", "dog", "chair", "lamp", "bicycle", "stop sign", "dining table", "teddy bear"])
COLOURS = st.sampled_from(["red", "blue", "green", "wooden", "small"])
PLACES = st.sampled_from(
    [p for p, m in PHRASES.items() if not m.swapped and p.split()[-1] in ("of", "on", "behind") and p != "of"]
)


@settings(max_examples=40)
@given(COLOURS, NOUNS, PLACES, COLOURS, NOUNS)
def test_the_order_of_words_does_not_change_what_is_said(first_colour, first, place, second_colour, second):
    subject, other = f"a {first_colour} {first}", f"a {second_colour} {second}"
    ways = [
        f"{subject} {place} {other}",
        f"{subject} is {place} {other}.",
        f"There is {subject} {place} {other}.",
        f"{place} {other} is {subject}.",
        f"{place.capitalize()} {other} there is {subject}.",
        f"{subject}, which is {place} {other}.",
        f"{subject} that stands {place} {other}",
    ]
    expected = [(first, PHRASES[place].predicate, second)]
    assert {way: parse(way).triples for way in ways} == dict.fromkeys(ways, expected)


@given(NOUNS, PLACES, NOUNS)
def test_denying_changes_nothing_but_the_denial(first, place, second):
    (stated,) = parse(f"the {first} is {place} a {second}").relations
    (denied,) = parse(f"the {first} is not {place} a {second}").relations
    assert (stated.subject, stated.predicate, stated.object) == (denied.subject, denied.predicate, denied.object)
    assert (stated.negated, denied.negated) == (False, True)
