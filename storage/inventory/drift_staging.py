"""Stages networks' lists by COPY, page by page, each with the place where the next one begins."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.inventory.drift import NUMBER, kept_of
from domain.provisioning.network_services import ListedService, ServicePage
from domain.provisioning.targets import Target, TargetKind
from storage.database import Connection, Session
from storage.inventory import drift_checks
from storage.requests import operations

_PLACE = text("""
SELECT following, first, EXISTS (
    SELECT FROM target WHERE name = :target AND state <> 'available') AS is_paused
FROM drift_network WHERE check_id = :check AND network = :network AND outcome IS NULL
""")
# Of two attempts at a page the one that commits first counts.
_ADVANCE = text("""
UPDATE drift_network SET following = COALESCE(:following, following), first = :first,
    shown = shown + :shown, rejected = rejected + :rejected, total = COALESCE(:total, total),
    outcome = CASE WHEN CAST(:following AS int) IS NULL THEN 'complete' END
WHERE check_id = :check AND network = :network AND following = :offset AND outcome IS NULL
RETURNING shown
""")
_DONE = text(operations.ITEM_DONE)
_SHOWN = text("SELECT sum(shown) FROM drift_network WHERE check_id = :check")
_COPY = """
COPY drift_staged (check_id, network, read_at, network_id, state, number, has, is_changing)
FROM STDIN
"""


class Place(NamedTuple):
    """Where the reading of a network's list goes on."""

    offset: int
    first: str | None
    """Id of the first service of the page before; None: there was none."""
    is_paused: bool = False
    """Nothing is sent to the network now."""


def place(connection: Connection, check_id: UUID, network: str) -> Place | None:
    """Return where the next page begins; None: the list is read, or given up."""
    target = Target.of(TargetKind.NETWORK, network)
    asked = {"check": check_id, "network": network, "target": target.name}
    found = connection.execute(_PLACE, asked).one_or_none()
    return None if found is None else Place(*found)


def stage(
    session: Session,
    check_id: UUID,
    network: str,
    page: ServicePage,
    *,
    before: Place,
    read_at: datetime,
) -> None:
    """Stage a page that was read from ``before`` on, once however often it is called.

    A page that begins like the one before it is that one: the network knows no pages. It ends the
    list. ``read_at``: before the page was asked for.
    """
    if not drift_checks.is_open(session, check_id):
        return
    first = page.services[0].network_id if page.services else None
    is_again = first is not None and first == before.first
    services = [] if is_again else page.services
    advance = {
        "following": None if is_again else page.following,
        "first": first,
        "shown": len(services),
        "rejected": 0 if is_again else page.unreadable,
        "total": page.total,
    }
    ours = {"check": check_id, "network": network}
    if session.execute(_ADVANCE, advance | ours | {"offset": before.offset}).one_or_none():
        _copy(session, (check_id, network, read_at), services)
        done = session.execute(_SHOWN, {"check": check_id}).scalar_one()
        session.execute(_DONE, {"id": check_id, "done": done})


def _copy(
    session: Session, of_page: tuple[UUID, str, datetime], services: Iterable[ListedService]
) -> None:
    page = "\t".join(_text(str(each)) for each in of_page)
    cursor = session.connection().connection.cursor()
    with cursor.copy(_COPY) as copy:
        copy.write("".join(f"{page}\t{_line(each)}\n" for each in services))


def _line(listed: ListedService) -> str:
    service = listed.service
    number = service.settings.get(NUMBER)
    values = (
        listed.network_id,
        service.state,
        number if isinstance(number, str) else None,
        json.dumps(kept_of(service.settings)),
        "t" if service.is_changing else "f",
    )
    return "\t".join(map(_text, values))


def _text(value: str | None) -> str:
    r"""Write a value as COPY reads it; None: ``\N``."""
    return r"\N" if value is None else value.translate(_ESCAPED)


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
