"""How a person is reached: they choose a number that they proved; the operator's comes second."""

from typing import Any
from uuid import uuid4

import pytest

from domain.people.erasure import ErasureGround
from services.people.erase import erase_person
from tests.builders.people import JAAN, MARI
from tests.builders.proofs import prove
from tests.builders.rows import BILLING as SYSTEM
from tests.builders.rows import rows
from tests.clients.api_client import BILLING, Answer, Front, person_token

PATH = "/v1/me/settings"
MARIS = person_token(MARI)
OWN, OPERATORS = "+37255512345", "+37255567890"
DEFAULT = {"language": "et", "sms": False, "number": None, "number_from": None}
BY_OWN = {"language": "ru", "sms": True, "number": OWN, "number_from": "proved"}
BY_OPERATOR = {"language": "en", "sms": True, "number": OPERATORS, "number_from": "operator"}


async def choose(front: Front, **wanted: Any) -> Answer:
    return await front.put(PATH, MARIS, {"language": "ru", "sms": True} | wanted)


async def operator_gives(front: Front, number: str | None = OPERATORS) -> Answer:
    path = f"/v1/people/{front.id_of(MARI)}/contact"
    return await front.put(path, BILLING, {"language": "en", "sms": True, "number": number})


async def settings(front: Front) -> Any:
    return (await front.get(PATH, MARIS)).json()


async def test_deleg_14_nothing_is_chosen_at_first(front: Front) -> None:
    assert await settings(front) == DEFAULT


async def test_deleg_14_a_number_that_is_proved_is_used(front: Front) -> None:
    prove(front.database, MARI, OWN)

    answer = await choose(front, number="5551 2345")

    assert (answer.status_code, answer.json()) == (200, BY_OWN)
    assert await settings(front) == BY_OWN


@pytest.mark.parametrize("provers", [[], [JAAN], [MARI, JAAN]])
async def test_deleg_14_a_number_of_which_another_has_the_newest_proof_is_refused(
    front: Front, provers: list[Any]
) -> None:
    for who in provers:
        prove(front.database, who, OWN)

    answer = await choose(front, number=OWN)

    assert (answer.status_code, answer.json()["code"]) == (422, "number_not_proved")
    assert OWN not in answer.text
    assert await settings(front) == DEFAULT


async def test_deleg_14_a_number_that_another_proves_later_is_used_no_more(front: Front) -> None:
    prove(front.database, MARI, OWN)
    await choose(front, number=OWN)
    prove(front.database, JAAN, OWN)

    lost = await settings(front)
    prove(front.database, MARI, OWN)

    assert (lost["number"], lost["number_from"]) == (None, None)
    assert await settings(front) == BY_OWN


async def test_deleg_14_sms_need_a_number(front: Front) -> None:
    answer = await choose(front)

    assert (answer.status_code, answer.json()["code"]) == (422, "number_not_proved")
    assert rows(front.database, "SELECT FROM contact_settings") == []


async def test_deleg_14_the_operators_contact_counts_until_the_person_chooses(
    front: Front,
) -> None:
    given = await operator_gives(front)
    at_first = await settings(front)
    prove(front.database, MARI, OWN)
    await choose(front, number=OWN)
    second = await operator_gives(front)
    without = await choose(front, sms=False)

    assert (given.status_code, given.json(), at_first) == (200, BY_OPERATOR, BY_OPERATOR)
    assert second.json() == BY_OWN
    assert without.json() == BY_OPERATOR | {"language": "ru", "sms": False}


async def test_deleg_14_changes_are_events_without_the_number(front: Front) -> None:
    prove(front.database, MARI, OWN)
    for _ in range(2):
        await operator_gives(front)
        await choose(front, number=OWN)

    told = rows(front.database, "SELECT * FROM event WHERE kind = 'contact:changed' ORDER BY id")
    assert [(event.actor["kind"], event.after) for event in told] == [
        ("system", {"language": "en", "sms": True, "number_from": "operator"}),
        ("person", {"language": "ru", "sms": True, "number_from": "proved"}),
    ]


@pytest.mark.parametrize(
    ("number", "code"), [("123", "invalid"), ("+4915112345678", "number_not_allowed")]
)
async def test_deleg_14_a_number_that_gets_no_sms_is_refused(
    front: Front, number: str, code: str
) -> None:
    answers = [await choose(front, number=number), await operator_gives(front, number)]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(422, code)] * 2
    assert [a.json()["errors"][0]["pointer"] for a in answers] == ["/number"] * 2


async def test_deleg_14_nobody_and_the_erased_have_no_contact(front: Front) -> None:
    await operator_gives(front)
    who, body = front.id_of(MARI), {"language": "et", "sms": False}
    erase_person(front.database, who, ErasureGround.NO_LONGER_NEEDED, actor=SYSTEM)

    answers = [
        await front.put(f"/v1/people/{id_}/contact", BILLING, body) for id_ in (who, uuid4())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert rows(front.database, "SELECT FROM contact_settings") == []
