"""From one company of an answer to what each person may do there."""

import pytest

from domain.identifiers import PersonKey
from domain.registry.authority import AuthorityKind, authority_of
from domain.registry.register import (
    Absent,
    Capacity,
    Defect,
    Holder,
    RegisterState,
    RegisterUnknown,
    UnreadableKey,
)
from storage.registry.register_state_json import digest
from tests.builders.people import ANNA, JAAN, MARI, TIIU
from tests.builders.soap_answers import (
    COMPANY,
    NOW,
    company,
    element,
    esindus,
    person,
    saying,
)

RIGHT = element("ainuesindusoigus_olemas", "JAH")
ANY_ESTONIAN = UnreadableKey("EE", None)


def read(item: str) -> tuple[RegisterState, list[Defect]]:
    outside = saying(esindus(item))
    state = outside.register.state(COMPANY)
    assert not isinstance(state, Absent)
    return state, outside.rejected


@pytest.mark.parametrize(
    ("status", "form", "role", "sole", "kind", "why"),
    [
        ("R", "OÜ", "JUHL", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "AS", "PROK", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "TÜ", "TOSAN", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "UÜ", "TOSAN", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "TÜH", "JUHA", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "SA", "JUHE", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "MTÜ", "JUHL", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "FIE", "FIE", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("R", "OÜ", "JUHL", "EI", AuthorityKind.NONE, "no_sole_right"),
        ("R", "OÜ", "JUHL", "", AuthorityKind.UNKNOWN, "entry_unreadable"),
        ("R", "OÜ", "JUHL", "jah", AuthorityKind.UNKNOWN, "entry_unreadable"),
        ("R", "OÜ", "JUHL", "true", AuthorityKind.UNKNOWN, "entry_unreadable"),
        ("R", "OÜ", "XYZ", "JAH", AuthorityKind.UNKNOWN, "entry_unreadable"),
        ("R", "OÜ", "N", "JAH", AuthorityKind.NONE, "role_confers_nothing"),
        ("R", "OÜ", "AJPH", "JAH", AuthorityKind.NONE, "role_confers_nothing"),
        ("R", "OÜ", "FIE", "JAH", AuthorityKind.NONE, "role_confers_nothing"),
        ("R", "OÜ", "LIKV", "JAH", AuthorityKind.NONE, "role_confers_nothing"),
        ("R", "FIE", "PROK", "JAH", AuthorityKind.NONE, "role_confers_nothing"),
        ("R", "KÜ", "JUHL", "JAH", AuthorityKind.NONE, "legal_form_not_allowed"),
        ("R", "FIL", "VFILJ", "JAH", AuthorityKind.NONE, "legal_form_not_allowed"),
        ("R", "TRAS", "ASES", "JAH", AuthorityKind.NONE, "legal_form_not_allowed"),
        ("L", "OÜ", "LIKV", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("L", "OÜ", "LIKV", "EI", AuthorityKind.NONE, "no_sole_right"),
        ("L", "OÜ", "JUHL", "JAH", AuthorityKind.NONE, "company_in_liquidation"),
        ("L", "OÜ", "PROK", "JAH", AuthorityKind.NONE, "company_in_liquidation"),
        ("L", "KÜ", "LIKV", "JAH", AuthorityKind.NONE, "legal_form_not_allowed"),
        ("N", "OÜ", "PANKR", "JAH", AuthorityKind.SOLE, "sole_representation"),
        ("N", "OÜ", "JUHL", "JAH", AuthorityKind.NONE, "company_bankrupt"),
        ("N", "OÜ", "LIKV", "JAH", AuthorityKind.NONE, "company_bankrupt"),
        ("K", "OÜ", "JUHL", "JAH", AuthorityKind.NONE, "company_deleted"),
        ("K", "OÜ", "LIKV", "JAH", AuthorityKind.NONE, "company_deleted"),
    ],
)
def test_status_form_role_and_sole_right_decide_together(  # noqa: PLR0917 - a table's columns
    status: str, form: str, role: str, sole: str, kind: AuthorityKind, why: str
) -> None:
    state, _ = read(company(person(MARI, role, sole), status=status, form=form))

    authority = authority_of(MARI, state)

    assert (authority.kind, authority.reason.code) == (kind, why)


def test_code_and_sole_right_in_different_entries_give_no_sole_right() -> None:
    state, _ = read(company(person(MARI, sole="EI"), person(JAAN, sole="JAH")))

    assert authority_of(MARI, state).kind is AuthorityKind.NONE
    assert authority_of(JAAN, state).kind is AuthorityKind.SOLE


def test_role_and_sole_right_in_different_entries_of_one_person_give_no_sole_right() -> None:
    state, _ = read(company(person(role="JUHL", sole="EI"), person(role="N", sole="JAH")))

    assert authority_of(MARI, state).kind is AuthorityKind.NONE


def test_the_same_code_of_another_country_is_another_person() -> None:
    state, _ = read(company(person(MARI, country="LTU")))

    assert authority_of(MARI, state).reason.code == "not_in_register"


def test_the_whole_state() -> None:
    state, rejected = read(company(person(), person(), person(JAAN, "PROK", "EI", first="Jaan")))

    assert state.company == COMPANY
    assert (state.name, state.legal_form, state.form_confers) == ("Näidis & Pojad OÜ", "OÜ", True)
    assert (state.as_of, state.register_service, state.opaque) == (NOW, "ee-esindus-v2", False)
    assert state.holders == (
        Holder(MARI, "Mari Maasikas", "JUHL", Capacity.BOARD, acts_alone=True),
        Holder(JAAN, "Jaan Maasikas", "PROK", Capacity.PROCURIST, acts_alone=False),
    )
    assert rejected == []


def test_fault_24_what_cannot_be_seen_in_a_name_is_replaced() -> None:
    state, _ = read(company(person(first="Mari\u202e")))

    assert state.holders[0].name == "Mari\ufffd Maasikas"


CONDITION = ("Juhatuse liikmed esindavad osaühingut ühiselt.",)


@pytest.mark.parametrize(
    ("conditions", "groups", "people", "opaque"),
    [
        pytest.param((), (), [], False, id="none"),
        pytest.param(("",), (), [], False, id="blank-condition"),
        pytest.param(CONDITION, (), [], True, id="conditions-only"),
        pytest.param(CONDITION, ((MARI, JAAN),), [{MARI, JAAN}], False, id="readable"),
        pytest.param((), ((MARI, JAAN),), [{MARI, JAAN}], False, id="groups-only"),
        pytest.param(CONDITION, ((MARI,),), [], True, id="a-group-of-one"),
        pytest.param(CONDITION, ((MARI, MARI),), [], True, id="twice-the-same-person"),
        pytest.param(CONDITION, ((),), [], True, id="an-empty-group"),
        pytest.param(
            CONDITION, ((MARI, JAAN), (MARI, ANNA)), [{MARI, JAAN}, {MARI, ANNA}], False, id="two"
        ),
        pytest.param(
            CONDITION, ((MARI, JAAN), (MARI, JAAN)), [{MARI, JAAN}], False, id="the-same-twice"
        ),
        pytest.param(
            CONDITION, ((MARI, JAAN), (ANNA,)), [{MARI, JAAN}], True, id="one-of-two-readable"
        ),
    ],
)
def test_groups_that_act_together(
    conditions: tuple[str, ...],
    groups: tuple[tuple[PersonKey, ...], ...],
    people: list[set[PersonKey]],
    opaque: bool,
) -> None:
    members = tuple(tuple(person(each, sole="") for each in group) for group in groups)
    board = (person(each, sole="EI") for each in (MARI, JAAN, ANNA))

    state, _ = read(company(*board, conditions=conditions, groups=members))

    found = [{h.person for h in group if h.person} for group in state.groups]
    assert (found, state.opaque) == (people, opaque)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        pytest.param((), "", id="none"),
        pytest.param(("  ",), "", id="blank"),
        pytest.param(CONDITION, CONDITION[0], id="one"),
        pytest.param(("B  b\n b", "A"), "A\nB b b", id="several-in-any-order"),
        pytest.param(("Esindab\u202e ühiselt",), "Esindab\ufffd ühiselt", id="not-visible"),
    ],
)
def test_joint_8_the_words_of_the_signing_rule_are_kept(
    conditions: tuple[str, ...], words: str
) -> None:
    state, _ = read(company(person(), conditions=conditions))

    assert state.signing_rule_text == words
    assert words == "" or words not in repr(state), "logs may hold a repr"


def test_joint_8_what_is_cut_off_of_long_words_is_a_change_too() -> None:
    one, other = (read(company(person(), conditions=("a" * 5000 + each,)))[0] for each in "xy")

    assert len(one.signing_rule_text) < 4100
    assert digest(one) != digest(other)


def test_members_of_a_group_learn_with_whom_they_act() -> None:
    board = [person(MARI, sole="EI"), person(JAAN, sole="EI")]
    members = (person(MARI, sole=""), person(JAAN, sole=""))

    state, _ = read(company(*board, conditions=CONDITION, groups=(members,)))

    authority = authority_of(MARI, state)
    assert (authority.kind, authority.together_with) == (AuthorityKind.TOGETHER, (JAAN,))


@pytest.mark.parametrize(
    ("item", "key", "codes"),
    [
        pytest.param(person("38001085718"), JAAN, [], id="estonian"),
        pytest.param(
            person("010180-12345", country="LAT"),
            PersonKey("LV", "010180-12345"), [], id="latvian-oddly-spelt",
        ),
        pytest.param(person("", country=""), None, [], id="no-code-at-all"),
        pytest.param(
            person(""), ANY_ESTONIAN, ["person_code_missing"], id="fault-1-estonian-without-a-code"
        ),
        pytest.param(person("", country="FIN"), None, [], id="a-finn-without-a-code"),
        pytest.param(person("", kind="J", first=""), None, [], id="legal-person-without-a-code"),
        pytest.param(
            person("38001085719"), ANY_ESTONIAN, ["person_code_invalid"], id="wrong-check-digit"
        ),
        pytest.param(
            person("53102030448"), ANY_ESTONIAN, ["person_code_invalid"], id="not-born-yet"
        ),
        pytest.param(
            person("40 12 123456", country="RUS"),
            UnreadableKey("RU", None), ["person_code_invalid"], id="an-odd-foreign-code",
        ),
        pytest.param(
            person("A1", country="XXX"),
            UnreadableKey(None, "A1"), ["person_country_unknown"], id="country-xxx",
        ),
        pytest.param(
            person("38001085718", country=""),
            UnreadableKey(None, "38001085718"), ["person_country_unknown"],
            id="code-without-country",
        ),
        pytest.param(
            person("70000898", first="", last="Näidisministeerium"), None, [], id="legal-person"
        ),
        pytest.param(
            person("40003242879", country="LVA", first="", last="Paraugs SE"),
            UnreadableKey("LV", "40003242879"), [], id="a-company-from-abroad-or-a-single-name",
        ),
        pytest.param(
            person("38001085718", kind="J", first=""), None, [], id="legal-person-by-its-mark"
        ),
        pytest.param(
            person("38001085718", kind="F", first=""), JAAN, [], id="one-name-only"
        ),
        pytest.param(person("38001085718", kind="X"), JAAN, [], id="an-unknown-mark"),
    ],
)  # fmt: skip
def test_who_a_holder_is(
    item: str, key: PersonKey | UnreadableKey | None, codes: list[str]
) -> None:
    state, rejected = read(company(item))

    assert [holder.person or holder.unreadable for holder in state.holders] == [key]
    assert [defect.code for defect in rejected] == codes


def test_fault_1_who_left_loses_access_beside_an_odd_foreign_code() -> None:
    state, rejected = read(company(person(MARI), person("40 12 123456", country="RUS")))

    assert authority_of(JAAN, state).reason.code == "not_in_register"
    assert authority_of(MARI, state).kind is AuthorityKind.SOLE
    assert [defect.code for defect in rejected] == ["person_code_invalid"]


def test_fault_1_an_estonian_whose_code_is_missing_could_be_any_estonian() -> None:
    state, _ = read(company(person(MARI), person("")))

    assert authority_of(MARI, state).kind is AuthorityKind.SOLE
    assert authority_of(JAAN, state).reason.code == "holder_unreadable"
    assert authority_of(PersonKey("FI", "010180-123J"), state).reason.code == "not_in_register"


def test_fault_3_a_code_without_its_country_is_only_that_persons() -> None:
    state, rejected = read(company(person(MARI, country=""), person(TIIU)))

    assert authority_of(MARI, state).reason.code == "holder_unreadable"
    assert authority_of(JAAN, state).reason.code == "not_in_register"
    assert authority_of(TIIU, state).kind is AuthorityKind.SOLE
    assert [(d.key, d.code) for d in rejected] == [("10000018/JUHL", "person_country_unknown")]


def test_fault_4_an_entry_without_a_role_is_unreadable_and_the_company_is_not() -> None:
    state, rejected = read(company(person(MARI, role=""), person(TIIU)))

    assert (state.holders[0].role, state.holders[0].capacity) == ("?", Capacity.UNKNOWN)
    assert authority_of(MARI, state).reason.code == "entry_unreadable"
    assert authority_of(JAAN, state).reason.code == "not_in_register"
    assert authority_of(TIIU, state).kind is AuthorityKind.SOLE
    assert [(d.key, d.code) for d in rejected] == [("10000018/?", "role_missing")]


def test_rejected_entries_are_found_again_and_say_nothing_personal() -> None:
    bad = person("38001085719", role="PROK")

    state, rejected = read(company(person(MARI), bad, bad, groups=((person(JAAN), bad),)))

    detail = "not a valid EE code: The number's checksum or check digit is invalid."
    assert rejected == [Defect("10000018/PROK", "person_code_invalid", detail)]
    assert authority_of(MARI, state).kind is AuthorityKind.SOLE


def test_an_unknown_role_is_recorded() -> None:
    state, rejected = read(company(person(MARI, "UUSROLL")))

    assert state.holders[0].capacity is Capacity.UNKNOWN
    assert [(d.key, d.code) for d in rejected] == [("10000018/UUSROLL", "role_unknown")]


def test_an_implausible_role_is_not_repeated() -> None:
    state, rejected = read(company(person(MARI, "47101010033")))

    assert state.holders[0].role == "?"
    assert [d.key for d in rejected] == ["10000018/?"]


@pytest.mark.parametrize(
    ("item", "code", "retry"),
    [
        pytest.param(company(person(), form="XÜ"), "legal_form_unknown", False, id="form"),
        pytest.param(company(person(), status="X"), "status_unknown", False, id="status"),
        pytest.param(company(person(), form=""), "answer_incomplete", True, id="no-form"),
        pytest.param(company(person(), status=""), "answer_incomplete", True, id="no-status"),
        pytest.param(company(person(), code=""), "answer_incomplete", True, id="no-code"),
        pytest.param(company(person(), code="123"), "registry_code_invalid", True, id="bad-code"),
        pytest.param(
            company(person()).replace("ns1:isikud>", "ns1:muud>"), "answer_incomplete", True,
            id="no-persons-element",
        ),
        pytest.param(
            company(person(), element("isik", "Mari")), "answer_unexpected", True,
            id="fault-29-persons-in-another-element",
        ),
        pytest.param(
            company(person(), person(JAAN).replace("ns1:item", "item")), "answer_unexpected", True,
            id="fault-29-a-person-outside-the-namespace",
        ),
        pytest.param(
            company(person(), groups=((element("isik", "Mari"),),)), "answer_unexpected", True,
            id="fault-29-members-in-another-element",
        ),
        pytest.param(
            company(person().replace(RIGHT, RIGHT + RIGHT.replace("JAH", "EI"))),
            "answer_contradictory", True, id="fault-29-a-right-that-is-given-and-denied",
        ),
    ],
)  # fmt: skip
def test_a_company_that_cannot_be_read_is_unknown(item: str, code: str, retry: bool) -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        read(item)

    assert (unknown.value.code, unknown.value.retry) == (code, retry)


def test_fault_29_an_element_that_is_repeated_is_read_once() -> None:
    state, _ = read(company(person().replace(RIGHT, RIGHT + RIGHT)))

    assert authority_of(MARI, state).kind is AuthorityKind.SOLE
