"""deleg.19: who gave it, on what authority: as links, and as a sentence in three languages."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from domain.identifiers import PersonKey
from tests.builders.days import DAY, today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    OWN,
    Given,
    accepted,
    given,
    offered,
    revoked,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proposals import confirmed, proposed
from tests.builders.rows import carry_out, give
from tests.clients.api_client import BILLING, CHECKER, PORTAL, SUPPORT, Front, person_token

Body = dict[str, Any]
P = Permission
NAMES = {MARI: "Mari Maasikas", JAAN: "Jaan Jõhvikas", PEETER: "Peeter Pihlakas"}
MAY_PASS_ON = frozenset({P.ACCESS_VIEW, P.INVOICE_PAY, P.INVOICE_VIEW})


@pytest.fixture(autouse=True)
def customers(front: Front) -> None:
    set_up_customers(front.database)
    for who, name in NAMES.items():
        front.id_of(who)
        carry_out(
            front.database, "UPDATE person SET name = :name WHERE code = :c", name=name, c=who.code
        )


def english(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def first_day() -> str:
    return english(today())


def last_day() -> str:
    return english(today() + 30 * DAY)


BY_MARI = "Mari Maasikas (board member, sole right, register of 1 August 2026)"


async def checked(
    front: Front, token: str, on: UUID = OFFICE.id, *, language: str = "en", **more: Any
) -> Body:
    asked = {"account_id": str(on), "permission": "invoice:pay"} | more
    answer = await front.post("/v1/access/check", token, asked, accept_language=language)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


def passed_on(front: Front, to: PersonKey = KATI) -> tuple[Given, Given]:
    """What Mari gave Jaan, and what he passed on."""
    parent = given(front.database, MARI, JAAN, OFFICE, terms(*MAY_PASS_ON, may_pass_on=True))
    return parent, given(front.database, JAAN, to, OFFICE, parent=parent.id)


async def test_deleg_19_a_check_says_who_gave_it_on_what_authority(front: Front) -> None:
    delegation = given(front.database, MARI, ANNA, OFFICE)

    body = await checked(front, person_token(ANNA))

    (chain,) = body["chains"]
    (link,) = chain["links"]
    assert chain["grant"] == body["grants"][0]
    assert chain["sentence"] == (
        f"May pay invoices through {last_day()} because {BY_MARI} gave it on {first_day()}"
    )
    assert link == {
        "delegation_id": str(delegation.id),
        "basis": "register",
        "given_on": today().isoformat(),
        "given_by": {"id": str(front.id_of(MARI)), "name": "Mari Maasikas"},
        "together_with": [],
        "register_statement": {"as_of": "2026-08-01T12:00:00Z", "capacity": "board"},
        "from_day": today().isoformat(),
        "through_day": (today() + timedelta(days=30)).isoformat(),
        "passed_on": False,
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "et",
            (
                "Õigus „Arvete maksmine“ kehtib kuni {last} (kaasa arvatud), sest {first} andis"
                " selle Mari Maasikas (juhatuse liige, üksi esindamise õigus,"
                " registri seis 01.08.2026)"
            ),
        ),
        (
            "ru",
            (
                "Право «Оплата счетов» действует по {last} включительно, так как его {first}"
                " предоставил(а) Mari Maasikas (член правления, право единоличного"
                " представительства, регистр по состоянию на 01.08.2026)"
            ),
        ),
    ],
)
async def test_deleg_19_the_sentence_is_in_the_asked_language(
    front: Front, language: str, said: str
) -> None:
    given(front.database, MARI, ANNA, OFFICE)

    body = await checked(front, person_token(ANNA), language=language)

    first, last = (f"{today() + timedelta(days=days):%d.%m.%Y}" for days in (0, 30))
    assert body["chains"][0]["sentence"] == said.format(first=first, last=last)


async def test_deleg_19_the_owner_of_a_private_account_is_named_so(front: Front) -> None:
    given(front.database, PEETER, ANNA, OWN)

    (chain,) = (await checked(front, person_token(ANNA), OWN.id))["chains"]

    assert chain["sentence"] == (
        f"May pay invoices through {last_day()} because Peeter Pihlakas (owner of the account)"
        f" gave it on {first_day()}"
    )
    assert chain["links"][0]["register_statement"] is None


async def test_deleg_19_what_was_passed_on_is_followed_to_the_owners_name(front: Front) -> None:
    parent, child = passed_on(front)

    (chain,) = (await checked(front, SUPPORT, person_id=str(front.id_of(KATI))))["chains"]

    assert [link["delegation_id"] for link in chain["links"]] == [str(child.id), str(parent.id)]
    assert [link["passed_on"] for link in chain["links"]] == [True, False]
    assert chain["sentence"] == (
        f"May pay invoices through {last_day()} because Jaan Jõhvikas passed it on"
        f" on {first_day()},"
        f" after {BY_MARI} gave it on {first_day()}"
    )


async def test_deleg_19_a_receiver_knows_their_giver_and_nobody_above(front: Front) -> None:
    passed_on(front)

    (chain,) = (await checked(front, person_token(KATI)))["chains"]

    assert [link["given_by"]["name"] for link in chain["links"]] == ["Jaan Jõhvikas", None]
    assert "after a representative of the company (board member" in chain["sentence"]
    assert "Mari" not in str(chain)


async def test_deleg_19_who_may_view_access_knows_everybody(front: Front) -> None:
    passed_on(front)
    everything = terms(P.ACCESS_VIEW)
    given(front.database, MARI, KATI, OFFICE, everything)

    (chain,) = (await checked(front, person_token(KATI)))["chains"]

    assert [link["given_by"]["name"] for link in chain["links"]] == list(NAMES.values())[1::-1]


@pytest.mark.parametrize("who", ["checker", "portal"])
async def test_deleg_19_programs_get_names_only_for_the_person_they_ask_for(
    front: Front, who: str
) -> None:
    given(front.database, MARI, ANNA, OFFICE)
    anna = str(front.id_of(ANNA))
    asked = {"account_id": str(OFFICE.id), "permission": "invoice:pay", "person_id": anna}
    headers = {"on_behalf_of": anna} if who == "portal" else {}

    token = PORTAL if who == "portal" else CHECKER
    (chain,) = (await front.post("/v1/access/check", token, asked, **headers)).json()["chains"]

    named = chain["links"][0]["given_by"]["name"]
    assert named == ("Mari Maasikas" if who == "portal" else None)
    assert ("Mari" in chain["sentence"]) is (who == "portal")


async def test_deleg_19_an_erased_or_departed_giver_is_still_a_representative(front: Front) -> None:
    given(front.database, MARI, ANNA, OFFICE)
    changed = "UPDATE person SET name = '', code = 'x' WHERE code = :code"
    carry_out(front.database, changed, code=MARI.code)

    (chain,) = (await checked(front, person_token(ANNA)))["chains"]

    assert chain["links"][0]["given_by"]["name"] is None
    assert chain["links"][0]["register_statement"]["capacity"] is None
    assert "because a representative of the company (representative, sole" in chain["sentence"]


async def test_deleg_19_other_access_has_no_chain(front: Front) -> None:
    assert (await checked(front, person_token(MARI)))["chains"] == []
    assert (await checked(front, person_token(TIIU)))["chains"] == []


async def test_deleg_19_reasons_and_events_hold_no_names(front: Front) -> None:
    passed_on(front)

    body = await checked(front, person_token(KATI))

    assert not any(name in str(body["reasons"]) for name in NAMES.values())


async def test_deleg_19_an_explanation_says_of_each_grant_why_it_is_there(front: Front) -> None:
    given(front.database, MARI, JAAN, OFFICE)
    delegated = await explained(front, JAAN)
    register = await explained(front, MARI)
    own = await explained(front, PEETER, OWN.id)
    give(front.database, ANNA, OFFICE, "accountant")
    operator = await explained(front, ANNA)

    (step,) = delegated["path"]
    assert step["chain"] == delegated["chains"][0]["links"]
    assert step["sentence"] == (
        f"Access from {first_day()} through {last_day()}, because {BY_MARI} gave it"
        f" on {first_day()}"
    )
    assert register["path"][0]["sentence"] == (
        "The register of 1 August 2026 names Mari Maasikas as board member with sole right"
    )
    assert register["path"][0]["chain"] == []
    assert own["path"][0]["sentence"] == (
        "The operator says that the account belongs to Peeter Pihlakas"
    )
    assert operator["path"][0]["sentence"] == operator["path"][0]["grant"]["reason"]["text"]


async def explained(front: Front, who: PersonKey, on: UUID = OFFICE.id) -> Body:
    asked = {"account_id": str(on), "person_id": str(front.id_of(who)), "permission": "invoice:pay"}
    answer = await front.post("/v1/access/explain", SUPPORT, asked)
    assert answer.status_code == 200, answer.text
    body: Body = answer.json()
    return body


async def history(front: Front, path: str, token: str) -> list[Body]:
    items = (await front.get(path, token, accept_language="en")).json()["items"]
    return [item for item in items if (item["reason"] or {}).get("code") == "delegated"]


async def test_deleg_19_histories_show_the_chain_to_whom_it_concerns(front: Front) -> None:
    passed_on(front)
    mine = await history(front, "/v1/me/history", person_token(KATI))
    account = await history(front, f"/v1/accounts/{OFFICE.id}/history", person_token(MARI))

    days = f"from {first_day()} through {last_day()}"
    said = f"Access {days}, because Jaan Jõhvikas passed it on on {first_day()}"
    assert {item["kind"] for item in mine} >= {"grant:started", "delegation:offered"}
    assert {item["sentence"].partition(", after")[0] for item in mine} == {said}
    assert not any("Mari" in str(item["chain"]) for item in mine)
    of_kati = [item for item in account if len(item["chain"]) == 2]
    assert len(of_kati) == len(mine)
    assert all(BY_MARI in item["sentence"] for item in account)
    one = f"/v1/events/{mine[0]['id']}"
    seen = (await front.get(one, person_token(KATI))).json()
    assert (seen["sentence"], seen["chain"]) == (mine[0]["sentence"], mine[0]["chain"])


async def test_deleg_19_other_events_have_no_sentence(front: Front) -> None:
    delegation = given(front.database, MARI, ANNA, OFFICE)
    revoked(front.database, delegation, MARI)

    answer = await front.get("/v1/me/history", person_token(ANNA))

    last = answer.json()["items"][0]
    assert (last["sentence"], last["chain"]) == (None, [])


async def test_deleg_19_who_declined_reads_no_name_of_the_giver_later(front: Front) -> None:
    delegation = offered(front.database, MARI, ANNA, OFFICE)
    before = await history(front, "/v1/me/history", person_token(ANNA))
    carry_out(
        front.database,
        "UPDATE delegation SET state = 'declined', ended_at = now(), ended_reason = '{}',"
        " receiver_id = NULL WHERE id = :id",
        id=delegation.id,
    )
    after = await history(front, "/v1/me/history", person_token(ANNA))

    assert [item["chain"][0]["given_by"]["name"] for item in before] == ["Mari Maasikas"]
    assert [item["chain"][0]["given_by"]["name"] for item in after] == [None]


async def test_deleg_19_what_was_imported_has_no_giver(front: Front) -> None:
    record = {
        "account_id": str(OFFICE.id),
        "receiver": {"country": ANNA.country, "code": ANNA.code},
        "role": "accountant",
        "from_day": "2019-02-28",
    }
    put = await front.put(f"/v1/delegations/{uuid4()}", BILLING, record)
    assert put.status_code == 201, put.text

    (chain,) = (await checked(front, person_token(ANNA)))["chains"]

    (link,) = chain["links"]
    assert (link["basis"], link["given_by"]) == ("imported", None)
    known = f"because the operator's systems had it already on {first_day()}"
    assert chain["sentence"].endswith(known)


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("en", "Jaan Jõhvikas together with Tiiu Tuhkpuu (joint right, register of 1 August 2026)"),
        ("et", "Jaan Jõhvikas koos teistega: Tiiu Tuhkpuu (ühise esindamise õigus"),
    ],
)
async def test_joint_4_a_check_says_who_gave_it_together(
    front: Front, language: str, who: str
) -> None:
    for person, name in ((JAAN, "Jaan Jõhvikas"), (TIIU, "Tiiu Tuhkpuu")):
        front.id_of(person)
        carry_out(
            front.database, "UPDATE person SET name = :n WHERE code = :c", n=name, c=person.code
        )
    proposal = confirmed(front.database, proposed(front.database, JAAN, ANNA, OTHER))
    accepted(front.database, proposal, ANNA)

    body = await checked(front, person_token(ANNA), OTHER.id, language=language)

    (chain,) = body["chains"]
    (link,) = chain["links"]
    assert who in chain["sentence"]
    assert [each["name"] for each in link["together_with"]] == ["Tiiu Tuhkpuu"]
