"""Shorthand of the tests of number verification through the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from temporalio.client import Client

from domain.audit import Actor, ActorKind
from domain.identifiers import PersonKey
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import (
    DeliveryStatus,
    Requester,
    VerificationRequest,
    VerificationRules,
    code_digest,
)
from services.numbers import workflow_client
from services.numbers.policy import NumberPolicy
from storage.database import Database
from storage.messages import sms
from storage.messages.sms import NewSms
from storage.numbers import send_requests
from tests.builders.people import MARI
from tests.clients.api_client import NUMBERS, Answer, Front, open_front, person_token
from tests.fixtures import payload_keys

PATH = "/v1/me/numbers"
NUMBER, OTHER_NUMBER = "+37255500001", "+37255600002"
CODE, WRONG_CODE = "204816", "111111"
PATIENCE = 0.05


@asynccontextmanager
async def nobody_works(
    database: Database, temporal: Client, numbers: NumberPolicy = NUMBERS
) -> AsyncIterator[Front]:
    """The API with Temporal there, and no worker: what is started stays as it is."""
    with patch.object(workflow_client, "_WAIT_SECONDS", PATIENCE):
        async with open_front(
            database, temporal, task_queue=str(uuid4()), numbers=numbers
        ) as opened:
            yield opened


async def ask(
    front: Front,
    token: str | None = None,
    number: str = NUMBER,
    *,
    key: str | None = None,
    **headers: str,
) -> Answer:
    """Ask for a code: as Mari, where nobody else is named."""
    options = {"idempotency_key": key or str(uuid4())} | headers
    return await front.post(PATH, token or person_token(MARI), {"number": number}, **options)


async def type_in(front: Front, id_: UUID | str, code: str, person: PersonKey = MARI) -> Answer:
    return await front.post(f"{PATH}/{id_}/code", person_token(person), {"code": code})


async def resend(
    front: Front, id_: UUID | str, person: PersonKey = MARI, *, key: str | None = None
) -> Answer:
    path, key = f"{PATH}/{id_}/resend", key or str(uuid4())
    return await front.post(path, person_token(person), idempotency_key=key)


def sent(
    front: Front,
    *the_codes: str,
    person: PersonKey = MARI,
    number: str = NUMBER,
    rules: VerificationRules = NUMBERS.rules,
) -> UUID:
    """A verification whose codes were sent, one after another, as a worker does it."""
    id_, person_id = uuid4(), front.id_of(person)
    asked = VerificationRequest(id_, Requester(person_id), PhoneNumber(number, "EE"))
    with front.database.transaction() as session:
        send_requests.start(
            session, asked, rules, [], actor=Actor(ActorKind.PERSON, str(person_id))
        )
    for send, code in enumerate(the_codes or (CODE,), start=1):
        digest = code_digest(payload_keys.CODE_KEY, id_, code)
        with front.database.transaction() as session:
            sms.prepare(session, NewSms(id_, send, digest, 1))
            accepted = DeliveryStatus.ACCEPTED
            sms.report(session, sms.sms_id(id_, send), accepted, provider_id=f"provider-{send}")
    return id_


def moment(body: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(body[name])


def lasts(body: dict[str, Any], name: str) -> timedelta:
    """From the beginning until then."""
    return moment(body, name) - moment(body, "created_at")
