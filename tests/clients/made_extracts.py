"""Ask for an extract, let a worker make it, and read its file."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
from temporalio.testing import ActivityEnvironment

from activities.adapters.billing.usage_pages import HttpUsagePages
from activities.adapters.billing.usage_requests import UsageRequests
from activities.extracts.make import EndExtractActivities, ReadUsageActivities, UsageExtractStart
from tests.builders.billed_office import ZONE
from tests.clients.api_client import Front
from tests.clients.billing_client import TOKEN, Client


class Made:
    """An extract that is made, as its file is read."""

    def __init__(self, path: str, lines: list[dict[str, str]]) -> None:
        self.path = path
        self.lines = lines


async def ask_for(front: Front, account: str, token: str | None, **asked: Any) -> httpx.Response:
    """Ask for an extract of the account with this path."""
    return await front.post(f"{account}/extracts", token, asked, idempotency_key=str(uuid4()))


def make(front: Front, billing: Client, extract_id: str) -> None:
    """Let a worker make it."""
    start = UsageExtractStart(extract_id=UUID(extract_id))
    with httpx.Client() as http:
        pages = HttpUsagePages(UsageRequests(http, billing.billing_url, TOKEN, timeout=30))
        reads = ReadUsageActivities(front.database, pages, ZONE, page=500)
        while ActivityEnvironment().run(reads.read_usage, start):
            pass
    ActivityEnvironment().run(EndExtractActivities(front.database).finish, start)


async def made(
    front: Front, billing: Client, account: str, token: str | None, **asked: Any
) -> Made:
    """Ask for an extract, let a worker make it, and download it."""
    answer = await ask_for(front, account, token, **asked)
    assert answer.status_code == 202, answer.text
    path = f"{account}/extracts/{answer.json()['id']}"
    make(front, billing, answer.json()["id"])
    file = await front.get(f"{path}/file?format=csv", token)
    assert file.status_code == 200, file.text
    return Made(path, [*csv.DictReader(io.StringIO(file.text.lstrip("\ufeff")), delimiter=";")])
