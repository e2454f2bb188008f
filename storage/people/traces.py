"""Where a person is found: what they are recognised by, and the ids of rows that lead to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.identifiers import PersonKey
from domain.people.mentions import Identity
from domain.people.register_entries import is_sole_trader, names_of
from storage.database import Connection
from storage.people import free_texts, register_rows
from storage.people.free_texts import Mentions
from storage.people.register_rows import NamingRow

_PERSON = text("SELECT country, code, name, erased_at FROM person WHERE id = :person")
# A number belongs to whom the operator's records name, or to whom proved it last: numbers are given
# to others in the course of time, and what concerns those is not this person's.
_NUMBERS = text("""
SELECT s.number FROM service s LEFT JOIN account a ON a.id = s.account_id
WHERE s.number IS NOT NULL AND (s.user_id = :person OR a.person_id = :person)
UNION
SELECT number FROM (
    SELECT DISTINCT ON (number) number, person_id FROM verification
    WHERE state = 'verified' AND person_id IS NOT NULL AND number <> :erased
      AND number IN (SELECT number FROM verification
                     WHERE person_id = :person AND state = 'verified')
    ORDER BY number, created_at DESC
) latest WHERE person_id = :person
""")
_ACCOUNTS = text("SELECT id FROM account WHERE person_id = :person")
_VERIFICATIONS = text("""
SELECT id FROM verification
WHERE person_id = :person OR (person_id IS NULL AND number = ANY(:numbers))
""")
_ORDERS = text("""
SELECT id FROM service_order WHERE person_id = :person OR account_id = ANY(:accounts)
""")
_OPERATIONS = text("""
SELECT id FROM operation WHERE person_id = :person OR account_id = ANY(:accounts)
""")
_PAYMENTS = text("""
SELECT id, process_id FROM payment WHERE person_id = :person OR account_id = ANY(:accounts)
""")
_NOTICES = text("SELECT id FROM notice WHERE person_id = :person")
_COMPANIES = text("SELECT company_id FROM appointment WHERE person_id = :person")


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything by which rows about a person are found."""

    identity: Identity
    erased_at: datetime | None
    states: list[NamingRow]
    answers: list[NamingRow]
    states_in_words: list[NamingRow]
    """Without an entry of the person's: the words of the signing rule name them."""
    answers_in_words: list[NamingRow]
    mentions: Mentions
    accounts: list[UUID]
    """The person's own, closed ones too."""
    verifications: list[UUID]
    operations: list[UUID]
    notices: list[UUID]
    orders: list[UUID]
    """That the person placed, or that are on an account of theirs."""
    payments: list[UUID]
    """That the person started, or that are of an account of theirs; and their processes."""
    appointed_in: list[UUID]

    @property
    def companies(self) -> set[UUID]:
        """Companies that register states or appointments connect with the person."""
        return {row.company_id for row in self._naming} | {*self.appointed_in}

    @property
    def _naming(self) -> list[NamingRow]:
        named = (self.states, self.answers, self.states_in_words, self.answers_in_words)
        return [row for rows in named for row in rows]

    @property
    def sole_trader_of(self) -> set[UUID]:
        """Companies that are the person."""
        key = self.identity.key
        return {row.company_id for row in self.states if is_sole_trader(row.state, key)}

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of statements about the person."""
        answers = [*self.answers, *self.answers_in_words]
        processes = [*self.verifications, *self.operations, *self.notices, *self.orders]
        processes += self.payments
        return {
            "person": self.identity.id,
            "person_text": str(self.identity.id),
            "numbers": sorted(self.identity.numbers),
            "accounts": self.accounts,
            "verifications": self.verifications,
            "operations": self.operations,
            "notices": self.notices,
            "orders": self.orders,
            "processes": processes,
            "companies": sorted(self.companies),
            "sole_trader_of": sorted(self.sole_trader_of),
            "states": [row.id for row in (*self.states, *self.states_in_words)],
            "answer_runs": [row.id for row in answers],
            "answer_companies": [row.company_id for row in answers],
        } | {f"{table}_texts": list(found) for table, found in self.mentions.items()}


def read(connection: Connection, person_id: UUID, *, erased_number: str) -> Traces | None:
    """Find the traces of a person; None: there is no such person.

    Reads register states and free texts as a whole: seconds where there are many.
    """
    own: dict[str, Any] = {"person": person_id, "erased": erased_number}
    person = connection.execute(_PERSON, own).one_or_none()
    if person is None:
        return None
    country, code, name, erased_at = person
    key = PersonKey(country, code)
    own["numbers"] = numbers = _column(connection, _NUMBERS, own)
    own["accounts"] = accounts = _column(connection, _ACCOUNTS, own)
    states = register_rows.states_naming(connection, key)
    answers = register_rows.answers_naming(connection, key)
    named = {name}.union(*(names_of(row.state, key) for row in (*states, *answers))) - {""}
    identity = Identity(person_id, key, frozenset(named), frozenset(numbers))
    return Traces(
        identity=identity,
        erased_at=erased_at,
        states=states,
        answers=answers,
        states_in_words=register_rows.states_mentioning(connection, identity),
        answers_in_words=register_rows.answers_mentioning(connection, identity),
        mentions=free_texts.mentions(connection, identity),
        accounts=accounts,
        verifications=_column(connection, _VERIFICATIONS, own),
        operations=_column(connection, _OPERATIONS, own),
        notices=_column(connection, _NOTICES, own),
        orders=_column(connection, _ORDERS, own),
        payments=_payments(connection, own),
        appointed_in=_column(connection, _COMPANIES, own),
    )


def _column(connection: Connection, statement: Any, parameters: dict[str, Any]) -> list[Any]:
    return list(connection.execute(statement, parameters).scalars())


def _payments(connection: Connection, parameters: dict[str, Any]) -> list[UUID]:
    return sorted({id_ for row in connection.execute(_PAYMENTS, parameters) for id_ in row})
