"""Taking in what an operator's system tells: all of it, or a problem that says why not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from api.http.problems import Problem
from storage.accounts.accounts import Put
from storage.database import Database, Session

# Two systems that tell at once may both be told that the other has not: the database knows.
_CONFLICTS = {
    "uq_account_reference": "reference_taken",
    "uq_service_number_active": "number_taken",
    "fk_service_account_id_account": "account_unknown",
}


def take_in(database: Database, put: Callable[[Session], Put], told_id: UUID) -> bool:
    """Whether it was new. Raises Problem where it was refused."""
    try:
        with database.transaction() as session:
            done = put(session)
    except IntegrityError as error:
        raise Problem(_CONFLICTS[_constraint(error)]) from None
    if told_id in done.refused:
        raise Problem(done.refused[told_id])
    return told_id in done.created


def _constraint(error: IntegrityError) -> str:
    cause: Any = error.orig
    name: str = cause.diag.constraint_name
    return name
