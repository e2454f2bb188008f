"""The change list ``ettevotjaMuudatusedTasuline_v1``: the companies that changed on a day.

It has no cursor of its own. Ours is the last day, in Estonia's time, that was over when it was
read; because a day's list may still grow afterwards, each reading starts two days earlier again.
"""

from collections.abc import Callable
from datetime import date, timedelta
from hashlib import blake2b
from xml.etree.ElementTree import Element

from domain.identifiers import CompanyKey
from domain.registry.register import Change, Defect, RegisterUnknown
from registry_sync.estonia.representation import company_of
from registry_sync.estonia.soap import children, required, text

OPERATION = "ettevotjaMuudatusedTasuline_v1"
AGAIN = 2
AT_MOST = 31
_DAY = timedelta(days=1)


def days_to_read(cursor: str | None, today: date) -> list[date]:
    """Return the ``AGAIN`` days before the first unread one, and every day on to ``today``.

    Never more than ``AT_MOST``: after a long silence the oldest come first, and the next reading
    continues from there, so that no day is left out. None stands for yesterday. Raises
    RegisterUnknown for a cursor that is none of ours.
    """
    try:
        unread = date.fromisoformat(cursor) + _DAY if cursor else today
    except ValueError:
        raise RegisterUnknown("cursor_unreadable", retry=False) from None
    first = min(unread, today) - AGAIN * _DAY  # a clock that was set back has a future cursor
    last = min(today, first + (AT_MOST - 1) * _DAY)
    return [first + number * _DAY for number in range((last - first).days + 1)]


def cursor_after(days: list[date], today: date) -> str:
    """Return the last of ``days`` that is over."""
    return min(days[-1], today - _DAY).isoformat()


def changes_on(day: date, answer: Element, reject: Callable[[Defect], None]) -> list[Change]:
    """Return one change per company of the day's list, in its order.

    A row without a valid registry code is rejected. Raises RegisterUnknown when the list does
    not have as many rows as it says.
    """
    rows = children(answer, "ettevotja_muudatused")
    if required(answer, "tulemuste_arv") != str(len(rows)):
        raise RegisterUnknown("change_list_miscounted", day.isoformat())
    entries: dict[CompanyKey, set[str]] = {}
    for number, row in enumerate(rows, 1):
        try:
            company = company_of(row)
        except RegisterUnknown as unknown:
            reject(Defect(f"{day.isoformat()}#{number}", unknown.code, unknown.detail))
            continue
        entries.setdefault(company, set()).update(map(_entry, children(row, "kanded")))
    return [Change(company, _mark(day, those)) for company, those in entries.items()]


def _entry(entry: Element) -> str:
    """Return card and number on the card, which no two entries of a company share."""
    names = ("registrikaardi_piirkond", "registrikaardi_tyyp", "registrikaardi_nr", "kande_nr")
    return "/".join(text(entry, name) for name in names)


def _mark(day: date, entries: set[str]) -> str:
    """Return a mark that changes as soon as the company's entries on the list do."""
    digest = blake2b("\n".join(sorted(entries)).encode(), digest_size=8).hexdigest()
    return f"{day.isoformat()}/{digest}"
