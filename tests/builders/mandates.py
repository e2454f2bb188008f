"""Paper mandates in the database: recorded, confirmed, ended; and what there is of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from domain.audit import Actor, ActorKind
from domain.authority_documents import DocumentKind, NewDocument
from domain.delegations.terms import Terms
from domain.identifiers import PersonKey
from domain.mandates import reasons
from domain.mandates.states import MandateAnswer, MandateState
from services.mandates import mandates, reads
from services.mandates.mandates import Recording
from storage.accounts.accounts import AccountFacts
from storage.database import Database, Session
from storage.mandates import following, giving
from storage.mandates import mandates as stored
from storage.mandates.mandate_queries import MandateView
from storage.mandates.mandates import NewMandate
from storage.parties import documents, upsert
from tests.builders import delegations
from tests.builders.days import ZONE
from tests.builders.people import JAAN
from tests.builders.rows import rows

ANN, BEN = Actor(ActorKind.OPS, "ann"), Actor(ActorKind.OPS, "ben")
"""Two mandate officers."""
NOTE = "võrreldud originaaliga"
PAPER = NewDocument(DocumentKind.POWER_OF_ATTORNEY, "Volikiri Jaan Tammele", "toimik 7/2026")


def terms(*permissions: Any, **more: Any) -> Terms:
    """Terms from today on; ``first`` and ``last`` are numbers of days from today."""
    return delegations.terms(*permissions, **more)


def recorded(
    database: Database,
    to: PersonKey,
    on: AccountFacts,
    wanted: Terms | None = None,
    *,
    by: Actor = ANN,
    paper: NewDocument = PAPER,
) -> UUID:
    """Record a mandate that another officer is to confirm; returns its id."""
    id_ = uuid4()
    recording = Recording(id_, on.id, to, wanted or terms(), paper)
    mandates.record(database, recording, ZONE, actor=by)
    return id_


def confirmed(database: Database, mandate: UUID, *, by: Actor = BEN) -> UUID:
    mandates.confirm(database, mandate, ZONE, actor=by, note=NOTE)
    return mandate


def given(database: Database, to: PersonKey, on: AccountFacts, wanted: Terms | None = None) -> UUID:
    """Record a mandate, and let another officer confirm it."""
    return confirmed(database, recorded(database, to, on, wanted))


def ended(database: Database, mandate: UUID, *, by: Actor = ANN) -> None:
    mandates.end(database, mandate, actor=by, note=NOTE)


def state_of(database: Database, mandate: UUID) -> MandateState:
    return reads.read(database, mandate).mandate.state


def why_ended(database: Database, mandate: UUID) -> str | None:
    """The code of why a mandate is over; None: it is not."""
    reason = reads.read(database, mandate).mandate.ended_reason
    return reason.code if reason else None


class PaperGrant(NamedTuple):
    """A grant of a mandate that has not ended, in a form that tests can compare."""

    person: str
    service: UUID | None
    role: str
    permissions: frozenset[str]


def grants_of(database: Database, mandate: UUID) -> Sequence[PaperGrant]:
    """The grants of a mandate that give access now or will."""
    found = rows(
        database,
        "SELECT p.code, g.service_id, g.role, g.permissions FROM access_grant g"
        " JOIN person p ON p.id = g.person_id WHERE g.proof = :id AND g.origin = 'operator'"
        " AND upper(g.validity) > clock_timestamp() ORDER BY g.service_id",
        id=mandate,
    )
    return [
        PaperGrant(row.code, row.service_id, row.role, frozenset(row.permissions)) for row in found
    ]


def happened(database: Database, mandate: UUID) -> list[str]:
    """The events of a mandate, oldest first."""
    found = rows(database, "SELECT kind FROM event WHERE subject_id = :id ORDER BY id", id=mandate)
    return [row.kind.removeprefix("mandate:") for row in found]


def every_decision(session: Session, on: UUID, officer: Actor, note: str) -> None:
    """Let an officer reject, withdraw and confirm mandates on an account, and end one."""
    (person_id,) = upsert.person_ids(session, [JAAN]).values()
    given = list[MandateView]()
    for by in (BEN, officer, BEN):
        document_id = documents.record(session, PAPER, actor=by)
        new = NewMandate(uuid4(), on, person_id, document_id, terms())
        stored.insert(session, new, actor=by)
        found = stored.locked(session, new.id)
        assert found is not None
        given.append(found)
    rejected, withdrawn, kept = given
    stored.close(session, rejected.id, MandateAnswer.REJECTED, actor=officer, note=note)
    stored.close(session, withdrawn.id, MandateAnswer.WITHDRAWN, actor=officer, note=note)
    reason = reasons.given(kept.id, kept.document_id, kept.terms)
    stored.confirm(session, kept, reason, actor=officer, note=note)
    giving.start(session, kept, person_id, reason, ZONE, actor=officer)
    confirmed_one = stored.locked(session, kept.id)
    assert confirmed_one is not None
    following.end(session, confirmed_one, actor=officer, note=note)
