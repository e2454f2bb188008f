"""order.2: a process publishes its catalogue when it starts, or does not start."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.catalogue.publishing import publishing
from storage.catalogue import products
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.products import LIMIT, document
from tests.builders.rows import carry_out
from tests.fixtures.patience import PATIENCE
from tests.fixtures.roles import as_owner


def directory(folder: Path, *documents: Mapping[str, Any]) -> Path:
    """The folder with these products."""
    for each in documents:
        (folder / f"{each['id']}.yaml").write_text(json.dumps(each))
    return folder


def offered(database: Database) -> set[str]:
    """Ids of what can be ordered."""
    with database.reading() as connection:
        return set(products.current(connection))


async def test_order_2_a_process_that_starts_makes_its_products_orderable(
    database: Database, tmp_path: Path
) -> None:
    async with publishing(database, directory(tmp_path, LIMIT), asyncio.Event()):
        assert offered(database) == {"limit"}
    async with publishing(database, None, asyncio.Event()):
        assert "spending-limit" in offered(database)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (document(urgent=True), "published versions have changed: limit 1."),
        (document(urgent="yes"), "limit.yaml: urgent: Input should be a valid boolean"),
    ],
)
async def test_order_2_a_changed_or_invalid_file_stops_the_start_with_one_line(
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changed: Mapping[str, Any],
    said: str,
) -> None:
    publish(database, LIMIT)

    with pytest.raises(SystemExit) as ended:
        async with publishing(database, directory(tmp_path, changed), asyncio.Event()):
            pytest.fail("it has started")

    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("volitus: VOLITUS_CATALOGUE: ")
    assert said in line
    assert offered(database) == {"limit"}


@pytest.fixture
def later(database_url: str) -> Iterator[Callable[[], None]]:
    """Takes the catalogue's table away until it is called, as if nobody had migrated yet."""
    owner = Database(as_owner(database_url))
    carry_out(owner, "ALTER TABLE product RENAME TO product_later")
    yield lambda: carry_out(owner, "ALTER TABLE product_later RENAME TO product")
    owner.close()


async def _runs(database: Database, folder: Path, migrate: Callable[[], None]) -> None:
    stop = asyncio.Event()
    async with publishing(database, folder, stop):
        migrate()
        await asyncio.wait_for(stop.wait(), PATIENCE)


async def test_order_2_a_process_that_starts_before_the_database_stops_once_it_sees_a_change(
    database: Database, tmp_path: Path, later: Callable[[], None]
) -> None:
    """A database that does not answer is the same case as one that is not migrated."""

    def migrate() -> None:
        later()
        publish(database, LIMIT)

    with pytest.raises(SystemExit):
        await _runs(database, directory(tmp_path, document(urgent=True)), migrate)
