"""fault.20 as an operator meets it: the history compared with heads that were published before."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from registry_sync.scheduler.chain_heads import HeadPublisher
from services.audit.head_signatures import HeadSigner, as_pem
from settings.events import HeadKeySettings
from storage.audit import hash_chain
from storage.database import Database
from tests.builders.rewriting import cut_off, rewrite
from tests.builders.rows import carry_out, write
from tests.clients.cli_runner import Volitus
from tests.fixtures import payload_keys

KEY = HeadKeySettings(head_key=payload_keys.ENVIRONMENT["VOLITUS_EVENT_HEAD_KEY"]).private_key()
FORGED = 'actor = \'{"kind": "register", "id": "EE"}\''


def _publish(database: Database, log: Path, key: Ed25519PrivateKey = KEY) -> None:
    """Seal, and add to the log what a scheduler logs."""
    hash_chain.seal_all(database)
    with capture_logs() as lines:
        HeadPublisher(database, HeadSigner(key)).publish()
    with log.open("a") as file:
        file.writelines(json.dumps({"process": "scheduler", **line}) + "\n" for line in lines)


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Path:
    """The log of a scheduler that published heads at the positions 2, 5 and 6."""
    log = tmp_path / "scheduler.log"
    log.write_text('{"event": "scheduler_started"}\nnot JSON\n')
    for count in (2, 3, 1):
        write(database, count)
        _publish(database, log)
    return log


def test_fault_20_a_rewritten_history_contradicts_the_published_heads(
    volitus: Volitus, database: Database, log: Path
) -> None:
    before = volitus("events", "verify", "--head", log)
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        carry_out(database, "ALTER TABLE event DISABLE TRIGGER USER")
    with pytest.raises(DBAPIError, match="permission denied"):
        carry_out(database, f"UPDATE event SET {FORGED}")

    rewrite(database, 3, FORGED)
    alone, compared = volitus("events", "verify"), volitus("events", "verify", "--head", log)

    assert (before.code, alone.code, compared.code) == (0, 0, 1)
    assert "The chain is broken at position 5" in compared.err
    assert "the history was rewritten after position 2" in compared.err
    assert "intact" not in compared.err


def test_fault_20_a_history_that_was_cut_off_contradicts_the_published_heads(
    volitus: Volitus, database: Database, log: Path
) -> None:
    cut_off(database, 4)

    alone, compared = volitus("events", "verify"), volitus("events", "verify", "--head", log)

    assert (alone.code, compared.code) == (0, 1)
    assert "The chain is broken at position 5" in compared.err
    assert "the end of the history was cut off" in compared.err


def test_heads_are_read_from_stdin_and_shown(volitus: Volitus, log: Path) -> None:
    facts = volitus("events", "verify", "--head", "-", stdin=b"\xff\n" + log.read_bytes())
    document = volitus("events", "verify", "--head", log, "--json").json

    assert facts.code == 0
    assert "published heads" in facts.out
    assert (document["heads"], document["agrees_to"], document["rejected_heads"]) == (3, 6, 0)


def test_fault_20_the_newest_published_head_is_shown_even_if_the_chain_did_not_grow(
    volitus: Volitus, database: Database, log: Path
) -> None:
    _publish(database, log)
    (newest,) = json.loads(log.read_text().splitlines()[-1])["at"].split("+")[:1]

    facts = volitus("events", "verify", "--head", log)

    assert f"last published      {newest[:19]}Z" in facts.out
    assert "its position        6" in facts.out


def test_the_public_key_alone_is_enough_to_verify(
    volitus: Volitus, log: Path, tmp_path: Path
) -> None:
    pem = tmp_path / "head.pem"
    printed = volitus("events", "public-key")
    pem.write_text(printed.out)
    without = volitus.with_settings(VOLITUS_EVENT_HEAD_KEY="")

    result = without("events", "verify", "--head", log, "--public-key", pem)

    assert (printed.code, result.code) == (0, 0)
    assert printed.out == as_pem(KEY.public_key())
    assert without("events", "public-key").code == 2


def test_fault_20_a_file_without_a_head_to_be_trusted_is_no_success(
    volitus: Volitus, database: Database, log: Path, tmp_path: Path
) -> None:
    empty, forged = tmp_path / "empty.log", tmp_path / "forged.log"
    empty.write_text('{"event": "scheduler_started"}\n')
    _publish(database, forged, Ed25519PrivateKey.generate())

    nothing = volitus("events", "verify", "--head", empty)
    by_another = volitus("events", "verify", "--head", forged)
    mixed = tmp_path / "mixed.log"
    mixed.write_text(log.read_text() + forged.read_text())
    some = volitus("events", "verify", "--head", mixed)

    assert (nothing.code, by_another.code, some.code) == (1, 1, 1)
    assert nothing.err == (
        "No published head that can be trusted was found: nothing is compared.\n"
    )
    assert "which is not given" in by_another.err
    assert "A published head cannot be trusted: line 6: " in some.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--head", "{place}/missing"], "cannot be read: No such file"),
        (["--head", "{log}", "--public-key", "{place}/missing"], "cannot be read: No such file"),
        (["--head", "{log}", "--public-key", "{log}"], "it has no public key in PEM"),
        (["--public-key", "{log}"], "--public-key needs --head"),
    ],
)
def test_files_that_cannot_be_used_are_one_line(
    volitus: Volitus, log: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    result = volitus("events", "verify", *(w.format(log=log, place=tmp_path) for w in words))

    assert result.code == 2
    assert said in result.err
    assert len(result.err.splitlines()) == 1
