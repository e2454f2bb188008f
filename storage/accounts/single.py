"""Store one record of an account or a service, or say why it is refused."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.accounts import RecordRefusal
from domain.audit import Actor
from storage.accounts.accounts import AccountFacts, UpsertResult, put_accounts
from storage.accounts.services import ServiceFacts, put_services

# Two records that arrive at once each pass the check before the other is stored; then the
# constraint decides.
_CONFLICTS = {
    "uq_account_reference": RecordRefusal.REFERENCE_TAKEN,
    "uq_service_number_active": RecordRefusal.NUMBER_TAKEN,
    "fk_service_account_id_account": RecordRefusal.ACCOUNT_UNKNOWN,
}


class RecordRefused(Exception):
    """The record cannot be stored. The transaction that raised this must be rolled back."""

    def __init__(self, refusal: RecordRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def put_account(session: Session, facts: AccountFacts, *, actor: Actor) -> bool:
    """Create or update an account; returns whether it is new. Raises RecordRefused."""
    try:
        return _created(facts.id, put_accounts(session, [facts], actor=actor))
    except IntegrityError as error:
        raise _conflict(error) from None


def put_service(session: Session, facts: ServiceFacts, *, actor: Actor) -> bool:
    """Create or update a service; returns whether it is new. Raises RecordRefused."""
    try:
        return _created(facts.id, put_services(session, [facts], actor=actor))
    except IntegrityError as error:
        raise _conflict(error) from None


def _created(record_id: UUID, result: UpsertResult) -> bool:
    refusal = result.refused.get(record_id)
    if refusal is not None:
        raise RecordRefused(refusal)
    return record_id in result.created


def _conflict(error: IntegrityError) -> RecordRefused:
    cause: Any = error.orig
    return RecordRefused(_CONFLICTS[cause.diag.constraint_name])
