"""Notices have the facts that they need, and no others than days, ids and numbers."""

from datetime import date
from uuid import UUID

import pytest

from domain.messages.notices import FACTS, Fact, NewNotice, NoticeKind

PERSON, SUBJECT = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("kind", FACTS)
def test_deleg_14_a_notice_without_a_fact_that_it_needs_is_refused(kind: NoticeKind) -> None:
    with pytest.raises(ValueError, match="needs"):
        NewNotice(PERSON, kind, SUBJECT)


def test_deleg_14_facts_are_days_ids_and_numbers() -> None:
    facts: dict[str, Fact] = {"through": date(2027, 3, 5), "days": 7, "version": UUID(int=9)}

    stored = NewNotice(PERSON, NoticeKind.DELEGATION_ENDS_SOON, SUBJECT, facts=facts).as_json()

    assert stored["facts"] == {"through": "2027-03-05", "days": 7, "version": str(UUID(int=9))}
