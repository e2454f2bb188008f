"""The whole process of a verification, in any order of what may happen, against a small model."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.adapters.camara_sim_swap import NoSimSwap
from activities.numbers.send_code import CodeSettings
from activities.numbers.verification import (
    CheckSimSwapActivities,
    NumberVerificationActivities,
    SendCodeActivities,
)
from activities.provisioning.run_step import StepRunner
from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.sms_texts import Language
from domain.numbers.steps import send_step, sim_swap_step
from domain.numbers.verifications import (
    CANCELLED_BY_PERSON,
    CodeCheck,
    DeliveryStatus,
    Requester,
    VerificationRequest,
    VerificationRules,
    VerificationState,
    code_digest,
)
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.step_rules import StepRules
from domain.provisioning.steps import InDoubt, Refused, Trouble
from domain.rates import LimitReached
from services.parties.people import ensure_person
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.messages import sms
from storage.numbers import (
    codes,
    delivery_reports,
    send_requests,
    verification_rows,
    verifications,
)
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service
from tests.fixtures import payload_keys

RULES = VerificationRules()
WHO = Actor(ActorKind.PERSON, "tests")
OFFICE = account(KUUSK)
WRONG = "wrong!"
"""No code looks like this, so that no wrong one is right by chance."""
_NUMBERS = count(5000000)
_OUTCOMES = {
    "taken": DeliveryStatus.ACCEPTED,
    "not_taken": DeliveryStatus.PENDING,
    "answer_lost": DeliveryStatus.UNKNOWN,
    "refused": DeliveryStatus.FAILED_PERMANENT,
    "worker_killed": DeliveryStatus.SENDING,
}
_REPORTED = (DeliveryStatus.SENT, DeliveryStatus.FAILED_PERMANENT, DeliveryStatus.DELIVERED)
_MINE = "number = :number"
_OF = f"JOIN verification v ON v.{_MINE} AND v.id ="
_ROW = "id, state, wrong_codes, sends, code_accepted_at IS NOT NULL"
_SEEN = (
    f"SELECT {_ROW} FROM verification WHERE {_MINE}",
    f"SELECT s.verification_id, s.send, s.digest, s.delivery FROM sms s {_OF} s.verification_id",
    f"SELECT g.proof FROM access_grant g {_OF} g.proof",
    f"SELECT e.kind FROM event e {_OF} e.subject_id",
)


class Killed(BaseException):
    """The process ends here."""


class Gateway:
    """A gateway that exposes the codes; the test sets the outcome of the next SMS."""

    def __init__(self) -> None:
        self.next = "taken"
        self.codes: list[str] = []

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:  # noqa: ARG002
        found = re.search(r"\b\d{6}\b", text)
        assert found is not None
        self.codes.append(found[0])
        match self.next:
            case "not_taken":
                raise Trouble(StuckReason.BUSY, "http_503")
            case "answer_lost":
                raise InDoubt(StuckReason.ANSWER_LOST)
            case "refused":
                raise Refused(StuckReason.REFUSED, "104")
            case "worker_killed":
                raise Killed
        return str(client_ref)


@dataclass
class Model:
    """A verification, as it ought to be."""

    id: UUID = field(default_factory=uuid4)
    state: VerificationState = VerificationState.SENT
    wrong_codes: int = 0
    sends: int = 1
    accepted: bool = False
    ran_out: bool = False
    waiting: bool = True
    codes: dict[int, str] = field(default_factory=dict)
    known: dict[int, DeliveryStatus] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Return whether the verification accepts codes and resends."""
        return self.state is VerificationState.SENT and not self.accepted and not self.ran_out

    @property
    def is_accepted(self) -> bool:
        return self.state is VerificationState.SENT and self.accepted

    def check_wrong_code(self) -> CodeCheck:
        if not self.is_open:
            return CodeCheck.CLOSED
        self.wrong_codes += 1
        if self.wrong_codes < RULES.wrong_codes:
            return CodeCheck.WRONG
        self.state = VerificationState.FAILED
        return CodeCheck.LAST_WRONG

    def check_right_code(self) -> CodeCheck:
        if not self.is_open and not self.is_accepted:
            return CodeCheck.CLOSED
        self.accepted = True
        return CodeCheck.ACCEPTED

    def report(self, send: int, reported: DeliveryStatus) -> None:
        order = list(DeliveryStatus)
        self.known[send] = max(self.known[send], reported, key=order.index)
        bad = self.known[send] is DeliveryStatus.FAILED_PERMANENT and send == self.sends
        if bad and self.state is VerificationState.SENT:
            self.state = VerificationState.UNDELIVERABLE


class Process(RuleBasedStateMachine):
    """One person and one number of a service. Rules act on the newest verification."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.gateway = Gateway()
        paper = CodeSettings(payload_keys.CODE_KEY, "")
        steps = StepRunner(database, StepRules(pause_after=10**6))
        self.sms = SendCodeActivities(steps, self.gateway, paper, RULES.life)
        self.sims = CheckSimSwapActivities(steps, NoSimSwap())
        self.activities = NumberVerificationActivities(database)
        self.environment = ActivityEnvironment()
        self.requester = Requester(ensure_person(database, MARI))
        self.number = PhoneNumber(f"+372{next(_NUMBERS)}", "EE")
        put_service(
            database, ServiceFacts(uuid4(), OFFICE.id, ServiceKind.MOBILE, self.number.e164, "")
        )
        self.all: list[Model] = []
        self.created: list[tuple[Model, int]] = []
        """Every SMS to the number, the oldest first."""
        self.blocked = False

    @property
    def newest(self) -> Model:
        return self.all[-1]

    @initialize()
    def begin(self) -> None:
        self.ask()

    @rule()
    def ask(self) -> None:
        wanted = Model()
        waiting = any(
            each.waiting for each in self.all if each.state is not VerificationState.VERIFIED
        )
        accepted = bool(self.all and self.newest.is_accepted)
        if waiting or self.blocked or accepted:
            with pytest.raises(
                LimitReached, match="wait" if waiting or not self.blocked else "block"
            ):
                self._open(wanted.id)
            return
        voided = self._open(wanted.id)
        assert voided == [each.id for each in self.all if each.state is VerificationState.SENT]
        if voided:
            self.newest.state = (
                VerificationState.EXPIRED if self.newest.ran_out else VerificationState.SUPERSEDED
            )
        self.all.append(wanted)

    def _open(self, id_: UUID) -> list[UUID]:
        request = VerificationRequest(id_, self.requester, self.number, Language.ENGLISH)
        with self.database.transaction() as session:
            superseded = send_requests.start(session, request, RULES, [], actor=WHO)
        return [] if superseded is None else [superseded]

    def _anew(self) -> None:
        """Begin again, where what follows would find nothing but an end."""
        if self.newest.state is not VerificationState.SENT:
            self.the_wait_passes()
            self.the_block_ends()
            self.ask()

    @rule()
    def the_same_request_comes_again(self) -> None:
        assert self._open(self.newest.id) == []

    @rule(outcome=st.sampled_from(list(_OUTCOMES)))
    def hand_over(self, outcome: str) -> None:
        self._hand_over(outcome)

    @rule(outcomes=st.lists(st.sampled_from(list(_OUTCOMES)), min_size=2, max_size=3))
    def hand_over_more_than_once(self, outcomes: list[str]) -> None:
        self._anew()
        for outcome in outcomes:
            self._hand_over(outcome)

    def _hand_over(self, outcome: str) -> None:
        model, send = self.newest, self.newest.sends
        before = model.known.get(send)
        sent_before = len(self.gateway.codes)
        self.gateway.next = outcome
        try:
            self.environment.run(self.sms.send_code, send_step(model.id, send))
        except (ApplicationError, Killed):
            assert outcome in {"not_taken", "worker_killed"}
        wanted = model.is_open and before in {None, DeliveryStatus.PENDING}
        assert len(self.gateway.codes) - sent_before == wanted
        if wanted:
            model.codes[send] = self.gateway.codes[-1]
            model.known[send] = DeliveryStatus.SENDING
            if before is None:
                self.created.append((model, send))
            if outcome == "refused":
                self._report(model, send, DeliveryStatus.FAILED_PERMANENT)
            model.known[send] = _OUTCOMES[outcome]
        elif before is DeliveryStatus.SENDING:
            model.known[send] = DeliveryStatus.UNKNOWN

    @precondition(lambda self: self.newest.known)
    @rule(data=st.data(), reported=st.sampled_from(_REPORTED))
    def the_gateway_reports(self, data: st.DataObject, reported: DeliveryStatus) -> None:
        model = self.newest
        send = data.draw(st.sampled_from(sorted(model.known)))
        if model.known[send] is DeliveryStatus.PENDING:
            return
        with self.database.transaction() as session:
            delivery_reports.record(session, sms.sms_id(model.id, send), reported)
        self._report(model, send, reported)

    def _report(self, model: Model, send: int, reported: DeliveryStatus) -> None:
        """Report on an SMS; after two in a row that failed for good the number is blocked."""
        model.report(send, reported)
        failed = DeliveryStatus.FAILED_PERMANENT
        if reported is failed and model.known[send] is failed:
            final = {DeliveryStatus.DELIVERED, failed}
            others = [
                other.known[number]
                for other, number in self.created
                if (other.id, number) != (model.id, send) and other.known[number] in final
            ]
            self.blocked = self.blocked or others[-1:] == [failed]

    @rule()
    def the_block_ends(self) -> None:
        carry_out(
            self.database,
            "UPDATE number_block SET until = clock_timestamp()"
            " WHERE subject = :number AND until > clock_timestamp()",
            number=self.number.e164,
        )
        self.blocked = False

    @rule()
    def resend(self) -> None:
        model = self.newest
        with self.database.transaction() as session:
            verification = verification_rows.lock(session, model.id)
            assert verification is not None
            taken = verification.is_open
            assert taken == model.is_open
            if not taken:
                return
            full = model.sends == RULES.sends
            if full or model.waiting:
                with pytest.raises(LimitReached, match="sends" if full else "wait"):
                    send_requests.resend(session, verification, RULES, [])
                return
            model.sends, model.waiting = model.sends + 1, True
            assert send_requests.resend(session, verification, RULES, []) == model.sends

    @rule()
    def the_wait_passes(self) -> None:
        carry_out(
            self.database,
            "UPDATE verification SET resend_at = clock_timestamp() WHERE number = :number",
            number=self.number.e164,
        )
        for each in self.all:
            each.waiting = False

    @precondition(lambda self: self.newest.state is VerificationState.SENT)
    @rule()
    def the_time_runs_out(self) -> None:
        carry_out(
            self.database,
            "UPDATE verification SET expires_at = clock_timestamp() WHERE id = :id",
            id=self.newest.id,
        )
        self.newest.ran_out = True

    @rule()
    def the_life_ends(self) -> None:
        model = self.newest
        waiting = model.state is VerificationState.SENT and not model.accepted
        if waiting and not model.ran_out:
            with pytest.raises(ApplicationError, match="too early"):
                self.activities.expire(model.id)
            return
        assert self.activities.expire(model.id) == model.is_accepted
        if waiting:
            model.state = VerificationState.EXPIRED

    @rule()
    def cancel(self) -> None:
        model = self.newest
        with self.database.transaction() as session:
            state, reason = VerificationState.CANCELLED, CANCELLED_BY_PERSON
            ended = verifications.end(session, model.id, state, reason, actor=WHO)
        assert (ended is not None) == (model.state is VerificationState.SENT)
        if model.state is VerificationState.SENT:
            model.state = VerificationState.CANCELLED

    @rule()
    def check_wrong_code(self) -> None:
        assert self._guess(WRONG) is self.newest.check_wrong_code()

    @precondition(lambda self: self.newest.codes)
    @rule(data=st.data())
    def check_right_code(self, data: st.DataObject) -> None:
        code = self.newest.codes[data.draw(st.sampled_from(sorted(self.newest.codes)))]
        assert self._guess(code) is self.newest.check_right_code()

    @precondition(lambda self: self.newest.codes)
    @rule()
    def someone_else_guesses_right(self) -> None:
        code = next(iter(self.newest.codes.values()))
        assert self._guess(code, Requester(uuid4())) is CodeCheck.NOT_FOUND

    def _guess(self, code: str, requester: Requester | None = None) -> CodeCheck:
        id_ = self.newest.id
        digest = code_digest(payload_keys.CODE_KEY, id_, code)
        with self.database.transaction() as session:
            return codes.check(session, id_, requester or self.requester, digest, RULES, actor=WHO)

    @rule(wrong=st.integers(2, 8), right=st.booleans())
    def many_guess_at_once(self, wrong: int, right: bool) -> None:
        self._anew()
        model = self.newest
        good = list(model.codes.values())[-1:] if right else []
        if good and model.is_open:  # else chance would say how it ends, and then what may follow
            wrong = min(wrong, RULES.wrong_codes - model.wrong_codes - 1)
        guesses = [WRONG] * wrong + good
        together = Barrier(len(guesses))

        def guess(code: str) -> CodeCheck:
            together.wait()
            return self._guess(code)

        with ThreadPoolExecutor(len(guesses)) as threads:
            found = Counter(threads.map(guess, guesses))
        # The right one may have come at any place among them; what came before it counts.
        before = found[CodeCheck.WRONG] + found[CodeCheck.LAST_WRONG] if model.is_open else 0
        order = [model.check_wrong_code() for _ in range(before)]
        order += [model.check_right_code() for _ in good]
        order += [model.check_wrong_code() for _ in range(wrong - before)]
        assert Counter(order) == found

    # The workflow hears of the right code once that is written down.
    @precondition(
        lambda self: self.newest.is_accepted or self.newest.state is not VerificationState.SENT
    )
    @rule()
    def conclude(self) -> None:
        self.environment.run(self.sims.check_sim_swap, sim_swap_step(self.newest.id))
        if self.newest.is_accepted:
            self.newest.state = VerificationState.VERIFIED

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        with self.database.reading() as connection:
            shown, sent, grants, reported = (
                connection.execute(text(statement), {"number": self.number.e164}).all()
                for statement in _SEEN
            )
        assert {row.id: tuple(row)[1:] for row in shown} == {
            each.id: (each.state, each.wrong_codes, each.sends, each.accepted) for each in self.all
        }
        assert {tuple(row) for row in sent} == {
            (each.id, send, code_digest(payload_keys.CODE_KEY, each.id, code), each.known[send])
            for each in self.all
            for send, code in each.codes.items()
        }
        verified = [each.id for each in self.all if each.state is VerificationState.VERIFIED]
        assert [row.proof for row in grants] == verified[:1], "access once, by the first proof"
        ended = sum(each.state is not VerificationState.SENT for each in self.all)
        history = Counter({"verification:started": len(self.all), "verification:ended": ended})
        assert Counter(row.kind for row in reported) == history, "each of them once"


def test_any_order_of_events_keeps_the_rules_of_verification(
    database: Database,
) -> None:
    put(database, OFFICE)

    class OnThisDatabase(Process):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
