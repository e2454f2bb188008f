"""Asking the register about the companies of a run, one at a time, answer by answer."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.identifiers import CompanyKey
from domain.registry.register import (
    Absent,
    BudgetSpent,
    CompanyStatus,
    Defect,
    Register,
    RegisterState,
    RegisterUnknown,
)
from storage.database import Database, Session
from storage.registry import register_states, sync_runs, unusable_records

# So many companies in a row that could not be asked about: the register is down, not they. Each
# further attempt bears more of them, so that a row of hopeless companies stops no run for ever.
_DOWN = 5
_DOWN_AT_MOST = 50
# Not the company's trouble but ours: asking about the next one would only repeat it.
_OURS = frozenset({"register_credentials_refused"})
ASIDE = "register"
_PAGE = 200

_NEXT = text("""
SELECT c.company_id, k.country, k.code FROM sync_change c JOIN company k ON k.id = c.company_id
WHERE c.run_id = :run AND c.state = 'pending' AND c.company_id > :after
ORDER BY c.company_id LIMIT :most
""")

_ANSWER = text("""
UPDATE sync_change SET state = :state, answer = CAST(:answer AS jsonb), as_of = :as_of
WHERE run_id = :run AND company_id = :company
""")

_GONE_FROM_FILE = text("""
SELECT EXISTS (SELECT FROM bulk_company) AND NOT EXISTS (
    SELECT FROM bulk_company WHERE source = :source AND code = :code)
""")


class Asked(BaseModel, frozen=True):
    """How the asking went. ``wait_until``: when the register may be asked again, if not now."""

    answered: int
    unknown: int
    wait_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Company:
    id: UUID
    key: CompanyKey


class Asking:
    """The register's word on each company of a run, kept with the run until it is applied."""

    def __init__(self, database: Database, register: Register, file_source: str) -> None:
        self._database = database
        self._register = register
        self._file_source = file_source

    @activity.defn
    def ask(self, run_id: UUID) -> Asked:
        """Ask about every company of the run that has no answer yet, one at a time.

        Resumes where a dead worker stopped: each answer is committed when it comes. A company
        that cannot be asked about is set aside and never stops the rest; when nothing can be
        asked the register is down, and the activity fails to be tried again.
        """
        with heartbeating() as tell:
            try:
                return self._ask_all(run_id, tell)
            except BudgetSpent as spent:
                return Asked(answered=0, unknown=0, wait_until=spent.until)

    def _ask_all(self, run_id: UUID, tell: Callable[..., None]) -> Asked:
        down = min(_DOWN * activity.info().attempt, _DOWN_AT_MOST)
        answered, skipped = self._ask_each(run_id, self._pending(run_id), down, tell)
        hopeful = [company for company, error in skipped if error.retry]
        if hopeful and not answered and not self._any_answer(run_id):
            raise as_failure(skipped[-1][1])
        # What failed while others were answered gets one more chance before it is set aside.
        again, still = self._ask_each(run_id, hopeful, len(hopeful) + 1, tell)
        hopeless = [(company, error) for company, error in skipped if not error.retry] + still
        self._set_aside(run_id, hopeless)
        return Asked(answered=answered + again, unknown=len(hopeless))

    def _ask_each(
        self, run_id: UUID, companies: Iterable[_Company], down: int, tell: Callable[..., None]
    ) -> tuple[int, list[tuple[_Company, RegisterUnknown]]]:
        """How many were answered, and those that were not. Fails after ``down`` in a row."""
        answered, skipped = 0, list[tuple[_Company, RegisterUnknown]]()
        in_a_row = 0
        for company in companies:
            tell(answered)
            try:
                self._ask_one(run_id, company)
            except BudgetSpent:
                raise
            except RegisterUnknown as error:
                skipped.append((company, error))
                in_a_row += 1
                if error.code in _OURS or (in_a_row >= down and error.retry):
                    raise as_failure(error) from None
            else:
                answered, in_a_row = answered + 1, 0
        return answered, skipped

    def _pending(self, run_id: UUID) -> Iterator[_Company]:
        after = UUID(int=0)
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    _NEXT, {"run": run_id, "after": after, "most": _PAGE}
                ).all()
            if not rows:
                return
            yield from (_Company(r.company_id, CompanyKey(r.country, r.code)) for r in rows)
            after = rows[-1].company_id

    def _ask_one(self, run_id: UUID, company: _Company) -> None:
        said = self._register.state(company.key)
        with self._database.transaction() as session:
            state = self._gone(session, company, said) if isinstance(said, Absent) else said
            _keep(session, run_id, company, "answered", state)
            unusable_records.resolve(session, ASIDE, company.key.code, read_at=state.as_of)
            sync_runs.add(session, run_id, {"answered": 1})

    def _gone(self, session: Session, company: _Company, said: Absent) -> RegisterState:
        """A company that the register proved not to know, and that its file lacks too, is deleted.

        Emptiness alone ends nothing: without the second witness it is unknown.
        """
        known = register_states.current(session, [company.id]).get(company.id)
        witness = session.execute(
            _GONE_FROM_FILE, {"source": self._file_source, "code": company.key.code}
        )
        if not witness.scalar_one() or known is None:
            raise RegisterUnknown("company_absent", "only one source says so", retry=False)
        return replace(
            known.state,
            status=CompanyStatus.DELETED,
            holders=(),
            groups=(),
            opaque=False,
            as_of=said.as_of,
        )

    def _any_answer(self, run_id: UUID) -> bool:
        with self._database.reading() as connection:
            some = connection.execute(
                text(
                    "SELECT EXISTS (SELECT FROM sync_change"
                    " WHERE run_id = :run AND state <> 'pending')"
                ),
                {"run": run_id},
            )
            return bool(some.scalar_one())

    def _set_aside(self, run_id: UUID, skipped: list[tuple[_Company, RegisterUnknown]]) -> None:
        with self._database.transaction() as session:
            for company, error in skipped:
                defect = Defect(company.key.code, error.code, error.detail)
                unusable_records.set_aside(
                    session, ASIDE, defect, run_id=run_id, company_id=company.id
                )
                _keep(session, run_id, company, "unknown", None)
            sync_runs.add(session, run_id, {"unknown": len(skipped)})


def _keep(
    session: Session, run_id: UUID, company: _Company, state: str, said: RegisterState | None
) -> None:
    answer: dict[str, Any] | None = register_states.as_json(said) if said else None
    session.execute(
        _ANSWER,
        {
            "run": run_id,
            "company": company.id,
            "state": state,
            "answer": json.dumps(answer) if answer else None,
            "as_of": said.as_of if said else None,
        },
    )
