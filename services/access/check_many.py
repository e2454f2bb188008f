"""Decide many questions about access together: one read, of one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.decisions import Decision, decide
from domain.access.grants import Grant
from domain.access.permissions import Permission
from domain.delegations.chains import Reader
from domain.identifiers import PersonKey
from services.access.check import (
    chains_behind,
    frozen_or_lacking,
    held_back,
    without_access,
)
from services.delegations.chains import Chain
from storage.access import many_queries
from storage.access.many_queries import Subject
from storage.database import Connection, Database
from storage.parties import people


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a person has a permission on an account, now or at the past moment ``at``."""

    person: UUID | PersonKey
    account_id: UUID
    permission: Permission
    service_id: UUID | None = None
    at: datetime | None = None


def check_many(
    database: Database, questions: Sequence[Question], reader: Callable[[Connection], Reader]
) -> tuple[list[Decision], Mapping[UUID, Chain]]:
    """Decide each question as ``check`` does, in their order; and the chains behind the grants.

    One statement reads the grants for all of them; where some are refused, three more read why,
    for all of these. Everything is of one moment.
    """
    with database.reading() as connection:
        asked = _subjects(connection, questions)
        found = many_queries.held_and_following(connection, asked)
        decisions = [
            decide(question.permission, grants.held, question.service_id, grants.following)
            for question, grants in zip(questions, found, strict=True)
        ]
        decisions = _with_why(connection, asked, [grants.held for grants in found], decisions)
        return decisions, chains_behind(connection, decisions, reader)


def _subjects(connection: Connection, questions: Sequence[Question]) -> list[Subject]:
    keys = {each.person for each in questions if isinstance(each.person, PersonKey)}
    known = people.ids_of(connection, list(keys)) if keys else {}

    def id_of(person: UUID | PersonKey) -> UUID | None:
        return person if isinstance(person, UUID) else known.get(person)

    return [Subject(id_of(each.person), each.account_id, each.at) for each in questions]


def _with_why(
    connection: Connection,
    asked: Sequence[Subject],
    held: Sequence[Sequence[Grant]],
    decisions: Sequence[Decision],
) -> list[Decision]:
    """The decisions, each no with what is frozen, or why the last grant ended."""
    told = list(decisions)
    numbers = [number for number, each in enumerate(decisions) if not each.allowed]
    if not numbers:
        return told
    over = many_queries.over(connection, [asked[number] for number in numbers])
    frozen = {n: held_back(each) for n, each in zip(numbers, over, strict=True)}
    without = [n for n in numbers if not held[n] and not frozen[n]]
    for number in set(numbers).difference(without):
        told[number] = frozen_or_lacking(told[number], frozen[number], held[number])
    if without:
        about = [asked[number] for number in without]
        past = many_queries.last_ended(connection, about)
        barred = many_queries.barred_since(connection, about)
        for number, ended, since in zip(without, past, barred, strict=True):
            told[number] = without_access(told[number], [ended] if ended else [], since)
    return told
