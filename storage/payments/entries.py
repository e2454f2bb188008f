"""Tables ``bank_entry`` and ``bank_statement``: what banks booked, each line once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.billing.money import Money
from domain.payments.matching import Candidate
from domain.payments.orders import Entry, Statement
from domain.payments.states import PaymentState
from domain.payments.words import EntryFault, EntryState
from storage.database import Connection, Session

_INSERT = text("""
INSERT INTO bank_entry (id, bank, bank_reference, is_numbered, statement_id, amount, currency,
    reference, booked_on, is_return, transfer_id, returned_reference, payer_name, state)
VALUES (:id, :bank, :bank_reference, :is_numbered, :statement, :amount, :currency,
    :reference, :booked_on, :is_return, :transfer_id, :returned_reference, :payer_name, 'unmatched')
ON CONFLICT (bank, bank_reference) DO NOTHING RETURNING id
""")
_IS_SAME = text("""
SELECT EXISTS (SELECT FROM bank_entry WHERE bank = :bank AND bank_reference = :bank_reference
    AND amount = :amount AND currency = :currency AND booked_on = :booked_on
    AND is_return = :is_return)
""")
# A payer's name is erased with the person: one that is not there says nothing.
_MAY_BE_KNOWN = text("""
SELECT EXISTS (SELECT FROM bank_entry e
    WHERE e.bank = :bank AND e.booked_on = :booked_on AND e.amount = :amount
        AND e.currency = :currency AND e.is_return = :is_return
        AND e.statement_id <> :statement AND NOT (e.is_numbered AND :is_numbered)
        AND ltrim(e.reference, '0') IS NOT DISTINCT FROM ltrim(CAST(:reference AS text), '0')
        AND COALESCE(e.transfer_id = :transfer_id, true)
        AND COALESCE(e.payer_name = :payer_name, true))
""")
_MATCH = text("""
UPDATE bank_entry SET state = 'matched', fault = NULL, payment_id = :payment WHERE id = :id
""")
_FAULT = text("UPDATE bank_entry SET fault = :fault WHERE id = :id")
_DECIDE = text("""
UPDATE bank_entry SET state = :state, payment_id = :payment, decided_at = clock_timestamp(),
    decided_by = :by
WHERE id = :id AND state = 'unmatched' RETURNING id
""")
_CANDIDATES = text("""
SELECT y.id, y.bank, y.state, y.amount, y.currency, y.bank_reference, y.created_at, EXISTS (
    SELECT FROM bank_entry e WHERE e.payment_id = y.id AND NOT e.is_return) AS has_entry
FROM payment y WHERE ltrim(y.reference, '0') = ltrim(:reference, '0')
ORDER BY y.id FOR NO KEY UPDATE OF y
""")
# The bank's number of the line says which one was taken back, else the id of the transfer. Payers
# choose that one at some banks: where several have it, the reference number tells them apart.
_RETURNED = text(f"""
SELECT payment_id FROM (
    SELECT e.payment_id, rank() OVER (ORDER BY CASE WHEN e.bank_reference = :returned THEN 0
        WHEN ltrim(e.reference, '0') = ltrim(CAST(:reference AS text), '0') THEN 1
        ELSE 2 END) AS place
    FROM bank_entry e
    JOIN payment y ON y.id = e.payment_id AND y.state <> '{PaymentState.RETURNED}'
    WHERE e.bank = :bank AND NOT e.is_return AND e.amount = :amount AND e.currency = :currency
        AND (e.bank_reference = :returned OR e.transfer_id = :transfer)
) AS found WHERE place = 1 LIMIT 2
""")
_RELEASE = text("""
UPDATE bank_entry SET state = 'unmatched', fault = :fault, payment_id = NULL,
    decided_at = NULL, decided_by = NULL
WHERE payment_id = :payment AND NOT is_return
""")
_LAST = text("""
SELECT statement_id FROM bank_statement WHERE bank = :bank ORDER BY place DESC LIMIT 1
""")
_READ = text("""
INSERT INTO bank_statement (bank, statement_id, entries, new_entries)
VALUES (:bank, :id, :entries, :new) ON CONFLICT DO NOTHING
""")


def insert(session: Session, bank: str, statement_id: str, entry: Entry) -> UUID | None:
    """Keep an entry, nobody's for now; returns its id. None: its number is kept already."""
    row = _row(bank, statement_id, entry) | {"id": uuid4()}
    return session.execute(_INSERT, row).scalar_one_or_none()


def is_same(session: Session, bank: str, entry: Entry) -> bool:
    """Return whether the entry that is kept under this number is this one."""
    return bool(session.execute(_IS_SAME, _row(bank, "", entry)).scalar_one())


def may_be_known(session: Session, bank: str, statement_id: str, entry: Entry) -> bool:
    """Return whether another statement had a line like this one, and no number tells them apart."""
    return bool(session.execute(_MAY_BE_KNOWN, _row(bank, statement_id, entry)).scalar_one())


def _row(bank: str, statement_id: str, entry: Entry) -> dict[str, Any]:
    return {
        "bank": bank,
        "bank_reference": entry.bank_reference,
        "is_numbered": entry.is_numbered,
        "statement": statement_id,
        "amount": entry.amount.amount,
        "currency": entry.amount.currency,
        "reference": entry.reference,
        "booked_on": entry.booked_on,
        "is_return": entry.is_return,
        "transfer_id": entry.transfer_id,
        "returned_reference": entry.returned_reference,
        "payer_name": entry.payer_name,
    }


def lock_candidates(session: Session, reference: str) -> Sequence[Candidate]:
    """Lock the payments whose invoice has this reference number, in the order of their ids."""
    return [
        Candidate(
            row.id,
            row.bank,
            PaymentState(row.state),
            Money(row.amount, row.currency),
            row.bank_reference,
            row.has_entry,
            row.created_at,
        )
        for row in session.execute(_CANDIDATES, {"reference": reference})
    ]


def returned_payment(connection: Connection | Session, bank: str, entry: Entry) -> UUID | None:
    """Return the payment whose money this entry takes back, the whole of it.

    None: there is none, or which of several is not known.
    """
    asked = {
        "bank": bank,
        "amount": entry.amount.amount,
        "currency": entry.amount.currency,
        "reference": entry.reference,
        "returned": entry.returned_reference,
        "transfer": entry.transfer_id,
    }
    found = connection.execute(_RETURNED, asked).scalars().all()
    return found[0] if len(found) == 1 else None


def matched(session: Session, id_: UUID, payment_id: UUID) -> None:
    """Record of which payment an entry is."""
    session.execute(_MATCH, {"id": id_, "payment": payment_id})


def unmatched(session: Session, id_: UUID, fault: EntryFault) -> None:
    """Record why it is not known what an entry is."""
    session.execute(_FAULT, {"id": id_, "fault": fault})


def release(session: Session, payment_id: UUID) -> None:
    """Let operations decide anew about the money of a payment that is no payment of it."""
    row = {"payment": payment_id, "fault": EntryFault.RELEASED}
    session.execute(_RELEASE, row)


def decide(
    session: Session, id_: UUID, state: EntryState, payment_id: UUID | None, *, by: str
) -> bool:
    """Record what operations decided about an unmatched entry; False: it is not unmatched."""
    row = {"id": id_, "state": state, "payment": payment_id, "by": by}
    return session.execute(_DECIDE, row).one_or_none() is not None


def last_statement(connection: Connection | Session, bank: str) -> str | None:
    """Return the id of the last statement of a bank that was read to its end; None: none was."""
    return connection.execute(_LAST, {"bank": bank}).scalar_one_or_none()


def statement_read(session: Session, bank: str, statement: Statement, new: int) -> None:
    """Record that a statement was read to its end. Repeating changes nothing."""
    row = {"bank": bank, "id": statement.id, "entries": len(statement.entries), "new": new}
    session.execute(_READ, row)
