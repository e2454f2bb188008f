"""What can be done about something stuck, in words and with the exact command."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from cli.ops.options import SHOWN
from domain.ops.resolutions import TEXTS, Resolution
from domain.ops.stuck_reasons import StuckKind


def short(id_: UUID) -> str:
    """An id as tables show it and commands take it."""
    return str(id_)[:SHOWN]


def commands(row: Row[Any]) -> list[str]:
    """The commands that may follow now, ready to be copied but for the reason; none: none."""
    if row.state != "stuck":
        return []
    why = "--reason '…'"
    match row.kind:
        case StuckKind.PAUSED:
            return [f"volitus ops targets resume {row.target} {why}"]
        case StuckKind.BROKEN:
            return [f"volitus ops fix {short(row.id)} {way} {why}" for way in row.allowed_decisions]
    return [f"volitus ops {decision} {short(row.id)} {why}" for decision in row.allowed_decisions]


def advice(row: Row[Any]) -> str:
    """One line: what can be done, or why nothing is to be done."""
    match row.state:
        case "closed":
            return f"No longer stuck. {ended(row.resolution)}."
        case "decided" | "retrying":
            return f"{decided(row)} Look again: `volitus ops show {short(row.id)}`"
    told = ", ".join(f"`{command}`" for command in commands(row))
    return f"{_BY_ITSELF.get(row.kind, '')}What can be done: {told or 'nothing by a command'}"


_BY_ITSELF = {
    StuckKind.TROUBLE: "It is tried again slowly by itself. ",
    StuckKind.DOUBT: "It may have been done: look at the target before deciding. ",
}


def decided(row: Row[Any]) -> str:
    """What was decided about it and is not finished, by whom and why."""
    kept = row.decision or {}
    way, by = kept.get("decision", "something"), kept.get("by", {}).get("id", "somebody")
    taken_up = "is being carried out" if row.state == "retrying" else "is not taken up yet"
    return f"{by} decided to {way} it ({kept.get('reason', '')}), which {taken_up}."


def ended(how: str) -> str:
    """What became of something stuck, by its ``resolution``."""
    return TEXTS[Resolution(how)]


def age(span: timedelta) -> str:
    """How long, in its two largest units: ``3d 4h``, ``12min``, ``40s``."""
    left, told = max(int(span.total_seconds()), 0), []
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if number := left // seconds:
            told.append(f"{number}{unit}")
        left %= seconds
    return " ".join(told[:2]) or "0s"
