"""The verdict on a campaign: each promise, how many cases were checked, what broke it."""

from collections.abc import Iterable

from rich.table import Table

from dev.chaos import (
    billed_verdict,
    contract_invariants,
    delegation_invariants,
    effect_invariants,
    order_invariants,
    signing_invariants,
    state_invariants,
)
from dev.chaos.injector import Injector
from dev.chaos.outcome import Outcome
from dev.chaos.promise import Promise
from dev.chaos.schedule import Schedule
from dev.chaos.snapshot import Evidence

_SHOWN = 5


def at_rest(evidence: Evidence, schedule: Schedule, injector: Injector) -> list[Promise]:
    """Judge when nothing moves any more and operations have not acted yet."""
    listed = sum(row.state != "closed" for row in evidence.stuck)
    judged = Promise.judged
    return [
        judged(
            "open processes are listed or behind one that is",
            len(evidence.processes),
            state_invariants.ended_or_listed(evidence),
        ),
        judged(
            "each listed reason was true",
            len(evidence.stuck),
            state_invariants.reasons_true(evidence, schedule, injector),
        ),
        judged("the list agrees with the steps", listed, state_invariants.list_agrees(evidence)),
        judged(
            "open processes and workflows agree",
            len(evidence.workflows),
            state_invariants.workflows_agree(evidence),
        ),
        judged(
            "each effect applied once",
            len(evidence.applied),
            effect_invariants.network_once(evidence),
        ),
    ]


def at_the_end(evidence: Evidence, asked: list[Outcome], injector: Injector) -> list[Promise]:
    """Judge after operations have retried what was stuck."""
    return [
        Promise.judged(
            "nobody ended by itself", len(injector.troubles), injector.ended_by_themselves
        ),
        Promise.judged(
            "one process for each request",
            len(asked),
            state_invariants.asked_once(evidence, asked),
        ),
        Promise.judged(
            "all ended; only doubts are listed",
            len(evidence.processes),
            state_invariants.all_ended(evidence),
        ),
        *_effects(evidence, asked),
        *_orders(evidence, asked),
        *_contracts(evidence, asked),
        *_signatures(evidence, asked),
        *billed_verdict.judge(evidence.billed, asked),
        *_access(evidence, asked),
        *_records(evidence),
    ]


def _effects(evidence: Evidence, asked: list[Outcome]) -> list[Promise]:
    """Judge what was done to outside systems."""
    return [
        Promise.judged(
            "each effect applied once, none lost",
            len(evidence.applied),
            effect_invariants.network_once(evidence),
        ),
        Promise.judged(
            "in order on each service",
            len(evidence.applied),
            effect_invariants.network_in_order(evidence),
        ),
        Promise.judged(
            "places in the order of requests",
            len(asked),
            effect_invariants.places_as_asked(evidence, asked),
        ),
        Promise.judged(
            "at most one SMS for each send",
            sum(evidence.outbox.values()),
            effect_invariants.sms_once(evidence),
        ),
    ]


def _orders(evidence: Evidence, asked: list[Outcome]) -> list[Promise]:
    """Judge orders of several items, in both logs."""
    return [
        Promise.judged(
            "effects of orders once at the network and in billing",
            len(evidence.items),
            order_invariants.effects_once(evidence),
        ),
        Promise.judged(
            "orders end as asked",
            len(evidence.items),
            order_invariants.ended_as_asked(evidence, asked),
        ),
        Promise.judged(
            "each service has what its last completed item set: undone once",
            len(evidence.limits_at_network),
            order_invariants.ends_as_shown(evidence, asked),
        ),
    ]


def _contracts(evidence: Evidence, asked: list[Outcome]) -> list[Promise]:
    """Judge contracts: what was agreed, what is provided, and what is billed."""
    number, judges = len(evidence.contracts), contract_invariants
    return [
        Promise.judged(
            "each contract is as its person left it", number, judges.as_left(evidence, asked)
        ),
        Promise.judged(
            "no contract is active without its service", number, judges.set_up(evidence)
        ),
        Promise.judged(
            "none has ended with its service or access left", number, judges.set_down(evidence)
        ),
        Promise.judged("no number on two contracts", number, judges.numbers(evidence, asked)),
    ]


def _signatures(evidence: Evidence, asked: list[Outcome]) -> list[Promise]:
    """Judge signatures: what phones were asked, what is kept, and what came of it."""
    number, judges = len(evidence.signings), signing_invariants
    return [
        Promise.judged(
            "a phone is asked once for a signing",
            len(evidence.phones),
            judges.phones_once(evidence),
        ),
        Promise.judged(
            "each signature kept and proved once", number, judges.signed_once(evidence, asked)
        ),
        Promise.judged(
            "contracts agree with their signatures",
            len(evidence.signed),
            judges.agrees_with_contract(evidence),
        ),
    ]


def _access(evidence: Evidence, asked: list[Outcome]) -> list[Promise]:
    """Judge the access that was proved or delegated, and who was told."""
    return [
        Promise.judged(
            "one grant for each proof",
            len(evidence.grants),
            effect_invariants.proofs(evidence, asked),
        ),
        Promise.judged(
            "each delegation is as its people were answered",
            len(evidence.delegations),
            delegation_invariants.as_answered(evidence, asked),
        ),
        Promise.judged(
            "one grant for each acceptance, none without its chain",
            len(evidence.delegated),
            delegation_invariants.granted_once(evidence),
        ),
        Promise.judged(
            "each notice once",
            len(evidence.notices),
            delegation_invariants.told_once(evidence),
        ),
    ]


def _records(evidence: Evidence) -> list[Promise]:
    """Judge what is recorded of it all: history, lists and workflows."""
    return [
        Promise.judged(
            "began once, ended once",
            len(evidence.processes),
            state_invariants.recorded_once(evidence),
        ),
        Promise.judged(
            "items opened and closed in pairs",
            len(evidence.stuck),
            state_invariants.listed_in_pairs(evidence),
        ),
        Promise.judged(
            "the list agrees with the steps",
            len(evidence.steps),
            state_invariants.list_agrees(evidence),
        ),
        Promise.judged(
            "processes and workflows agree",
            len(evidence.workflows),
            state_invariants.workflows_agree(evidence),
        ),
        Promise.judged(
            "the chain of events holds",
            len(evidence.events),
            state_invariants.chain_holds(evidence),
        ),
    ]


def table(title: str, promises: list[Promise]) -> Table:
    """Render the promises as a table."""
    shown = Table(title=title, title_justify="left")
    shown.add_column("promise")
    shown.add_column("of", justify="right")
    shown.add_column("")
    for each in promises:
        held = "[green]held" if not each.broken else f"[red]broken {len(each.broken)} times"
        shown.add_row(each.words, str(each.about), held)
    return shown


def findings(promises: Iterable[Promise]) -> list[str]:
    """Return what broke promises, a few cases of each."""
    return [
        f"{each.words}: {words}"
        for each in promises
        for words in (*each.broken[:_SHOWN], *(["…"] if len(each.broken) > _SHOWN else []))
    ]
