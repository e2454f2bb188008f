"""Verifications of a number a second, against bare workflows on the same server and worker."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from statistics import median
from uuid import UUID, uuid4

from temporalio.client import Client

from activities.adapters.camara_sim_swap import NoSimSwap
from activities.numbers.send_code import CodeSettings
from activities.numbers.verification import (
    CheckSimSwapActivities,
    NumberVerificationActivities,
    SendCodeActivities,
)
from activities.provisioning.run_step import StepRunner
from benchmarks import mobiles, number_calls
from benchmarks.bare_verification import BareVerification, TwoSteps, nothing_sent
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from benchmarks.working import BARE, working
from domain.audit import Actor, ActorKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendOrigin
from domain.numbers.verifications import (
    CodeCheck,
    Requester,
    VerificationRequest,
    VerificationState,
)
from domain.provisioning.targets import TargetKind
from runtime.payload_codec import PayloadCipher
from runtime.temporal_client import connect_to
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.numbers.verification import check_code, read_verification, start_verification
from services.parties.people import ensure_person
from settings.processes import ApiSettings, WorkerSettings
from storage.database import Database
from worker.registration import Registered
from workflows.numbers.number_verification import VerificationStart

_LEAST_RATE = 0.8
_AT_ONCE = 10
_THREADS = 20
_PAUSE = 0.01
_LIFE = timedelta(minutes=10)
_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")
_ORIGIN = SendOrigin("benchmarks")


class AnswersAtOnce:
    """An SMS gateway in this process, whose messages can be read."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:  # noqa: ARG002 # the port's signature
        """Deliver the SMS at once."""
        self._codes[to] = mobiles.code_in(text)
        return str(client_ref)

    async def code_for(self, number: str) -> str:
        """Return the code in the newest SMS to this number, once there is one."""
        while number not in self._codes:  # noqa: ASYNC110 # a worker's thread sends it
            await asyncio.sleep(_PAUSE)
        return self._codes[number]


def lines(place: Place, size: Size) -> list[Line]:
    """Measure verifications a second, then the time of the calls of one."""
    return [*_rate_lines(place, size), *number_calls.lines(place, size)]


def _rate_lines(place: Place, size: Size) -> list[Line]:
    with place.temporal() as environment:
        two_steps, bare, ours = alone(
            rates, environment | mobiles.WIDE, size.workflows, size.rounds
        ).result
    share = ratio(ours, bare)
    return [
        Line(
            f"Numbers proved a second, {_AT_ONCE} at once: code sent, code back, access",
            f"{median(ours):.1f}",
            f"bare workflow {median(bare):.1f}",
            share,
            f"≥ {_LEAST_RATE}×",
            share >= _LEAST_RATE,
        ),
        Line(
            "…against two activities and nothing between",
            f"{median(ours):.1f}",
            f"two activities {median(two_steps):.1f}",
            ratio(ours, two_steps),
        ),
    ]


def rates(environment: Mapping[str, str], number: int, rounds: int) -> list[list[float]]:
    """Return rates per second in each round: two bare steps, bare verifications, and real ones."""
    os.environ.update(environment)
    return asyncio.run(_rates(WorkerSettings.from_environment(), number, rounds))


async def _rates(settings: WorkerSettings, number: int, rounds: int) -> list[list[float]]:
    client = await connect_to(settings.temporal, PayloadCipher.of(settings.payload))
    database = Database(settings.database.dsn(), pool_size=_THREADS)
    gateway = AnswersAtOnce()
    policy = NumberPolicy.of(ApiSettings.from_environment())
    engine = Engine(database, client, settings.task_queue)
    requests = _requests(database, number * (1 + rounds))
    seen: list[list[float]] = [[], [], []]
    work = _work(settings, database, gateway)
    bare = [TwoSteps, BareVerification]
    async with working(client, settings, work, bare, [nothing_sent]):
        for each in range(1 + rounds):  # the first is for warming up
            asked = requests[each * number : (each + 1) * number]
            seen[0].append(await _rate(lambda request: _two_steps(client, request), asked))
            seen[1].append(await _rate(lambda request: _bare(client, request), asked))
            seen[2].append(
                await _rate(lambda request: _verify(engine, policy, gateway, request), asked)
            )
    database.close()
    return [of_one[1:] for of_one in seen]


def _work(settings: WorkerSettings, database: Database, gateway: AnswersAtOnce) -> Registered:
    steps, rules = StepRunner(database, settings.step_rules()), settings.verification.rules()
    paper = CodeSettings(settings.verification.code_key(), settings.portal.host)
    verifying = NumberVerificationActivities(database)
    sending = SendCodeActivities(steps, gateway, paper, rules.life)
    checking = CheckSimSwapActivities(steps, NoSimSwap())
    own = [verifying.has_ended, verifying.drop_unfinished, verifying.give_up, verifying.expire]
    return {
        None: own,
        TargetKind.SMS: [sending.send_code],
        TargetKind.SIM_SWAP: [checking.check_sim_swap],
    }


async def _rate(
    work: Callable[[VerificationRequest], Awaitable[None]], requests: Sequence[VerificationRequest]
) -> float:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def carry_out(request: VerificationRequest) -> None:
        async with turns:
            await work(request)

    begun = time.perf_counter()
    await asyncio.gather(*(carry_out(request) for request in requests))
    return len(requests) / (time.perf_counter() - begun)


async def _two_steps(client: Client, request: VerificationRequest) -> None:
    start = VerificationStart(verification_id=request.id, life=_LIFE)
    await client.execute_workflow(TwoSteps.run, start, id=f"two/{request.id}", task_queue=BARE)


async def _bare(client: Client, request: VerificationRequest) -> None:
    start = VerificationStart(verification_id=request.id, life=_LIFE)
    handle = await client.start_workflow(
        BareVerification.run, start, id=f"bare/{request.id}", task_queue=BARE
    )
    await handle.execute_update(BareVerification.sent)
    await handle.signal(BareVerification.prove)
    await handle.execute_update(BareVerification.over)


async def _verify(
    engine: Engine, policy: NumberPolicy, gateway: AnswersAtOnce, request: VerificationRequest
) -> None:
    """Carry out the use cases of the API's two calls. Raises RuntimeError without access."""
    await start_verification(engine, policy, request, origin=_ORIGIN, actor=_ACTOR)
    code, requester = await gateway.code_for(request.number.e164), request.requester
    result = await check_code(engine, policy, request.id, requester, code, actor=_ACTOR)
    view = await read_verification(engine, request.id, requester)
    verified = view.state is VerificationState.VERIFIED and view.access_in_force
    if result is not CodeCheck.ACCEPTED or not verified:
        raise RuntimeError(f"not verified: {view}")


def _requests(database: Database, number: int) -> list[VerificationRequest]:
    """Create requests of ``number`` employees, each for its own number on a customer's account."""
    return [
        VerificationRequest(
            uuid4(), Requester(ensure_person(database, person)), PhoneNumber(number, "EE")
        )
        for number, person in mobiles.settle(database, number).items()
    ]
