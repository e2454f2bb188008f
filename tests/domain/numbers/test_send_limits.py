"""Limits that a request for an SMS, or a check of a code, uses."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.send_limits import SendLimit, SendLimits
from domain.numbers.verifications import Requester
from domain.rates import Rate

NUMBER = PhoneNumber("+37255500001", "EE")
PERSON, PROGRAM = Requester(uuid4()), Requester(client="https://login.example shop")
LIMITS = SendLimits(
    {limit: Rate(place, timedelta(hours=1)) for place, limit in enumerate(SendLimit, start=1)}
)
EVERYWHERE = {"number": NUMBER.e164, "prefix": "+3725550", "country": "EE"}


@pytest.mark.parametrize(
    ("requester", "address", "subjects"),
    [
        pytest.param(
            PERSON, "192.0.2.1", {"person": PERSON.key, "address": "192.0.2.1"}, id="a-person"
        ),
        pytest.param(PERSON, None, {"person": PERSON.key}, id="a-person-of-unknown-address"),
        pytest.param(
            PROGRAM, None, {"client": PROGRAM.key, "client_quota": PROGRAM.key}, id="a-program"
        ),
    ],
)
def test_an_sms_uses_the_limits_of_its_requester_and_of_its_number(
    requester: Requester, address: str | None, subjects: dict[str, str]
) -> None:
    uses = LIMITS.of_sms(requester, NUMBER, address)

    assert {use.kind: use.subject for use in uses} == subjects | EVERYWHERE
    assert all(use.rate == LIMITS.rates[SendLimit(use.kind)] for use in uses)


def test_all_requests_take_their_limits_in_one_order() -> None:
    order = list(SendLimit)

    for requester in (PERSON, PROGRAM):
        kinds = [SendLimit(use.kind) for use in LIMITS.of_sms(requester, NUMBER, "192.0.2.1")]
        assert kinds == sorted(kinds, key=order.index)


def test_a_program_may_check_as_many_codes_as_its_sms_may_need() -> None:
    uses = {use.kind: use for use in LIMITS.of_check(PROGRAM, wrong_codes=5)}

    assert set(uses) == {"client_checks", "client_quota_checks"}
    for limit in (SendLimit.CLIENT, SendLimit.CLIENT_QUOTA):
        use, rate = uses[f"{limit}_checks"], LIMITS.rates[limit]
        assert (use.subject, use.rate) == (PROGRAM.key, Rate(rate.count * 5, rate.span))


@pytest.mark.parametrize(("kind", "known"), [("person", True), ("prefix", True), ("burst", False)])
def test_a_limit_is_found_by_its_name(kind: str, known: bool) -> None:
    assert (LIMITS.of_kind(kind) is not None) is known
