"""Routes of staff: entries of banks' statements that are nobody's, and the statements."""

from uuid import UUID

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.http import accepted, idempotency, pagination, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.payments.staff import BankName, Operator, Reader
from api.payments.staff_schemas import (
    BankEntry,
    BankEntryDecisionInput,
    BankEntryPage,
    BankStatementList,
    BankStatementRead,
)
from api.requests.operations import Operation
from domain.payments.words import EntryState
from services.payments import staff, statements
from storage.payments import entry_queries

router = APIRouter(prefix="/v1/ops", tags=["payments"], route_class=GuardedRoute)
_SHOWN = 50


@router.get("/bank-entries", operation_id="listBankEntries", responses=pagination.RESPONSES)
def list_bank_entries(
    _admitted: Reader,
    database: Store,
    page: pagination.Asked,
    state: EntryState | None = None,
    bank: BankName = None,
) -> BankEntryPage:
    """List entries of banks' statements, the one that came first comes first."""
    name = f"bank-entries-{state}"
    after = page.place(name, entry_queries.Place)
    with database.reading() as connection:
        found = entry_queries.page(
            connection, state=state, bank=bank, after=after, limit=page.limit + 1
        )
    shown, following = page.cut(name, found, lambda each: (each.received_at, each.id))
    return BankEntryPage(items=[BankEntry.of(each) for each in shown], next=following)


@router.get(
    "/bank-entries/{entry_id}",
    operation_id="getBankEntry",
    responses=problems.documented("not_found"),
)
def get_bank_entry(entry_id: UUID, _admitted: Reader, database: Store) -> BankEntry:
    """Return an entry of a bank's statement."""
    with database.reading() as connection:
        found = entry_queries.read(connection, entry_id)
    if found is None:
        raise Problem("not_found")
    return BankEntry.of(found)


@router.post(
    "/bank-entries/{entry_id}/decisions",
    operation_id="decideBankEntry",
    response_model=BankEntry,
    responses=problems.together(
        idempotency.RESPONSES,
        problems.documented("entry_not_decidable", "invoice_unknown", "not_found"),
    ),
)
async def decide_bank_entry(
    entry_id: UUID,
    wanted: BankEntryDecisionInput,
    admitted: Operator,
    database: Store,
    once: OnceOnly,
) -> Response:
    """Say which invoice an entry pays, or that it is none. What pays one is booked at billing."""

    async def decide(_: UUID) -> Done:
        found = await run_in_threadpool(
            staff.decide_entry,
            database,
            entry_id,
            wanted.decision,
            wanted.invoice_id,
            actor=admitted.actor,
            note=wanted.reason,
        )
        return Done(200, BankEntry.of(found).to_keep())

    return await once(admitted, decide)


@router.get("/bank-statements", operation_id="listBankStatements")
def list_bank_statements(_admitted: Reader, database: Store) -> BankStatementList:
    """Show the 50 statements that were read last."""
    with database.reading() as connection:
        found = entry_queries.statements(connection, limit=_SHOWN)
    return BankStatementList(items=[BankStatementRead.of(each) for each in found])


@router.post(
    "/bank-statements",
    operation_id="readBankStatements",
    status_code=202,
    response_model=Operation,
    responses=accepted.RESPONSES,
)
async def read_bank_statements(admitted: Operator, engine: EngineDep, once: OnceOnly) -> Response:
    """Read banks' statements now, besides the schedule.

    While a reading is open, the answer is that one. Accepted also while Temporal is unavailable: a
    worker starts it later.
    """

    async def start(id_: UUID) -> Done:
        operation = await statements.request(engine, id_, admitted.actor)
        return accepted.accepted(f"/v1/operations/{operation.id}", Operation.of(operation))

    return await once(admitted, start)
