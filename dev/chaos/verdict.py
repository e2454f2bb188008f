"""The verdict on a campaign: each promise with how much it was about, and what broke it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table

from dev.chaos import effects, history
from dev.chaos.asking import Asked
from dev.chaos.blows import Blows
from dev.chaos.evidence import Evidence
from dev.chaos.schedule import Schedule

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised, about how many, and who broke it."""

    words: str
    about: int
    broken: tuple[str, ...]

    @classmethod
    def judged(cls, words: str, about: int, broken: Iterable[str]) -> "Promise":
        """``broken`` may be a generator: it is run here."""
        return cls(words, about, tuple(broken))


def at_rest(evidence: Evidence, schedule: Schedule, blows: Blows) -> list[Promise]:
    """Once nobody does anything any more, and before operations do."""
    listed = sum(row.state != "closed" for row in evidence.stuck)
    judged = Promise.judged
    return [
        judged(
            "ended, or listed, or behind one that is",
            len(evidence.processes),
            history.ended_or_listed(evidence),
        ),
        judged(
            "listed for what was so",
            len(evidence.stuck),
            history.reasons_true(evidence, schedule, blows),
        ),
        judged("the list agrees with the steps", listed, history.list_agrees(evidence)),
        judged(
            "open processes and workflows agree",
            len(evidence.workflows),
            history.workflows_agree(evidence),
        ),
        judged("the network did each once", len(evidence.applied), effects.network_once(evidence)),
    ]


def at_the_end(evidence: Evidence, asked: list[Asked], blows: Blows) -> list[Promise]:
    """Once operations have retried what was left."""
    judged, numbers = Promise.judged, len(evidence.grants)
    return [
        judged("nobody ended by itself", len(blows.troubles), blows.ended_by_themselves),
        judged(
            "one process for each that was asked for",
            len(asked),
            history.asked_once(evidence, asked),
        ),
        judged(
            "all ended; nothing listed but doubt",
            len(evidence.processes),
            history.all_ended(evidence),
        ),
        judged(
            "the network did each once, none lost",
            len(evidence.applied),
            effects.network_once(evidence),
        ),
        judged(
            "in order on each service", len(evidence.applied), effects.network_in_order(evidence)
        ),
        judged("places in the order asked", len(asked), effects.places_as_asked(evidence, asked)),
        judged(
            "at most one SMS for each send",
            sum(evidence.outbox.values()),
            effects.sms_once(evidence),
        ),
        judged("one grant for each proof", numbers, effects.proofs(evidence, asked)),
        judged("began once, ended once", len(evidence.processes), history.told_once(evidence)),
        judged("stuck and over in pairs", len(evidence.stuck), history.listed_in_pairs(evidence)),
        judged(
            "the list agrees with the steps", len(evidence.steps), history.list_agrees(evidence)
        ),
        judged(
            "processes and workflows agree",
            len(evidence.workflows),
            history.workflows_agree(evidence),
        ),
        judged("the chain of events holds", len(evidence.events), history.chain_holds(evidence)),
    ]


def table(title: str, promises: list[Promise]) -> Table:
    """For people."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("promise")
    shown.add_column("of", justify="right")
    shown.add_column("")
    for each in promises:
        held = "[green]held" if not each.broken else f"[red]broken {len(each.broken)} times"
        shown.add_row(each.words, str(each.about), held)
    return shown


def findings(promises: Iterable[Promise]) -> list[str]:
    """What broke them, a few of each."""
    return [
        f"{each.words}: {words}"
        for each in promises
        for words in (*each.broken[:_SHOWN], *(["…"] if len(each.broken) > _SHOWN else []))
    ]
