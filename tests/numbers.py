"""Number verification as a whole: the API, Temporal, a worker, and simulated networks over HTTP.

The gateway's signed reports reach the API at a port of its own; tests ask it in the same process.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from access.identifiers import PersonKey
from access.verifications import Delivery
from api.number_policy import NumberPolicy
from settings import Settings
from storage.services import ServiceFacts
from storage.sms import sms_id
from tests.access.saying import KUUSK, MARI
from tests.api.front import NOBODY_LISTENS, Answer, Front, open_front, person_token
from tests.engine import until
from tests.ports import free_port
from tests.running import connected, environment, working
from tests.simulators import network_client, sms_client
from tests.storage.telling import account, carry_out, put, put_service, rows, service
from workflows.number_verification import NumberVerification, number_verification_id
from workflows.observing import serving

NUMBER = "+37255512345"
OFFICE = account(KUUSK)
"""A company's account; its service has the number in ``Numbers.office_has``."""
PATH = "/v1/me/numbers"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_PATIENCE = 60


class Numbers:
    """What people do with their numbers, what tests do to the networks, and what came of it."""

    def __init__(
        self,
        variables: dict[str, str],
        settings: Settings,
        client: Client,
        front: Front,
        networks: tuple[sms_client.Client, network_client.Client],
    ) -> None:
        self.variables = variables
        self.settings = settings
        self.client = client
        self.skipper = TimeSkipper(client)
        self.front = front
        self.database = front.database
        self.sms, self.network = networks

    async def ask(self, number: str = NUMBER, person: PersonKey = MARI) -> Answer:
        """Ask for a code."""
        return await self.front.post(
            PATH, person_token(person), {"number": number}, idempotency_key=str(uuid4())
        )

    async def asked(self, number: str = NUMBER, person: PersonKey = MARI) -> UUID:
        """Ask for a code and get it; gives the verification."""
        answer = await self.ask(number, person)
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["id"])

    async def resend(self, verification: UUID) -> Answer:
        """Ask for another SMS."""
        path = f"{PATH}/{verification}/resend"
        return await self.front.post(path, person_token(MARI), idempotency_key=str(uuid4()))

    async def bring(self, verification: UUID, code: str, person: PersonKey = MARI) -> Answer:
        """Type a code in."""
        return await self.front.post(
            f"{PATH}/{verification}/code", person_token(person), {"code": code}
        )

    async def cancel(self, verification: UUID) -> Answer:
        """Have no more of it."""
        return await self.front.ask("DELETE", f"{PATH}/{verification}", person_token(MARI))

    async def shown(self, verification: UUID) -> dict[str, Any]:
        """The verification, as its person sees it."""
        answer = await self.front.get(f"{PATH}/{verification}", person_token(MARI))
        found: dict[str, Any] = answer.json()
        return found

    async def until_shown(self, verification: UUID, **wanted: Any) -> dict[str, Any]:
        """The same, once it says all of this."""

        async def says() -> bool:
            return wanted.items() <= (await self.shown(verification)).items()

        await until(says)
        return await self.shown(verification)

    def codes(self, number: str = NUMBER) -> list[str]:
        """The codes in the SMS to this number, the newest last."""
        found = [_CODE.search(message["text"]) for message in self.sms.outbox(number)]
        return [match[0] for match in found if match is not None]

    def wrong(self) -> str:
        """A code that was never sent."""
        sent = self.codes()
        return next(code for code in ("000000", "000001", "000002", "000003") if code not in sent)

    def office_has(self, number: str, nth: int = 1) -> ServiceFacts:
        """Make the number that of the office's ``nth`` service."""
        put(self.database, OFFICE)
        facts = service(nth, OFFICE, phone=number)
        put_service(self.database, facts)
        return facts

    def grants(self) -> Sequence[Row[Any]]:
        """Everything that numbers gave, in force or not."""
        return rows(
            self.database,
            "SELECT *, upper_inf(validity) AS open FROM access_grant"
            " WHERE origin = 'number_verification' ORDER BY id",
        )

    def events(self, kind: str) -> int:
        """How often this happened."""
        found = rows(self.database, "SELECT FROM event WHERE kind = :kind", kind=kind)
        return len(found)

    def wait_passes(self, verification: UUID) -> None:
        """As if the wait for another SMS were over."""
        carry_out(
            self.database,
            "UPDATE verification SET resend_at = clock_timestamp() WHERE id = :id",
            id=verification,
        )

    async def time_runs_out(self, verification: UUID) -> None:
        """As if the life of the code were over, for the database and for Temporal."""
        carry_out(
            self.database,
            "UPDATE verification SET expires_at = clock_timestamp() WHERE id = :id",
            id=verification,
        )
        await self.skipper.fast_forward(self.handle(verification), None)

    def handle(self, verification: UUID) -> WorkflowHandle[NumberVerification, None]:
        """Its workflow."""
        return self.client.get_workflow_handle_for(
            NumberVerification.run, number_verification_id(verification)
        )

    async def handed_over(self, verification: UUID, send: int = 1) -> None:
        """Wait until the workflow is through with this SMS, well or not."""
        async with asyncio.timeout(_PATIENCE):
            await self.handle(verification).execute_update(NumberVerification.sent, send)

    async def over(self, verification: UUID) -> None:
        """Wait until nothing is left to do; that it went wrong fails the test."""
        async with asyncio.timeout(_PATIENCE):
            await self.handle(verification).result()

    async def gateway_reports(self, status: str, err: int = 0, message: int = -1) -> int:
        """Have the gateway report on one of its messages now; gives the API's answer."""
        told = {"message_id": self.sms.outbox()[message]["message_id"], "status": status}
        said = await asyncio.to_thread(self.sms.control, "POST", "/reports", {**told, "err": err})
        answered: int = said["answered"]
        return answered

    async def until_delivery(self, verification: UUID, wanted: Delivery) -> dict[str, Any]:
        """The verification, once this is known of its newest SMS."""
        return await self.until_shown(verification, delivery=wanted.value)

    def reports_path(self, verification: UUID, send: int = 1) -> str:
        """Where the gateway reports of an SMS."""
        return f"/v1/sms/{sms_id(verification, send)}/reports"

    async def until_faults_are_spent(self) -> None:
        """Wait until the gateway has shown every fault."""
        await until(lambda: not self.sms.control("GET", "/faults"))


@asynccontextmanager
async def opened(
    database_url: str, temporal: Client, folder: Path, **changes: str
) -> AsyncIterator[Numbers]:
    """All of it but a worker; ``changes`` are settings."""
    with (
        sms_client.running() as sms,
        network_client.running() as network,
        connected(database_url) as database,
    ):
        address, port = temporal.service_client.config.target_host, free_port()
        variables = environment(database_url, address, f"http://{NOBODY_LISTENS}", folder)
        variables |= _networks(sms, network, port) | changes
        with patch.dict(os.environ, variables):
            settings = Settings.from_environment()
        async with (
            open_front(
                database,
                temporal,
                task_queue=settings.task_queue,
                numbers=NumberPolicy.of(settings),
            ) as front,
            serving(front.app, "127.0.0.1", port),
        ):
            yield Numbers(variables, settings, temporal, front, (sms, network))


def _networks(sms: sms_client.Client, network: network_client.Client, port: int) -> dict[str, str]:
    return {
        "VOLITUS_SMS_URL": sms.url,
        "VOLITUS_SMS_USER": sms_client.USER,
        "VOLITUS_SMS_PASSWORD": sms_client.PASSWORD.get_secret_value(),
        "VOLITUS_SMS_REPORTS_URL": f"http://127.0.0.1:{port}",
        "VOLITUS_SIM_SWAP_URL": network.sim_swap_url,
        "VOLITUS_SIM_SWAP_TOKEN": network_client.TOKEN.get_secret_value(),
    }


@pytest.fixture
async def idle_numbers(
    changes: dict[str, str], database_url: str, temporal: Client, tmp_path: Path
) -> AsyncIterator[Numbers]:
    """Without a worker; the mark ``settings`` changes the settings."""
    async with opened(database_url, temporal, tmp_path / "data", **changes) as numbers:
        yield numbers


@pytest.fixture
async def numbers(idle_numbers: Numbers) -> AsyncIterator[Numbers]:
    """All of it, with a worker in this process."""
    async with working(idle_numbers.settings, idle_numbers.client):
        yield idle_numbers
