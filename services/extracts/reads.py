"""Use cases of readers: the extracts of an account, and one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.permissions import Permission
from domain.access.sight import Sight
from domain.accounts import ServiceLabel
from domain.call_details.extracts import ExtractState
from services.call_details.holders import holder_of
from services.errors import NotFound
from storage.access import grant_queries
from storage.accounts import service_queries
from storage.audit import event_queries
from storage.database import Connection
from storage.extracts import extract_queries
from storage.extracts.extract_queries import NamedExtract
from storage.extracts.rows import StoredExtract

SERVICES_SHOWN = 100
"""Services of an extract whose labels are shown."""


@dataclass(frozen=True, slots=True)
class SeenExtract:
    """An extract as somebody sees it who has access to its account."""

    extract: StoredExtract
    made_by: str
    purpose: str | None
    """Purpose, in the maker's words."""
    is_mine: bool
    services: Sequence[ServiceLabel]
    """Labels of the services that the reader sees: all, or the first of them."""
    may_download: bool

    @property
    def sees_count(self) -> bool:
        """Whether the reader is told how many rows, and bytes, it has."""
        return self.is_mine or self.extract.tells_count

    @property
    def may_cancel(self) -> bool:
        """Return whether the reader may cancel it before it is made."""
        return self.is_mine and self.extract.is_open

    @property
    def may_delete(self) -> bool:
        """Return whether the reader may delete it."""
        return self.is_mine and not self.extract.is_open


def list_extracts(
    connection: Connection,
    account_id: UUID,
    person_id: UUID,
    zone: ZoneInfo,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[SeenExtract]:
    """Return extracts of an account, the newest first: one's own, or all with call_details:view.

    What was asked for under an earlier owner is nobody's. Raises NotFound where this person does
    not see the account.
    """
    viewer = viewer_of(connection, account_id, person_id, zone)
    only = None if viewer.sees_all else person_id
    since = event_queries.owned_since(connection, account_id)
    found = extract_queries.of_account(
        connection, account_id, person_id=only, since=since, before=before, limit=limit
    )
    return _seen(connection, account_id, viewer, found)


def seen_extract(
    connection: Connection, account_id: UUID, extract_id: UUID, person_id: UUID, zone: ZoneInfo
) -> SeenExtract:
    """Return an extract that this person sees. Raises NotFound."""
    viewer = viewer_of(connection, account_id, person_id, zone)
    found = extract_queries.one(connection, account_id, extract_id)
    if found is None or not (viewer.sees_all or found.extract.person_id == person_id):
        raise NotFound
    since = event_queries.owned_since(connection, account_id)
    if since is not None and found.extract.requested_at < since:
        raise NotFound
    return _seen(connection, account_id, viewer, [found])[0]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody with access to an account."""

    person_id: UUID
    sight: Sight
    zone: ZoneInfo

    @property
    def sees_all(self) -> bool:
        """Return whether they see that others have made extracts, and of what."""
        return self.sight.sees(Permission.CALL_DETAILS_VIEW)

    def sees_any(self, service_id: UUID, permission: Permission) -> bool:
        """Return whether they see what this permission shows; its call details name it as well."""
        either = (permission, Permission.CALL_DETAILS_VIEW)
        return any(self.sight.sees(each, service_id) for each in either)


def viewer_of(connection: Connection, account_id: UUID, person_id: UUID, zone: ZoneInfo) -> Viewer:
    """Return what a person sees of an account's extracts. Raises NotFound: nothing of it."""
    sight = Sight(grant_queries.held(connection, person_id, account_id))
    if not sight.sees_account:
        raise NotFound
    return Viewer(person_id, sight, zone)


def may_have(connection: Connection, extract: StoredExtract, zone: ZoneInfo) -> bool:
    """Return whether whoever asked for an extract still may: at that level, on all its services."""
    holder = holder_of(connection, extract.person_id, extract.account_id, zone)
    which = extract.terms.which
    return extract.terms.level in holder.levels_of_all(which.services, which.period.start)


def _seen(
    connection: Connection, account_id: UUID, viewer: Viewer, found: Sequence[NamedExtract]
) -> list[SeenExtract]:
    ids = {id_ for each in found for id_ in _first(each.extract)}
    labels = service_queries.labels(connection, [account_id], ids)
    shown = {
        id_: service.label(with_number=viewer.sees_any(id_, Permission.NUMBER_VIEW))
        for id_, service in labels.items()
        if viewer.sees_any(id_, Permission.SERVICE_VIEW)
    }
    return [_as_seen(connection, each, viewer, shown) for each in found]


def _as_seen(
    connection: Connection,
    named: NamedExtract,
    viewer: Viewer,
    labels: Mapping[UUID, ServiceLabel],
) -> SeenExtract:
    extract = named.extract
    is_mine = extract.person_id == viewer.person_id
    is_there = is_mine and extract.state is ExtractState.READY
    return SeenExtract(
        extract,
        named.made_by,
        named.purpose,
        is_mine,
        [labels[id_] for id_ in _first(extract) if id_ in labels],
        is_there and may_have(connection, extract, viewer.zone),
    )


def _first(extract: StoredExtract) -> list[UUID]:
    return sorted(extract.terms.which.services)[:SERVICES_SHOWN]
