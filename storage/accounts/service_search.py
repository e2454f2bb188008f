"""Find services of one account: by what they are called, their number, kind, state or package.

Named ones first, by name, then by number; ended ones last. A cursor names the row, not its name.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.accounts import ServiceKind, ServiceStatus
from domain.sort_keys import sort_key
from storage.accounts.service_queries import ServiceRead

_FEWEST_DIGITS = 2
"""Fewer are part of a name, and not of a number."""
_NUMBER = re.compile(r"[+\d\s()-]+")


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    """Which services to list: those for which all of these hold. None: any."""

    words: str | None = None
    """Part of the name, or of the number."""
    kind: ServiceKind | None = None
    status: ServiceStatus | None = None
    package: str | None = None

    def asked(self) -> dict[str, Any]:
        """The filter as parameters of the statement."""
        words = self.words or ""
        digits = re.sub(r"\D", "", words) if _NUMBER.fullmatch(words) else ""
        return {
            "key": sort_key(words) or None,
            "digits": digits if len(digits) >= _FEWEST_DIGITS else None,
            "kind": self.kind,
            "status": self.status,
            "package": self.package,
        }


@dataclass(frozen=True, slots=True)
class SeenServices:
    """What somebody sees of an account's services. None: all of them."""

    services: Collection[UUID] | None = None
    numbers: Collection[UUID] | None = None
    """Those whose numbers they see: they are found by no other number."""
    packages: Collection[UUID] | None = None
    """Those whose packages they see."""

    def asked(self) -> dict[str, Any]:
        """The sets as parameters of the statement."""
        return {
            "only": None if self.services is None else list(self.services),
            "numbers": None if self.numbers is None else list(self.numbers),
            "packages": None if self.packages is None else list(self.packages),
        }


def _among(name: str) -> str:
    return f"(CAST(:{name} AS uuid[]) IS NULL OR s.id = ANY(:{name}))"


_NUMBER_SEEN = f"CASE WHEN {_among('numbers')} THEN COALESCE(s.number, '') ELSE '' END"
# As ``domain.inventory.characteristics.should_be``: what an order set, else what was told.
_PACKAGE = f"CASE WHEN {_among('packages')} THEN (s.told || s.wanted) ->> 'package' END"
_PLACE = f"s.status = 'ended', s.sort_key = '', s.sort_key, {_NUMBER_SEEN}, s.id"
_FOUND = text(f"""
SELECT s.id, s.account_id, s.kind, s.number, s.name, s.status FROM service s
WHERE s.account_id = :account AND {_among("only")}
  AND (CAST(:kind AS text) IS NULL OR s.kind = :kind)
  AND (CAST(:status AS text) IS NULL OR s.status = :status)
  AND (CAST(:package AS text) IS NULL OR {_PACKAGE} = :package)
  AND (CAST(:key AS text) IS NULL OR position(:key IN s.sort_key) > 0
      OR CAST(:digits AS text) IS NOT NULL AND position(:digits IN {_NUMBER_SEEN}) > 0)
  AND (CAST(:after AS uuid) IS NULL
      OR ({_PLACE}) > (SELECT {_PLACE} FROM service s WHERE s.id = :after))
ORDER BY {_PLACE} LIMIT :limit
""")
_PACKAGES = text(f"""
SELECT DISTINCT {_PACKAGE} AS package FROM service s
WHERE s.account_id = :account AND {_among("only")} AND s.status <> 'ended'
  AND {_PACKAGE} IS NOT NULL
ORDER BY package
""")


def found(
    connection: Connection,
    account_id: UUID,
    which: ServiceFilter,
    seen: SeenServices,
    *,
    after: UUID | None,
    limit: int,
) -> list[ServiceRead]:
    """Return up to ``limit`` services of this account, after the one in ``after``."""
    asked = {"account": account_id, "after": after, "limit": limit}
    return [
        ServiceRead(
            row.id,
            row.account_id,
            ServiceKind(row.kind),
            row.number,
            row.name,
            ServiceStatus(row.status),
        )
        for row in connection.execute(_FOUND, asked | which.asked() | seen.asked())
    ]


def packages(connection: Connection, account_id: UUID, seen: SeenServices) -> list[str]:
    """Return the packages that services of this account have which did not end."""
    asked = {"account": account_id} | seen.asked()
    asked.pop("numbers")
    return list(connection.execute(_PACKAGES, asked).scalars())
