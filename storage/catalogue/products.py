"""Publishes the catalogue, and reads products from what was published."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.catalogue.documents import parse
from domain.catalogue.products import Product
from storage import locks
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Connection, Session
from storage.locks import Purpose

ENGINE = Actor(ActorKind.ENGINE, "catalogue")


class ChangedVersion(Exception):
    """A published version never changes, and these did. ``versions``: product id to version."""

    def __init__(self, versions: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{id_} {version}" for id_, version in versions.items()))
        self.versions = versions


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A version of a product to be published."""

    id: str
    version: str
    digest: str
    """``domain.catalogue.documents.digest_of`` its document."""
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PublishedProduct:
    """A version of a product, as it was published."""

    product: Product
    is_current: bool
    published_at: datetime
    document: str
    """As JSON."""


_KNOWN = text("SELECT id, version, digest, is_current FROM product")
_WITHDRAW = text("""
UPDATE product p SET is_current = FALSE
WHERE is_current AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS n(id text, version text)
    WHERE n.id = p.id AND n.version = p.version)
RETURNING id, version
""")
_PUBLISH = text("""
INSERT INTO product AS p (id, version, digest, document, is_current)
SELECT id, version, digest, document, TRUE
FROM jsonb_to_recordset(CAST(:products AS jsonb))
    AS n(id text, version text, digest text, document jsonb)
ON CONFLICT (id, version) DO UPDATE SET is_current = TRUE WHERE NOT p.is_current
RETURNING id, version
""")


def publish(session: Session, products: Sequence[NewProduct]) -> None:
    """Make these products, and no others, what can be ordered. Repeating it changes nothing.

    Versions that are left out stay known, for orders keep them. Safe where several processes
    publish at once. Raises ChangedVersion.
    """
    locks.lock(session, Purpose.CATALOGUE)
    known = session.execute(_KNOWN).all()
    changed = _changed(products, {(row.id, row.version): row.digest for row in known})
    if changed:
        raise ChangedVersion(changed)
    wanted = {(each.id, each.version) for each in products}
    if {(row.id, row.version) for row in known if row.is_current} == wanted:
        return
    keys = [{"id": id_, "version": version} for id_, version in wanted]
    withdrawn = session.execute(_WITHDRAW, {"wanted": json.dumps(keys)}).all()
    new = [asdict(each) for each in products]
    published = session.execute(_PUBLISH, {"products": json.dumps(new)}).all()
    told = [
        *(_event(EventKind.PRODUCT_WITHDRAWN, *key) for key in sorted(withdrawn)),
        *(_event(EventKind.PRODUCT_PUBLISHED, *key) for key in sorted(published)),
    ]
    events.append(session, told, actor=ENGINE)


def changed_versions(connection: Connection, products: Sequence[NewProduct]) -> Mapping[str, str]:
    """Return what keeps these products from being published, as ``ChangedVersion`` says it."""
    known = connection.execute(_KNOWN)
    return _changed(products, {(row.id, row.version): row.digest for row in known})


def _changed(
    products: Sequence[NewProduct], known: Mapping[tuple[str, str], str]
) -> Mapping[str, str]:
    return {
        each.id: each.version
        for each in products
        if known.get((each.id, each.version), each.digest) != each.digest
    }


def _event(kind: EventKind, id_: str, version: str) -> NewEvent:
    return NewEvent(kind, after={"product": id_, "version": version})


_READ = "SELECT CAST(document AS text) AS document, is_current, published_at FROM product"
_ONE = text(f"{_READ} WHERE id = :id AND version = :version")
_CURRENT = text(f"{_READ} WHERE is_current ORDER BY id")
_EVERY = text(f"{_READ} ORDER BY id, published_at, version")


def read(connection: Connection, id_: str, version: str) -> Product | None:
    """Return a version of a product, whether it is current or not; None: there is none."""
    row = connection.execute(_ONE, {"id": id_, "version": version}).one_or_none()
    return None if row is None else _parsed(row.document)


def current(connection: Connection) -> Mapping[str, Product]:
    """Return the products of the catalogue that was published last, by id."""
    found = [_parsed(row.document) for row in connection.execute(_CURRENT)]
    return {each.id: each for each in found}


def every_version(connection: Connection) -> list[PublishedProduct]:
    """Return every version that was ever published, by product, the oldest first."""
    return [
        PublishedProduct(_parsed(row.document), row.is_current, row.published_at, row.document)
        for row in connection.execute(_EVERY)
    ]


@lru_cache(maxsize=1000)
def _parsed(document: str) -> Product:
    """Read a stored document. Versions never change, so each process reads each of them once."""
    return parse(json.loads(document)).product()
