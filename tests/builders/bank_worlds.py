"""A payer between the product's adapter and the simulated banks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from threading import Condition
from unittest.mock import patch

import httpx
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fastapi import FastAPI, Request
from fastapi.responses import Response

from activities.adapters.banks.banks import make_bank
from activities.adapters.banks.pangalink import PangalinkBank
from activities.adapters.banks.statements import HttpStatements, StatementRequests
from dev.stack.bank_settings import bank_settings
from domain.payments.orders import NotOurs, PaymentOrder, PostForm, Told
from settings import banks as bank_keys
from settings.banks import BankSettings
from settings.sections import parse_json
from simulators.bank.keys import Keys
from simulators.serving import serving
from tests.builders.banks import order
from tests.clients.bank_client import TOKEN, Client, Page
from tests.fixtures.patience import PATIENCE


@dataclass
class Receiver:
    """What stands at the return address: it reads what comes as the product does."""

    url: str = ""
    banks: dict[str, PangalinkBank] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    arrived: Condition = field(default_factory=Condition)

    async def take(self, bank: str, request: Request) -> Response:
        content_type = request.headers.get("content-type", "")
        now = datetime.now(UTC)
        body = await request.body()
        with self.arrived:
            try:
                self.told.append(self.banks[bank].read_return(body, content_type, now))
            except NotOurs as refused:
                self.refused.append(refused.reason.value)
            self.arrived.notify_all()
        return Response()

    @property
    def count(self) -> int:
        return len(self.told) + len(self.refused)

    def wait_for(self, count: int) -> None:
        """Wait until so many notices have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.count >= count, PATIENCE)

    def forget(self) -> None:
        self.told.clear()
        self.refused.clear()


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver, app = Receiver(), FastAPI()
    app.post("/return/{bank}")(receiver.take)
    with serving(app) as receiver.url:
        yield receiver


@cache
def _read_once(pem: bytes, password: None) -> object:
    """Check a private key once, not in each test: it takes a tenth of a second."""
    return load_pem_private_key(pem, password)


@contextmanager
def banks_of(keys: Keys, url: str) -> Iterator[dict[str, PangalinkBank]]:
    """The product's banks, as the settings of the development stack make them."""
    with (
        patch.object(bank_keys, "load_pem_private_key", _read_once),
        httpx.Client(timeout=10) as http,
    ):
        settings = [
            BankSettings.model_validate(each)
            for each in parse_json(bank_settings(keys, url, TOKEN))
        ]
        yield {each.name: make_bank(each, _statements(each, http)) for each in settings}


def _statements(settings: BankSettings, http: httpx.Client) -> HttpStatements:
    requests = StatementRequests(
        http, str(settings.statements_url), settings.statements_token, timeout=10
    )
    return HttpStatements(requests, settings.account_iban)


def fresh_order(receiver: Receiver, bank: str, **changes: object) -> PaymentOrder:
    """Return an order of now, whose result comes to the receiver."""
    now = datetime.now(UTC)
    return order(sent_at=now, return_url=f"{receiver.url}/return/{bank}", **changes)


def come(client: Client, bank: PangalinkBank, placed: PaymentOrder) -> Page:
    """Send the payer to the bank."""
    action = bank.start(placed).action
    assert isinstance(action, PostForm)
    return client.come(action.url, action.fields, action.charset)
