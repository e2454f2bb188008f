"""contract.1: how long the documents of a contract are kept whose end is told."""

from datetime import timedelta

from domain.documents.kinds import KEPT_FOR, DocumentKind
from domain.numbers.sms_texts import Language
from storage.database import Database
from storage.documents import documents
from storage.documents.documents import NewDocument, StoredDocument
from tests.builders.contract_ways import port_out
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.told_contracts import ID, PAST, stands, tell


def test_contract_1_documents_are_kept_for_their_time_after_an_end_that_is_told(
    database: Database,
) -> None:
    set_up_customers(database)
    kind = DocumentKind.CONTRACT
    new = NewDocument(kind, OFFICE.id, ID, Language.ESTONIAN, b"%PDF")
    found: list[StoredDocument] = []
    with database.trial() as session:
        tell(session, "active")
        documents.store(session, new)
        for state in ("ended", "active", "ended", "suspended"):
            tell(session, state)
            found += documents.of_subject(session.connection(), ID)
        port_out(session)
        tell(session, "ended")

        assert stands(session).state == "ended"
        found += documents.of_subject(session.connection(), ID)

    kept = [each.keep_until for each in found]
    assert (kept[1], kept[3]) == (None, None)
    for moment in (kept[0], kept[2], kept[4]):
        assert moment is not None
        assert abs(moment - PAST - KEPT_FOR[kind]) < timedelta(days=2)
