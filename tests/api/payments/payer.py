"""Somebody who pays an invoice, and a bank that says what a test wants it to say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.builders.banks import FORM, body, not_paid, paid
from tests.builders.billed import INVOICES, KATIS
from tests.builders.days import ZONE
from tests.clients.api_client import Answer, Front
from tests.clients.billing_client import Client

Body = dict[str, Any]


@dataclass
class Payer:
    """Pays the newest invoice, the only one that is unpaid."""

    front: Front
    billing: Client

    async def invoice(self, token: str = KATIS) -> Body:
        found: Body = (await self.front.get(INVOICES, token)).json()["items"][0]
        return found

    async def click(
        self, bank: str = "kuusk", token: str = KATIS, *, key: str | None = None
    ) -> Answer:
        """Click "pay" on the newest invoice."""
        path = f"/v1/invoices/{(await self.invoice())['id']}/payments"
        key = key or str(uuid4())
        return await self.front.post(path, token, {"bank": bank}, idempotency_key=key)

    async def start(self, bank: str = "kuusk", token: str = KATIS) -> Body:
        answer = await self.click(bank, token)
        assert answer.status_code in {200, 201}, answer.text
        payment: Body = answer.json()
        return payment

    async def shown(self, payment: Body, token: str = KATIS) -> Body:
        answer = await self.front.get(f"/v1/payments/{payment['id']}", token)
        assert answer.status_code == 200, answer.text
        found: Body = answer.json()
        return found

    async def cancel(self, payment: Body, token: str = KATIS) -> Answer:
        path = f"/v1/payments/{payment['id']}/cancel"
        return await self.front.post(path, token, idempotency_key=str(uuid4()))

    async def bring(self, raw: bytes, bank: str = "kuusk") -> Answer:
        """Bring the bank's word, as a browser or the bank's server does."""
        return await self.front.http.post(
            f"/v1/banks/{bank}/return", content=raw, headers={"Content-Type": FORM}
        )

    async def bring_in_browser(
        self, raw: bytes, bank: str = "kuusk", *, by_address: bool = False
    ) -> Answer:
        """Bring it as a browser does that a person waits at."""
        path, accept = f"/v1/banks/{bank}/return", {"Accept": "text/html,*/*;q=0.8"}
        if by_address:
            return await self.front.http.get(f"{path}?{raw.decode('ascii')}", headers=accept)
        headers = accept | {"Content-Type": FORM}
        return await self.front.http.post(path, content=raw, headers=headers)

    async def told_paid(self, payment: Body, *, auto: str = "N", **changes: str) -> Answer:
        return await self.bring(body(paid(**facts_of(payment), **changes), auto=auto))

    async def told_not_paid(self, payment: Body, *, auto: str = "N", **changes: str) -> Answer:
        facts = {
            name: value for name, value in facts_of(payment).items() if name in {"STAMP", "REF"}
        }
        return await self.bring(body(not_paid(**(facts | changes)), auto=auto))


def stamp_of(payment: Body) -> str:
    return str(payment["action"]["fields"]["VK_STAMP"])


def facts_of(payment: Body) -> dict[str, str]:
    """What a notice says of the payment."""
    fields = payment["action"]["fields"]
    return {
        "STAMP": fields["VK_STAMP"],
        "AMOUNT": fields["VK_AMOUNT"],
        "REF": fields["VK_REF"],
        "T_DATETIME": f"{datetime.now(ZONE):%Y-%m-%dT%H:%M:%S%z}",
    }
