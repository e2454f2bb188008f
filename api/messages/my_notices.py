"""Routes of the person's inbox."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.accounts.me import NOT_KNOWN, Acting
from api.http import pagination, problems
from api.http.dependencies import Store, acting_person
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.messages.languages import AskedLanguage
from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language
from runtime.notice_texts import notice_text
from services.messages.inbox import read_notice, read_notices_through
from storage.messages import contact_queries, notice_queries

router = APIRouter(prefix="/v1/me/notices", tags=["notices"], route_class=GuardedRoute)

_PLACE = "my-notices"


class Notice(ResponseModel):
    """Something that the person is told."""

    id: UUID
    kind: NoticeKind = Field(description="What the person is told of.")
    title: str = Field(description="One line in `language`.")
    body: str = Field(description="What happened, in words: several lines.")
    language: Language
    subject_id: UUID = Field(
        description="The delegation, grant, review, freeze, request or extract it is about."
    )
    account_id: UUID | None = Field(
        description="Id of the account that it is about. Null: it is about none."
    )
    facts: dict[str, Any] = Field(description="Ids, days (ISO 8601, inclusive) and numbers.")
    created_at: datetime
    read_at: datetime | None = Field(description="Null: not read.")

    @classmethod
    def of(cls, notice: notice_queries.Notice, language: Language) -> Self:
        about = (notice.facts, notice.account_name, notice.purpose)
        shown = notice_text(notice.kind, language, *about)
        return cls(
            id=notice.id,
            kind=notice.kind,
            title=shown.title,
            body=shown.body,
            language=language,
            subject_id=notice.subject_id,
            account_id=notice.account_id,
            facts=notice.facts,
            created_at=notice.created_at,
            read_at=notice.read_at,
        )


class NoticePage(ResponseModel):
    """A page of notices."""

    items: list[Notice]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class SeenNotices(RequestModel):
    """The newest notice that the person has seen."""

    through: UUID = Field(description="This notice and all older ones are marked as read.")


@router.get("", operation_id="listMyNotices", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_notices(
    admitted: Acting,
    database: Store,
    page: pagination.Asked,
    language: AskedLanguage,
    *,
    unread: Annotated[bool, Query(description="Only notices that are not read.")] = False,
) -> NoticePage:
    """List the person's notices, the newest first."""
    before = page.place(_PLACE, tuple[datetime, UUID])
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        spoken = language or contact_queries.contact(connection, person_id).language
        rows = notice_queries.of_person(
            connection, person_id, unread=unread, before=before, limit=page.limit + 1
        )
    shown, following = page.cut(_PLACE, rows, lambda row: (row.created_at, row.id))
    return NoticePage(items=[Notice.of(row, spoken) for row in shown], next=following)


@router.post(
    "/read",
    operation_id="readMyNotices",
    status_code=204,
    responses=problems.documented("not_found"),
)
def read_my_notices(seen: SeenNotices, admitted: Acting, database: Store) -> None:
    """Mark a notice and all older ones as read. Idempotent."""
    read_notices_through(database, acting_person(database, admitted), seen.through)


@router.post(
    "/{notice_id}/read",
    operation_id="readMyNotice",
    status_code=204,
    responses=problems.documented("not_found"),
)
def read_my_notice(notice_id: UUID, admitted: Acting, database: Store) -> None:
    """Mark one notice as read. Idempotent."""
    read_notice(database, acting_person(database, admitted), notice_id)
