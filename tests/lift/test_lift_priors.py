"""Size priors: lookup and what may be put in."""

import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.lift import COMMON_SIZES, SizePrior, SizePriors


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("car", "car"),
        ("Car", "car"),
        ("night_stand", "nightstand"),
        ("Coffee-Table", "coffee table"),
        ("office chair", "chair"),
        ("couch", "sofa"),
        ("mugs", "cup"),
        ("pedestrian", "person"),
        ("boxes", "box"),
        ("glass", "glass"),
        ("box of oranges", "box"),
        ("bottle with a straw", "bottle"),
        ("picture of a person", "picture"),
        ("man on a bicycle", "person"),
        ("hot dog", "hot dog"),
        ("teddy bear", "teddy bear"),
        ("street lamp", "street lamp"),
        ("toy car", None),
        ("giant mug", None),
        ("flux capacitor", None),
    ],
)
def test_labels_are_found_in_any_dress(label, category):
    prior = COMMON_SIZES.find(label)
    assert (prior.name if prior else None) == category


def test_the_table_is_sane():
    assert len(COMMON_SIZES.table) >= 60
    for prior in COMMON_SIZES.table.values():
        assert prior.length_m[0] >= prior.width_m[0]
        for mean, std in (prior.length_m, prior.width_m, prior.height_m):
            assert 0.005 < mean < 20
            assert 0.02 * mean < std < mean
    assert all(name in COMMON_SIZES.table for name in COMMON_SIZES.aliases.values())
    assert not set(COMMON_SIZES.aliases) & set(COMMON_SIZES.table)


def test_ones_own_size_wins_over_the_common_one_and_over_an_alias():
    sizes = {"length_m": (3.0, 0.1), "width_m": (1.0, 0.1), "height_m": (2.0, 0.1)}
    own = SizePriors.from_sizes({"Car": sizes, "mug": sizes | {"rests": False}})
    assert own.find("car").length_m == (3.0, 0.1)
    assert own.find("mug").rests is False
    assert own.find("cup") == COMMON_SIZES.find("cup")
    assert SizePriors.from_sizes({"toy car": sizes}).find("toy_cars").length_m == (3.0, 0.1)


def test_sizes_that_are_none_are_refused():
    with pytest.raises(InputError, match="width_m of size prior 'car': expected a mean and a deviation above 0"):
        SizePrior("car", (4.0, 0.4), (0.0, 0.1), (1.5, 0.1))
    with pytest.raises(InputError, match="size prior 'car': expected length_m, width_m, height_m"):
        SizePriors.from_sizes({"car": {"lenght_m": (4.0, 0.4)}})
