"""api.8: every state has a meaning, and its colour."""

import importlib
import pkgutil
from enum import StrEnum

import domain
from cli.printing import colours
from cli.printing.colours import Meaning


def states() -> dict[str, type[StrEnum]]:
    """Every enumeration of states that the rules know, by its name."""
    modules = pkgutil.walk_packages(domain.__path__, "domain.")
    return {
        name: kind
        for module in modules
        for name, kind in vars(importlib.import_module(module.name)).items()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and name.endswith("State")
    }


def test_api_8_every_state_has_a_meaning() -> None:
    without = {f"{name}.{each}" for name, kind in states().items() for each in kind if not of(each)}

    assert without == set()


def of(state: str) -> Meaning | None:
    return colours.meaning(state)


def test_api_8_no_word_has_two_meanings() -> None:
    words = [word for group in colours._WORDS.values() for word in group]

    assert len(words) == len(set(words))


def test_api_8_colours_say_who_has_to_do_something() -> None:
    assert (of("stuck"), of("pending"), of("active"), of("ended"), of("K1")) == (
        Meaning.STUCK,
        Meaning.WAITING,
        Meaning.GOOD,
        Meaning.OVER,
        None,
    )
