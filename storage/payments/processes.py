"""The process that a payment has while something of it is to come; later another one."""

from uuid import UUID

from sqlalchemy import text

from domain.processes import ProcessType
from storage.database import Session
from storage.processes import processes

_END = text(f"""
WITH payment AS (
    UPDATE payment SET ended_at = clock_timestamp() WHERE id = :id AND ended_at IS NULL
    RETURNING process_id AS id
), process AS ({processes.ended("payment")})
SELECT count(*) FROM payment
""")
_AGAIN = text(f"""
WITH again AS (
    UPDATE payment SET process_id = :process, ended_at = NULL WHERE id = :id
    RETURNING process_id AS id, account_id
), process AS ({processes.asked("again", account_id="account_id")})
SELECT count(*) FROM again
""")


def end(session: Session, id_: UUID) -> None:
    """End the process of a locked payment: nothing of it is to come. Repeating changes nothing."""
    session.execute(_END, {"id": id_})


def begin_again(session: Session, id_: UUID, process_id: UUID, workflow_id: str) -> None:
    """Ask for another process of a locked payment, whose last one is over."""
    row = {"id": id_, "process": process_id, "workflow_id": workflow_id}
    session.execute(_AGAIN, row | processes.new(ProcessType.PAYMENT))
