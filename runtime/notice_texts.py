"""Texts of notices, from the messages ``notice.KIND.title`` and ``notice.KIND.body``.

A title fits one SMS, and names neither person nor account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language
from runtime.texts import day_text, text

_DAYS = frozenset({"from", "through", "until"})


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice for people: one line, and what there is to say about it."""

    title: str
    body: str


def notice_text(
    kind: NoticeKind,
    language: Language,
    facts: Mapping[str, Any],
    account: str | None,
    purpose: str | None = None,
) -> NoticeText:
    """Return a notice's text. ``facts`` as they are stored; ``account``: the name to show.

    ``purpose``: what for, in somebody's words; None: nothing was said, or it is erased.
    """
    shown = {
        name: day_text(date.fromisoformat(value), language) if name in _DAYS else value
        for name, value in facts.items()
    }
    shown["account"] = account or text("notice.no_account", language)
    shown["purpose"] = purpose or text("notice.no_purpose", language)
    return NoticeText(_title(kind, language), text(f"notice.{kind}.body", language, **shown))


def sms_text(kind: NoticeKind, language: Language, host: str) -> str:
    """Return the text of a notice's SMS: the title, and the portal where there is more.

    Names no account: phones show texts while they are locked. ``host``: empty where there is none.
    """
    title = _title(kind, language)
    return f"{title}: {host}" if host else title


def _title(kind: NoticeKind, language: Language) -> str:
    return text(f"notice.{kind}.title", language)
