"""Store one record of an account or a service, or say why it is refused."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.accounts import RecordRefusal
from domain.audit import Actor
from domain.delegations.departures import DepartureRules
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.accounts.upserts import UpsertResult

_CONFLICTS = {
    "uq_account_reference": RecordRefusal.REFERENCE_TAKEN,
    "uq_service_own_number": RecordRefusal.NUMBER_TAKEN,
    "fk_service_account_id_account": RecordRefusal.ACCOUNT_UNKNOWN,
}


class RecordRefused(Exception):
    """The record cannot be stored. The transaction that raised this must be rolled back."""

    def __init__(self, refusal: RecordRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def put_account(
    session: Session, facts: AccountFacts, on_departure: DepartureRules, *, actor: Actor
) -> bool:
    """Create or update an account; returns whether it is new. Raises RecordRefused."""
    try:
        put = put_accounts(session, [facts], on_departure=on_departure, actor=actor)
        return bool(put.created)
    except IntegrityError as error:
        raise _conflict(error) from None


def put_service(session: Session, facts: ServiceFacts, *, actor: Actor) -> UpsertResult:
    """Create or update a service. Raises RecordRefused."""
    try:
        return put_services(session, [facts], actor=actor)
    except IntegrityError as error:
        raise _conflict(error) from None


def _conflict(error: IntegrityError) -> RecordRefused:
    cause: Any = error.orig
    return RecordRefused(_CONFLICTS[cause.diag.constraint_name])
