"""Asking about companies and persons, and what an empty answer is worth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.ports import Register
from domain.registry.register import Absent, BudgetSpent, RegisterState, RegisterUnknown
from registry_sync.estonia.esindus import CANARY as CANARY_KEY
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.soap import SoapService
from tests.builders.people import JAAN, MARI
from tests.builders.soap_answers import (
    CANARY,
    COMPANY,
    NOW,
    PreparedRegister,
    Reply,
    change_list,
    company,
    esindus,
    fault,
    person,
    saying,
)

OTHER = "10000024"


def test_the_estonian_register_fits_the_port_of_the_domain() -> None:
    register: Register = saying(esindus()).register

    assert register.country == "EE"


def test_a_state_is_as_of_the_moment_before_asking() -> None:
    def answered_later(_question: str) -> str:
        outside.now += timedelta(seconds=3)
        return esindus(company(person()))

    outside = PreparedRegister(answered_later)

    assert outside.register.state(COMPANY).as_of == NOW


def test_an_empty_answer_counts_once_the_canary_has_answered() -> None:
    outside = saying(esindus())

    assert outside.register.state(COMPANY) == Absent(COMPANY, NOW)
    assert outside.fields("ariregistri_kood") == [COMPANY.code, "70000310"]
    assert outside.acquisitions == 2


def test_a_person_without_companies() -> None:
    outside = saying(esindus())

    assert outside.register.companies_of(MARI) == []
    assert outside.acquisitions == 2


UNPROVEN = [
    pytest.param(esindus(), id="contract-of-the-wrong-type"),
    pytest.param(esindus(company(person())), id="another-company"),
    pytest.param(esindus(company(code="70000310", form="TRAS")), id="canary-without-its-people"),
    pytest.param(fault("Viga"), id="fault"),
    pytest.param(httpx.Response(503), id="unavailable"),
    pytest.param(httpx.ReadTimeout("slow"), id="slow"),
]


ASKING = [
    pytest.param(lambda r: r.state(COMPANY), esindus(), id="company"),
    pytest.param(lambda r: r.companies_of(MARI), esindus(), id="person"),
    pytest.param(lambda r: r.changed_since(None), change_list(), id="changes"),
]


@pytest.mark.parametrize("canary", UNPROVEN)
@pytest.mark.parametrize(("ask", "nothing"), ASKING)
def test_an_empty_answer_without_the_canary_is_unknown(
    ask: Callable[[EstonianRegister], object], nothing: str, canary: Reply
) -> None:
    outside = saying(nothing, canary)

    with pytest.raises(RegisterUnknown) as unknown:
        ask(outside.register)

    assert (unknown.value.code, unknown.value.retry) == ("empty_answer_unproven", True)


def test_the_canary_cannot_prove_itself() -> None:
    outside = saying(esindus(), esindus())

    with pytest.raises(RegisterUnknown, match="empty_answer_unproven"):
        outside.register.state(CANARY_KEY)
    assert outside.acquisitions == 1


@pytest.mark.parametrize(
    ("status", "questions"),
    [
        pytest.param("R", 2, id="living-company-is-proven"),
        pytest.param("L", 2, id="in-liquidation-is-proven"),
        pytest.param("K", 1, id="deleted-company-has-no-holders"),
    ],
)
def test_a_company_without_holders(status: str, questions: int) -> None:
    outside = saying(esindus(company(status=status)))

    state = outside.register.state(COMPANY)

    assert isinstance(state, RegisterState)
    assert state.holders == ()
    assert outside.acquisitions == questions


def test_a_living_company_without_holders_is_not_believed_alone() -> None:
    with pytest.raises(RegisterUnknown, match="empty_answer_unproven"):
        saying(esindus(company()), esindus()).register.state(COMPANY)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        pytest.param(
            esindus(company(person(), code=OTHER)), "answer_about_another", id="another-company"
        ),
        pytest.param(
            esindus(company(person()), company(person(), code=OTHER)),
            "answer_about_another", id="one-company-more",
        ),
        pytest.param(
            esindus(company(person()), company(person(), status="L")),
            "answer_contradictory", id="twice-and-different",
        ),
    ],
)  # fmt: skip
def test_an_answer_to_another_query_is_unknown(reply: Reply, code: str) -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        saying(reply).register.state(COMPANY)

    assert unknown.value.code == code


def test_the_same_company_twice_is_one() -> None:
    state = saying(esindus(company(person()), company(person()))).register.state(COMPANY)

    assert isinstance(state, RegisterState)
    assert len(state.holders) == 1


def test_a_company_of_another_country_is_not_queried_about() -> None:
    outside = saying(esindus())

    with pytest.raises(RegisterUnknown, match="not_supported"):
        outside.register.state(CompanyKey("LV", "40003242879"))
    assert outside.asked == []


def test_appointments_hold_this_persons_entries_only() -> None:
    first = company(person(MARI), person(JAAN), person(MARI, "PROK", "EI"))
    second = company(person(JAAN), person(MARI, sole="EI"), code=OTHER, form="KÜ", status="L")

    one, two = saying(esindus(first, second)).register.companies_of(MARI)

    assert [(h.person, h.role, h.acts_alone) for h in one.holders] == [
        (MARI, "JUHL", True),
        (MARI, "PROK", False),
    ]
    assert (two.company.code, two.status.value, two.form_confers) == (OTHER, "liquidation", False)
    assert [h.person for h in two.holders] == [MARI]


def test_one_company_on_two_rows_is_one_appointment() -> None:
    rows = (company(person(MARI)), company(person(MARI, "PROK")))

    (appointment,) = saying(esindus(*rows)).register.companies_of(MARI)

    assert [holder.role for holder in appointment.holders] == ["JUHL", "PROK"]


def test_fault_5_a_person_is_queried_under_each_spelling_of_country_and_code() -> None:
    latvian = PersonKey("LV", "010180-12345")
    mine = person("01018012345", country="LAT")
    outside = PreparedRegister(
        lambda question: esindus(company(mine)) if ">LAT<" in question else esindus()
    )

    (appointment,) = outside.register.companies_of(latvian)

    assert appointment.company == COMPANY
    assert [holder.person for holder in appointment.holders] == [latvian]
    assert outside.fields("fyysilise_isiku_koodi_riik") == ["LVA", "LVA", "LAT", "LAT"]
    assert outside.fields("fyysilise_isiku_kood") == ["010180-12345", "01018012345"] * 2


def test_a_person_of_a_country_that_it_has_no_code_for() -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        saying(esindus()).register.companies_of(PersonKey("QQ", "1"))

    assert (unknown.value.code, unknown.value.retry) == ("person_country_unknown", False)


UNREADABLE = [
    pytest.param(
        company(person(JAAN), code=OTHER), OTHER, "answer_about_another", id="without-the-person"
    ),
    pytest.param(company(person(), code=OTHER, form="XÜ"), OTHER, "legal_form_unknown", id="form"),
    pytest.param(company(person(), code=OTHER, status="X"), OTHER, "status_unknown", id="status"),
    pytest.param(
        company(person(), code=MARI.code), "company 2 of an answer about a person",
        "registry_code_invalid", id="registry-code",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("item", "key", "code"), UNREADABLE)
def test_an_unreadable_company_does_not_hide_the_others(item: str, key: str, code: str) -> None:
    outside = saying(esindus(company(person()), item))

    (appointment,) = outside.register.companies_of(MARI)

    assert appointment.company == COMPANY
    assert [(defect.key, defect.code) for defect in outside.rejected] == [(key, code)]
    assert MARI.code not in repr(outside.rejected)


def test_fault_3_a_persons_entry_without_its_country_is_rejected_as_theirs() -> None:
    outside = saying(esindus(company(person()), company(person(country=""), code=OTHER)))

    (appointment,) = outside.register.companies_of(MARI)

    assert appointment.company == COMPANY
    assert [(defect.key, defect.code) for defect in outside.rejected] == [
        (f"{OTHER}/JUHL", "person_country_unknown"),
        (OTHER, "holder_unreadable"),
    ]


@pytest.mark.parametrize(("item", "key", "code"), UNREADABLE)
def test_only_unreadable_companies_are_unknown_and_not_none(item: str, key: str, code: str) -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        saying(esindus(item)).register.companies_of(MARI)

    assert unknown.value.code == code


def test_a_spent_budget_is_reported_as_such_even_at_the_canary() -> None:
    until = datetime(2026, 8, 13, tzinfo=UTC)
    turns: list[int] = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append(1)
        if len(turns) > 1:
            raise BudgetSpent(until)
        yield

    http = httpx.Client(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, text=esindus()))
    )
    soap = SoapService(http, "http://register.test/", "u", SecretStr("p"), turn)

    with pytest.raises(BudgetSpent):
        EstonianRegister(soap, lambda: NOW, lambda _: None).state(COMPANY)


def test_the_canary_is_read_like_any_company() -> None:
    state = saying(esindus(CANARY)).register.state(CANARY_KEY)

    assert isinstance(state, RegisterState)
    assert (state.form_confers, len(state.holders)) == (False, 1)
