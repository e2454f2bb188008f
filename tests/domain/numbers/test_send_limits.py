"""Limits that a request for an SMS, or a check of a code, uses."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendLimit, SendLimits, SendOrigin
from domain.numbers.verifications import Requester
from domain.rates import Rate

NUMBER = PhoneNumber("+37255500001", "EE")
PERSON, PROGRAM = Requester(uuid4()), Requester(client="https://login.example shop")
LIMITS = SendLimits(
    {limit: Rate(place, timedelta(hours=1)) for place, limit in enumerate(SendLimit, start=1)}
)
PORTAL = "https://login.example portal"
COUNTRY = {"country": "EE", "country_quota": "EE"}
EVERYWHERE = {"number": NUMBER.e164, "prefix": "+3725550", **COUNTRY}
OF_PORTAL = {"client": PORTAL, "client_quota": PORTAL}
OWN = f"{PERSON.key}/{NUMBER.e164}"


@pytest.mark.parametrize(
    ("requester", "origin", "proved", "subjects"),
    [
        pytest.param(
            PERSON,
            SendOrigin(PORTAL, "192.0.2.1"),
            False,
            {"person": PERSON.key, "address": "192.0.2.1", **OF_PORTAL, **EVERYWHERE},
            id="fault-27-a-person-through-a-portal",
        ),
        pytest.param(
            PERSON,
            SendOrigin(PORTAL, "192.0.2.1"),
            True,
            {
                "person": PERSON.key,
                "address": "192.0.2.1",
                "own_number": OWN,
                **OF_PORTAL,
                **COUNTRY,
            },
            id="fault-25-a-person-who-has-proved-the-number",
        ),
        pytest.param(
            PROGRAM,
            SendOrigin(PROGRAM.key),
            False,
            {"client": PROGRAM.key, "client_quota": PROGRAM.key, **EVERYWHERE},
            id="a-program",
        ),
    ],
)
def test_an_sms_uses_the_limits_of_its_requester_and_of_its_number(
    requester: Requester, origin: SendOrigin, *, proved: bool, subjects: dict[str, str]
) -> None:
    uses = LIMITS.of_sms(requester, NUMBER, origin, proved=proved)

    assert {use.kind: use.subject for use in uses} == subjects
    for use in uses:
        same = "number" if use.kind == "own_number" else use.kind
        assert use.rate == LIMITS.rates[SendLimit(same)]


def test_all_requests_take_their_limits_in_one_order() -> None:
    order = list(SendLimit)

    origin = SendOrigin(PORTAL, "192.0.2.1")
    for requester, proved in ((PERSON, False), (PERSON, True), (PROGRAM, False)):
        uses = LIMITS.of_sms(requester, NUMBER, origin, proved=proved)
        kinds = [SendLimit(use.kind) for use in uses]
        assert kinds == sorted(kinds, key=order.index)


def test_a_program_may_check_as_many_codes_as_its_sms_may_need() -> None:
    uses = {use.kind: use for use in LIMITS.of_check(PROGRAM)}

    assert set(uses) == {"client_checks", "client_quota_checks"}
    for limit in (SendLimit.CLIENT, SendLimit.CLIENT_QUOTA):
        use, rate = uses[f"{limit}_checks"], LIMITS.rates[limit]
        assert (use.subject, use.rate) == (PROGRAM.key, Rate(rate.count * 5, rate.span))


def test_fault_26_a_program_may_ask_about_as_many_numbers_as_it_may_send_sms() -> None:
    uses = {use.kind: use for use in LIMITS.of_lookup(PROGRAM.key)}

    assert set(uses) == {"client_lookups", "client_quota_lookups"}
    assert uses["client_lookups"].rate == LIMITS.rates[SendLimit.CLIENT]
    assert uses["client_quota_lookups"].rate == LIMITS.rates[SendLimit.CLIENT_QUOTA]
    assert {use.subject for use in uses.values()} == {PROGRAM.key}


@pytest.mark.parametrize(
    ("kind", "known"), [("person", True), ("own_number", True), ("prefix", True), ("burst", False)]
)
def test_a_limit_is_found_by_its_name(kind: str, known: bool) -> None:
    assert (LIMITS.of_kind(kind) is not None) is known


def test_the_limits_of_checks_and_lookups_are_found_by_their_names() -> None:
    uses = [*LIMITS.of_check(PROGRAM), *LIMITS.of_lookup(PROGRAM.key)]

    assert [LIMITS.of_kind(use.kind) for use in uses] == [use.rate for use in uses]
