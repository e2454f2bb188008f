"""bill.4: an extract is made whatever billing does, by whichever worker lives."""

import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from activities.extracts import make
from activities.extracts.reading import NotRead
from domain.call_details.extracts import ExtractFault, ExtractState, FileFormat
from storage.extracts import ends
from tests.builders.extracts import month_of, terms, usage
from tests.builders.rows import ENGINE
from tests.builders.rows import rows as select
from tests.clients.usage_server import Reply
from tests.fixtures.engine import until
from tests.fixtures.extract_stack import ExtractStack
from tests.fixtures.worker_process import notice, start, worker_process
from workflows.extracts.usage_extract import READING

THIRTY = [f"r{n:07}" for n in range(30)]


def ids(content: bytes) -> list[str]:
    lines = content.decode("utf-8-sig").splitlines()[1:]
    return [line.split(";")[15] for line in lines]


async def test_bill_4_an_extract_is_made_as_csv_and_pdf(extracting: ExtractStack) -> None:
    extracting.billing.records = [*month_of(30)]

    made = await extracting.ended(await extracting.ask(terms(format_=FileFormat.PDF)))

    assert (made.state, made.rows, made.fault) == (ExtractState.READY, 30, None)
    assert ids(extracting.file(made.id)) == THIRTY
    pdf = extracting.file(made.id, FileFormat.PDF)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) == made.pdf_size
    assert made.made_at is not None
    assert made.kept_until == made.made_at + timedelta(days=7)


async def test_bill_4_billing_that_fails_for_a_while_delays_it(extracting: ExtractStack) -> None:
    """Down, slow, cut off and answering nonsense, one after the other, then as it should."""
    troubles = [
        Reply(503),
        Reply(500),
        Reply(200, b"<html>"),
        Reply(200, b"[{", {"X-As-Of": "2026-12-01T10:00:00Z"}),
    ]
    extracting.billing.records = [*month_of(30)]
    extracting.billing.change = lambda number, reply: (
        troubles[number // 2 % 4] if number % 2 and number < 9 else reply
    )

    made = await extracting.ended(await extracting.ask())

    assert made.state == ExtractState.READY
    assert ids(extracting.file(made.id)) == THIRTY


async def test_bill_4_an_account_that_billing_does_not_know_ends_it(
    extracting: ExtractStack,
) -> None:
    extracting.billing.change = lambda *_: Reply(404, b'{"code": "account_unknown"}')

    ended = await extracting.ended(await extracting.ask())

    assert (ended.state, ended.fault) == (ExtractState.FAILED, ExtractFault.ACCOUNT_UNKNOWN)


async def test_bill_4_billing_that_stays_silent_ends_it_with_a_reason(
    extracting: ExtractStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its last attempt does, hours later: what was read till then is deleted."""
    told = make._failure
    last = partial(NotRead, is_final=True)
    monkeypatch.setattr(make, "_failure", lambda error: told(last(error.fault)))
    extracting.billing.records = [*month_of(30)]
    extracting.billing.change = lambda number, reply: reply if number < 3 else Reply(503)

    ended = await extracting.ended(await extracting.ask())

    assert (ended.state, ended.fault) == (ExtractState.FAILED, ExtractFault.BILLING_SILENT)
    assert select(extracting.database, "SELECT count(*) AS n FROM extract_chunk")[0].n == 0


def test_bill_4_billing_is_asked_for_six_hours_and_a_slot_is_waited_for_longer() -> None:
    """Others may have all slots: how long an extract waits for one does not count."""
    policy, slot = READING["retry_policy"], READING["schedule_to_close_timeout"]
    assert policy is not None
    assert slot is not None
    waits = [min(2**n, 60) for n in range(policy.maximum_attempts - 1)]

    assert (policy.initial_interval, policy.maximum_interval) == (
        timedelta(seconds=1),
        timedelta(minutes=1),
    )
    assert timedelta(hours=6) <= timedelta(seconds=sum(waits)) < timedelta(hours=6, minutes=2)
    assert slot > timedelta(days=1)


async def test_bill_4_a_pdf_of_too_many_rows_is_refused_and_the_csv_is_made(
    extracting: ExtractStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.extracts.make_pdf.PDF_MOST_ROWS", 29)
    extracting.billing.records = [*month_of(30)]

    made = await extracting.ended(await extracting.ask(terms(format_=FileFormat.PDF)))

    assert (made.state, made.fault) == (ExtractState.READY, ExtractFault.PDF_TOO_LONG)
    assert (made.pdf_size, ids(extracting.file(made.id))) == (None, THIRTY)


async def test_bill_4_a_pdf_that_fails_leaves_the_csv(
    extracting: ExtractStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.adapters.typst.apart._MODULE", "no_such_module")
    extracting.billing.records = [usage()]

    made = await extracting.ended(await extracting.ask(terms(format_=FileFormat.PDF)))

    assert (made.state, made.fault, made.rows) == (ExtractState.READY, ExtractFault.PDF_FAILED, 1)


async def test_bill_4_an_extract_that_is_cancelled_while_it_is_read_ends(
    extracting: ExtractStack,
) -> None:
    goes_on = threading.Event()

    def hold(number: int, reply: Reply) -> Reply:
        if number == 2:
            goes_on.wait(60)
        return reply

    extracting.billing.records = [*month_of(30)]
    extracting.billing.change = hold
    id_ = await extracting.ask()
    await until(lambda: len(extracting.billing.asked) == 2)

    with extracting.database.transaction() as session:
        assert ends.cancel(session, id_, actor=ENGINE)
    goes_on.set()
    await extracting.over(id_)

    assert extracting.stored(id_).state is ExtractState.CANCELLED
    assert len(extracting.billing.asked) == 2


@pytest.mark.usefixtures("processes")
@pytest.mark.settings(VOLITUS_EXTRACT_PAGE="1")
async def test_bill_4_workers_killed_again_and_again_lose_and_repeat_no_row(
    idle_extracts: ExtractStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each dies with a page in its hands; what was kept before is not read again."""
    stack, deaths = idle_extracts, (3, 9, 17)
    held, goes_on = threading.Semaphore(0), threading.Semaphore(0)

    def hold(number: int, reply: Reply) -> Reply:
        if number in deaths:
            held.release()
            goes_on.acquire(timeout=60)
        return reply

    stack.billing.records = [*month_of(12)]
    stack.billing.change = hold
    with worker_process(stack.variables, tmp_path) as worker:
        id_ = await stack.ask()
        for _ in deaths:
            await until(lambda: held.acquire(blocking=False))
            worker.kill()
            goes_on.release()
            handle = stack.temporal.get_workflow_handle(f"usage_extract/{id_}")
            await notice(stack.temporal, handle)
            start(worker)
        made = await stack.ended(id_)

    assert (made.state, made.rows) == (ExtractState.READY, 12)
    assert ids(stack.file(id_)) == THIRTY[:12]
