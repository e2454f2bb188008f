"""joint.4, joint.9: two people give access together over HTTP, from the proposal to its use."""

import hashlib
from uuid import UUID

import pytest
import rfc8785

from domain.numbers.sms_texts import Language
from runtime.texts import day_text
from tests.builders import approvals
from tests.builders.days import today
from tests.builders.delegations import (
    OTHER,
    terms,
)
from tests.builders.people import JAAN, KATI, PEETER, TIIU
from tests.builders.register_states import TAMM, joint, state
from tests.builders.rows import rows, store_states
from tests.clients.api_client import SUPPORT, Front, person_token
from tests.clients.approving import (
    answer,
    call,
    carried_out,
    confirm,
    listed,
    propose,
    proposed,
    read,
    seen,
    send,
)
from tests.clients.delegating import accountant, post

NAMED = f"EE {KATI.code}"
TEXTS = {
    "et": (
        f"Isikule {NAMED} pakutakse ligipääsu kliendikontole K3.\n"
        "Õigused: roll „Raamatupidaja“: Saldo vaatamine, Krediidilimiidi ajaloo vaatamine,"
        " Krediidilimiidi vaatamine, Arvete maksmine, Arvete vaatamine\n"
        "Teenused: kogu kliendikonto\n"
        "Aeg: {first} kuni {last} (kaasa arvatud)\n"
        "Edasiandmine: ei ole lubatud\n"
        f"Ligipääs hakkab kehtima alles siis, kui {NAMED} selle vastu võtab."
    ),
    "ru": (
        f"Лицу {NAMED} предлагается доступ к счёту клиента K3.\n"
        "Права: роль «Бухгалтер»: Просмотр баланса, Просмотр истории кредитного лимита,"
        " Просмотр кредитного лимита, Оплата счетов, Просмотр счетов\n"
        "Услуги: весь счёт клиента\n"
        "Срок: с {first} по {last} включительно\n"
        "Передача другим: не разрешена\n"
        f"Доступ начнёт действовать, только когда {NAMED} его примет."
    ),
    "en": (
        f"{NAMED} is offered access to the account K3.\n"
        "Permissions: role “Accountant”: See the balance, See the history of the credit limit,"
        " See the credit limit, Pay invoices, See invoices\n"
        "Services: the whole account\n"
        "Days: from {first} through {last}\n"
        "Passing on: not allowed\n"
        f"The access begins only after {NAMED} accepts it."
    ),
}


async def may_pay(front: Front) -> dict[str, object]:
    asked = {"account_id": str(OTHER.id), "permission": "invoice:pay"}
    found: dict[str, object] = (
        await front.post("/v1/access/check", person_token(KATI), asked)
    ).json()
    return found


async def test_joint_9_two_confirm_and_the_accountant_gets_in(front: Front) -> None:
    offered = await propose(front)
    delegation = f"/v1/delegations/{offered.json()['id']}"
    id_ = offered.json()["proposal"]["approval_id"]
    confirmed = await confirm(front, id_)
    approvals.conclude(front.database, UUID(id_))
    done = (await read(front, id_, TIIU)).json()
    after = (await front.get(delegation, person_token(KATI))).json()
    notices = (await front.get("/v1/me/notices", person_token(KATI))).json()["items"]
    before = await may_pay(front)
    accepted = await post(front, f"{delegation}/accept", KATI, {"version": 1})

    assert (offered.status_code, offered.headers["location"]) == (201, delegation)
    assert offered.json()["state"] == "awaiting_confirmations"
    assert (confirmed.status_code, confirmed.json()["state"]) == (202, "checking_register")
    assert confirmed.headers["location"] == f"/v1/approvals/{id_}"
    assert confirmed.headers["retry-after"] == "2"
    assert (done["state"], done["missing"]) == ("carried_out", [])
    assert done["ended_reason"]["code"] == "approval_carried_out"
    by = [(each["person"]["id"], each["counted"]) for each in done["confirmed"]]
    assert by == [(str(front.id_of(TIIU)), True), (str(front.id_of(JAAN)), True)]
    assert after["state"] == "awaiting_acceptance"
    assert after["proposal"] is None
    assert [each["kind"] for each in notices] == ["delegation_offered"]
    assert not before["allowed"]
    assert (accepted.status_code, accepted.json()["basis"]["kind"]) == (200, "joint")
    assert (await may_pay(front))["allowed"]


async def test_joint_9_the_basis_is_shown_in_the_history_and_explained(front: Front) -> None:
    id_ = await proposed(front)
    await carried_out(front, id_)
    act = (await read(front, id_)).json()["act"]
    await post(
        front, f"/v1/delegations/{act['data']['delegation_id']}/accept", KATI, {"version": 1}
    )
    path = f"/v1/accounts/{OTHER.id}/history?limit=100"
    history = (await front.get(path, person_token(JAAN))).json()["items"]
    asked = {"account_id": str(OTHER.id), "permission": "invoice:pay"}
    asked["person_id"] = str(front.id_of(KATI))
    explained = (await front.post("/v1/access/explain", SUPPORT, asked)).json()

    kinds = [each["kind"] for each in history]
    ours = [kind for kind in kinds if kind.startswith("approval:")]
    assert ours == [
        "approval:carried_out",
        "approval:confirmed",
        "approval:confirmed",
        "approval:proposed",
    ]
    (offered,) = [each for each in history if each["kind"] == "delegation:offered"]
    facts = offered["reason"]["facts"]
    assert (facts["kind"], facts["approval"]) == ("joint", id_)
    (step,) = explained["path"]
    assert explained["allowed"]
    assert [link["basis"] for link in step["chain"]] == ["joint"]


async def test_joint_4_each_is_shown_the_act_in_their_own_language(front: Front) -> None:
    id_ = await proposed(front, through_day=terms(last=9).through_day.isoformat())
    days = today(), terms(last=9).through_day
    for language, text in TEXTS.items():
        first, last = (day_text(day, Language(language)) for day in days)
        expected = text.format(first=first, last=last)

        (item,) = await listed(front, JAAN, language=language)
        alone = (await read(front, id_, JAAN, language)).json()

        assert item["shown"] == {"text": expected, "language": language, "template_version": 1}
        assert alone == item


async def test_joint_4_the_digest_is_over_the_canonical_act(front: Front) -> None:
    id_ = await proposed(front)
    shown = (await read(front, id_)).json()
    whole = (await front.get(f"/v1/approvals/{id_}", SUPPORT)).json()

    assert shown["digest"] == hashlib.sha256(rfc8785.dumps(whole["act"])).hexdigest()
    assert shown["act"]["kind"] == shown["kind"] == "delegation_give"
    assert shown["act"]["account_id"] == shown["account_id"] == str(OTHER.id)


async def test_joint_4_what_each_was_shown_and_how_they_logged_in_is_kept(front: Front) -> None:
    id_ = await proposed(front)
    body = await seen(front, id_) | {"language": "ru"}
    token = person_token(JAAN, amr=["smartid"], jti="of-jaan")
    await send(front, f"/v1/approvals/{id_}/confirm", token, body)

    first, second = rows(
        front.database, "SELECT * FROM approval_confirmation ORDER BY confirmed_at"
    )

    assert first.digest == second.digest == body["digest"]
    assert [first.language, second.language] == ["en", "ru"]
    assert [first.template_version, second.template_version] == [1, 1]
    assert (second.acr, second.amr, second.token_id) == ("high", ["smartid"], "of-jaan")


async def test_joint_9_who_is_missing_is_named_to_those_who_act_together(front: Front) -> None:
    members = {who: joint(who) for who in (TIIU, JAAN, KATI)}
    pairs = ((members[TIIU], members[JAAN]), (members[TIIU], members[KATI]))
    store_states(front.database, state(*members.values(), of=TAMM, groups=pairs, minute=1))
    names = {who: f"Nimi {number}" for number, who in enumerate((TIIU, JAAN, KATI))}
    for who, name in names.items():
        call(front, who, name)
    id_ = await proposed(front, TIIU, PEETER)

    item = (await read(front, id_)).json()

    assert item["proposer"] == {"id": str(front.id_of(TIIU)), "name": names[TIIU]}
    missing = [[party["name"] for party in option] for option in item["missing"]]
    assert sorted(missing) == sorted([[names[JAAN]], [names[KATI]]])
    assert item["cannot_be_filled"] is None


async def test_joint_5_confirming_again_changes_nothing(front: Front) -> None:
    id_ = await proposed(front)
    own = await confirm(front, id_, TIIU)
    first, second = await confirm(front, id_), await confirm(front, id_)

    assert (own.status_code, own.json()["state"]) == (200, "awaiting_confirmations")
    assert (first.status_code, second.status_code) == (202, 202)
    assert len(rows(front.database, "SELECT FROM approval_confirmation")) == 2
    await carried_out(front, id_, JAAN)
    assert (await confirm(front, id_)).json()["state"] == "carried_out"


async def test_joint_5_a_key_is_answered_once(front: Front) -> None:
    id_ = await proposed(front)
    path, body, token = f"/v1/approvals/{id_}/confirm", await seen(front, id_), person_token(JAAN)
    first = await send(front, path, token, body, key="once")
    await answer(front, id_, "take-back")
    again = await send(front, path, token, body, key="once")
    other = await send(front, path, token, body | {"language": "ru"}, key="once")

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await read(front, id_)).json()["confirmed"]) == 1


async def test_joint_9_a_proposal_is_made_once_for_a_key(front: Front) -> None:
    body = accountant(receiver={"country": "EE", "code": KATI.code})
    path, token = f"/v1/accounts/{OTHER.id}/delegations", person_token(TIIU)
    first = await send(front, path, token, body, key="once")
    again = await send(front, path, token, body, key="once")

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len(rows(front.database, "SELECT FROM approval")) == 1


@pytest.mark.parametrize("wrong", ["template_version", "digest"])
async def test_joint_4_only_what_was_shown_is_confirmed(front: Front, wrong: str) -> None:
    id_ = await proposed(front)
    value, status, code = {
        "template_version": (2, 422, "template_unknown"),
        "digest": ("0" * 64, 409, "act_changed"),
    }[wrong]
    body = await seen(front, id_) | {wrong: value}

    refused = await send(front, f"/v1/approvals/{id_}/confirm", person_token(JAAN), body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len((await read(front, id_)).json()["confirmed"]) == 1
