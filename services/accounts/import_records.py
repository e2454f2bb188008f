"""Import accounts and services from a file, batch by batch.

Each batch is one transaction: its good lines are stored, its bad lines are kept as rejected records
until a later reading of the file finds them good or gone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from domain.accounts import RecordRefusal
from domain.audit import Actor
from domain.registry.register import Defect
from storage.accounts.accounts import AccountFacts, UpsertResult, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.database import NOT_STORABLE, Database, Session
from storage.registry import rejected_records


class Record(Protocol):
    """A record that can be stored: something with an id."""

    @property
    def id(self) -> UUID: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one file."""

    database: Database
    source: str
    """Source of its rejected records."""
    file: str
    """Name of the file in them."""
    actor: Actor
    dry_run: bool = False
    """Roll each batch back: what one would store, the next does not see."""


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """Why a line is not stored: a stable code, and a text that never repeats the line."""

    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


Rejected = Mapping[int, RejectedLine]
"""Rejected lines, by line number."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Numbers of records that a batch created, changed or left as they are, and rejected lines."""

    created: int
    changed: int
    unchanged: int
    rejected: Rejected
    ended: Counter[str]
    """Numbers of grants that ended with it, by reason code."""


def import_accounts(
    run: Import, records: Mapping[int, AccountFacts], rejected: Rejected
) -> BatchResult:
    """Store these accounts, by line number, and keep the lines that were rejected already."""
    return _import(
        run, lambda session, facts: put_accounts(session, facts, actor=run.actor), records, rejected
    )


def import_services(
    run: Import, records: Mapping[int, ServiceFacts], rejected: Rejected
) -> BatchResult:
    """Store these services, by line number, and keep the lines that were rejected already."""
    return _import(
        run, lambda session, facts: put_services(session, facts, actor=run.actor), records, rejected
    )


def resolve_rejected(run: Import, *, began_at: datetime) -> None:
    """Resolve the lines of this file that its reading, begun then, did not reject again."""
    if run.dry_run:
        return
    with run.database.transaction() as session:
        rejected_records.resolve_lines(session, run.source, run.file, began_at=began_at)


_Store = Callable[[Session, Sequence[R]], UpsertResult]


def _import(
    run: Import, store: _Store[R], records: Mapping[int, R], rejected: Rejected
) -> BatchResult:
    """Store all in one transaction; where the database refuses a record, each in its own."""
    try:
        return _in_one_transaction(run, store, records, rejected)
    except NOT_STORABLE:
        if not records:
            raise
        if len(records) == 1:
            refused = dict.fromkeys(records, RejectedLine("refused_by_database"))
            return _in_one_transaction(run, store, {}, {**rejected, **refused})
    singly = [_import(run, store, {number: record}, {}) for number, record in records.items()]
    return _sum([*singly, _import(run, store, {}, rejected)])


def _in_one_transaction(
    run: Import, store: _Store[R], records: Mapping[int, R], rejected: Rejected
) -> BatchResult:
    opening = run.database.trial if run.dry_run else run.database.transaction
    with opening() as session:
        result = store(session, list(records.values()))
        numbers = {record.id: number for number, record in records.items()}
        refused = {numbers[id_]: _refusal(code) for id_, code in result.refused.items()}
        rejected = dict(sorted({**rejected, **refused}.items()))
        for number, line in rejected.items():
            defect = Defect(f"{run.file}:{number}", line.code, line.detail)
            rejected_records.reject(session, run.source, defect)
    created, changed = len(result.created), len(result.changed)
    unchanged = len(records) - len(refused) - created - changed
    ended = Counter(str(change.reason["code"]) for change in result.ended)
    return BatchResult(created, changed, unchanged, rejected, ended)


_DETAILS = {
    RecordRefusal.REFERENCE_TAKEN: "another account has this reference",
    RecordRefusal.ACCOUNT_UNKNOWN: "there is no such account: import the accounts first",
    RecordRefusal.NUMBER_TAKEN: "another active service has this number",
}


def _refusal(code: RecordRefusal) -> RejectedLine:
    return RejectedLine(code, _DETAILS[code])


def _sum(results: Sequence[BatchResult]) -> BatchResult:
    rejected = {number: line for each in results for number, line in each.rejected.items()}
    return BatchResult(
        created=sum(each.created for each in results),
        changed=sum(each.changed for each in results),
        unchanged=sum(each.unchanged for each in results),
        rejected=dict(sorted(rejected.items())),
        ended=sum((each.ended for each in results), Counter()),
    )
