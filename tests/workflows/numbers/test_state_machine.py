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
from activities.numbers.send_code import CodePaper
from activities.numbers.verification import NumberVerifying
from activities.provisioning.run_step import StepRunner
from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import (
    Delivery,
    State,
    VerificationRules,
    code_digest,
    send_step,
    sim_step,
)
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Refused, StepRules, Trouble
from services.parties.people import ensure_person
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.numbers import codes, sms, verifications
from storage.numbers.codes import Guess
from storage.numbers.verifications import Request, Requester
from storage.requests.rate_limits import LimitReached
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
    "taken": Delivery.ACCEPTED,
    "not_taken": Delivery.PENDING,
    "answer_lost": Delivery.UNKNOWN,
    "refused": Delivery.FAILED_PERMANENT,
    "worker_killed": Delivery.SENDING,
}
_REPORTED = (Delivery.SENT, Delivery.FAILED_PERMANENT, Delivery.DELIVERED)
_MINE = "number = :number"
_OF = f"JOIN verification v ON v.{_MINE} AND v.id ="
_SEEN = (
    f"SELECT id, state, tries, sends, proven_at IS NOT NULL FROM verification WHERE {_MINE}",
    f"SELECT s.verification_id, s.send, s.digest, s.delivery FROM sms s {_OF} s.verification_id",
    f"SELECT g.proof FROM access_grant g {_OF} g.proof",
    f"SELECT e.kind FROM event e {_OF} e.subject_id",
)


class Killed(BaseException):
    """The process ends here."""


class Gateway:
    """Sees the codes; what comes of the next SMS is told before."""

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
    state: State = State.SENT
    tries: int = 0
    sends: int = 1
    proven: bool = False
    ran_out: bool = False
    waiting: bool = True
    codes: dict[int, str] = field(default_factory=dict)
    known: dict[int, Delivery] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it takes codes, and has more of them sent."""
        return self.state is State.SENT and not self.proven and not self.ran_out

    @property
    def is_proven(self) -> bool:
        return self.state is State.SENT and self.proven

    def guess_wrong(self) -> Guess:
        if not self.is_open:
            return Guess.CLOSED
        self.tries += 1
        if self.tries < RULES.tries:
            return Guess.WRONG
        self.state = State.FAILED
        return Guess.LAST

    def guess_right(self) -> Guess:
        if not self.is_open and not self.is_proven:
            return Guess.CLOSED
        self.proven = True
        return Guess.RIGHT

    def report(self, send: int, told: Delivery) -> None:
        order = list(Delivery)
        self.known[send] = max(self.known[send], told, key=order.index)
        bad = self.known[send] is Delivery.FAILED_PERMANENT and send == max(self.known)
        if bad and self.state is State.SENT:
            self.state = State.UNDELIVERABLE


class Process(RuleBasedStateMachine):
    """One person and one number of a service. Rules act on the newest verification."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.gateway = Gateway()
        paper = CodePaper(payload_keys.CODE_KEY, "")
        steps = StepRunner(database, StepRules(pause_after=10**6))
        networks = (self.gateway, NoSimSwap())
        self.hands = NumberVerifying(database, steps, networks, RULES, paper)
        self.environment = ActivityEnvironment()
        self.requester = Requester(ensure_person(database, MARI))
        self.number = PhoneNumber(f"+372{next(_NUMBERS)}", "EE")
        put_service(
            database, ServiceFacts(uuid4(), OFFICE.id, ServiceKind.MOBILE, self.number.e164, "")
        )
        self.all: list[Model] = []

    @property
    def newest(self) -> Model:
        return self.all[-1]

    @initialize()
    def begin(self) -> None:
        self.ask()

    @rule()
    def ask(self) -> None:
        wanted = Model()
        waiting = any(each.waiting for each in self.all if each.state is not State.VERIFIED)
        refused = waiting or bool(self.all and self.newest.is_proven)
        if refused:
            with pytest.raises(LimitReached, match="wait"):
                self._open(wanted.id)
            return
        voided = self._open(wanted.id)
        assert voided == [each.id for each in self.all if each.state is State.SENT]
        if voided:
            self.newest.state = State.EXPIRED if self.newest.ran_out else State.SUPERSEDED
        self.all.append(wanted)

    def _open(self, id_: UUID) -> list[UUID]:
        request = Request(id_, self.requester, self.number, Language.ENGLISH)
        with self.database.transaction() as session:
            return list(verifications.open_(session, request, RULES, [], actor=WHO))

    def _anew(self) -> None:
        """Begin again, where what follows would find nothing but an end."""
        if self.newest.state is not State.SENT:
            self.the_wait_passes()
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
            self.environment.run(self.hands.send, send_step(model.id, send))
        except (ApplicationError, Killed):
            assert outcome in {"not_taken", "worker_killed"}
        wanted = model.is_open and before in {None, Delivery.PENDING}
        assert len(self.gateway.codes) - sent_before == wanted
        if wanted:
            model.codes[send] = self.gateway.codes[-1]
            model.known[send] = Delivery.SENDING
            if outcome == "refused":
                model.report(send, Delivery.FAILED_PERMANENT)
            model.known[send] = _OUTCOMES[outcome]
        elif before is Delivery.SENDING:
            model.known[send] = Delivery.UNKNOWN

    @precondition(lambda self: self.newest.known)
    @rule(data=st.data(), told=st.sampled_from(_REPORTED))
    def the_gateway_reports(self, data: st.DataObject, told: Delivery) -> None:
        model = self.newest
        send = data.draw(st.sampled_from(sorted(model.known)))
        if model.known[send] is Delivery.PENDING:
            return
        with self.database.transaction() as session:
            sms.report(session, sms.sms_id(model.id, send), told)
        model.report(send, told)

    @rule()
    def resend(self) -> None:
        model = self.newest
        with self.database.transaction() as session:
            row = verifications.read(session, model.id, lock=True)
            assert row is not None
            # The routes look at this under the same lock.
            taken = row.state == State.SENT and not row.late and row.proven_at is None
            assert taken == model.is_open
            if not taken:
                return
            full = model.sends == RULES.sends
            if full or model.waiting:
                with pytest.raises(LimitReached, match="sends" if full else "wait"):
                    verifications.resend(session, row, RULES, [])
                return
            model.sends, model.waiting = model.sends + 1, True
            assert verifications.resend(session, row, RULES, []) == model.sends

    @rule()
    def the_wait_passes(self) -> None:
        carry_out(
            self.database,
            "UPDATE verification SET resend_at = clock_timestamp() WHERE number = :number",
            number=self.number.e164,
        )
        for each in self.all:
            each.waiting = False

    @precondition(lambda self: self.newest.state is State.SENT)
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
        waiting = model.state is State.SENT and not model.proven
        if waiting and not model.ran_out:
            with pytest.raises(ApplicationError, match="too early"):
                self.hands.expire(model.id)
            return
        assert self.hands.expire(model.id) == model.is_proven
        if waiting:
            model.state = State.EXPIRED

    @rule()
    def cancel(self) -> None:
        model = self.newest
        with self.database.transaction() as session:
            assert verifications.cancel(session, model.id, actor=WHO) == (model.state is State.SENT)
        if model.state is State.SENT:
            model.state = State.CANCELLED

    @rule()
    def guess_wrong(self) -> None:
        assert self._guess(WRONG) is self.newest.guess_wrong()

    @precondition(lambda self: self.newest.codes)
    @rule(data=st.data())
    def guess_right(self, data: st.DataObject) -> None:
        code = self.newest.codes[data.draw(st.sampled_from(sorted(self.newest.codes)))]
        assert self._guess(code) is self.newest.guess_right()

    @precondition(lambda self: self.newest.codes)
    @rule()
    def someone_else_guesses_right(self) -> None:
        code = next(iter(self.newest.codes.values()))
        assert self._guess(code, Requester(uuid4())) is Guess.UNKNOWN

    def _guess(self, code: str, requester: Requester | None = None) -> Guess:
        id_ = self.newest.id
        digest = code_digest(payload_keys.CODE_KEY, id_, code)
        with self.database.transaction() as session:
            return codes.guess(session, id_, requester or self.requester, digest, RULES, actor=WHO)

    @rule(wrong=st.integers(2, 8), right=st.booleans())
    def many_guess_at_once(self, wrong: int, right: bool) -> None:
        self._anew()
        model = self.newest
        good = list(model.codes.values())[-1:] if right else []
        if good and model.is_open:  # else chance would say how it ends, and then what may follow
            wrong = min(wrong, RULES.tries - model.tries - 1)
        guesses = [WRONG] * wrong + good
        together = Barrier(len(guesses))

        def guess(code: str) -> Guess:
            together.wait()
            return self._guess(code)

        with ThreadPoolExecutor(len(guesses)) as threads:
            found = Counter(threads.map(guess, guesses))
        # The right one may have come at any place among them; what came before it counts.
        before = found[Guess.WRONG] + found[Guess.LAST] if model.is_open else 0
        order = [model.guess_wrong() for _ in range(before)]
        order += [model.guess_right() for _ in good]
        order += [model.guess_wrong() for _ in range(wrong - before)]
        assert Counter(order) == found

    # The workflow hears of the right code once that is written down.
    @precondition(lambda self: self.newest.is_proven or self.newest.state is not State.SENT)
    @rule()
    def conclude(self) -> None:
        self.environment.run(self.hands.look_at_sim, sim_step(self.newest.id))
        if self.newest.is_proven:
            self.newest.state = State.VERIFIED

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        with self.database.reading() as connection:
            shown, sent, grants, told = (
                connection.execute(text(statement), {"number": self.number.e164}).all()
                for statement in _SEEN
            )
        assert {row.id: tuple(row)[1:] for row in shown} == {
            each.id: (each.state, each.tries, each.sends, each.proven) for each in self.all
        }
        assert {tuple(row) for row in sent} == {
            (each.id, send, code_digest(payload_keys.CODE_KEY, each.id, code), each.known[send])
            for each in self.all
            for send, code in each.codes.items()
        }
        verified = [each.id for each in self.all if each.state is State.VERIFIED]
        assert [row.proof for row in grants] == verified[:1], "access once, by the first proof"
        ended = sum(each.state is not State.SENT for each in self.all)
        history = Counter({"verification:started": len(self.all), "verification:ended": ended})
        assert Counter(row.kind for row in told) == history, "each of them once"


def test_whatever_happens_in_whichever_order_the_process_keeps_its_rules(
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
