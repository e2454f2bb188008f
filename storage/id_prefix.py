"""Finding rows by the beginning of their id, as people type it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class IdPrefix:
    """The first digits of an id. ``least`` and ``most``: the ids between which it lies."""

    digits: str
    least: UUID
    most: UUID

    @classmethod
    def parse(cls, typed: str) -> Self | None:
        """The prefix in ``typed``, with or without hyphens; None where it cannot begin an id."""
        digits = typed.lower().replace("-", "")
        if not re.fullmatch("[0-9a-f]{1,32}", digits):
            return None
        return cls(digits, UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f")))


def ids_with_prefix(
    connection: Connection, table: str, prefix: IdPrefix, *, where: str = "TRUE", limit: int = 5
) -> list[UUID]:
    """Up to ``limit`` ids of ``table`` that begin with ``prefix``, in order.

    ``table`` and ``where`` are SQL of the calling module, never input. A range: the primary key
    answers it, while the text of an id has no index.
    """
    statement = (
        f"SELECT id FROM {table} WHERE id BETWEEN :least AND :most AND {where}"
        " ORDER BY id LIMIT :limit"
    )
    asked = {"least": prefix.least, "most": prefix.most, "limit": limit}
    return list(connection.execute(text(statement), asked).scalars())


class Identified(StrEnum):
    """What can be found by the beginning of its id; the value is its table."""

    ACCOUNT = "account"
    COMPANY = "company"
    FREEZE = "suspension"
    MANDATE = "mandate"
    PERSON = "person"
    SERVICE = "service"
    SIGNING_RULE_READING = "signing_rule_reading"


_ONLY = {Identified.FREEZE: "kind = 'freeze'"}


def ids_of(connection: Connection, prefix: IdPrefix, *, of: Identified) -> list[UUID]:
    """Up to five of these whose id begins so."""
    return ids_with_prefix(connection, of, prefix, where=_ONLY.get(of, "TRUE"))
