"""CAMARA One Time Password SMS v1.1.1: what its public test definitions ask for, and its errors.

Source: camaraproject/OTPValidation, release r3.2, ``code/Test_definitions``.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from httpx import Response
from prometheus_client import CollectorRegistry, generate_latest
from schemathesis.specs.openapi.schemas import OpenApiSchema
from structlog.testing import capture_logs
from temporalio.client import Client

from api.auth.principals import Scope
from api.camara import app
from domain.numbers.blocks import BlockKind
from domain.numbers.verifications import DeliveryStatus, VerificationRules, code_digest
from domain.rates import Rate
from domain.reasons import Reason
from services.numbers import workflow_client
from storage.database import Database
from storage.messages import sms
from storage.messages.sms import NewSms
from storage.numbers import blocks, delivery_reports
from tests.builders.number_limits import with_rates
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import (
    BILLING,
    account,
    carry_out,
    put,
    put_service,
    rows,
    service,
)
from tests.clients import sms_client
from tests.clients.api_client import (
    NO_SCOPE,
    NUMBERS,
    OPS,
    OTHER_OTP,
    OTP,
    PORTAL,
    Front,
    open_front,
    person_token,
)
from tests.clients.token_issuer import KEY, NOW, OTHER_KEY, person_claims, signed
from tests.fixtures import payload_keys
from tests.fixtures.engine import Engine, until

API = "/one-time-password-sms/v1"
SEND, VALIDATE = f"{API}/send-code", f"{API}/validate-code"
NUMBER, ABROAD, ENDED, LANDLINE = "+37251234567", "+358401234567", "+37251234568", "+3726123456"
MESSAGE = "{{code}} is your code for Cool App"
CODE, WRONG = "271828", "314159"
BODY = {"phoneNumber": NUMBER, "message": MESSAGE}
CORRELATOR = "b4333c46-49c0-4f62-80d7-f0ef930f1c46"
TRIES = 3
MESSAGES = {
    "INVALID_ARGUMENT": "Client specified an invalid argument, request body or query param.",
    "OUT_OF_RANGE": "Client specified an invalid range.",
    "UNAUTHENTICATED": "Request not authenticated due to missing, invalid, or expired credentials."
    " A new authentication is required.",
    "PERMISSION_DENIED": "Client does not have sufficient permissions to perform this action.",
    "NOT_FOUND": "The specified resource is not found.",
    "METHOD_NOT_ALLOWED": "The requested method is not allowed/supported on the target resource.",
    "CONTENT_TOO_LARGE": "The request body is too large.",
    "QUOTA_EXCEEDED": "Out of resource quota.",
    "TOO_MANY_REQUESTS": "Rate limit reached.",
    "INTERNAL": "Unknown server error. Typically a server bug.",
    "UNAVAILABLE": "Service Unavailable.",
    "ONE_TIME_PASSWORD_SMS.MAX_OTP_CODES_EXCEEDED": "Too many OTPs have been requested for this"
    " MSISDN. Try later.",
    "ONE_TIME_PASSWORD_SMS.PHONE_NUMBER_NOT_ALLOWED": "Phone_number can't receive an SMS due to"
    " business reasons in the operator.",
    "ONE_TIME_PASSWORD_SMS.PHONE_NUMBER_BLOCKED": "Phone_number is blocked to receive SMS due to"
    " any blocking business reason in the operator.",
    "ONE_TIME_PASSWORD_SMS.VERIFICATION_FAILED": "The maximum number of attempts for this"
    " authenticationId was exceeded without providing a valid OTP",
    "ONE_TIME_PASSWORD_SMS.VERIFICATION_EXPIRED": "The authenticationId is no longer valid",
    "ONE_TIME_PASSWORD_SMS.INVALID_OTP": "The provided OTP is not valid for this authenticationId",
}
POLICY = replace(
    NUMBERS,
    rules=VerificationRules(wrong_codes=TRIES),
    limits=replace(NUMBERS.limits, wrong_codes=TRIES),
)


def refused(answer: Response, status: int, code: str) -> None:
    """Check that an answer is CAMARA's error, to the letter, with the caller's own correlator."""
    whole = code if code in MESSAGES else f"ONE_TIME_PASSWORD_SMS.{code}"
    assert answer.json() == {"status": status, "code": whole, "message": MESSAGES[whole]}
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-correlator"] == CORRELATOR


async def ask(front: Front, path: str, body: object, token: str | None = OTP) -> Response:
    return await front.post(path, token, body, x_correlator=CORRELATOR)


async def send(front: Front, **changes: object) -> Response:
    return await ask(front, SEND, BODY | changes)


async def validate(front: Front, id_: object, code: object, token: str = OTP) -> Response:
    return await ask(front, VALIDATE, {"authenticationId": str(id_), "code": code}, token)


async def begun(front: Front) -> UUID:
    """A verification whose SMS brought CODE."""
    answer = await send(front)
    assert answer.status_code == 200, answer.text
    id_ = UUID(answer.json()["authenticationId"])
    with front.database.transaction() as session:
        sms.prepare(session, NewSms(id_, 1, code_digest(payload_keys.CODE_KEY, id_, CODE), 1))
    return id_


def customers(database: Database) -> None:
    """NUMBER is one of this operator's; ENDED was until lately."""
    put(database, account(KUUSK, 1))
    put_service(
        database,
        service(1, account(KUUSK, 1), phone=NUMBER),
        service(2, account(KUUSK, 1), phone=ENDED, status="ended"),
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no worker: nobody has to be waited for."""
    monkeypatch.setattr(workflow_client, "_WAIT_SECONDS", 0.05)


@pytest.fixture
async def program(database: Database, temporal: Client, impatient: None) -> AsyncIterator[Front]:
    """The API as programs meet it, with Temporal there and no worker."""
    customers(database)
    async with open_front(database, temporal, task_queue=str(uuid4()), numbers=POLICY) as opened:
        yield opened


@pytest.fixture
async def patient(database: Database, temporal: Client) -> AsyncIterator[Front]:
    """A front that waits for a worker as long as in production."""
    customers(database)
    async with open_front(database, temporal, task_queue=str(uuid4()), numbers=POLICY) as opened:
        yield opened


async def test_a_code_is_sent(program: Front) -> None:
    answer = await send(program)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-correlator"] == CORRELATOR
    assert set(answer.json()) == {"authenticationId"}
    assert UUID(answer.json()["authenticationId"])


async def test_two_codes_for_one_number_in_a_row(program: Front) -> None:
    first, second = await send(program), await send(program)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() != second.json()


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="absent"),
        pytest.param({"x_correlator": ""}, id="empty"),
    ],
)
async def test_without_a_correlator_one_is_made_up(program: Front, given: dict[str, str]) -> None:
    answers = [await program.post(SEND, OTP, BODY, **given) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    made_up = {str(UUID(answer.headers["x-correlator"])) for answer in answers}
    assert len(made_up) == 2


@pytest.mark.parametrize(
    "correlator",
    [
        pytest.param("a b", id="space"),
        pytest.param("õ", id="letter"),
        pytest.param("x" * 257, id="too-long"),
    ],
)
@pytest.mark.parametrize("path", [SEND, VALIDATE])
async def test_a_malformed_correlator_is_refused_and_not_echoed(
    program: Front, path: str, correlator: str
) -> None:
    bearer = f"Bearer {OTP}".encode()
    answer = await program.http.post(
        path, json=BODY, headers={b"Authorization": bearer, b"x-correlator": correlator.encode()}
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_ARGUMENT")
    assert UUID(answer.headers["x-correlator"])


@pytest.mark.parametrize(
    "correlator", [pytest.param("x" * 256, id="longest"), pytest.param("a-Z_9:;./<>{}", id="odd")]
)
async def test_any_correlator_of_the_pattern_is_echoed(program: Front, correlator: str) -> None:
    answer = await program.post(SEND, OTP, BODY, x_correlator=correlator)

    assert answer.headers.get_list("x-correlator") == [correlator]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="no-body"),
        pytest.param({}, id="empty-object"),
        pytest.param([], id="no-object"),
        pytest.param(BODY | {"phoneNumber": "3301"}, id="3301"),
        pytest.param(BODY | {"phoneNumber": "51234567"}, id="without-country"),
        pytest.param(BODY | {"phoneNumber": "+3725"}, id="too-short"),
        pytest.param(BODY | {"phoneNumber": "+37251234567890123"}, id="too-long"),
        pytest.param(BODY | {"phoneNumber": "+3721111111"}, id="of-no-numbering-plan"),
        pytest.param(BODY | {"phoneNumber": 37251234567}, id="number-as-a-number"),
        pytest.param({"message": MESSAGE}, id="missing-number"),
        pytest.param({"phoneNumber": NUMBER}, id="missing-message"),
        pytest.param(BODY | {"message": None}, id="null-message"),
        pytest.param(BODY | {"message": ""}, id="empty-message"),
        pytest.param(BODY | {"message": "message without code"}, id="no-code-in-message"),
        pytest.param(BODY | {"message": "{{code}}" + "x" * 153}, id="message-of-161"),
        pytest.param(BODY | {"message": "{{code}}\0"}, id="message-with-nul"),
        pytest.param(BODY | {"message": "{{code}}\x85"}, id="fault-24-message-with-c1"),
        pytest.param(BODY | {"message": "{{code}}\u202e"}, id="fault-24-message-with-bidi"),
    ],
)
async def test_an_invalid_request_for_a_code_is_refused(program: Front, body: object) -> None:
    refused(await ask(program, SEND, body), 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("{{code}}" + "x" * 152, id="of-160"),
        pytest.param("line\n{{code}}\nline", id="lines"),
        pytest.param("Sinu kood: {{code}} ✓", id="not-gsm"),
    ],
)
async def test_a_valid_message_is_sent(program: Front, message: str) -> None:
    assert (await send(program, message=message)).status_code == 200


FORM = {"client_id": "otp-program", "sub": "otp-program", "scope": str(Scope.OTP)}
CLAIMS = person_claims(**FORM, amr=None, acr=None, auth_time=None)
BODIES = [
    pytest.param(SEND, BODY, id="send"),
    pytest.param(VALIDATE, {"authenticationId": str(UUID(int=1)), "code": CODE}, id="validate"),
]


@pytest.mark.parametrize(("path", "body"), BODIES)
@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        pytest.param(None, 401, "UNAUTHENTICATED", id="no-token"),
        pytest.param(
            signed(CLAIMS | {"iat": NOW - 900, "exp": NOW - 300}),
            401,
            "UNAUTHENTICATED",
            id="expired",
        ),
        pytest.param(signed(CLAIMS, OTHER_KEY, kid=KEY.kid), 401, "UNAUTHENTICATED", id="forged"),
        pytest.param("nonsense", 401, "UNAUTHENTICATED", id="no-jwt"),
        pytest.param(person_token(MARI), 403, "PERMISSION_DENIED", id="person"),
        pytest.param(NO_SCOPE, 403, "PERMISSION_DENIED", id="program-without-scope"),
        pytest.param(PORTAL, 403, "PERMISSION_DENIED", id="program-with-another-scope"),
        pytest.param(OPS, 403, "PERMISSION_DENIED", id="staff"),
    ],
)
async def test_who_may_not_call(
    program: Front, path: str, body: object, *, token: str | None, status: int, code: str
) -> None:
    answer = await ask(program, path, body, token)

    refused(answer, status, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_program_speaks_for_itself_only(program: Front) -> None:
    headers = {"On-Behalf-Of": str(UUID(int=1)), "x-correlator": CORRELATOR}

    refused(await program.ask("POST", SEND, OTP, BODY, headers), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        pytest.param("+37251234569", 404, "NOT_FOUND", id="of-another-operator"),
        pytest.param(ENDED, 404, "NOT_FOUND", id="no-longer-ours"),
        pytest.param(ABROAD, 404, "NOT_FOUND", id="abroad"),
        pytest.param(LANDLINE, 403, "PHONE_NUMBER_NOT_ALLOWED", id="landline"),
        pytest.param("+3729001234", 403, "PHONE_NUMBER_NOT_ALLOWED", id="premium"),
    ],
)
async def test_a_number_that_gets_no_codes_is_refused(
    program: Front, number: str, status: int, code: str
) -> None:
    refused(await send(program, phoneNumber=number), status, code)
    assert rows(program.database, "SELECT FROM verification") == []


async def test_a_number_of_ours_in_a_country_that_is_not_allowed(program: Front) -> None:
    put_service(program.database, service(3, account(KUUSK, 1), phone=ABROAD))

    refused(await send(program, phoneNumber=ABROAD), 403, "PHONE_NUMBER_NOT_ALLOWED")


@pytest.mark.parametrize(
    "what",
    [
        pytest.param((BlockKind.NUMBER, NUMBER), id="number"),
        pytest.param((BlockKind.PREFIX, NUMBER[:-4]), id="prefix"),
    ],
)
async def test_a_blocked_number(program: Front, what: tuple[BlockKind, str]) -> None:
    why = Reason("barred", "Barred")
    with program.database.transaction() as session:
        blocks.block(session, *what, timedelta(minutes=1), why, actor=BILLING)

    answer = await send(program)

    refused(answer, 403, "PHONE_NUMBER_BLOCKED")
    assert 58 <= int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param("8", "PHONE_NUMBER_BLOCKED", id="barred"),
        pytest.param("1", "PHONE_NUMBER_NOT_ALLOWED", id="unreachable"),
    ],
)
async def test_a_number_that_is_reported_while_it_is_sent_to(
    patient: Front, error: str, code: str
) -> None:
    database = patient.database

    def open_ids() -> list[UUID]:
        return [row.id for row in rows(database, "SELECT id FROM verification")]

    sending = asyncio.create_task(send(patient))
    await until(lambda: bool(open_ids()))
    (id_,) = open_ids()
    with database.transaction() as session:
        sms.prepare(session, NewSms(id_, 1, "", 1))
        permanent = DeliveryStatus.FAILED_PERMANENT
        delivery_reports.record(session, sms.sms_id(id_, 1), permanent, error=error)

    refused(await sending, 403, code)


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        pytest.param("client", "TOO_MANY_REQUESTS", id="client"),
        pytest.param("client_quota", "QUOTA_EXCEEDED", id="quota"),
    ],
)
async def test_a_program_may_check_a_limited_number_of_codes(
    database: Database, limit: str, code: str
) -> None:
    rate = Rate(1, timedelta(hours=2))
    policy = replace(POLICY, limits=with_rates(POLICY.limits, **{limit: rate}))
    async with open_front(database, numbers=policy) as front:
        looks = [await validate(front, str(uuid4()), WRONG) for _ in range(TRIES + 1)]

    assert [look.status_code for look in looks[:-1]] == [404] * TRIES
    refused(looks[-1], 429, code)
    assert 2300 <= int(looks[-1].headers["Retry-After"]) <= 2400


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        pytest.param("client", "TOO_MANY_REQUESTS", id="client"),
        pytest.param("client_quota", "QUOTA_EXCEEDED", id="quota"),
    ],
)
@pytest.mark.parametrize("number", ["+37251234569", ABROAD, LANDLINE])
async def test_fault_26_a_program_may_ask_about_a_limited_number_of_numbers(
    database: Database, number: str, limit: str, code: str
) -> None:
    policy = replace(
        POLICY, limits=with_rates(POLICY.limits, **{limit: Rate(2, timedelta(hours=2))})
    )
    async with open_front(database, numbers=policy) as front:
        looks = [await send(front, phoneNumber=number) for _ in range(3)]
        customers(database)
        ours = await send(front)
        another = await ask(front, SEND, BODY | {"phoneNumber": number}, OTHER_OTP)

    assert {look.status_code for look in looks[:2]} <= {403, 404}
    refused(looks[2], 429, code)
    refused(ours, 429, code)
    assert another.status_code in {403, 404}


@pytest.mark.parametrize("size", ["Content-Length", "Transfer-Encoding"])
async def test_fault_26_a_body_that_is_too_large_is_refused_in_camaras_form(
    program: Front, size: str
) -> None:
    whole = b" " * 70_000

    async def parts() -> AsyncIterator[bytes]:
        yield whole

    answer = await program.http.post(
        SEND,
        content=whole if size == "Content-Length" else parts(),
        headers={"Authorization": f"Bearer {OTP}", "x-correlator": CORRELATOR},
    )

    refused(answer, 413, "CONTENT_TOO_LARGE")


async def test_fault_26_a_body_of_broken_text_is_refused_in_camaras_form(program: Front) -> None:
    for body in (b"\xff", b"{", b"[" * 60_000):
        answer = await program.http.post(
            SEND,
            content=body,
            headers={"Authorization": f"Bearer {OTP}", "x-correlator": CORRELATOR},
        )
        refused(answer, 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("limit", "status", "code"),
    [
        pytest.param("number", 403, "MAX_OTP_CODES_EXCEEDED", id="number"),
        pytest.param("client_quota", 429, "QUOTA_EXCEEDED", id="quota"),
        pytest.param("client", 429, "TOO_MANY_REQUESTS", id="client"),
        pytest.param("prefix", 429, "TOO_MANY_REQUESTS", id="prefix"),
        pytest.param("country", 429, "TOO_MANY_REQUESTS", id="country"),
    ],
)
async def test_a_reached_limit_says_when_to_retry(
    database: Database, temporal: Client, impatient: None, *, limit: str, status: int, code: str
) -> None:
    customers(database)
    rates = {limit: Rate(2, timedelta(hours=2))}
    policy = replace(POLICY, limits=with_rates(POLICY.limits, **rates))
    async with open_front(database, temporal, task_queue=str(uuid4()), numbers=policy) as front:
        allowed = [(await send(front)).status_code for _ in range(2)]
        answer = await send(front)

    assert allowed == [200, 200]
    refused(answer, status, code)
    assert 3500 < int(answer.headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(None, "INVALID_ARGUMENT", id="no-body"),
        pytest.param({}, "INVALID_ARGUMENT", id="empty-object"),
        pytest.param({"code": CODE}, "INVALID_ARGUMENT", id="missing-id"),
        pytest.param({"authenticationId": "", "code": CODE}, "INVALID_ARGUMENT", id="empty-id"),
        pytest.param({"authenticationId": "x"}, "INVALID_ARGUMENT", id="missing-code"),
        pytest.param({"authenticationId": "x", "code": ""}, "INVALID_ARGUMENT", id="empty-code"),
        pytest.param(
            {"authenticationId": "x" * 37, "code": CODE}, "INVALID_ARGUMENT", id="id-too-long"
        ),
        pytest.param(
            {"authenticationId": "x", "code": "thisCodeExceedsTenCharacters"},
            "INVALID_ARGUMENT",
            id="code-of-28",
        ),
        pytest.param({"authenticationId": "x", "code": "123"}, "OUT_OF_RANGE", id="code-of-3"),
    ],
)
async def test_a_malformed_code_is_refused(program: Front, body: object, code: str) -> None:
    refused(await ask(program, VALIDATE, body), 400, code)


async def test_wrong_codes_are_counted_until_it_fails(program: Front) -> None:
    id_ = await begun(program)

    for _ in range(TRIES - 1):
        refused(await validate(program, id_, WRONG), 400, "INVALID_OTP")
    refused(await validate(program, id_, WRONG), 400, "VERIFICATION_FAILED")
    refused(await validate(program, id_, CODE), 400, "VERIFICATION_FAILED")


async def test_parallel_wrong_codes_get_the_allowed_tries(program: Front) -> None:
    id_ = await begun(program)

    answers = await asyncio.gather(*(validate(program, id_, WRONG) for _ in range(10)))

    codes = [answer.json()["code"].partition(".")[2] for answer in answers]
    assert codes.count("INVALID_OTP") == TRIES - 1
    assert codes.count("VERIFICATION_FAILED") == 10 - (TRIES - 1)


async def test_a_code_whose_time_ran_out(program: Front) -> None:
    id_ = await begun(program)
    carry_out(program.database, "UPDATE verification SET expires_at = now()")

    refused(await validate(program, id_, CODE), 400, "VERIFICATION_EXPIRED")


async def test_a_code_superseded_by_a_newer_request(program: Front) -> None:
    first = await begun(program)
    second = await begun(program)

    refused(await validate(program, first, CODE), 400, "VERIFICATION_EXPIRED")
    refused(await validate(program, second, WRONG), 400, "INVALID_OTP")


@pytest.mark.parametrize(
    "id_", [pytest.param(UUID(int=1), id="nobodys"), pytest.param("unknown", id="no-uuid")]
)
async def test_an_unknown_authentication_id(program: Front, id_: object) -> None:
    refused(await validate(program, id_, CODE), 404, "NOT_FOUND")


async def test_another_programs_authentication_id_is_unknown(program: Front) -> None:
    id_ = await begun(program)

    refused(await validate(program, id_, CODE, OTHER_OTP), 404, "NOT_FOUND")
    (row,) = rows(program.database, "SELECT wrong_codes, code_accepted_at FROM verification")
    assert (row.wrong_codes, row.code_accepted_at) == (0, None)


async def test_another_programs_code_for_the_same_number_voids_nothing(program: Front) -> None:
    id_ = await begun(program)
    await ask(program, SEND, BODY, OTHER_OTP)

    refused(await validate(program, id_, WRONG), 400, "INVALID_OTP")


async def test_a_right_code_without_workers_may_be_sent_again(program: Front) -> None:
    id_ = await begun(program)

    for _ in range(2):
        answer = await validate(program, id_, CODE)
        refused(answer, 503, "UNAVAILABLE")
        assert answer.headers["retry-after"]
    refused(await validate(program, id_, WRONG), 400, "INVALID_OTP")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", SEND, 405, "METHOD_NOT_ALLOWED", id="method"),
        pytest.param("POST", f"{API}/resend", 404, "NOT_FOUND", id="path"),
        pytest.param("POST", f"{SEND}/", 404, "NOT_FOUND", id="slash"),
        pytest.param("POST", API, 404, "NOT_FOUND", id="fault-26-nothing-behind-it"),
        pytest.param("GET", f"{API}/", 404, "NOT_FOUND", id="fault-26-a-slash-only"),
    ],
)
async def test_unsupported_parts_of_the_api(
    program: Front, method: str, path: str, status: int, code: str
) -> None:
    answer = await program.ask(method, path, OTP, BODY, {"x-correlator": CORRELATOR})

    refused(answer, status, code)
    assert answer.headers.get("allow") == ("OPTIONS, POST" if status == 405 else None)


async def test_without_temporal_nothing_is_sent(front: Front) -> None:
    customers(front.database)

    answer = await send(front)

    refused(answer, 503, "UNAVAILABLE")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(("path", "body"), BODIES)
async def test_without_a_database(path: str, body: object) -> None:
    async with open_front(Database("postgresql+psycopg://nobody@127.0.0.1:1/none")) as front:
        answer = await ask(front, path, body)

    refused(answer, 503, "UNAVAILABLE")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(("path", "body"), BODIES)
async def test_a_crash_is_answered_as_any_error(program: Front, path: str, body: object) -> None:
    program.app.state.parts = None

    with capture_logs() as logs:
        answer = await ask(program, path, body)

    refused(answer, 500, "INTERNAL")
    assert "request_crashed" in [line["event"] for line in logs]


@pytest.mark.parametrize(("path", "body"), BODIES)
async def test_requests_are_counted_by_route_and_never_by_path(
    database: Database, path: str, body: object
) -> None:
    registry = CollectorRegistry()
    async with open_front(database, registry=registry) as front:
        with capture_logs() as logs:
            await ask(front, path, body)
            await ask(front, f"{API}/{NUMBER}", body)

    found = generate_latest(registry).decode()
    (first, second) = [line["route"] for line in logs if line["event"] == "request"]
    assert first == path
    assert f'route="{first}",status="404"' in found
    assert f'route="{second}",status="404"' in found
    assert NUMBER not in found + second


async def test_its_description_is_valid_and_camaras(program: Front) -> None:
    answer = await program.get(f"{API}/openapi.json")

    document = answer.json()
    schema = schemathesis.openapi.from_dict(document)
    assert isinstance(schema, OpenApiSchema)
    schema.validate()
    assert [each["url"] for each in document["servers"]] == [API]
    assert document["info"]["title"] == "One Time Password SMS"
    assert document["info"]["version"] == "1.1.1"
    assert document["components"]["securitySchemes"]["openId"]["type"] == "openIdConnect"
    found = {path: operation_of(item) for path, item in document["paths"].items()}
    assert found == {
        "/send-code": ("sendCode", {"200", "400", "401", "403", "404", "429", "500", "503"}),
        "/validate-code": (
            "validateCode",
            {"204", "400", "401", "403", "404", "429", "500", "503"},
        ),
    }
    fields = document["components"]["schemas"]
    assert set(fields["ErrorInfo"]["required"]) == {"status", "code", "message"}
    number, message = (fields["SendCodeBody"]["properties"][name] for name in BODY)
    assert number["pattern"] == "^\\+[1-9][0-9]{4,14}$"
    assert (message["pattern"], message["maxLength"]) == (".*\\{\\{code\\}\\}.*", 160)


@pytest.mark.parametrize(
    ("path", "status", "codes"),
    [
        ("/send-code", 400, {"INVALID_ARGUMENT"}),
        ("/send-code", 429, {"QUOTA_EXCEEDED", "TOO_MANY_REQUESTS"}),
        ("/validate-code", 404, {"NOT_FOUND"}),
    ],
)
def test_api_3_each_error_names_its_status_and_codes_as_camara_does(
    path: str, status: int, codes: set[str]
) -> None:
    answer = app.openapi_document()["paths"][path]["post"]["responses"][str(status)]

    _, narrowed = answer["content"]["application/json"]["schema"]["allOf"]

    assert narrowed["properties"]["status"] == {"enum": [status]}
    assert set(narrowed["properties"]["code"]["enum"]) == codes


def operation_of(item: dict[str, Any]) -> tuple[str, set[str]]:
    """Return name and statuses of an operation; check correlator and scope of each."""
    (operation,) = item.values()
    assert operation["security"] == [{"openId": ["one-time-password-sms:send-validate"]}]
    assert [each["name"] for each in operation["parameters"]] == ["x-correlator"]
    assert all("x-correlator" in each["headers"] for each in operation["responses"].values())
    return operation["operationId"], set(operation["responses"])


@pytest.fixture(scope="module")
def running_gateway() -> Iterator[sms_client.Client]:
    with sms_client.running() as client:
        yield client


@pytest.fixture
def gateway(running_gateway: sms_client.Client) -> sms_client.Client:
    running_gateway.reset()
    return running_gateway


@pytest.fixture
def variables(variables: dict[str, str], gateway: sms_client.Client) -> dict[str, str]:
    """The environment of the worker, which sends by the simulated gateway."""
    password = sms_client.PASSWORD.get_secret_value()
    return variables | {"VOLITUS_SMS_URL": gateway.url, "VOLITUS_SMS_PASSWORD": password}


@pytest.fixture
async def working(engine: Engine) -> AsyncIterator[Front]:
    """The API before an engine that works."""
    customers(engine.database)
    async with open_front(
        engine.database, engine.client, task_queue=engine.settings.task_queue, numbers=POLICY
    ) as opened:
        yield opened


async def test_the_code_in_the_sms_is_right_once(
    working: Front, gateway: sms_client.Client
) -> None:
    id_ = (await send(working)).json()["authenticationId"]
    code = gateway.last_code(NUMBER)

    right = await validate(working, id_, code)
    again = await validate(working, id_, code)

    assert gateway.outbox(NUMBER)[-1]["text"] == f"{code} is your code for Cool App"
    assert (right.status_code, right.content) == (204, b"")
    assert right.headers["x-correlator"] == CORRELATOR
    refused(again, 400, "VERIFICATION_EXPIRED")


async def test_after_two_sms_only_the_newer_code_is_right(
    working: Front, gateway: sms_client.Client
) -> None:
    first = (await send(working)).json()["authenticationId"]
    older = gateway.last_code(NUMBER)
    second = (await send(working)).json()["authenticationId"]

    refused(await validate(working, first, older), 400, "VERIFICATION_EXPIRED")
    assert (await validate(working, second, gateway.last_code(NUMBER))).status_code == 204


async def test_a_number_that_the_gateway_refuses(
    working: Front, gateway: sms_client.Client
) -> None:
    gateway.fault("send", "refuse")

    refused(await send(working), 403, "PHONE_NUMBER_NOT_ALLOWED")
