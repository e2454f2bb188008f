"""contract.12: people start contracts, see them, agree to them, decline and withdraw."""

from typing import Any

import pytest

from domain.identifiers import PersonKey
from tests.builders.delegations import OFFICE, OTHER, OWN
from tests.builders.people import JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import rows
from tests.clients.api_client import OPS, PORTAL, SUPPORT, Front, person_token
from tests.clients.contracting import FIBRE, MOBILE, act, confirm, offered, read, seen, start


async def test_contract_12_what_is_started_is_shown_with_its_terms(front: Front) -> None:
    started = await start(front, FIBRE)
    shown = (await read(front, started.json()["id"])).json()

    assert started.headers["location"] == f"/v1/contracts/{shown['id']}"
    assert (shown["state"], shown["agreement"], shown["party"]) == ("draft", "confirm", "owner")
    assert (shown["months"], shown["parameters"]) == (24, {"package": "internet-300"})
    assert shown["prices"] == [
        {"cents": 2790, "currency": "EUR", "is_vat_included": True, "period": "monthly"}
    ]
    assert (shown["confirmation"], shown["agreed"], shown["end"]) == (None, [], None)


async def test_contract_12_who_represents_the_owner_agrees_and_the_record_says_who(
    front: Front,
) -> None:
    id_ = await offered(front, FIBRE, KATI)

    shown = await seen(front, id_, MARI)  # before: nothing is shown once it is agreed to
    answer, again = [await act(front, id_, "confirm", MARI, shown) for _ in range(2)]

    assert (answer.status_code, answer.json()["state"]) == (200, "signed"), answer.text
    assert answer.json()["agreed"] == again.json()["agreed"]
    assert len(answer.json()["agreed"]) == 1
    kept = rows(front.database, "SELECT * FROM contract_agreement")
    assert [(each.language, each.amr != []) for each in kept] == [("et", True)]


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        (KATI, 409, "representative_needed"),
        (PEETER, 404, "not_found"),
        (TIIU, 404, "not_found"),
    ],
)
async def test_contract_4_nobody_else_agrees(
    front: Front, who: PersonKey, status: int, code: str
) -> None:
    id_ = await offered(front, FIBRE)

    answer = await act(front, id_, "confirm", who, await seen(front, id_))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await read(front, id_)).json()["state"] == "offered"


async def test_contract_4_a_login_of_unknown_age_agrees_to_nothing(front: Front) -> None:
    id_ = await offered(front, FIBRE)
    body = await seen(front, id_)

    answer = await act(front, id_, "confirm", MARI, body, auth_time=None)

    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_needed")


@pytest.mark.parametrize(
    ("wanted", "changes", "code"),
    [
        (FIBRE, {"digest": "0" * 64}, "act_changed"),
        (MOBILE, {}, "signature_needed"),
    ],
)
async def test_contract_4_other_terms_are_not_agreed_to_and_a_document_is_signed(
    front: Front, wanted: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    id_ = await offered(front, wanted)

    answer = await confirm(front, id_, **changes)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(("what", "state"), [("decline", "declined"), ("withdraw", "cancelled")])
async def test_contract_2_an_offer_that_is_declined_or_withdrawn_ends(
    front: Front, what: str, state: str
) -> None:
    id_ = await offered(front, FIBRE)

    first, again = [await act(front, id_, what) for _ in range(2)]
    late = await confirm(front, id_)

    assert (first.status_code, first.json()["state"]) == (200, state), first.text
    assert (again.status_code, again.json()["state"]) == (200, state)
    assert (late.status_code, late.json()["code"]) == (409, "contract_not_waiting")
    (process,) = rows(front.database, "SELECT * FROM process WHERE id = :id", id=id_)
    assert process.ended_at is not None


@pytest.mark.parametrize(
    ("wanted", "who", "refusal"),
    [
        ({**FIBRE, "product": "no-such-thing"}, MARI, "product_unknown"),
        ({**FIBRE, "product": "spending-limit"}, MARI, "not_permitted"),
        ({**FIBRE, "months": 12}, MARI, "months_not_offered"),
        ({**FIBRE, "parameters": {"package": "x"}}, MARI, "parameter_invalid"),
        ({**FIBRE, "number": "+37255512345"}, MARI, "parameter_invalid"),
        ({**MOBILE, "number": None}, MARI, "parameter_invalid"),
        ({"product": "mobiil-id"}, MARI, "host_unknown"),
    ],
)
async def test_contract_4_what_cannot_be_started_is_refused_with_its_reason(
    front: Front, wanted: dict[str, Any], who: PersonKey, refusal: str
) -> None:
    answer = await start(front, wanted, who)

    assert (answer.status_code, answer.json()["code"]) == (409, "contract_refused")
    if refusal != "not_permitted":
        assert answer.json()["refusals"] == [refusal]
    assert not rows(front.database, "SELECT FROM contract")


async def test_contract_4_a_number_that_is_promised_is_promised_once(front: Front) -> None:
    await offered(front, MOBILE)

    answer = await start(front, MOBILE)

    assert answer.json()["refusals"] == ["number_taken"]


@pytest.mark.parametrize("who", [PEETER, TIIU, JAAN])
async def test_contract_12_a_stranger_neither_sees_nor_starts(front: Front, who: PersonKey) -> None:
    id_ = await offered(front, FIBRE)
    listed = await front.get(f"/v1/accounts/{OTHER.id}/contracts", person_token(PEETER))

    assert (await read(front, id_, who)).status_code == 404
    assert (await start(front, FIBRE, who)).status_code == 404
    assert (await act(front, id_, "decline", who)).status_code == 404
    assert (await act(front, id_, "withdraw", who)).status_code == 404
    assert listed.status_code == 404


async def test_contract_12_contracts_are_listed_by_pages_the_newest_first(front: Front) -> None:
    ids = [await offered(front, FIBRE, PEETER, account=OWN.id) for _ in range(3)]
    await act(front, ids[0], "decline", PEETER)
    path, token = f"/v1/accounts/{OWN.id}/contracts", person_token(PEETER)

    first = (await front.get(f"{path}?limit=2", token)).json()
    second = (await front.get(f"{path}?limit=2&after={first['next']}", token)).json()
    open_ = (await front.get(f"{path}?state=open", token)).json()

    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    assert [each["id"] for each in open_["items"]] == ids[:0:-1]


@pytest.mark.parametrize("token", [SUPPORT, OPS])
async def test_contract_12_staff_read_and_agree_to_nothing(front: Front, token: str) -> None:
    id_ = await offered(front, FIBRE)

    shown = await front.get(f"/v1/contracts/{id_}", token)
    agreed = await front.post(
        f"/v1/contracts/{id_}/confirm",
        token,
        {"digest": "0" * 64, "template_version": 1, "language": "et"},
        idempotency_key="a",
    )

    assert shown.json()["confirmation"] == {"approval_id": None, "digest": None, "shown": None}
    assert agreed.status_code == 403


async def test_contract_4_no_program_agrees_for_a_person(front: Front) -> None:
    id_ = await offered(front, FIBRE)

    answer = await front.post(
        f"/v1/contracts/{id_}/confirm",
        PORTAL,
        {"digest": "0" * 64, "template_version": 1, "language": "et"},
        idempotency_key="a",
    )

    assert answer.status_code == 403


async def test_page_9_a_contract_says_what_people_know_it_by(front: Front) -> None:
    id_ = await offered(front, FIBRE)

    shown = [(await read(front, id_, language=each)).json() for each in ("et", "ru")]

    assert [each["product_name"] for each in shown] == ["Internetileping", "Договор на интернет"]
    listed = await front.get(f"/v1/accounts/{OFFICE.id}/contracts", person_token(MARI))
    assert [each["id"] for each in listed.json()["items"]] == [id_]


async def test_page_9_what_is_had_by_a_contract_is_listed_with_its_terms(front: Front) -> None:
    path = f"/v1/accounts/{OFFICE.id}/contract-products"
    found = (await front.get(path, person_token(MARI), accept_language="en")).json()["items"]
    by_id = {each["id"]: each for each in found}

    assert by_id.keys() == {"internet-subscription", "mobiil-id", "mobile-subscription"}
    mobile, theirs = by_id["mobile-subscription"], by_id["mobiil-id"]
    assert (mobile["needs_number"], mobile["host"], mobile["may_start"]) == (True, None, True)
    assert mobile["months"] == [0, 12, 24]
    assert {each["name"] for each in mobile["parameters"]} == {"iccid", "package"}
    assert (theirs["host"], theirs["lasts_years"], theirs["party"]) == ("mobile", 5, "user")
    for who in (PEETER, TIIU):
        assert (await front.get(path, person_token(who))).status_code == 404
