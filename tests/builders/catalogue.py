"""Catalogues in the database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from domain.catalogue.documents import digest_of
from services.catalogue.files import read_catalogue
from services.catalogue.publishing import new_product
from storage.catalogue import products
from storage.catalogue.products import NewProduct
from storage.database import Database


def publish(database: Database, *documents: Mapping[str, Any]) -> None:
    """Publish the products of these documents; without any, those that come with the engine."""
    given = [NewProduct(each["id"], each["version"], digest_of(each), each) for each in documents]
    with database.transaction() as session:
        products.publish(session, given or _shipped())


@cache
def _shipped() -> Sequence[NewProduct]:
    """Read once: parsing YAML takes longer than most tests."""
    return [new_product(each) for each in read_catalogue(None)]
