"""bill.7: a payment is made at the simulated bank from a shell."""

import io
import json
import sys

import pytest

from activities.adapters.banks.pangalink import PangalinkBank
from domain.payments.orders import Outcome, PostForm
from simulators.bank import payer
from tests.builders.bank_worlds import Receiver, fresh_order
from tests.clients.bank_client import Client


@pytest.mark.parametrize("bank", ["kuusk", "tamm"])
def test_bill_7_a_payer_in_a_shell_pays_and_the_bank_tells(
    bank: str,
    client: Client,
    banks: dict[str, PangalinkBank],
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = fresh_order(receiver, bank, message="Õie arve")
    form = banks[bank].start(order).action
    assert isinstance(form, PostForm)
    action = {"url": form.url, "fields": dict(form.fields), "charset": form.charset}
    answer = json.dumps({"id": str(order.payment_id), "action": action})
    monkeypatch.setattr(sys, "argv", ["payer"])
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))

    assert payer.main() == 0

    receiver.wait_for(1)
    assert receiver.told[0].outcome is Outcome.PAID
