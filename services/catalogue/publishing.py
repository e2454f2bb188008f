"""Use case: publish the catalogue when a process starts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from domain.catalogue.documents import digest_of
from runtime.periodic import run_periodically
from runtime.process import refuse_start
from runtime.threads import on_thread
from services.catalogue.files import InvalidCatalogue, ProductFile, read_catalogue
from storage.catalogue import products
from storage.catalogue.products import ChangedVersion, NewProduct
from storage.database import Database, DatabaseError

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 1.0


@asynccontextmanager
async def publishing(
    database: Database, directory: Path | None, stop: asyncio.Event
) -> AsyncIterator[None]:
    """Make a directory's products what can be ordered, then run the block.

    ``directory`` None: the one that comes with the engine. Ends the process with one line on stderr
    where it holds no valid catalogue, or where the file of a published version has changed. While
    the database does not answer, or has no tables yet, it is tried again beside the block; a
    changed version then sets ``stop``, and ends the process after the block.
    """
    publisher = _Publisher(database, directory)
    if await publisher.refusal() is not None:
        publisher.refuse()

    async def again() -> None:
        if await publisher.refusal() is not None:
            stop.set()

    async with run_periodically(again, lambda: _EVERY_SECONDS, first=_EVERY_SECONDS):
        yield
    publisher.refuse()


class _Publisher:
    def __init__(self, database: Database, directory: Path | None) -> None:
        self._database = database
        self._is_done = False
        self._refusal: str | None = None
        try:
            self._products = [new_product(each) for each in read_catalogue(directory)]
        except InvalidCatalogue as error:
            refuse_start(f"VOLITUS_CATALOGUE: {error}")

    async def refusal(self) -> str | None:
        """Publish unless that is done; return why the process must not run, None: it may."""
        if self._is_done:
            return self._refusal
        try:
            await on_thread(self._publish)
        except ChangedVersion as error:
            self._refusal = (
                f"VOLITUS_CATALOGUE: published versions have changed: {error}."
                " Give what changed another version."
            )
        except DatabaseError as error:
            log.warning("catalogue_not_published", error=type(error).__name__)
            return None
        self._is_done = True
        return self._refusal

    def _publish(self) -> None:
        with self._database.transaction() as session:
            products.publish(session, self._products)

    def refuse(self) -> None:
        """End the process if it must not run."""
        if self._refusal is not None:
            refuse_start(self._refusal)


def new_product(file: ProductFile) -> NewProduct:
    """The version of a product that a file holds."""
    made = file.product
    return NewProduct(made.id, made.version, digest_of(file.document), file.document)
