"""bill.3, bill.7: a payer's browser carries the forms unharmed, whatever the bank's encoding."""

from html import escape

import pytest

from activities.adapters.banks.pangalink import PangalinkBank
from domain.payments.orders import Outcome, PostForm, differences
from tests.builders.bank_worlds import Receiver, fresh_order
from tests.clients.bank_client import Client
from tests.fixtures.browser_plugin import NewPage

MESSAGE = "Õie & Äia <arve> „2026“"


def hand_over(form: PostForm) -> str:
    """Write a page that hands the payer over, in UTF-8 as the product's are."""
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in form.fields.items()
    )
    opened = f'<form method="post" action="{form.url}" accept-charset="{form.charset}">'
    return f"<!doctype html><meta charset=utf-8>{opened}{fields}<button>Pay</button></form>"


@pytest.mark.parametrize("name", ["kuusk", "tamm"])
async def test_bill_3_a_browser_brings_the_form_and_the_answer(
    name: str,
    client: Client,
    banks: dict[str, PangalinkBank],
    receiver: Receiver,
    new_page: NewPage,
) -> None:
    placed = fresh_order(receiver, name, message=MESSAGE)
    action = banks[name].start(placed).action
    assert isinstance(action, PostForm)
    page = await new_page(client.url, expected=("404 (Not Found)",))  # neither has an icon
    await page.set_content(hand_over(action))

    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await page.get_by_role("button", name="Back to the merchant").click()
    await page.wait_for_url(f"{receiver.url}/return/{name}")
    receiver.wait_for(2)

    assert receiver.refused == []
    assert [each.outcome for each in receiver.told] == [Outcome.PAID] * 2
    assert {differences(placed, each) for each in receiver.told} == {frozenset()}
    assert client.payments()[0]["message"] == action.fields["VK_MSG"]
