"""contract.5: a contract is offered with its documents, on a real Temporal server and database."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from dev.stack.supervised_process import RunningProgram
from domain.contracts.digests import terms_digest
from domain.contracts.states import ContractState
from domain.numbers.sms_texts import Language
from domain.processes import contract_start_id
from services import launcher
from settings.operator import OperatorSettings
from storage.contracts import rows, starting
from storage.contracts.rows import StoredContract
from storage.database import Database
from storage.documents import documents
from storage.documents.documents import StoredDocument
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.rows import rows as select
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import connected, working
from tests.fixtures.order_stack import OFFICE, OrderStack
from tests.fixtures.roles import as_owner
from tests.fixtures.worker_process import notice, start, worker_process

DRAFT, OFFERED = ContractState.DRAFT, ContractState.OFFERED
PDFS = {"contract", "contract_summary"}


def contract(ordering: OrderStack, id_: UUID) -> StoredContract:
    with ordering.database.reading() as connection:
        found = rows.read(connection, id_)
    assert found is not None
    return found


def kept(ordering: OrderStack, id_: UUID) -> dict[StoredDocument, bytes | None]:
    with ordering.database.reading() as connection:
        found = documents.of_subject(connection, id_)
        return {each: documents.read(connection, each) for each in found}


async def drafted(ordering: OrderStack, language: Language = Language.ESTONIAN) -> UUID:
    publish(ordering.database)
    new = contracts.new_contract(OFFICE.id, terms=contracts.terms(months=12, language=language))
    id_ = contracts.draft(ordering.database, new)
    await launcher.start(ordering.engine, id_)
    return id_


@pytest.mark.parametrize("language", Language)
async def test_contract_5_both_documents_are_there_before_anybody_can_agree(
    ordering: OrderStack, language: Language
) -> None:
    id_ = await drafted(ordering, language)
    await until(lambda: contract(ordering, id_).state is OFFERED)

    found = kept(ordering, id_)
    offered = contract(ordering, id_)

    assert {each.kind for each in found} == PDFS
    assert {each.language for each in found} == {language}
    for document, content in found.items():
        assert content is not None
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == document.sha256
    named = {each.kind.value: each.sha256 for each in found}
    assert offered.terms["documents"] == named
    # What people agree to binds them: with another document it is another digest.
    other = {**offered.terms, "documents": named | {"contract": "0" * 64}}
    assert terms_digest(offered.terms) != terms_digest(other)


@contextmanager
def owner(ordering: OrderStack) -> Iterator[Database]:
    """The same database as its owner, who may lock tables."""
    with connected(as_owner(ordering.settings.database.dsn())) as database:
        yield database


@pytest.fixture
def worker(idle_orders: OrderStack, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_orders.variables, tmp_path) as process:
        yield process


async def test_contract_5_a_worker_that_dies_between_keeping_and_offering_offers_nothing_half(
    idle_orders: OrderStack, worker: RunningProgram
) -> None:
    publish(idle_orders.database)
    id_ = contracts.draft(idle_orders.database, contracts.new_contract(OFFICE.id))
    with owner(idle_orders) as locking, locking.transaction() as session:
        # The offer's event waits for this lock, after the documents were written.
        session.execute(text("LOCK TABLE event IN EXCLUSIVE MODE"))
        await launcher.start(idle_orders.engine, id_)
        await until(lambda: bool(select(idle_orders.database, _BLOCKED)))
        worker.kill()
    await until(lambda: not select(idle_orders.database, _CONNECTED))

    assert contract(idle_orders, id_).state is DRAFT
    assert not kept(idle_orders, id_)

    handle = idle_orders.client.get_workflow_handle(contract_start_id(id_))
    await notice(idle_orders.client, handle)
    start(worker)
    await until(lambda: contract(idle_orders, id_).state is OFFERED)

    assert [each.kind for each in kept(idle_orders, id_)] == sorted(PDFS)


_CONNECTED = (
    "SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'volitus-worker%'"
)
_BLOCKED = f"{_CONNECTED} AND wait_event_type = 'Lock' AND query LIKE '%INTO event%'"


async def test_contract_5_what_cannot_be_rendered_stays_a_draft_until_it_can(
    idle_orders: OrderStack,
) -> None:
    unset = idle_orders.settings.model_copy(update={"operator": OperatorSettings()})
    id_ = await drafted(idle_orders)
    async with working(unset, idle_orders.client):
        handle = idle_orders.client.get_workflow_handle(contract_start_id(id_))

        async def failed() -> bool:
            pending = (await handle.describe()).raw_description.pending_activities
            return any(each.attempt > 1 for each in pending)

        await until(failed)
    assert (contract(idle_orders, id_).state, kept(idle_orders, id_)) == (DRAFT, {})

    async with working(idle_orders.settings, idle_orders.client):
        await until(lambda: contract(idle_orders, id_).state is OFFERED)

    assert {each.kind for each in kept(idle_orders, id_)} == PDFS


async def test_contract_3_documents_are_kept_for_their_time_once_it_is_withdrawn(
    ordering: OrderStack,
) -> None:
    id_ = await drafted(ordering)
    await until(lambda: contract(ordering, id_).state is OFFERED)
    before = {each.keep_until for each in kept(ordering, id_)}
    with ordering.database.transaction() as session:
        locked = contracts.locked(session, id_)
        starting.end_unstarted(
            session, locked, ContractState.CANCELLED, starting.WITHDRAWN, actor=contracts.OPS
        )

    after = {each.keep_until for each in kept(ordering, id_)}

    assert before == {None}
    assert None not in after
