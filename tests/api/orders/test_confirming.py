"""order.6: orders that need somebody's confirmation, from placing them to their beginning."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import text

from tests.builders import approvals
from tests.builders.approvals import OFF
from tests.builders.delegations import OTHER, OWN
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.rows import carry_out, rows, wait_until_blocked
from tests.clients import approving
from tests.clients.api_client import PORTAL, Front, open_front
from tests.clients.ordering import (
    FIBRE,
    FOREIGN,
    PRIVATE,
    bars,
    cancel,
    confirm,
    fibre,
    limit,
    order,
    ordered,
    read,
    seen,
)

TEXT = {
    "en": (
        "An order for the account K1:\n"
        "1. Spending limit, Mobile: changed\n"
        "Spending limit: 50.00 EUR\n"
        "When the limit is reached: calls and data stop\n"
        "Price: no charge\n"
        "In all: no charge\n"
        "It begins when it has been confirmed."
    ),
    "et": (
        "Tellimus kliendikontole K1:\n"
        "1. Kululimiit, Mobiil: muudetakse\n"
        "Kululimiit: 50,00 EUR\n"
        "Kui limiit saab täis: kõned ja andmeside peatuvad\n"
        "Hind: tasuta\n"
        "Kokku: tasuta\n"
        "Tellimust hakatakse täitma, kui see on kinnitatud."
    ),
}


_END_OF_ACCESS = text(
    "UPDATE access_grant SET permissions = '{service:view}' WHERE person_id = :kati"
)


async def state(front: Front, id_: str, who: object = MARI) -> tuple[str, str | None]:
    """State, and what it waits for."""
    shown = (await read(front, id_, who)).json()  # type: ignore[arg-type]
    return shown["state"], shown["waits_for"]


async def test_order_6_whoever_ordered_confirms_what_they_were_shown(front: Front) -> None:
    placed = await order(front, limit())
    id_ = placed.json()["id"]
    waits = (await read(front, id_)).json()
    digest = await seen(front, id_)
    confirmed = await confirm(front, id_)
    again = await confirm(front, id_, body=digest)

    assert (placed.status_code, placed.headers["location"]) == (201, f"/v1/orders/{id_}")
    assert (waits["state"], waits["waits_for"]) == ("pending", "your_confirmation")
    assert waits["confirmation"]["need"] == "own"
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "inProgress")
    assert confirmed.json()["confirmation"]["confirmed_at"] is not None
    assert confirmed.json()["confirmation"]["digest"] is None
    assert again.status_code == 200
    (kept,) = rows(front.database, "SELECT digest, language FROM order_confirmation")
    assert (kept.digest, kept.language) == (digest["digest"], "en")


@pytest.mark.parametrize("language", TEXT)
async def test_order_6_it_is_shown_in_the_readers_language(front: Front, language: str) -> None:
    id_ = await ordered(front, limit())

    shown = (await read(front, id_, language=language)).json()["confirmation"]["shown"]

    assert shown == {"text": TEXT[language], "language": language, "template_version": 1}


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"auth_time": None}, "does not say when"),
        ({"acr": "substantial"}, "stronger login"),
    ],
)
async def test_order_6_a_weak_or_old_login_is_challenged(
    front: Front, claims: dict[str, Any], why: str
) -> None:
    id_ = await ordered(front, limit())

    refused = await confirm(front, id_, **claims)

    assert (refused.status_code, refused.json()["code"]) == (401, "step_up_needed")
    assert "insufficient_user_authentication" in refused.headers["www-authenticate"]
    assert why in refused.headers["www-authenticate"]
    assert await state(front, id_) == ("pending", "your_confirmation")


async def test_order_6_a_portal_orders_for_a_person_and_never_confirms(front: Front) -> None:
    kati = str(front.id_of(KATI))
    path = f"/v1/accounts/{FIBRE.account_id}/orders"
    body = {"items": [limit()]}
    placed = await front.post(path, PORTAL, body, idempotency_key="k", on_behalf_of=kati)
    id_ = placed.json()["id"]
    by_portal = await front.post(
        f"/v1/orders/{id_}/confirm",
        PORTAL,
        await seen(front, id_, KATI),
        idempotency_key="c",
        on_behalf_of=kati,
    )
    confirmed = await confirm(front, id_, KATI)

    assert (placed.status_code, by_portal.status_code) == (201, 403)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "inProgress")


async def test_order_6_nobody_confirms_what_another_ordered_for_themselves(front: Front) -> None:
    id_ = await ordered(front, limit(), who=KATI)
    digest = await seen(front, id_, KATI)

    refused = await confirm(front, id_, MARI, digest)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_the_orderer")
    assert (await read(front, id_, MARI)).json()["waits_for"] == "orderer"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"digest": "0" * 64}, 409, "act_changed"),
        ({"template_version": 2}, 422, "template_unknown"),
        ({"digest": "A" * 64}, 422, "invalid"),
    ],
)
async def test_order_6_another_act_than_was_shown_is_refused(
    front: Front, changed: dict[str, object], status: int, code: str
) -> None:
    id_ = await ordered(front, limit())
    digest = await seen(front, id_)

    refused = await confirm(front, id_, body=digest | changed)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await state(front, id_) == ("pending", "your_confirmation")


async def test_order_6_the_permission_is_checked_again_at_the_confirmation(front: Front) -> None:
    id_ = await ordered(front, limit(), who=KATI)
    digest = await seen(front, id_, KATI)
    carry_out(
        front.database,
        "UPDATE access_grant SET permissions = array_remove(permissions, 'credit_limit:set')"
        " WHERE person_id = :kati",
        kati=front.id_of(KATI),
    )

    refused = await confirm(front, id_, KATI, digest)

    assert (refused.status_code, refused.json()["code"]) == (409, "orderer_not_permitted")
    assert (await state(front, id_))[0] == "pending"


async def test_order_6_one_who_represents_alone_confirms_what_needs_a_group(front: Front) -> None:
    id_ = await ordered(front, fibre())

    confirmed = await confirm(front, id_)

    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "inProgress")


async def test_order_6_a_delegates_order_waits_for_a_representative(front: Front) -> None:
    id_ = await ordered(front, fibre(), who=KATI)
    theirs = (await read(front, id_, KATI)).json()
    shown = (await read(front, id_, MARI)).json()
    refused = await confirm(front, id_, KATI)
    confirmed = await confirm(front, id_, MARI)

    assert (theirs["state"], theirs["waits_for"]) == ("pending", "representatives")
    assert theirs["confirmation"]["shown"] is None
    assert shown["waits_for"] == "your_confirmation"
    assert shown["ordered_by"]["id"] == str(front.id_of(KATI))
    assert (refused.status_code, refused.json()["code"]) == (409, "representative_needed")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "inProgress")


async def test_order_6_the_owner_confirms_what_is_ordered_for_their_own_account(
    front: Front,
) -> None:
    id_ = await ordered(front, fibre(PRIVATE.id), who=PEETER, account=OWN.id)

    assert await state(front, id_, PEETER) == ("pending", "your_confirmation")
    assert (await confirm(front, id_, PEETER)).json()["state"] == "inProgress"


async def test_order_6_those_who_act_together_confirm_together(front: Front) -> None:
    id_ = await ordered(front, limit(on=FOREIGN.id), who=TIIU, account=OTHER.id)
    need = (await read(front, id_, TIIU)).json()["confirmation"]["need"]
    digest = await seen(front, id_, TIIU)
    proposed = await confirm(front, id_, TIIU)
    theirs = (await read(front, id_, TIIU)).json()
    waits = (await read(front, id_, JAAN)).json()
    approval_id = waits["confirmation"]["approval_id"]
    (asked,) = await approving.listed(front, JAAN)
    confirmed = await confirm(front, id_, JAAN)
    checked = (await read(front, id_, JAAN)).json()
    approvals.conclude(front.database, UUID(approval_id))
    done = (await read(front, id_, JAAN)).json()

    assert need == "group"
    assert (proposed.status_code, proposed.json()["state"]) == (202, "pending")
    assert proposed.headers["location"] == f"/v1/approvals/{approval_id}"
    assert [each["waits_for"] for each in (theirs, waits, checked)] == [
        "approval",
        "your_confirmation",
        "register",
    ]
    assert (asked["id"], asked["kind"], asked["digest"]) == (
        approval_id,
        "order_place",
        digest["digest"],
    )
    assert asked["digest"] == hashlib.sha256(rfc8785.dumps(asked["act"])).hexdigest()
    assert asked["shown"]["text"] == waits["confirmation"]["shown"]["text"]
    assert confirmed.status_code == 202
    assert (done["state"], done["confirmation"]["approval_id"]) == ("inProgress", None)


async def test_order_6_two_who_act_together_confirm_in_their_approval_too(front: Front) -> None:
    id_ = await ordered(front, limit(on=FOREIGN.id), who=TIIU, account=OTHER.id)
    await confirm(front, id_, TIIU)
    approval_id = (await read(front, id_, JAAN)).json()["confirmation"]["approval_id"]

    await approving.carried_out(front, approval_id, JAAN)

    assert (await state(front, id_, TIIU))[0] == "inProgress"


async def test_order_6_one_declines_and_the_order_is_cancelled(front: Front) -> None:
    id_ = await ordered(front, limit(on=FOREIGN.id), who=TIIU, account=OTHER.id)
    await confirm(front, id_, TIIU)
    approval_id = (await read(front, id_, JAAN)).json()["confirmation"]["approval_id"]

    await approving.answer(front, approval_id, "decline", JAAN, approving.NOT_AGREED)

    shown = (await read(front, id_, TIIU)).json()
    assert shown["state"] == "cancelled"
    assert shown["progress"] == (
        "The order is cancelled. Somebody who was asked to confirm it declined."
    )


async def test_order_6_an_order_that_is_cancelled_leaves_nothing_to_confirm(front: Front) -> None:
    id_ = await ordered(front, limit(on=FOREIGN.id), who=TIIU, account=OTHER.id)
    await confirm(front, id_, TIIU)
    (asked,) = await approving.listed(front, JAAN)

    await cancel(front, id_, TIIU)

    (ended,) = rows(front.database, "SELECT id, state, ended_at FROM approval")
    assert (str(ended.id), ended.state) == (asked["id"], "refused")
    assert await approving.listed(front, JAAN) == []
    assert rows(front.database, "SELECT FROM process WHERE ended_at IS NULL") == []


async def test_order_6_for_loss_or_theft_one_suspends_alone(front: Front) -> None:
    barred = bars(FOREIGN.id, outgoingBarred=True)
    lifted = bars(FOREIGN.id, outgoingBarred=False)
    alone = await order(front, barred, who=TIIU, account=OTHER.id)
    together = await order(front, lifted, who=TIIU, account=OTHER.id)

    assert (alone.status_code, alone.json()["confirmation"]) == (201, None)
    assert alone.json()["began_at"] is not None
    assert (together.json()["state"], together.json()["confirmation"]["need"]) == (
        "pending",
        "group",
    )


async def test_order_6_where_nobody_acts_jointly_it_is_refused(front: Front) -> None:
    id_ = await ordered(front, limit(on=FOREIGN.id), who=TIIU, account=OTHER.id)
    async with open_front(front.database, approvals=OFF) as closed:
        refused = await confirm(closed, id_, TIIU)

    assert (refused.status_code, refused.json()["code"]) == (409, "needs_joint_approval")


async def test_order_6_what_needs_no_confirmation_takes_none(front: Front) -> None:
    id_ = await ordered(front, bars(dataBarred=True))

    refused = await confirm(
        front, id_, body={"digest": "0" * 64, "template_version": 1, "language": "et"}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "order_not_waiting")


async def test_order_6_a_stranger_finds_nothing_to_confirm(front: Front) -> None:
    id_ = await ordered(front, fibre())
    digest = await seen(front, id_)

    for who in (ANNA, TIIU, PEETER):
        assert (await confirm(front, id_, who, digest)).status_code == 404
    assert (await front.post(f"/v1/orders/{id_}/confirm", None, digest)).status_code == 401


async def test_order_6_a_permission_that_is_being_taken_away_is_waited_for(front: Front) -> None:
    id_ = await ordered(front, limit(), who=KATI)
    digest = await seen(front, id_, KATI)

    with front.database.transaction() as session:
        session.execute(_END_OF_ACCESS, {"kati": front.id_of(KATI)})
        asked = asyncio.create_task(confirm(front, id_, KATI, digest))
        await asyncio.to_thread(wait_until_blocked, front.database)
    refused = await asked

    assert (refused.status_code, refused.json()["code"]) == (409, "orderer_not_permitted")
    assert rows(front.database, "SELECT FROM order_confirmation") == []
