"""The scheduler publishes the head of the event chain, and notices when the chain is another."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from registry_sync.scheduler.chain_heads import HeadPublisher
from runtime.logs import as_json
from services.audit.head_signatures import HeadKeys, HeadSigner
from services.audit.published_heads import read_heads
from settings.events import HeadKeySettings
from storage.audit import hash_chain
from storage.database import Database
from tests.builders.rewriting import cut_off, rewrite
from tests.builders.rows import write
from tests.fixtures import payload_keys
from tests.fixtures.engine import until
from tests.fixtures.ports import free_port

KEY = HeadKeySettings(head_key=payload_keys.ENVIRONMENT["VOLITUS_EVENT_HEAD_KEY"]).private_key()
KEYS = HeadKeys([KEY.public_key()])


def _publisher(database: Database) -> HeadPublisher:
    return HeadPublisher(database, HeadSigner(KEY))


def _published(publisher: HeadPublisher) -> list[dict[str, Any]]:
    with capture_logs() as lines:
        publisher.publish()
    return [dict(line) for line in lines]


def _sample(name: str) -> float:
    return REGISTRY.get_sample_value(f"volitus_event_chain_{name}") or 0


def _kinds(lines: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["event"], line["log_level"]) for line in lines]


@pytest.fixture
def sealed(database: Database) -> Database:
    """Five events, chained."""
    write(database, 5)
    hash_chain.seal_all(database)
    return database


def test_fault_20_the_head_is_published_with_a_signature(sealed: Database) -> None:
    (line,) = _published(_publisher(sealed))

    assert (line["position"], line["digest"]) == (5, hash_chain.verify(sealed).head)
    read = read_heads([json.dumps(line)], KEYS)
    assert (len(read.heads), read.rejected) == (1, 0)
    assert _sample("position") == 5


def test_an_empty_chain_has_a_head_too(database: Database) -> None:
    (line,) = _published(_publisher(database))

    read = read_heads([json.dumps(line)], KEYS)
    assert hash_chain.verify(database, read.heads).fault is None
    assert line["position"] == 0


def test_fault_20_the_scheduler_notices_a_rewritten_chain_within_a_minute(sealed: Database) -> None:
    publisher, before = _publisher(sealed), _sample("contradictions_total")
    _published(publisher)
    write(sealed)
    hash_chain.seal_all(sealed)
    grown = _published(publisher)

    rewrite(sealed, 3, "kind = 'grant:ended'")
    rewritten, after = _published(publisher), _published(publisher)
    cut_off(sealed, 2)
    shorter = _published(publisher)

    assert _kinds(grown) == _kinds(after) == [("event_chain_head", "info")]
    alarm = [("event_chain_rewritten", "critical"), ("event_chain_head", "info")]
    assert _kinds(rewritten) == _kinds(shorter) == alarm
    assert _sample("contradictions_total") == before + 2


async def test_it_publishes_at_once_and_continues_after_a_database_outage(sealed: Database) -> None:
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere")
    with capture_logs() as lines:
        for count, database in enumerate((away, sealed), start=1):
            async with _publisher(database).running():
                await until(lambda wanted=count: len(lines) == wanted)  # type: ignore[misc]
    away.close()

    assert [line["event"] for line in lines] == [
        "event_chain_head_unavailable",
        "event_chain_head",
    ]
    assert 0 <= _sample("head_age_seconds") < 60


def test_the_mask_of_logs_leaves_a_head_as_it_is(sealed: Database) -> None:
    """What looks like a code or a number in a hash or a signature must not be masked."""
    with sealed.reading() as connection:
        heads = [hash_chain.head(connection) for _ in range(300)]

    for head in heads:
        fields = HeadSigner(KEY).sign(head).fields()
        line = as_json(None, "", {"process": "scheduler", "event": "event_chain_head", **fields})
        assert json.loads(line) | fields == json.loads(line)


@pytest.mark.usefixtures("processes")
def test_a_head_is_logged_whatever_the_level_of_the_log() -> None:
    script = (
        "from runtime import logs; import structlog\n"
        "logs.configure('error', 'json', 'scheduler')\n"
        "structlog.get_logger('x').info('left_out')\n"
        "logs.every_level('y').info('event_chain_head', position=1)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    (line,) = done.stdout.decode().splitlines()
    document = json.loads(line)
    assert (document["event"], document["process"], document["position"]) == (
        "event_chain_head",
        "scheduler",
        1,
    )
