"""Read one event, and whether the owner of its account or the person it is about may see it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from domain.audit import FOR_REPRESENTATIVES, GENESIS, EventKind
from storage.audit.event_queries import BESIDE, NAMES, OWNER_CHANGE, NamedEvent, named, owned_from
from storage.audit.events import COLUMNS, Event


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event and its place in the hash chain."""

    named: NamedEvent
    position: int | None
    """None: it is not sealed yet. So is ``hash``."""
    hash: str | None
    previous_hash: str | None
    """The hash of the position before, over which ``hash`` is made too."""
    changes_owner: bool
    """Whether an account went to another owner, whose predecessor it names."""

    def is_about(self, person_id: UUID) -> bool:
        """Return whether it is an event of this person's own history."""
        return self.named.event.person_id == person_id and not self.changes_owner


_ONE = text(f"""
SELECT s.position, s.hash,
    CASE s.position WHEN 1 THEN :genesis
        ELSE (SELECT hash FROM event_seal b WHERE b.position = s.position - 1) END,
    {OWNER_CHANGE}, {NAMES}, {COLUMNS}
FROM event e LEFT JOIN event_seal s ON s.event_id = e.id {BESIDE}
WHERE e.id = :id
""")


def find(connection: Connection, event_id: int) -> PlacedEvent | None:
    """Return the event with this id, None where there is none."""
    row = connection.execute(_ONE, {"id": event_id, "genesis": GENESIS}).one_or_none()
    if row is None:
        return None
    return PlacedEvent(named(row[4:]), *row[:4])


def is_in_history(
    connection: Connection, event: Event, account_id: UUID, *, proposals_too: bool
) -> bool:
    """Return whether this event of the account is in its owner's ``history``.

    It is since the account got its owner, and is no notice: of an offer that is not accepted yet, a
    notice would tell who is behind the personal code. ``proposals_too`` as there.
    """
    if event.kind in FOR_REPRESENTATIVES and not proposals_too:
        return False
    return event.kind != EventKind.NOTICE_CREATED and event.id > owned_from(connection, account_id)
