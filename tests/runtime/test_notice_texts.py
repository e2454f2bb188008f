"""Every notice has a text in every language, of facts that it must have, and a title for an SMS."""

from itertools import product
from uuid import UUID

import pytest

from domain.messages.notices import FACTS, NoticeKind
from domain.numbers.sms_texts import Language, parts
from runtime.notice_texts import notice_text, sms_text
from runtime.texts import messages, placeholders
from tests.builders.notices import notice

PERSON = UUID(int=1)
EVERY = list(product(NoticeKind, Language))


def message(kind: NoticeKind, language: Language, part: str) -> str:
    return messages(language)[f"notice.{kind}.{part}"]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_every_notice_has_a_text_in_every_language(
    kind: NoticeKind, language: Language
) -> None:
    facts = notice(PERSON, kind).as_json()["facts"]

    shown = notice_text(kind, language, facts, "Kuusk OÜ")
    unnamed = notice_text(kind, language, facts, None)

    assert "{" not in shown.title + shown.body
    assert ("Kuusk OÜ" in shown.body) == ("{account}" in message(kind, language, "body"))
    assert "None" not in unnamed.body
    assert ("2027" in shown.body) == bool(FACTS.get(kind))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_a_text_uses_only_facts_that_its_notice_must_have(
    kind: NoticeKind, language: Language
) -> None:
    used = placeholders(message(kind, language, "title")) | placeholders(
        message(kind, language, "body")
    )

    assert used - {"account", "purpose"} <= FACTS.get(kind, frozenset())


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_a_title_is_one_sms(kind: NoticeKind, language: Language) -> None:
    title = message(kind, language, "title")

    assert parts(f"{title} portal.operator.example") == 1


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_an_sms_is_the_title_and_the_portal(kind: NoticeKind, language: Language) -> None:
    title = message(kind, language, "title")

    assert sms_text(kind, language, "portal.example") == f"{title}: portal.example"
    assert sms_text(kind, language, "") == title
