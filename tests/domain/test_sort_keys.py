"""Sort keys: names in the order of the Estonian alphabet."""

import random

import pytest

from domain.sort_keys import ALPHABET, sort_key

# As the Estonian orthography lists them.
_ORDER = list("abcdefghijklmnopqrs" + "šzžtuvwõäöüxy")


def test_page_4_letters_sort_as_estonian_sorts() -> None:
    mixed = random.Random(4).sample(_ORDER, len(_ORDER))

    assert list(ALPHABET) == _ORDER
    assert sorted(mixed, key=sort_key) == _ORDER
    assert sorted(map(str.upper, mixed), key=sort_key) == [letter.upper() for letter in _ORDER]


def test_page_4_names_sort_as_in_an_estonian_directory() -> None:
    sorted_names = ["3D Print", "Kase & Ko", "Kask", "Kaško", "Kazak", "Kažan", "Kataja"]
    sorted_names += ["Kõiv", "Käo", "Köst", "Kült", "Kxx", "Kyle", "Алла", "Яна"]

    mixed = random.Random(4).sample(sorted_names, len(sorted_names))
    assert sorted(mixed, key=sort_key) == sorted_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KASK OÜ", "kask oü"),
        ('OÜ "Kask"', "oü kask"),
        ("„Kask“ OÜ", "kask oü"),
        ("José Núñez", "jose nunez"),
        ("Straße", "strase"),
        ("Алёна", "алена"),
        (" Kask ", "kask"),
    ],
)
def test_case_quotes_and_foreign_accents_do_not_count(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_letters_of_the_alphabet_are_no_accents_of_others() -> None:
    assert len({sort_key(letter) for letter in _ORDER}) == len(_ORDER)
