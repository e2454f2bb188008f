"""order.2: the catalogue is published at every start, and a published version never changes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from domain.numbers.sms_texts import Language
from storage.catalogue import products
from storage.catalogue.products import ChangedVersion
from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.products import BOOST, LIMIT, document
from tests.builders.rows import rows


def offered(database: Database) -> dict[str, str]:
    """What can be ordered: product to version."""
    with database.reading() as connection:
        return {each.id: each.version for each in products.current(connection).values()}


def told(database: Database) -> list[tuple[str, str, str]]:
    """The events of the catalogue."""
    found = rows(database, "SELECT kind, after FROM event WHERE kind LIKE 'product:%' ORDER BY id")
    return [(row.kind, row.after["product"], row.after["version"]) for row in found]


def test_order_2_what_is_published_can_be_ordered_and_orders_keep_their_version(
    database: Database,
) -> None:
    second = document(version="2", name={"et": "Uus", "ru": "Новый", "en": "New"})
    publish(database, LIMIT, BOOST)
    publish(database, second)

    assert offered(database) == {"limit": "2"}
    with database.reading() as connection:
        first, newer = (products.read(connection, "limit", version) for version in ("1", "2"))
        assert first is not None
        assert newer is not None
        assert (first.name[Language.ENGLISH], newer.name[Language.ENGLISH]) == ("Limit", "New")
        assert products.read(connection, "limit", "3") is None
    assert told(database) == [
        ("product:published", "boost", "1"),
        ("product:published", "limit", "1"),
        ("product:withdrawn", "boost", "1"),
        ("product:withdrawn", "limit", "1"),
        ("product:published", "limit", "2"),
    ]


def test_order_2_publishing_the_same_again_changes_nothing_and_an_old_version_may_return(
    database: Database,
) -> None:
    publish(database, LIMIT)
    publish(database, dict(reversed(LIMIT.items())))
    assert len(told(database)) == 1

    publish(database, document(version="2"))
    publish(database, LIMIT)

    assert offered(database) == {"limit": "1"}


def test_order_2_a_changed_file_under_a_published_version_is_refused_whole(
    database: Database,
) -> None:
    publish(database, LIMIT)

    with pytest.raises(ChangedVersion, match="limit 1"):
        publish(database, document(urgent=True), BOOST)

    assert offered(database) == {"limit": "1"}


def test_order_2_a_version_that_is_not_current_does_not_change_either(database: Database) -> None:
    publish(database, LIMIT)
    publish(database, document(version="2"))

    with pytest.raises(ChangedVersion):
        publish(database, document(urgent=True))


def test_order_2_processes_that_start_at_once_publish_once(database: Database) -> None:
    barrier = Barrier(4)

    def start() -> None:
        barrier.wait()
        publish(database, LIMIT, BOOST)

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(start) for _ in range(4)]:
            future.result()

    assert offered(database) == {"limit": "1", "boost": "1"}
    assert len(told(database)) == 2


def test_order_2_the_catalogue_that_comes_with_the_engine_can_be_published(
    database: Database,
) -> None:
    publish(database)

    assert {"spending-limit", "sim-replacement", "restrictions"} <= offered(database).keys()
    with database.reading() as connection:
        every = products.every_version(connection)
    assert all(each.is_current for each in every)
