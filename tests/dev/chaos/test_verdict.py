"""The verdict of a campaign sees what it is there to see."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

import pytest

from dev.chaos import delegation_invariants, effect_invariants, state_invariants
from dev.chaos.billed_evidence import Billed
from dev.chaos.evidence_rows import DelegationRow, EventRow
from dev.chaos.outcome import Outcome
from dev.chaos.snapshot import Evidence
from dev.chaos.workload import (
    GivingHabit,
    GivingRequest,
    Habit,
    NumberRequest,
    ResendRequest,
    Trait,
)
from domain.messages.steps import notice_sms_step
from domain.numbers.steps import send_step
from domain.numbers.verifications import DeliveryStatus
from domain.provisioning.resend_settings import steps_of
from storage.messages.sms import sms_id

_NOW = datetime(2026, 8, 1, tzinfo=UTC)
SERVICE, FIRST, SECOND, NUMBER = (UUID(int=n) for n in range(1, 5))
GIVEN, CHILD, GIVER, RECEIVER, OTHER = (UUID(int=n) for n in range(11, 16))
SEND = send_step(NUMBER, 1)


def _good() -> dict[str, Any]:
    """Two re-sendings of one service and a number that was verified: nothing is wrong."""
    processes = {
        id_: SimpleNamespace(
            id=id_, process="resend", workflow_id=f"resend/{id_}", state="succeeded",
            subject_id=SERVICE, ended=True, reason=None, code_accepted_at=None,
        )
        for id_ in (FIRST, SECOND)
    }  # fmt: skip
    processes[NUMBER] = SimpleNamespace(
        id=NUMBER, process="number_verification", workflow_id=f"number/{NUMBER}",
        state="verified", subject_id=None, ended=True, reason="code_right", code_accepted_at="then",
    )  # fmt: skip
    resent = [s for id_ in (FIRST, SECOND) for s in steps_of(id_, SERVICE, UUID(int=9))]
    steps = [
        SimpleNamespace(
            id=step.id, process=step.process, process_id=step.process_id, action=step.action,
            resource=step.resource, place=place, state="done", ended_at=_NOW,
            receipt={"provider_id": "m"}, waits_for=None,
        )
        for place, step in enumerate([*resent, SEND])
    ]  # fmt: skip
    applied = [
        {"key": step.key(1), "service_id": str(SERVICE)} for step in resent if step.action != "read"
    ]
    begun = {"resend": "service:resend_requested", "number_verification": "verification:started"}
    ended = {"resend": "service:resend_ended", "number_verification": "verification:ended"}
    events = [
        _event(kinds[row.process], row.id, operation_id=str(row.id))
        for row in processes.values()
        for kinds in (begun, ended)
    ]
    return {
        "processes": processes,
        "open": set(),
        "steps": steps,
        "stuck": [],
        "events": events,
        "sms": {sms_id(NUMBER, 1): DeliveryStatus.DELIVERED},
        "grants": [NUMBER],
        **_delegated(processes, events),
        "targets": {"network": "available"},
        "applied": applied,
        "booked": [],
        "items": {},
        "limits": {},
        "limits_at_network": {},
        "contracts": {},
        "signings": [],
        "signed": [],
        "phones": [],
        "billed": Billed({}, [], [], [], {}, {}, {}),
        "at_network": {},
        "subscribed": set(),
        "outbox": {sms_id(NUMBER, 1): 1},
        "workflows": dict.fromkeys(processes, "COMPLETED"),
        "chain": None,
    }


def _delegated(processes: dict[UUID, Any], events: list[EventRow]) -> dict[str, Any]:
    """Something that was given and passed on, and then revoked."""
    ends = {GIVEN: "delegation_revoked", CHILD: "delegation_parent_ended"}
    people = {GIVEN: (None, GIVER, RECEIVER), CHILD: (GIVEN, RECEIVER, OTHER)}
    delegations = {
        id_: DelegationRow(id_, "ended", ends[id_], *people[id_], accepted=True) for id_ in ends
    }
    grants, notices = list[Any](), list[Any]()
    for number, row in enumerate(delegations.values()):
        ceremony, grant = UUID(int=20 + number), UUID(int=30 + number)
        processes[ceremony] = SimpleNamespace(
            id=ceremony, process="delegation", workflow_id=f"delegation/{ceremony}",
            state="accepted", subject_id=row.id, ended=True, reason=None, code_accepted_at=None,
        )  # fmt: skip
        grants.append(SimpleNamespace(id=grant, delegation_id=row.id, lasts=False))
        happened = ("offered", "accepted", "ended")
        new = [_event(f"delegation:{kind}", row.id) for kind in happened]
        new += [_event("grant:started", grant), _event("grant:ended", grant)]
        told = {"offered": row.receiver_id, "accepted": row.giver_id}
        told["revoked" if row.parent_id is None else "ended"] = row.receiver_id
        for kind, person in told.items():
            about = {"person_id": person, "kind": f"delegation_{kind}", "subject_id": row.id}
            notices.append(SimpleNamespace(id=uuid5(row.id, kind), **about))
            new.append(_event("notice:created", uuid5(row.id, kind)))
        events[1:1] = new
    return {"delegations": delegations, "delegated": grants, "notices": notices}


def _event(kind: str, subject: UUID, **facts: str) -> EventRow:
    return EventRow(_NOW, kind, subject, {"code": "x", "facts": facts})


def _asked() -> list[Outcome]:
    number = NumberRequest(0, 0, 0, Habit.TYPES, Trait.PLAIN, 1)
    giving = GivingRequest(0, 0, GivingHabit.REVOKED, 0)
    return [
        Outcome(giving, GIVEN, 0, 1, ends="delegation_revoked"),
        Outcome(giving, CHILD, 0, 1, ends="delegation_parent_ended"),
        Outcome(ResendRequest(0, 0, 0), FIRST, 0, 1),
        Outcome(ResendRequest(2, 1, 0), SECOND, 2, 3),
        Outcome(number, NUMBER, 0, 1, code_taken=True),
    ]


def _found(good: dict[str, Any], asked: list[Outcome]) -> dict[str, list[str]]:
    evidence = Evidence(**good)
    judges: list[Callable[[Evidence], Iterator[str]]] = [
        *(
            effect_invariants.network_once,
            effect_invariants.network_in_order,
            effect_invariants.sms_once,
        ),
        *(
            state_invariants.ended_or_listed,
            state_invariants.all_ended,
            state_invariants.recorded_once,
        ),
        *(
            state_invariants.listed_in_pairs,
            state_invariants.list_agrees,
            state_invariants.workflows_agree,
        ),
        state_invariants.chain_holds,
        delegation_invariants.granted_once,
        delegation_invariants.told_once,
    ]
    found = {judge.__name__: list(judge(evidence)) for judge in judges}
    for check in (
        effect_invariants.places_as_asked,
        effect_invariants.proofs,
        state_invariants.asked_once,
        delegation_invariants.as_answered,
    ):
        found[check.__name__] = list(check(evidence, asked))
    return {name: wrong for name, wrong in found.items() if wrong}


def test_correct_evidence_breaks_no_promise() -> None:
    assert _found(_good(), _asked()) == {}


def _stuck(good: dict[str, Any], state: str, kind: str) -> None:
    """The last step of the second re-sending is stuck."""
    step = good["steps"][5]
    step.state, step.ended_at = state, None
    good["processes"][SECOND].ended = False
    good["open"].add(SECOND)
    good["stuck"].append(
        SimpleNamespace(
            id=step.id, step_id=step.id, process_id=SECOND, state="stuck", kind=kind, code="busy"
        )
    )


def _set(row: Any, **values: Any) -> None:
    row.__dict__.update(values)


def _notice_by_sms(good: dict[str, Any], *, taken: int) -> None:
    """A notice that was sent by SMS, of which the gateway took so many."""
    notice = UUID(int=40)
    step = notice_sms_step(notice)
    good["steps"].append(
        SimpleNamespace(
            id=step.id,
            process=step.process,
            process_id=notice,
            action=step.action,
            resource=None,
            place=9,
            state="done",
            ended_at=_NOW,
            receipt={"provider_id": "m"},
        )
    )
    good["processes"][notice] = SimpleNamespace(
        id=notice, process="notice_sms", workflow_id="", state="ended", subject_id=None, ended=True
    )
    good["sms"][sms_id(notice)] = DeliveryStatus.DELIVERED
    good["outbox"][sms_id(notice)] = taken


_WRONG: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "doubled": ("network_once", lambda e: e["applied"].append(e["applied"][0])),
    "doubled under a second key": (
        "network_once",
        lambda e: e["applied"].append(
            e["applied"][3] | {"key": e["applied"][3]["key"].removesuffix("1") + "2"}
        ),
    ),
    "lost": ("network_once", lambda e: e["applied"].pop()),
    "applied though refused": ("network_once", lambda e: _stuck(e, "refused", "refused")),
    "mixed": ("network_in_order", lambda e: e["applied"].insert(1, e["applied"].pop())),
    "places": ("places_as_asked", lambda e: _set(e["steps"][0], place=9)),
    "two SMS": ("sms_once", lambda e: e["outbox"].update({sms_id(NUMBER, 1): 2})),
    "no SMS": ("sms_once", lambda e: e["outbox"].clear()),
    "an SMS of nobody": ("sms_once", lambda e: e["outbox"].update({UUID(int=77): 1})),
    "no grant": ("proofs", lambda e: e["grants"].clear()),
    "two grants": ("proofs", lambda e: e["grants"].append(e["grants"][0])),
    "a forgotten proof": ("proofs", lambda e: _set(e["processes"][NUMBER], state="expired")),
    "runs in silence": ("ended_or_listed", lambda e: _set(e["processes"][FIRST], ended=False)),
    "listed still": ("all_ended", lambda e: _stuck(e, "trouble", "trouble")),
    "another state": ("list_agrees", lambda e: _stuck(e, "done", "trouble")),
    "a step left open": ("list_agrees", lambda e: _set(e["steps"][0], ended_at=None)),
    "begun twice": ("recorded_once", lambda e: e["events"].append(e["events"][0])),
    "no end": ("recorded_once", lambda e: e["events"].pop()),
    "over, never begun": (
        "listed_in_pairs",
        lambda e: e["events"].append(_event("stuck:ended", uuid5(FIRST, "x"))),
    ),
    "never over": (
        "listed_in_pairs",
        lambda e: e["events"].append(_event("stuck:opened", uuid5(FIRST, "x"))),
    ),
    "a workflow too many": ("workflows_agree", lambda e: e["workflows"].update({FIRST: "RUNNING"})),
    "no workflow": ("workflows_agree", lambda e: _set(e["processes"][FIRST], ended=False)),
    "paused for ever": ("workflows_agree", lambda e: e["targets"].update(network="paused")),
    "a grant too many": ("granted_once", lambda e: e["delegated"].append(e["delegated"][0])),
    "no grant of an acceptance": ("granted_once", lambda e: e["delegated"].pop()),
    "a grant that outlives its chain": (
        "granted_once",
        lambda e: _set(e["delegated"][1], lasts=True),
    ),
    "a notice too many": ("told_once", lambda e: e["notices"].append(e["notices"][0])),
    "a notice that is missing": ("told_once", lambda e: e["notices"].pop()),
    "a notice recorded twice": (
        "told_once",
        lambda e: e["events"].append(_event("notice:created", e["notices"][0].id)),
    ),
    "another end than was answered": (
        "as_answered",
        lambda e: e["delegations"].update(
            {GIVEN: e["delegations"][GIVEN]._replace(how="delegation_waived")}
        ),
    ),
    "a ceremony left": (
        "workflows_agree",
        lambda e: e["workflows"].update({UUID(int=20): "RUNNING"}),
    ),
    "two SMS of a notice": ("sms_once", lambda e: _notice_by_sms(e, taken=2)),
    "a broken chain": ("chain_holds", lambda e: e.update(chain="position 3 is missing")),
    "nobody asked": (
        "asked_once",
        lambda e: e["processes"].update({SERVICE: e["processes"][FIRST]}),
    ),
}


@pytest.mark.parametrize(
    ("code", "target", "true"),
    [
        ("engine_error", "network", False),
        ("characteristic_invalid", "network", True),
        ("busy", "network", False),
        ("answer_lost", "sms", True),
    ],
)
def test_a_listed_reason_needs_a_matching_disturbance(code: str, target: str, true: bool) -> None:
    good = _good()
    schedule: Any = SimpleNamespace(refused=lambda: {SERVICE})
    # The worker was killed, and nothing else happened.
    injector: Any = SimpleNamespace(happened=lambda whats, *_, **__: "worker" in whats)
    facts = {"target": target, "process_id": str(FIRST), "action": "a"}
    listed = EventRow(_NOW, "stuck:opened", FIRST, {"code": code, "facts": facts})
    good["events"].append(listed)

    found = list(state_invariants.reasons_true(Evidence(**good), schedule, injector))

    assert (not found) is true


@pytest.mark.parametrize("case", _WRONG)
def test_each_kind_of_damage_is_found(case: str) -> None:
    judge, spoil = _WRONG[case]
    good = _good()

    spoil(good)

    assert judge in _found(good, _asked())
