"""History is chained once, in order, with nobody waiting for it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.audit import GENESIS, EventKind
from storage.audit import chain_links, events, hash_chain
from storage.audit.events import Event, NewEvent
from storage.audit.hash_chain import Verdict
from storage.database import Database
from tests.builders.rows import ENGINE, rows, write
from tests.fixtures.patience import PATIENCE


@pytest.fixture
def sealed(database: Database) -> Database:
    """Five events, chained."""
    write(database, 5)
    hash_chain.seal_all(database)
    return database


def test_an_empty_chain_is_valid(database: Database) -> None:
    assert hash_chain.verify(database) == Verdict(0, 0, GENESIS)


def test_new_events_wait_and_are_then_chained_once(database: Database) -> None:
    write(database, 3)
    waiting = hash_chain.verify(database)

    sealed = [hash_chain.seal_all(database), hash_chain.seal_all(database)]

    verdict = hash_chain.verify(database)
    assert (waiting.checked, waiting.unsealed, waiting.broken_at) == (0, 3, None)
    assert sealed == [3, 0]
    assert (verdict.checked, verdict.unsealed, verdict.broken_at) == (3, 0, None)
    assert verdict.head != GENESIS


def test_positions_follow_the_order_of_writing_without_gap(database: Database) -> None:
    write(database, 3)
    hash_chain.seal_all(database)
    write(database, 2)
    hash_chain.seal_all(database)

    seals = rows(database, "SELECT position, event_id FROM event_seal ORDER BY position")
    assert [seal.position for seal in seals] == [1, 2, 3, 4, 5]
    assert [s.event_id for s in seals] == sorted(s.event_id for s in seals)


def test_the_head_moves_with_every_event(database: Database) -> None:
    heads = {hash_chain.verify(database).head}
    for _ in range(3):
        write(database)
        hash_chain.seal_all(database)
        heads.add(hash_chain.verify(database).head)

    assert len(heads) == 4


def test_batches_make_the_same_chain_as_a_single_pass(database: Database) -> None:
    write(database, 7)

    with database.transaction() as session:
        first = hash_chain.seal(session, most=3)
    rest = hash_chain.seal_all(database)

    assert (first, rest) == (3, 4)
    assert hash_chain.verify(database).checked == 7


def test_writers_do_not_wait_for_a_sealer(database: Database) -> None:
    write(database, 2)

    with database.transaction() as sealing:
        taken = hash_chain.seal(sealing)
        write(database, 3)
        committed = rows(database, "SELECT FROM event")

    assert (taken, len(committed)) == (2, 5)
    assert hash_chain.seal_all(database) == 3
    assert hash_chain.verify(database) == Verdict(5, 0, hash_chain.verify(database).head)


def test_a_sealer_does_not_wait_for_a_writer_and_chains_it_later(database: Database) -> None:
    with database.transaction() as slow:
        line = NewEvent(EventKind.GRANT_STARTED)
        events.append(slow, [line], actor=ENGINE, at=events.now(slow))
        write(database, 2)
        meanwhile = hash_chain.seal_all(database)

    assert (meanwhile, hash_chain.seal_all(database)) == (2, 1)
    verdict = hash_chain.verify(database)
    assert (verdict.checked, verdict.broken_at) == (3, None)


def test_a_second_sealer_leaves_it_to_the_first(database: Database) -> None:
    write(database, 2)

    with database.transaction() as first:
        sealed = hash_chain.seal(first)
        second = hash_chain.seal_all(database)

    assert (sealed, second) == (2, 0)


def test_a_sealer_that_dies_leaves_the_events_waiting(database: Database) -> None:
    write(database, 2)
    with database.trial() as dying:
        hash_chain.seal(dying)

    assert hash_chain.verify(database).unsealed == 2
    assert hash_chain.seal_all(database) == 2


def test_writers_and_sealers_all_at_once_chain_each_event_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as beside:
        writing = [beside.submit(write, database, 3) for _ in range(20)]
        sealing = [beside.submit(hash_chain.seal_all, database) for _ in range(20)]
        for written in writing:
            written.result(PATIENCE)
        for sealed in sealing:
            sealed.result(PATIENCE)
    hash_chain.seal_all(database)

    seals = rows(database, "SELECT position, event_id FROM event_seal ORDER BY position")
    assert [seal.position for seal in seals] == list(range(1, 61))
    assert len({seal.event_id for seal in seals}) == 60
    assert hash_chain.verify(database).broken_at is None


def test_thousands_of_events_are_chained_in_batches_and_verified(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO event (at, kind, actor, subject_id)"
                " SELECT clock_timestamp(), 'grant:started', '{}', gen_random_uuid()"
                " FROM generate_series(1, 6000)"
            )
        )

    assert hash_chain.seal_all(database) == 6000
    verdict = hash_chain.verify(database)
    assert (verdict.checked, verdict.unsealed, verdict.broken_at) == (6000, 0, None)


def test_a_rolled_back_event_is_in_no_chain(database: Database) -> None:
    with database.trial() as session:
        line = NewEvent(EventKind.GRANT_STARTED)
        events.append(session, [line], actor=ENGINE, at=events.now(session))

    assert (hash_chain.seal_all(database), rows(database, "SELECT FROM event_to_seal")) == (0, [])


def test_events_are_written_in_the_given_order(database: Database) -> None:
    write(database, 50)

    written = rows(database, "SELECT subject_id FROM event ORDER BY id")
    assert [row.subject_id.int for row in written] == list(range(50))


def test_a_hash_can_be_recomputed_from_the_row_alone(sealed: Database) -> None:
    columns = "id, at, kind, actor, subject_id, account_id, company_id, person_id"
    (first,) = rows(
        sealed,
        f"SELECT {columns}, reason, before, after FROM event ORDER BY id LIMIT 1",
    )

    line = chain_links.line(Event(**first._mapping))

    assert set(line) == set(first._fields)
    assert line["at"].endswith("+00:00")
    assert line["actor"] == {"kind": "engine", "id": "õ", "run": str(UUID(int=5))}
