"""Identifiers: one person has one key, in whatever form the code was written."""

from datetime import date

import pytest

from domain.identifiers import CompanyKey, InvalidIdentifier, PersonKey
from tests.builders.register_states import TODAY


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        pytest.param("EE", "38001085718", "38001085718", id="estonian"),
        pytest.param("EE", " 3800108 5718 ", "38001085718", id="estonian-with-spaces"),
        pytest.param("EE", "３８００１０８５７１８", "38001085718", id="estonian-full-width"),
        pytest.param("LT", "33309240064", "33309240064", id="lithuanian"),
        pytest.param("LT", "３３３０９２４００６４", "33309240064", id="lithuanian-full-width"),
        pytest.param("LT", "90000000009", "90000000009", id="lithuanian-without-a-birth-date"),
        pytest.param("FI", "131052-308T", "131052-308T", id="finnish"),
        pytest.param("FI", "131052-308t", "131052-308T", id="finnish-lower-case"),
        pytest.param("FI", "131052–308T", "131052-308T", id="finnish-with-a-long-dash"),
        pytest.param("FI", "１３１０５２-３０８T", "131052-308T", id="finnish-full-width"),
        pytest.param("FI", "010101+002S", "010101+002S", id="finnish-of-the-19th-century"),
        pytest.param("SE", "121212-1212", "121212-1212", id="swedish-of-no-century"),
        pytest.param("DK", "010190-12345", "010190-12345", id="danish-of-another-form"),
        pytest.param("DE", "A/b.c_d-1", "A/b.c_d-1", id="eidas-kept-as-it-is"),
        pytest.param("DE", "x" * 256, "x" * 256, id="as-long-as-eidas-allows"),
    ],
)
def test_a_code_is_kept_in_the_one_way_it_is_stored(country: str, written: str, kept: str) -> None:
    assert PersonKey.of(country, written, today=TODAY) == PersonKey(country, kept)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        pytest.param("EE", "38001085717", id="estonian-wrong-check-digit"),
        pytest.param("EE", "3800108571", id="estonian-too-short"),
        pytest.param("EE", "38002305718", id="estonian-30-february"),
        pytest.param("EE", "٣٨٠٠١٠٨٥٧١٨", id="estonian-in-arabic-digits"),
        pytest.param("EE", "", id="estonian-empty"),
        pytest.param("EE", "10000018", id="estonian-company-code"),
        pytest.param("LT", "33309240164", id="lithuanian-wrong-check-digit"),
        pytest.param("FI", "131052-308U", id="finnish-wrong-check-character"),
        pytest.param("FI", "131052-3٠8T", id="finnish-with-an-arabic-zero"),
        pytest.param("FI", "1٣1052-308T", id="finnish-with-an-arabic-three"),
        pytest.param("MT", "", id="unknown-country-empty"),
        pytest.param("MT", "150390 12345", id="unknown-country-with-a-space"),
        pytest.param("MT", "１50390-12345", id="unknown-country-full-width"),
        pytest.param("MT", "-150390", id="unknown-country-beginning-with-a-dash"),
        pytest.param("LV", "150390-1234", id="latvian-too-short"),
        pytest.param("LV", "40003242879X", id="latvian-with-a-letter"),
        pytest.param("LV", "1٣0390-12345", id="latvian-with-an-arabic-three"),
        pytest.param("DE", "x" * 257, id="longer-than-eidas-allows"),
        pytest.param("ee", "38001085718", id="country-in-lower-case"),
        pytest.param("EST", "38001085718", id="country-of-three-letters"),
        pytest.param("E1", "38001085718", id="country-with-a-digit"),
        pytest.param("", "38001085718", id="no-country"),
    ],
)
def test_a_code_that_cannot_belong_to_anyone_is_refused_and_not_repeated(
    country: str, code: str
) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        PersonKey.of(country, code, today=TODAY)

    assert not code or code not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("country", "kept", "others"),
    [
        pytest.param("LV", "150390-12345", ["15039012345", " 150390 12345 "], id="latvian"),
        pytest.param("LV", "328673-00679", ["32867300679", "328673–00679"], id="latvian-no-date"),
        pytest.param("LV", "150390-12345", ["１50390-12345"], id="latvian-full-width"),
        pytest.param("SE", "191212121212", ["19121212-1212", "19121212+1212"], id="swedish"),
        pytest.param("NO", "01019012345", ["010190 12345", "010190-12345"], id="norwegian"),
        pytest.param("DK", "0101901234", ["010190-1234"], id="danish"),
        pytest.param("IS", "1201743399", ["120174-3399"], id="icelandic"),
        pytest.param("CZ", "7103192745", ["710319/2745"], id="czech"),
        pytest.param("SK", "531231123", ["531231/123"], id="slovak-of-nine-digits"),
        pytest.param("BE", "85073003328", ["85.07.30-033.28", "85.07.30 033 28"], id="belgian"),
        pytest.param("CH", "7569217076985", ["756.9217.0769.85"], id="swiss"),
        pytest.param("ES", "54362315K", ["54362315-k", "54362315 K"], id="spanish"),
        pytest.param("ES", "X2482300W", ["x-2482300-w", "X-2482300W"], id="spanish-foreigner"),
        pytest.param("IT", "RCCMNL83S18D969H", ["rccmnl83s18d969h"], id="italian"),
    ],
)
def test_fault_5_one_person_has_one_key_however_the_country_writes_the_code(
    country: str, kept: str, others: list[str]
) -> None:
    one = PersonKey.of(country, kept, today=TODAY)

    assert one.code == kept
    assert {PersonKey.of(country, other, today=TODAY) for other in others} == {one}
    assert one.spellings()[0] == kept
    assert {PersonKey.of(country, each, today=TODAY) for each in one.spellings()} == {one}


@pytest.mark.parametrize(
    ("country", "one", "another"),
    [
        pytest.param("FI", "010101+002S", "010101-002S", id="the-finnish-sign-is-the-century"),
        pytest.param("SE", "121212-1212", "121212+1212", id="the-swedish-sign-of-ten-digits"),
        pytest.param("DE", "A1b", "A1B", id="a-pseudonym-in-another-case"),
        pytest.param("CZ", "531231/123", "531231/1235", id="nine-digits-and-ten"),
    ],
)
def test_what_may_be_two_people_is_two_keys(country: str, one: str, another: str) -> None:
    assert PersonKey.of(country, one, today=TODAY) != PersonKey.of(country, another, today=TODAY)


@pytest.mark.parametrize(
    ("country", "code", "born"),
    [
        pytest.param("EE", "52608020004", date(2026, 8, 2), id="estonian"),
        pytest.param("LT", "52608020004", date(2026, 8, 2), id="lithuanian"),
        pytest.param("FI", "020826A002H", date(2026, 8, 2), id="finnish"),
    ],
)
def test_nobody_is_born_in_the_future(country: str, code: str, born: date) -> None:
    with pytest.raises(InvalidIdentifier, match="future") as refused:
        PersonKey.of(country, code, today=date(2026, 8, 1))

    assert code not in str(refused.value)
    assert PersonKey.of(country, code, today=born).code == code


def test_a_tokens_subject_is_country_and_code() -> None:
    assert PersonKey.from_subject("EE38001085718", today=TODAY) == PersonKey("EE", "38001085718")
    assert PersonKey.from_subject("LV15039012345", today=TODAY) == PersonKey("LV", "150390-12345")


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("", id="empty"),
        pytest.param("EE", id="no-code"),
        pytest.param("38001085718", id="no-country"),
        pytest.param("ee38001085718", id="country-in-lower-case"),
    ],
)
def test_a_subject_that_names_nobody_is_refused(subject: str) -> None:
    with pytest.raises(InvalidIdentifier):
        PersonKey.from_subject(subject, today=TODAY)


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        pytest.param("EE", "70000310", "70000310", id="estonian"),
        pytest.param("EE", " 7000 0310", "70000310", id="estonian-with-spaces"),
        pytest.param("EE", "７００００３１０", "70000310", id="estonian-full-width"),
        pytest.param("NO", "923609016", "923609016", id="norwegian-kept-as-it-is"),
        pytest.param("GB", "SC123456", "SC123456", id="british-kept-as-it-is"),
    ],
)
def test_a_company_code_is_kept_in_the_one_way_it_is_stored(
    country: str, written: str, kept: str
) -> None:
    assert CompanyKey.of(country, written) == CompanyKey(country, kept)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        pytest.param("EE", "70000311", id="wrong-check-digit"),
        pytest.param("EE", "7000031", id="too-short"),
        pytest.param("EE", "30000003", id="first-digit-of-no-register"),
        pytest.param("EE", "38001085718", id="a-persons-code"),
        pytest.param("NO", "923 609 016", id="unknown-country-with-spaces"),
        pytest.param("no", "923609016", id="country-in-lower-case"),
    ],
)
def test_a_company_code_that_no_register_gave_is_refused_and_not_repeated(
    country: str, code: str
) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        CompanyKey.of(country, code)

    assert code not in str(refused.value)


def test_the_same_digits_of_two_countries_are_two_people() -> None:
    estonian = PersonKey.of("EE", "33309240064", today=TODAY)
    lithuanian = PersonKey.of("LT", "33309240064", today=TODAY)

    assert estonian != lithuanian
    assert sorted([lithuanian, estonian]) == [estonian, lithuanian]
