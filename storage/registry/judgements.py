"""Judge who may act for companies, by the current states: what alignment makes grants of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import must_stand, role_for
from domain.identifiers import PersonKey
from domain.registry.authority import authority_of
from storage.database import Session
from storage.parties import names, upsert
from storage.registry.register_state_queries import StoredState


def of_companies(session: Session, known: Mapping[UUID, StoredState]) -> list[dict[str, Any]]:
    """Judge everyone whom a register state names, and everyone who holds a grant.

    A row for each, as JSON: the role that they are to have, or none; whether what they have stands
    all the same; why, and by which state. People who were unknown are created.
    """
    concerned = _holding(session, list(known))
    for company_id, stored in known.items():
        named = {h.person: h.name for h in stored.state.holders if h.person is not None}
        concerned.setdefault(company_id, {}).update(named)
    ids = _person_ids(session, concerned)
    return [
        _verdict(known[company_id], person, ids[person])
        for company_id in sorted(known)
        for person in sorted(concerned.get(company_id, {}))
    ]


def _verdict(stored: StoredState, person: PersonKey, person_id: UUID) -> dict[str, Any]:
    authority = authority_of(person, stored.state)
    return {
        "company_id": str(stored.company_id),
        "person_id": str(person_id),
        "role": role_for(authority),
        "stands": must_stand(authority),
        "reason": authority.reason.as_json(),
        "proof": str(stored.id),
    }


def _holding(session: Session, company_ids: Sequence[UUID]) -> dict[UUID, dict[PersonKey, str]]:
    rows = session.execute(
        text(
            "SELECT DISTINCT a.company_id, p.country, p.code"
            " FROM account a JOIN access_grant g ON g.account_id = a.id"
            " JOIN person p ON p.id = g.person_id"
            " WHERE a.company_id = ANY(:ids) AND g.origin = 'register' AND upper_inf(g.validity)"
        ),
        {"ids": list(company_ids)},
    )
    holding: dict[UUID, dict[PersonKey, str]] = {}
    for row in rows:
        # A state that names them says how; without one they keep the name that they have.
        holding.setdefault(row.company_id, {})[PersonKey(row.country, row.code)] = ""
    return holding


def _person_ids(
    session: Session, concerned: Mapping[UUID, Mapping[PersonKey, str]]
) -> dict[PersonKey, UUID]:
    known: dict[PersonKey, str] = {}
    for named in concerned.values():
        known |= {person: name or known.get(person, "") for person, name in named.items()}
    ids = upsert.person_ids(session, known)
    names.rename_persons(session, {ids[key]: name for key, name in known.items()})
    return ids
