"""contract.12: people start to sign contracts over HTTP; a worker asks their phones."""

from typing import Any
from uuid import uuid4

import pytest

from domain.identifiers import PersonKey
from domain.signatures.methods import SignatureMethod
from tests.builders.people import KATI, MARI, PEETER
from tests.builders.rows import rows
from tests.clients.api_client import OPS, PORTAL, Answer, Front, open_front, person_token
from tests.clients.contracting import FIBRE, MOBILE, act, offered, read

PHONE = "+37255500001"
ONLY_SMART_ID = frozenset({SignatureMethod.SMART_ID})


async def sign(front: Front, id_: str, who: PersonKey = MARI, **changes: Any) -> Answer:
    """Read the contract and start to sign it."""
    body = {**await seen(front, id_), "method": "mobile_id", "phone": PHONE}
    return await act(front, id_, "sign", who, body | changes)


async def seen(front: Front, id_: str) -> dict[str, Any]:
    """What Mari was shown, as a body names it."""
    confirmation = (await read(front, id_)).json()["confirmation"] or {}
    digest = confirmation.get("digest") or "0" * 64
    return {"digest": digest, "template_version": 1, "language": "et"}


async def test_contract_12_signing_is_an_operation_of_its_person(front: Front) -> None:
    id_ = await offered(front, MOBILE)

    answer = await sign(front, id_)

    body = answer.json()
    assert (answer.status_code, body["kind"], body["state"]) == (202, "contract_sign", "pending")
    assert answer.headers["location"] == f"/v1/operations/{body['id']}"
    location = answer.headers["location"]
    for token, status in ((person_token(MARI), 200), (OPS, 200), (person_token(KATI), 404)):
        assert (await front.get(location, token)).status_code == status
    (kept,) = rows(front.database, "SELECT * FROM contract_signing")
    assert (str(kept.id), kept.state, kept.phone) == (body["id"], "requested", PHONE)
    events = rows(front.database, "SELECT * FROM event WHERE kind LIKE 'contract:signing%'")
    assert PHONE not in str(events)


@pytest.mark.parametrize(
    ("who", "changes", "status", "code"),
    [
        (KATI, {}, 409, "representative_needed"),
        (PEETER, {}, 404, "not_found"),
        (MARI, {"digest": "0" * 64}, 409, "act_changed"),
        (MARI, {"phone": None}, 422, "phone_needed"),
        (MARI, {"method": "smart_id"}, 422, "phone_needed"),
        (MARI, {"method": "e_seal"}, 422, "invalid"),
        (MARI, {"phone": "55500001"}, 422, "invalid"),
    ],
)
async def test_contract_12_what_cannot_be_signed_is_refused(
    front: Front, who: PersonKey, changes: dict[str, Any], status: int, code: str
) -> None:
    id_ = await offered(front, MOBILE)

    answer = await sign(front, id_, who, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not rows(front.database, "SELECT FROM contract_signing")


async def test_contract_12_what_is_confirmed_is_not_signed(front: Front) -> None:
    answer = await sign(front, await offered(front, FIBRE))

    assert (answer.status_code, answer.json()["code"]) == (409, "signature_not_asked")


async def test_contract_12_a_method_that_is_not_set_up_is_refused_at_once(
    front: Front,
) -> None:
    id_ = await offered(front, MOBILE)
    async with open_front(front.database, signing_methods=ONLY_SMART_ID) as other:
        answer = await sign(other, id_)

    assert (answer.status_code, answer.json()["code"]) == (409, "signing_method_unavailable")
    assert not rows(front.database, "SELECT FROM contract_signing")


async def test_contract_12_one_phone_is_asked_once_at_a_time(front: Front) -> None:
    id_ = await offered(front, MOBILE)
    await sign(front, id_)

    answer = await sign(front, id_)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_signing")


async def test_contract_12_an_old_login_or_another_caller_signs_nothing(front: Front) -> None:
    id_ = await offered(front, MOBILE)
    body = {**await seen(front, id_), "method": "smart_id"}

    old = await act(front, id_, "sign", MARI, body, auth_time=None)

    assert (old.status_code, old.json()["code"]) == (401, "step_up_needed")
    for token in (OPS, PORTAL):
        path = f"/v1/contracts/{id_}/sign"
        answer = await front.post(path, token, body, idempotency_key=str(uuid4()))
        assert answer.status_code == 403
