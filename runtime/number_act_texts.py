"""Acts that let a number go as people read them, from the messages ``act.number_give.v*``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.numbers.sms_texts import Language
from domain.visible_text import made_visible
from runtime.texts import text


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What the text of such an act says, looked up by the ids of the act."""

    account: str
    """That the number leaves."""
    number: str
    receiver: str
    """Who gets it: a company's name and code, or a person's name."""


def _give_v1(facts: NumberFacts, language: Language) -> str:
    return text(
        "act.number_give.v1",
        language,
        account=made_visible(facts.account),
        number=made_visible(facts.number),
        receiver=made_visible(facts.receiver),
    )


RENDERERS: Mapping[int, Callable[[NumberFacts, Language], str]] = {1: _give_v1}
"""By version of the text."""
