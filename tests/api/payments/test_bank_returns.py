"""bill.3: what a bank says counts by its signature alone: twice, late, forged, in any order."""

from itertools import permutations

import pytest

from tests.api.payments.payer import Payer, facts_of, stamp_of
from tests.builders.banks import body, paid
from tests.builders.rows import rows
from tests.clients.api_client import OPS


async def test_bill_3_the_browser_is_sent_to_the_payment_and_the_server_is_answered(
    payer: Payer,
) -> None:
    payment = await payer.start()

    by_server = await payer.told_paid(payment, auto="Y")
    by_browser = await payer.told_paid(payment)

    assert (by_server.status_code, by_server.text) == (200, "OK")
    assert by_browser.status_code == 303
    page = f"https://portal.example/payments/{payment['id']}?language=en"
    assert by_browser.headers["location"] == page
    shown = await payer.shown(payment)
    assert (shown["state"], shown["action"], shown["may_cancel"]) == ("accepted", None, False)
    changed = rows(payer.front.database, "SELECT FROM event WHERE kind = 'payment:changed'")
    assert len(changed) == 2  # sent, and accepted once


@pytest.mark.parametrize("order", [*permutations(["paid", "not"]), ("paid", "not", "not", "paid")])
async def test_bill_3_paid_counts_whichever_came_first(
    payer: Payer, order: tuple[str, ...]
) -> None:
    payment = await payer.start()

    for each in order:
        tell = payer.told_paid if each == "paid" else payer.told_not_paid
        assert (await tell(payment)).status_code == 303

    assert (await payer.shown(payment))["state"] == "accepted"


async def test_bill_3_a_word_that_comes_a_day_late_still_counts(payer: Payer) -> None:
    payment = await payer.start()

    await payer.bring(
        body(
            paid(
                STAMP=stamp_of(payment),
                AMOUNT=payment["action"]["fields"]["VK_AMOUNT"],
                REF=payment["action"]["fields"]["VK_REF"],
                T_DATETIME="2026-11-28T12:00:00+0200",
            )
        )
    )

    assert (await payer.shown(payment))["state"] == "accepted"


async def test_bill_3_nobody_else_says_that_it_is_paid(payer: Payer) -> None:
    payment = await payer.start()
    fields = paid(
        STAMP=stamp_of(payment),
        AMOUNT=payment["action"]["fields"]["VK_AMOUNT"],
        REF=payment["action"]["fields"]["VK_REF"],
    )
    forged = body(fields, key="somebody")
    changed = body(fields).replace(stamp_of(payment).encode(), b"1" * 20)

    for raw in (forged, changed, b"", b"VK_SERVICE=1111&VK_STAMP=1", b"\xff" * 100):
        answer = await payer.bring(raw)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_refused")
    assert (await payer.shown(payment))["state"] == "sent"


@pytest.mark.parametrize("by_address", [False, True], ids=["posted", "in_address"])
async def test_bill_3_a_person_is_told_in_words_that_the_banks_answer_could_not_be_read(
    payer: Payer, *, by_address: bool
) -> None:
    """Forged, broken, of no payment, loaded again without the form: no bare answer of a program."""
    payment = await payer.start()
    forged = body(paid(**facts_of(payment)), key="somebody")
    unknown = body(paid(STAMP="1" * 20))

    for raw in (forged, unknown, b"VK_SERVICE=1111", b""):
        answer = await payer.bring_in_browser(raw, by_address=by_address)
        assert answer.status_code == 303
        assert answer.headers["location"] == "https://portal.example/payments/unread"
    assert (await payer.shown(payment))["state"] == "sent"


async def test_bill_3_some_banks_bring_the_signed_word_in_the_address(payer: Payer) -> None:
    payment = await payer.start()
    raw = body(paid(**facts_of(payment)))

    answers = [await payer.bring_in_browser(raw, by_address=True) for _ in range(2)]

    page = f"https://portal.example/payments/{payment['id']}?language=en"
    assert [each.headers["location"] for each in answers] == [page] * 2
    assert (await payer.shown(payment))["state"] == "accepted"


async def test_bill_3_a_payment_that_was_not_handed_to_this_bank_is_unknown(payer: Payer) -> None:
    payment = await payer.start("tamm")

    for raw in (body(paid(STAMP=stamp_of(payment))), body(paid(STAMP="1" * 20))):
        answer = await payer.bring(raw)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await payer.bring(body(paid()), "nowhere")).status_code == 404
    assert (await payer.shown(payment))["state"] == "sent"


@pytest.mark.parametrize(
    "otherwise",
    [{"AMOUNT": "0.01"}, {"CURR": "SEK"}, {"REC_ACC": "EE471000001020145685"}, {"REF": "13"}],
    ids=str,
)
async def test_bill_3_another_sum_or_account_is_for_a_person_to_look_at(
    payer: Payer, otherwise: dict[str, str]
) -> None:
    payment = await payer.start()
    fields = payment["action"]["fields"]
    said = {"STAMP": stamp_of(payment), "AMOUNT": fields["VK_AMOUNT"], "REF": fields["VK_REF"]}

    answer = await payer.bring(body(paid(**(said | otherwise))))

    assert answer.status_code == 303
    shown = await payer.shown(payment)
    assert (shown["state"], shown["reason"]["code"]) == ("mismatch", "payment_differs")
    (row,) = rows(payer.front.database, "SELECT attention FROM payment")
    assert row.attention == "differs"
    found = await payer.front.get(f"/v1/ops/payments/{payment['id']}", OPS)
    ((name, _),) = otherwise.items()
    words = {"AMOUNT": "amount", "CURR": "currency", "REC_ACC": "account", "REF": "reference"}
    assert found.json()["differs"] == [words[name]]


async def test_bill_3_an_earlier_window_that_was_cancelled_says_nothing_about_the_last(
    payer: Payer,
) -> None:
    first = await payer.start()
    second = await payer.start()

    await payer.told_not_paid(first)
    assert (await payer.shown(second))["state"] == "sent"

    await payer.told_paid(first)  # it was paid there after all
    assert (await payer.shown(second))["state"] == "accepted"


async def test_bill_3_money_for_a_cancelled_payment_counts_beside_the_next_one(
    payer: Payer,
) -> None:
    first = await payer.start()
    await payer.cancel(first)
    second = await payer.start("tamm")

    await payer.told_paid(first)

    assert (await payer.shown(first))["state"] == "accepted"
    assert (await payer.shown(second))["state"] == "sent"
    assert (await payer.shown(second))["action"] is None  # it would be paid twice
    assert (await payer.invoice())["payment"] == {"id": first["id"], "state": "accepted"}
    again = await payer.click("tamm")
    assert (again.json()["id"], again.json()["action"]) == (first["id"], None)


async def test_bill_3_a_body_of_any_size_is_not_read(payer: Payer) -> None:
    answer = await payer.bring(b"VK_SERVICE=1111&" + b"x" * 100_000)

    assert answer.status_code == 413


async def test_bill_3_no_account_and_no_name_is_kept_of_the_banks_word(payer: Payer) -> None:
    payment = await payer.start()
    await payer.told_paid(payment)

    for table in ("payment", "payment_stamp", "event", "process"):
        kept = rows(payer.front.database, f"SELECT row_to_json(t)::text AS line FROM {table} t")
        assert not [row for row in kept if "Jäär" in row.line or "EE38" in row.line], table
