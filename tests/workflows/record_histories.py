"""Records the histories that test_replay replays: ``python -m tests.workflows.record_histories``.

Names of stories after it: only these. To be run again only while no run of the changed workflow
can be under way anywhere. Afterwards a change must replay what is recorded here
(``workflow.patched``), and new histories are added.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle

from domain.processes import notice_sms_id, resend_id
from domain.provisioning.steps import Decision
from domain.registry.sync import SyncSource
from runtime.temporal_client import connect
from services.inventory import drift_checks
from settings.processes import WorkerSettings
from tests.builders.bulk_retries import begin
from tests.builders.delegations import Given
from tests.builders.people import JAAN, MARI
from tests.builders.rows import put_service
from tests.builders.stuck_rows import put_stuck
from tests.clients import register_client
from tests.fixtures import extract_stack, order_stack, payload_keys, payment_stack, signing_stack
from tests.fixtures import notice_stack as notices
from tests.fixtures import resend_stack as resends
from tests.fixtures.engine import Engine, until, until_told
from tests.fixtures.engine_plugin import COMPANIES, connected, environment, working
from tests.fixtures.number_stack import Numbers, opened
from tests.fixtures.resend_stack import OPS, Resends
from tests.fixtures.servers import Databases, OwnedServers
from tests.workflows.approvals import recorded as approvals
from tests.workflows.contracts.recorded import CONTRACT_STORIES, SIGNING_STORIES
from tests.workflows.delegations import review_stories as reviews
from tests.workflows.delegations import stories as delegations
from tests.workflows.extracts.recorded import EXTRACT_STORIES
from tests.workflows.orders.recorded import ORDER_STORIES
from tests.workflows.payments.recorded import PAYMENT_STORIES

FOLDER = Path(__file__).parent / "histories"
_CODE = "19000014"
JOINTLY = {"VOLITUS_JOINT_APPROVAL": "on"}
NO_QUIET_HOURS = {"VOLITUS_NOTICE_QUIET_FROM": "08:00", "VOLITUS_NOTICE_QUIET_UNTIL": "08:00"}


async def sync_finished(engine: Engine) -> str:
    engine.take_on(engine.codes())
    handle = await engine.start(SyncSource.FILE)
    await engine.ended(handle)
    return handle.id


async def sync_refused(engine: Engine) -> str:
    engine.register.fault("open_data", "truncated_file", times=1)
    handle = await engine.start(SyncSource.FILE)
    await engine.ended(handle)
    return handle.id


async def sync_released(engine: Engine) -> str:
    await sync_finished(engine)
    engine.register.control(
        "POST", "/companies", [{"code": code, "holders": []} for code in engine.codes()[:40]]
    )
    handle = await engine.start(SyncSource.FILE)
    await until_told(handle, "Held")
    await engine.decide(handle, "release")
    await engine.ended(handle)
    return handle.id


async def sync_unchanged(engine: Engine) -> str:
    await sync_finished(engine)
    return await sync_finished(engine)


async def refresh_succeeded(engine: Engine) -> str:
    engine.register.put(_CODE, holders=[MARI])
    engine.take_on([_CODE])
    await engine.sync(SyncSource.CHECK)
    engine.register.put(_CODE, holders=[JAAN])
    operation, _ = await engine.refresh(engine.person_id(MARI.code))
    return f"refresh/{operation.id}"


async def refresh_failed(engine: Engine) -> str:
    engine.register.put(_CODE, holders=[MARI])
    engine.take_on([_CODE])
    await engine.sync(SyncSource.CHECK)
    engine.register.fault("esindus", "http_500")
    operation, _ = await engine.refresh(engine.person_id(MARI.code))
    return f"refresh/{operation.id}"


async def number_verified(numbers: Numbers) -> str:
    verification = await numbers.asked()
    await numbers.bring_newest(verification)
    return await _told(numbers, verification)


async def number_sent_twice_and_taken_back(numbers: Numbers) -> str:
    numbers.sms.fault("send", "http_503", times=1)
    verification = await numbers.asked()
    numbers.wait_passes(verification)
    await numbers.resend(verification)
    await numbers.cancel(verification)
    return await _told(numbers, verification)


async def number_refused(numbers: Numbers) -> str:
    numbers.sms.fault("send", "refuse")
    return await _told(numbers, await numbers.asked())


async def number_expired(numbers: Numbers) -> str:
    verification = await numbers.asked()
    await numbers.time_runs_out(verification)
    return await _told(numbers, verification)


async def number_of_unknown_sim(numbers: Numbers) -> str:
    numbers.network.fault("http_503")
    verification = await numbers.asked()
    await numbers.bring_newest(verification)
    await numbers.skipper.fast_forward(numbers.handle(verification), None)
    return await _told(numbers, verification)


async def notice_sent(numbers: Numbers) -> str:
    id_ = notices.told(numbers)
    await until(lambda: not notices.is_open(numbers, id_))
    await notices.over(numbers, id_)
    return notice_sms_id(id_)


async def _told(numbers: Numbers, verification: UUID) -> str:
    await numbers.over(verification)
    return numbers.handle(verification).id


async def resend_done(resends: Resends) -> str:
    (service,) = resends.services(1)
    ended = await resends.ended(await resends.ask(service.id))
    return resend_id(ended.id)


async def resend_aborted(resends: Resends) -> str:
    (service,) = resends.services(1)
    resends.network.fault("refuse", source="activation")
    asked = await resends.ask(service.id)
    stuck = await resends.stuck(asked, action="configure")
    resends.network.control("DELETE", "/faults")
    await resends.decide(stuck, Decision.ABORT)
    ended = await resends.ended(asked)
    return resend_id(ended.id)


async def drift_checked(resends: Resends) -> str:
    """Of two networks one is read, and one is given up."""
    here, there = resends.services(2)
    resends.network.tell_service(str(here.id), characteristics={"msisdn": "+37255199999"})
    put_service(resends.database, replace(there, network="north"))
    operation = await drift_checks.request(resends.engine, uuid4(), OPS)
    await resends.ended(operation.id)
    return f"drift_check/{operation.id}"


async def bulk_retried(stuck: Resends) -> str:
    put_stuck(stuck.database, 3)
    ended = await stuck.ended(await begin(stuck, rate=100))
    return f"bulk_retry/{ended.id}"


async def delegation_accepted(stack: Resends) -> str:
    given = await delegations.begun(stack)
    await delegations.accepts(stack, given)
    return await _over(stack, given)


async def delegation_lapsed(stack: Resends) -> str:
    given = await delegations.begun(stack)
    delegations.lapses_in(stack, given, timedelta())
    await delegations.handle(stack, given).signal("answered")
    return await _over(stack, given)


async def _over(stack: Resends, given: Given) -> str:
    handle = delegations.handle(stack, given)
    await handle.result()
    return handle.id


STORIES: tuple[Callable[[Engine], Awaitable[str]], ...] = (
    sync_finished,
    sync_unchanged,
    sync_refused,
    sync_released,
    refresh_succeeded,
    refresh_failed,
    approvals.approval_carried_out,
    approvals.approval_carried_out_after_an_outage,
    approvals.approval_lapsed,
)


NUMBER_STORIES: tuple[Callable[[Numbers], Awaitable[str]], ...] = (
    number_verified,
    number_sent_twice_and_taken_back,
    number_refused,
    number_expired,
    number_of_unknown_sim,
    notice_sent,
)

RESEND_STORIES: tuple[Callable[[Resends], Awaitable[str]], ...] = (
    bulk_retried,
    resend_done,
    resend_aborted,
    drift_checked,
    delegation_accepted,
    delegation_lapsed,
    reviews.departure_review_completed,
    reviews.departure_review_lapsed,
    reviews.departure_review_cancelled,
)


_Teller = Callable[[Callable[[Any], Awaitable[str]], str, Client, Path], Awaitable[str]]


async def record(names: Collection[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with closing(OwnedServers()) as servers:
        databases = Databases(servers.postgres, servers.template)
        client = await connect(servers.temporal, namespace="default", cipher=payload_keys.cipher())
        stories: list[Callable[[Any], Awaitable[str]]] = [
            *STORIES,
            *NUMBER_STORIES,
            *RESEND_STORIES,
            *ORDER_STORIES,
            *CONTRACT_STORIES,
            *PAYMENT_STORIES,
            *EXTRACT_STORIES,
            *SIGNING_STORIES,
            *SIGNING_STORIES,
        ]
        for story in stories:
            if names and story.__name__ not in names:
                continue
            with databases.fresh() as url, tempfile.TemporaryDirectory() as folder:
                workflow_id = await _teller(story)(story, url, client, Path(folder))
            handle: WorkflowHandle[object, object] = client.get_workflow_handle(workflow_id)
            history = (await handle.fetch_history()).to_json()
            file = FOLDER / f"{story.__name__}.json"
            file.write_text(history.replace(client.identity, "recorded"))


def _teller(story: Callable[[Any], Awaitable[str]]) -> _Teller:
    if story in RESEND_STORIES:
        return _tell_of_resends
    if story in EXTRACT_STORIES:
        return _tell_of_extracts
    if story in PAYMENT_STORIES:
        return _tell_of_payments
    if story in SIGNING_STORIES:
        return _tell_of_signatures
    if story in (*ORDER_STORIES, *CONTRACT_STORIES):
        return _tell_of_orders
    return _tell_of_numbers if story in NUMBER_STORIES else _tell


async def _tell(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    with (
        register_client.running(folder / "register", COMPANIES) as register,
        connected(database_url) as database,
    ):
        register_url = str(register.http.base_url).rstrip("/")
        address = client.service_client.config.target_host
        variables = environment(database_url, address, register_url, folder / "data") | JOINTLY
        with patch.dict("os.environ", variables):
            settings = WorkerSettings.from_environment()
        async with working(settings, client):
            return await story(Engine(settings, database, client, register))


async def _tell_of_numbers(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    async with (
        opened(database_url, client, folder / "data", **NO_QUIET_HOURS) as numbers,
        working(numbers.settings, client),
    ):
        return await story(numbers)


async def _tell_of_resends(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    async with (
        resends.opened(database_url, client, folder / "data") as all_of_it,
        working(all_of_it.settings, client),
    ):
        return await story(all_of_it)


async def _tell_of_orders(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    async with (
        order_stack.opened(database_url, client, folder / "data") as orders,
        working(orders.settings, client),
    ):
        return await story(orders)


async def _tell_of_extracts(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    async with (
        extract_stack.opened(database_url, client, folder / "data") as extracts,
        working(extracts.settings, client),
    ):
        return await story(extracts)


async def _tell_of_payments(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    async with (
        payment_stack.opened(database_url, client, folder / "data") as payments,
        working(payments.settings, client),
    ):
        return await story(payments)


async def _tell_of_signatures(
    story: Callable[[Any], Awaitable[str]], database_url: str, client: Client, folder: Path
) -> str:
    with signing_stack.running_services(folder / "trust") as services:
        async with (
            signing_stack.opened_signing(
                database_url, client, folder / "data", services
            ) as signing,
            working(signing.ordering.settings, client),
        ):
            return await story(signing)


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
