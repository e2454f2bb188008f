"""Rows of services: how facts are upserted, and what an upsert found and changed."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceStatus
from domain.audit import EventKind
from storage.audit.events import NewEvent

_SIM = "iccid"


class UpsertedService(NamedTuple):
    """A service that was created or changed."""

    id: UUID
    account_id: UUID
    kind: str
    status: str
    user_id: UUID | None
    told: Mapping[str, Any]
    old_account_id: UUID | None
    """None: it is new."""
    old_status: str | None
    old_user_id: UUID | None
    old_told: Mapping[str, Any] | None
    number: str | None
    old_number: str | None

    @property
    def has_other_number(self) -> bool:
        """Whether it had another number before."""
        return self.old_account_id is not None and self.number != self.old_number

    @property
    def has_other_user(self) -> bool:
        """Whether another person was its user before. One who only becomes known is no change."""
        return self.old_user_id not in {None, self.user_id}

    @property
    def has_other_sim(self) -> bool:
        """Whether another SIM is told than before."""
        told, old = self.told.get(_SIM), (self.old_told or {}).get(_SIM)
        return None not in {told, old} and told != old

    @property
    def has_moved(self) -> bool:
        """Whether another account has it now."""
        return self.old_account_id not in {None, self.account_id}

    @property
    def is_lost(self) -> bool:
        """Whether the account that had it lost it: it ended or moved to another one."""
        if self.old_account_id is None:
            return False
        return self.status == ServiceStatus.ENDED or self.has_moved

    def event(self) -> NewEvent:
        """The event of the change: ids and codes, and of characteristics the names."""
        existed = self.old_account_id is not None
        before = {"account_id": str(self.old_account_id), "status": self.old_status}
        after = {"account_id": str(self.account_id), "status": self.status, "kind": self.kind}
        named = {"characteristics": told} if (told := self._told_anew()) else {}
        return NewEvent(
            EventKind.SERVICE_CHANGED if existed else EventKind.SERVICE_CREATED,
            subject_id=self.id,
            account_id=self.account_id,
            before=before if existed else None,
            after=after | named,
        )

    def _told_anew(self) -> list[str]:
        """Names of the characteristics that are told differently, or no more."""
        old = self.old_told or {}
        return sorted(
            name
            for name in {*old, *self.told}
            if (name in old, old.get(name)) != (name in self.told, self.told.get(name))
        )


# What orders set for one owner says nothing of what the next one wants.
PUT = text("""
WITH facts AS (
    SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        id uuid, account_id uuid, kind text, number text, name text, status text, user_id uuid,
        network text, characteristics jsonb)
), before AS (
    SELECT s.* FROM service s JOIN facts f ON f.id = s.id ORDER BY s.id FOR UPDATE OF s
), put AS (
    INSERT INTO service AS s (
        id, account_id, kind, number, name, status, user_id, network, told, told_at)
    SELECT f.id, f.account_id, f.kind, f.number, f.name, f.status, f.user_id, f.network,
        f.characteristics, CASE WHEN f.characteristics <> '{}' THEN now() END
    FROM facts f LEFT JOIN before b ON b.id = f.id ORDER BY f.id
    ON CONFLICT (id) DO UPDATE
    SET account_id = EXCLUDED.account_id, kind = EXCLUDED.kind, number = EXCLUDED.number,
        name = EXCLUDED.name, status = EXCLUDED.status, user_id = EXCLUDED.user_id,
        network = EXCLUDED.network, network_id = CASE
            WHEN s.network IS NOT DISTINCT FROM EXCLUDED.network THEN s.network_id END,
        number_since = CASE WHEN s.number IS NOT DISTINCT FROM EXCLUDED.number
            THEN s.number_since ELSE clock_timestamp() END,
        told = EXCLUDED.told,
        told_at = CASE WHEN s.told = EXCLUDED.told THEN s.told_at ELSE now() END,
        wanted = CASE WHEN s.account_id = EXCLUDED.account_id THEN s.wanted ELSE '{}' END,
        wanted_version = s.wanted_version
            + CAST(s.account_id <> EXCLUDED.account_id AND s.wanted <> '{}' AS int),
        updated_at = now()
    WHERE (s.account_id, s.kind, s.number, s.name, s.status, s.user_id, s.network, s.told)
        IS DISTINCT FROM (EXCLUDED.account_id, EXCLUDED.kind, EXCLUDED.number, EXCLUDED.name,
            EXCLUDED.status, EXCLUDED.user_id, EXCLUDED.network, EXCLUDED.told)
    RETURNING s.id, s.account_id, s.kind, s.status, s.user_id, s.told, s.number
)
SELECT p.id, p.account_id, p.kind, p.status, p.user_id, p.told,
    b.account_id, b.status, b.user_id, b.told, p.number, b.number
FROM put p LEFT JOIN before b ON b.id = p.id ORDER BY p.id
""")
"""Creates or updates services; returns an ``UpsertedService`` for each that is new or changed."""
