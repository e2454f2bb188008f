"""Notices have the facts that they need, and a text in every language."""

from datetime import date
from itertools import product
from string import Formatter
from uuid import UUID

import pytest

from domain.messages.notice_texts import TEXTS, notice_text
from domain.messages.notices import FACTS, Fact, NewNotice, NoticeKind
from domain.numbers.sms_texts import Language, parts
from tests.builders.notices import notice

PERSON, SUBJECT = UUID(int=1), UUID(int=2)
EVERY = list(product(NoticeKind, Language))


@pytest.mark.parametrize("kind", FACTS)
def test_deleg_14_a_notice_without_a_fact_that_it_needs_is_refused(kind: NoticeKind) -> None:
    with pytest.raises(ValueError, match="needs"):
        NewNotice(PERSON, kind, SUBJECT)


def test_deleg_14_facts_are_days_ids_and_numbers() -> None:
    facts: dict[str, Fact] = {"through": date(2027, 3, 5), "days": 7, "version": UUID(int=9)}

    stored = NewNotice(PERSON, NoticeKind.DELEGATION_ENDS_SOON, SUBJECT, facts=facts).as_json()

    assert stored["facts"] == {"through": "2027-03-05", "days": 7, "version": str(UUID(int=9))}


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_every_notice_has_a_text_in_every_language(
    kind: NoticeKind, language: Language
) -> None:
    facts = notice(PERSON, kind).as_json()["facts"]

    shown = notice_text(kind, language, facts, "Kuusk OÜ")
    unnamed = notice_text(kind, language, facts, None)

    assert "{" not in shown.title + shown.body
    assert ("Kuusk OÜ" in shown.body) == ("{account}" in TEXTS[kind][language][1])
    assert "None" not in unnamed.body
    assert ("2027" in shown.body) == bool(FACTS.get(kind))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_a_text_uses_only_facts_that_its_notice_must_have(
    kind: NoticeKind, language: Language
) -> None:
    used = {name for text in TEXTS[kind][language] for _, name, _, _ in Formatter().parse(text)}

    assert used - {None, "account"} <= FACTS.get(kind, frozenset())


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_deleg_14_a_title_is_one_sms(kind: NoticeKind, language: Language) -> None:
    title, _ = TEXTS[kind][language]

    assert parts(f"{title} portal.operator.example") == 1
