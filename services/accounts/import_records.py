"""Kinds of records that are imported from files, and why a line is rejected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from domain.accounts import RecordRefusal
from domain.audit import Actor
from domain.contracts.sizes import SizeRefusal
from domain.contracts.told import ToldRefusal
from domain.delegations.departures import DepartureRules
from domain.delegations.refusals import DelegationRefusal
from domain.numbers.sms_texts import Language
from runtime import texts
from storage.accounts import import_rules
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.import_lines import RefusedLine
from storage.accounts.import_rules import Table
from storage.accounts.services import ServiceFacts, put_services
from storage.accounts.upserts import UpsertResult
from storage.database import Session


class Record(Protocol):
    """A record that can be stored: something with an id."""

    @property
    def id(self) -> UUID: ...


R = TypeVar("R", bound=Record)
R_contra = TypeVar("R_contra", bound=Record, contravariant=True)


class Put(Protocol[R_contra]):
    """Stores records and aligns access with them, in the caller's transaction."""

    def __call__(
        self, session: Session, facts: Iterable[R_contra], /, *, actor: Actor
    ) -> UpsertResult: ...


@dataclass(frozen=True, slots=True)
class RecordKind(Generic[R]):
    """One kind of records: what their lines are judged by, and how they are stored."""

    name: str
    table: Table
    claim: Callable[[R], str | None]
    """What no other record may have."""
    party: Callable[[R], UUID]
    """The account."""
    put: Put[R]


SERVICES: RecordKind[ServiceFacts] = RecordKind(
    "services",
    import_rules.SERVICES,
    claim=lambda service: service.own_number,
    party=lambda service: service.account_id,
    put=put_services,
)


def accounts(on_departure: DepartureRules) -> RecordKind[AccountFacts]:
    """Return accounts as a kind of record; ``on_departure``: what follows when somebody left."""
    return RecordKind(
        "accounts",
        import_rules.ACCOUNTS,
        claim=lambda account: account.reference,
        party=lambda account: account.id,
        put=partial(put_accounts, on_departure=on_departure),
    )


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """Why a line is not stored: a stable code, and a text that never repeats the line."""

    code: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


_DETAILS: dict[str, str] = {
    RecordRefusal.REFERENCE_TAKEN: "another account has this reference",
    RecordRefusal.ACCOUNT_UNKNOWN: "there is no such account: import the accounts first",
    RecordRefusal.NUMBER_TAKEN: "another active service has this number",
    SizeRefusal.OUTDATED: "a size as of a later day is known",
    SizeRefusal.NOT_OF_OWNER: "the owner of the account cannot be of this size",
    ToldRefusal.STARTED_HERE: "the contract was started here",
    ToldRefusal.INCOMPLETE: "a service is unknown or on another account: import services first",
    ToldRefusal.DECIDED_HERE: "the contract was ended or suspended here, and the file says not",
}
_CONTRADICTIONS: dict[str, str] = {
    "duplicate": "the same id as in line",
    RecordRefusal.REFERENCE_TAKEN: "the same reference as in line",
    RecordRefusal.NUMBER_TAKEN: "the same number as in line",
}


def rejection(line: RefusedLine) -> RejectedLine:
    """Why a line was refused, for whoever wrote the file."""
    if line.other is not None:
        return RejectedLine(line.code, f"{_CONTRADICTIONS[line.code]} {line.other}")
    return RejectedLine(line.code, line.detail or _detail(line.code))


def _detail(code: str) -> str:
    if code in set(DelegationRefusal):
        return texts.text(f"refusal.{code}", Language.ENGLISH)
    return _DETAILS.get(code, "")
