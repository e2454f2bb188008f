"""People who ask for extracts through the API, and what becomes of these."""

from typing import Any
from uuid import UUID, uuid4

from tests.builders.days import DAY, today
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import account, service
from tests.clients.api_client import Answer, Front, person_token

OFFICE, GROUND = account(KUUSK, 1, name="Kuusk OÜ"), account(TAMM, 2)
HIS = service(1, OFFICE, phone="+37255500001")
HERS = service(2, OFFICE, phone="+37255500002")
THEIRS = service(3, GROUND, phone="+37255500003")
PHONES = (HIS, HERS, THEIRS)
MARIS = person_token(MARI)


def extracts_of(account_id: UUID = OFFICE.id) -> str:
    return f"/v1/accounts/{account_id}/extracts"


def asked(**more: Any) -> dict[str, Any]:
    """Ask for the last three days."""
    first, last = today() - 2 * DAY, today()
    return {"from_day": first.isoformat(), "through_day": last.isoformat()} | more


async def ask(front: Front, token: str = MARIS, *, key: str = "", **more: Any) -> Answer:
    body = asked(**more)
    path = extracts_of()
    return await front.post(path, token, body, idempotency_key=key or str(uuid4()))


async def made(front: Front, token: str = MARIS, **more: Any) -> str:
    """Ask for an extract that is accepted; return its id."""
    answer = await ask(front, token, **more)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def shown(front: Front, id_: str, token: str = MARIS) -> Any:
    answer = await front.get(f"{extracts_of()}/{id_}", token)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def file(front: Front, id_: str, token: str = MARIS, kind: str = "csv") -> Answer:
    return await front.get(f"{extracts_of()}/{id_}/file?format={kind}", token)


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
