"""Read paper mandates with the papers that they rest on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.accounts import ServiceLabel
from domain.authority_documents import AuthorityDocument
from domain.mandates.states import MandateState
from services.errors import NotFound
from storage.accounts import service_queries
from storage.accounts.service_queries import ServiceRead
from storage.database import Connection, Database
from storage.mandates import mandate_queries
from storage.mandates.mandate_queries import MandateView, Place
from storage.parties import documents


@dataclass(frozen=True, slots=True)
class PaperMandate:
    """A mandate, and the paper that it rests on."""

    mandate: MandateView
    document: AuthorityDocument
    services: Sequence[ServiceLabel] = ()
    """Services that it is about and that are on its account now."""


def read(database: Database, mandate_id: UUID) -> PaperMandate:
    """Return a mandate. Raises NotFound."""
    with database.reading() as connection:
        found = mandate_queries.one(connection, mandate_id)
        if found is None:
            raise NotFound
        return _on_paper(connection, [found])[0]


def page(
    database: Database,
    *,
    account_id: UUID | None,
    state: MandateState | None,
    before: Place | None,
    limit: int,
) -> Sequence[PaperMandate]:
    """Return up to ``limit`` mandates that were recorded before ``before``, newest first.

    None: on any account, in any state.
    """
    with database.reading() as connection:
        found = mandate_queries.page(
            connection, account_id=account_id, state=state, before=before, limit=limit
        )
        return _on_paper(connection, found)


def _on_paper(connection: Connection, found: Sequence[MandateView]) -> Sequence[PaperMandate]:
    papers = documents.find(connection, [each.document_id for each in found])
    ids = frozenset[UUID]().union(*(each.terms.service_ids for each in found))
    known = service_queries.labels(connection, {each.account_id for each in found}, ids)
    return [
        PaperMandate(each, papers[each.document_id], _labels(each, known.values()))
        for each in found
    ]


def _labels(mandate: MandateView, known: Iterable[ServiceRead]) -> Sequence[ServiceLabel]:
    return [
        service.label()
        for service in known
        if service.id in mandate.terms.service_ids and service.account_id == mandate.account_id
    ]


def services_of(
    database: Database, account_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[ServiceRead]:
    """Return up to ``limit`` services of an account, ended ones too, by id."""
    with database.reading() as connection:
        return service_queries.services_of(
            connection, account_id, only=None, after=after, limit=limit
        )
