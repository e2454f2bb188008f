"""contract.3: documents are kept once, as they were, for as long as the law says, then erased."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.audit import Actor, ActorKind
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from services.retention import tidy
from storage.database import Database
from storage.documents import documents, keeping
from storage.documents.documents import DocumentDamaged, NewDocument, StoredDocument
from tests.builders.people import MARI
from tests.builders.rows import account, carry_out, put, rows

OPS = Actor(ActorKind.OPS, "kati")
OWNER = account(MARI)
CONTRACT = uuid4()


@pytest.fixture
def contract(database: Database) -> UUID:
    put(database, OWNER)
    return CONTRACT


def stored(
    database: Database, content: bytes = b"%PDF", kind: DocumentKind = DocumentKind.CONTRACT
) -> UUID:
    new = NewDocument(kind, OWNER.id, CONTRACT, Language.ESTONIAN, content)
    with database.transaction() as session:
        return documents.store(session, new)


def found(database: Database, id_: UUID) -> StoredDocument:
    with database.reading() as connection:
        document = documents.find(connection, id_)
    assert document is not None
    return document


def content(database: Database, id_: UUID) -> bytes | None:
    document = found(database, id_)
    with database.reading() as connection:
        return documents.read(connection, document)


def ended(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        keeping.keep_from(session, CONTRACT, at)


def hold(database: Database, *, on: bool) -> int:
    with database.transaction() as session:
        return keeping.set_legal_hold(session, CONTRACT, hold=on, actor=OPS)


def document_events(database: Database) -> list[tuple[str, UUID]]:
    found = rows(
        database, "SELECT kind, subject_id FROM event WHERE kind LIKE 'document:%' ORDER BY id"
    )
    return [(row.kind, row.subject_id) for row in found]


def test_contract_3_a_document_is_read_as_it_was_stored(database: Database, contract: UUID) -> None:
    container = stored(database, b"PK\x03\x04\0", DocumentKind.CONTAINER)
    read = found(database, container)
    assert content(database, container) == b"PK\x03\x04\0"
    assert (read.sha256, read.size) == (hashlib.sha256(b"PK\x03\x04\0").hexdigest(), 5)
    assert read.content_type == "application/vnd.etsi.asic-e+zip"
    assert (read.keep_until, read.legal_hold, read.erased_at) == (None, False, None)


def test_contract_3_storing_it_again_changes_nothing(database: Database, contract: UUID) -> None:
    first = stored(database)
    assert stored(database) == first
    other = stored(database, b"%PDF other")
    assert other != first
    with database.reading() as connection:
        kept = documents.of_subject(connection, contract)
    assert [each.id for each in kept] == [first, other]


def test_contract_3_bytes_that_changed_in_the_database_are_not_shown(
    database: Database, contract: UUID
) -> None:
    document = stored(database)
    carry_out(database, "UPDATE document_content SET content = 'forged'")
    with pytest.raises(DocumentDamaged):
        content(database, document)


def test_contract_3_a_document_of_a_contract_that_has_not_ended_is_kept(
    database: Database, contract: UUID
) -> None:
    document = stored(database)
    carry_out(database, "UPDATE stored_document SET created_at = now() - interval '30 years'")
    tidy(database)
    assert content(database, document) == b"%PDF"


def test_contract_3_what_is_stored_after_the_end_is_erased_with_the_others(
    database: Database, contract: UUID
) -> None:
    before = stored(database)
    ended(database, datetime.now(UTC) - timedelta(days=30))
    after = stored(database, b"<xml/>", DocumentKind.SIGNATURE)
    kept = [found(database, each).keep_until for each in (before, after)]
    carry_out(database, "UPDATE stored_document SET keep_until = now() - interval '1 day'")
    late = stored(database, b"PK", DocumentKind.CONTAINER)
    tidy(database)

    assert None not in kept
    assert kept[0] == kept[1]
    assert [content(database, each) for each in (before, after, late)] == [None, None, None]


def test_contract_3_it_is_erased_seven_years_after_the_end_with_an_event(
    database: Database, contract: UUID
) -> None:
    document = stored(database)
    now = datetime.now(UTC)
    ended(database, now - timedelta(days=7 * 366 - 2))
    tidy(database)
    assert content(database, document) == b"%PDF"

    ended(database, now - timedelta(days=7 * 366 + 2))
    tidy(database)
    tidy(database)

    assert content(database, document) is None
    assert found(database, document).erased_at is not None
    assert document_events(database) == [("document:erased", document)]


def test_contract_3_a_legal_hold_keeps_it_until_it_is_lifted(
    database: Database, contract: UUID
) -> None:
    document = stored(database)
    ended(database, datetime(2001, 1, 1, tzinfo=UTC))
    assert (hold(database, on=True), hold(database, on=True)) == (1, 0)
    tidy(database)
    assert content(database, document) == b"%PDF"

    hold(database, on=False)
    tidy(database)

    assert content(database, document) is None
    assert [kind for kind, _ in document_events(database)] == [
        "document:held",
        "document:released",
        "document:erased",
    ]


def test_contract_3_more_than_one_batch_is_erased(database: Database, contract: UUID) -> None:
    for number in range(103):
        stored(database, f"{number}".encode())
    ended(database, datetime(2001, 1, 1, tzinfo=UTC))
    tidy(database)
    assert rows(database, "SELECT document_id FROM document_content") == []
    assert len(document_events(database)) == 103
