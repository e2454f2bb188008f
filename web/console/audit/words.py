"""Events in words: their kinds, and the fields of what they changed."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from markupsafe import Markup

from runtime.texts import messages
from web.api_client import Json
from web.console.visit import ConsoleVisit

_KINDS = "page.event."


@dataclass(frozen=True, slots=True)
class Change:
    """A field of what an event is about. Empty: it was not there."""

    field: str
    before: str
    after: str


def kinds(visit: ConsoleVisit) -> list[tuple[str, str]]:
    """Return every kind of event with its words, in the order of the words."""
    codes = (id_.removeprefix(_KINDS) for id_ in messages(visit.language) if _KINDS in id_)
    return sorted(((code, str(visit.event(code))) for code in codes), key=lambda each: each[1])


def plain(shown: str) -> str:
    """Return what a page shows as text without marks, for files."""
    return shown.striptags() if isinstance(shown, Markup) else shown


def changes(visit: ConsoleVisit, event: Json) -> list[Change]:
    """Return what was before and what is after, a row for each field that is in either."""
    subject = event["kind"].partition(":")[0]
    before, after = (dict(_flat(event[name] or {})) for name in ("before", "after"))
    return [
        Change(
            _field(visit, name),
            _value(visit, subject, name, before.get(name)),
            _value(visit, subject, name, after.get(name)),
        )
        for name in {**before, **after}
    ]


def facts(visit: ConsoleVisit, event: Json) -> list[tuple[str, str]]:
    """Return the facts of an event's reason."""
    found = _flat(event["reason"]["facts"] if event["reason"] else {})
    return [(_field(visit, name), _value(visit, "", name, each)) for name, each in found]


def _flat(values: Mapping[str, object], within: str = "") -> Iterator[tuple[str, object]]:
    """Yield fields and values; a field of a field is named after both."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _field(visit: ConsoleVisit, name: str) -> str:
    """Return a field in words; its own name where it has none."""
    with suppress(KeyError):
        return visit.text(f"page.audit.field.{name}")
    return name.replace("_", " ")


def _value(visit: ConsoleVisit, subject: str, name: str, value: object) -> str:
    if isinstance(value, bool):
        return visit.text("page.audit.yes" if value else "page.audit.no")
    if isinstance(value, list):
        return Markup(", ").join(_value(visit, subject, name, each) for each in value)
    if isinstance(value, str):
        return _word(visit, subject, name, value)
    return "" if value is None else str(value)


def _word(visit: ConsoleVisit, subject: str, name: str, value: str) -> str:
    """Return a text as people read it: a role, a state, a day, a moment, an id; or as it is."""
    if name == "role":
        return visit.role(value)
    with suppress(KeyError):
        return visit.text(f"state.{subject}.{value}")
    with suppress(ValueError):
        date.fromisoformat(value)
        return visit.formats.time(value)
    with suppress(ValueError):
        datetime.fromisoformat(value)
        return visit.formats.time(value, "moment")
    with suppress(ValueError):
        return Markup("<code>{}</code>").format(UUID(value))
    return value
