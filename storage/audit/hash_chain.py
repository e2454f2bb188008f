"""The hash chain over the whole history: ``seal`` adds events to it, ``verify`` recomputes it.

Writers never wait for the chain: they insert events freely, and one sealer at a time (whoever
holds the lock) gives committed events their position and hash, in the order of their ids. That
order is also the order of the feed. Why: docs/decisions/0004-event-chain.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, text
from sqlmodel import Session

from domain.audit import GENESIS, EventKind, chained
from domain.chain_heads import ChainHead, HeadComparison
from storage import locks
from storage.audit.chain_links import Link, line, stream
from storage.audit.event_notes import erasure_recorded_by
from storage.audit.events import COLUMNS, Event
from storage.database import Database
from storage.locks import Purpose

_TAKE = text(f"""
WITH taken AS (
    DELETE FROM event_to_seal
    WHERE event_id IN (SELECT event_id FROM event_to_seal ORDER BY event_id LIMIT :most)
    RETURNING event_id
)
SELECT {COLUMNS} FROM taken JOIN event e ON e.id = taken.event_id ORDER BY e.id
""")

_SEAL = text("""
INSERT INTO event_seal (position, event_id, hash)
SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:ids AS bigint[]), CAST(:hashes AS text[]))
""")

_HEAD = text("""
SELECT COALESCE(max(position), 0) AS position, clock_timestamp() AS at,
       COALESCE((SELECT hash FROM event_seal ORDER BY position DESC LIMIT 1), :genesis) AS digest
FROM event_seal
""")
_HASH = text("SELECT hash FROM event_seal WHERE position = :position")


def head(connection: Connection) -> ChainHead:
    """The chain's head now: its last position and hash, by the database's clock."""
    row = connection.execute(_HEAD, {"genesis": GENESIS}).one()
    return ChainHead(row.position, row.digest, row.at)


def contains(connection: Connection, head: ChainHead) -> bool:
    """Return whether the chain still has the hash of this head at its position."""
    if head.position == 0:
        return True
    found = connection.execute(_HASH, {"position": head.position}).scalar_one_or_none()
    return found == head.digest


def seal(session: Session, *, most: int = 5000) -> int:
    """Seal up to ``most`` waiting events; returns how many. 0 also where another is sealing."""
    if not locks.try_lock(session, Purpose.EVENT_SEALING):
        return 0
    taken = [Event(*row) for row in session.execute(_TAKE, {"most": most})]
    if not taken:
        return 0
    last = head(session.connection())
    position, previous = last.position, last.digest
    hashes = []
    for event in taken:
        previous = chained(previous, line(event))
        hashes.append(previous)
    positions = list(range(position + 1, position + 1 + len(taken)))
    session.execute(
        _SEAL, {"positions": positions, "ids": [event.id for event in taken], "hashes": hashes}
    )
    return len(taken)


def seal_all(database: Database) -> int:
    """Seal all waiting events, a few thousand in each transaction; returns how many."""
    sealed = 0
    while True:
        with database.transaction() as session:
            batch = seal(session)
        if not batch:
            return sealed
        sealed += batch


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of verifying the chain."""

    checked: int
    """Positions before the first that is broken."""
    unsealed: int
    head: str
    """The last hash. A copy kept elsewhere also shows whether the chain's end was cut off."""
    broken_at: int | None = None
    """The first position where the chain is broken. None: it is whole."""
    fault: str | None = None
    further: tuple[tuple[int, str], ...] = ()
    """Further positions where it is broken, and how: the first ten. What comes after a break is
    verified from the hash that is stored there, so one forged line hides no other."""
    erased_notes: int = 0
    """How many events had a note that was erased since."""
    heads: int = 0
    """How many published heads the chain was compared with."""
    agrees_to: int | None = None
    """The last position at which a published head agrees with the chain. None: there is none."""


_MOST_FAULTS = 11
_UNSEALED = text("SELECT count(*) FROM event_to_seal")
# An event that is neither sealed nor waiting was inserted without the trigger.
_STRAYS = text("""
SELECT count(*) FROM event e
WHERE NOT EXISTS (SELECT FROM event_seal s WHERE s.event_id = e.id)
  AND NOT EXISTS (SELECT FROM event_to_seal w WHERE w.event_id = e.id)
""")
_WAITING_ERASURES = text("""
SELECT e.kind, e.reason FROM event e JOIN event_to_seal w ON w.event_id = e.id
WHERE e.kind = :kind
""")


def verify(database: Database, heads: Iterable[ChainHead] = ()) -> Verdict:
    """Recompute the whole chain, streaming. Detects changed, removed, added and moved events.

    A chain that was recomputed as a whole, or whose end was cut off, contradicts ``heads``: heads
    that were published before, and whose signature the caller has checked.
    """
    with database.reading() as connection:
        unsealed: int = connection.execute(_UNSEALED).scalar_one()
        strays: int = connection.execute(_STRAYS).scalar_one()
        notes = _Notes.of(connection)
        comparison = HeadComparison.of(heads)
        faults: list[tuple[int, str]] = []
        last, intact = (0, GENESIS), (0, GENESIS)
        for link in stream(connection):
            if fault := link.fault(*last):
                faults.append((link.position, fault.text))
            last = link.position, link.hash
            intact = intact if faults else last
            notes.read(link)
            comparison.read(*last)
            del faults[_MOST_FAULTS:]
    faults += filter(None, (comparison.fault(), notes.fault()))
    if strays:
        faults.append((last[0] + 1, f"{strays} events are neither sealed nor waiting to be sealed"))
    broken_at, first = faults[0] if faults else (None, None)
    checked, head_ = intact
    return Verdict(
        checked,
        unsealed,
        head_,
        broken_at,
        first,
        tuple(faults[1:]),
        erased_notes=len(notes.gone),
        heads=comparison.compared,
        agrees_to=comparison.agrees_to,
    )


@dataclass(slots=True)
class _Notes:
    """Events without their note, and those among them whose erasure another event records."""

    gone: dict[int, int] = field(default_factory=dict)
    """Event ids by position."""
    recorded: set[tuple[str, int] | None] = field(default_factory=set)

    @classmethod
    def of(cls, connection: Connection) -> "_Notes":
        """Begin with the erasures that are recorded and not yet sealed."""
        rows = connection.execute(_WAITING_ERASURES, {"kind": EventKind.NOTE_ERASED})
        return cls(recorded={erasure_recorded_by(kind, reason) for kind, reason in rows})

    def read(self, link: Link) -> None:
        if link.event is None:
            return
        if link.is_note_erased:
            self.gone[link.position] = link.event.id
        self.recorded.add(erasure_recorded_by(link.event.kind, link.event.reason))

    def fault(self) -> tuple[int, str] | None:
        for position, event_id in self.gone.items():
            if not self.recorded & {("position", position), ("event_id", event_id)}:
                return position, (
                    "the note of this position's event is gone, and no event records that it was"
                    " erased"
                )
        return None
