"""Tell those who represent an account's company what one of them took away who gives only together.

It needs nobody else's word, so all the others learn of it.
"""

from uuid import UUID

from domain.audit import Actor
from domain.messages.notices import NewNotice, NoticeKind
from storage.access import representatives
from storage.database import Session
from storage.messages import notices


def tell(
    session: Session,
    kind: NoticeKind,
    account_id: UUID,
    subject_id: UUID,
    occasion: str = "",
    *,
    by: UUID,
    actor: Actor,
) -> None:
    """Tell everybody but ``by``, who did it. Once for an occasion, however often it is repeated."""
    others = [each for each in representatives.of_account(session, account_id) if each != by]
    about = (kind, subject_id, occasion, account_id)
    notices.create(session, [NewNotice(each, *about) for each in others], actor=actor)
