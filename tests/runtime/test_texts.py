"""Every code has its text in every language, and no text is there for nothing."""

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from api.http.problem_kinds import KINDS
from api.texts.states import STATES
from domain.access.permissions import Permission, Role
from domain.access.remedies import RemedyCode
from domain.call_details.secrecy import Level
from domain.catalogue.offers import OfferRefusal
from domain.contracts.end_policy import EndRule
from domain.delegations.basis import BasisKind
from domain.delegations.last_manager import WarningCode
from domain.delegations.refusals import DelegationRefusal
from domain.documents.contract_document import PricePeriod
from domain.inventory.characteristics import CHARACTERISTICS
from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import LONGEST_HOST, Language, code_text, parts
from domain.orders.refusals import OrderRefusal
from domain.reviews.decisions import ReviewRefusal
from domain.signing_rules.refusals import ReadingRefusal
from runtime.extract_texts import COLUMNS as PDF_COLUMNS
from runtime.extract_texts import FACTS as PDF_FACTS
from runtime.texts import (
    messages,
    placeholders,
    plural,
    plurals,
    reason_codes,
    reason_text,
    text,
)
from services.access import freezes
from services.catalogue.files import read_catalogue
from services.mandates import mandates
from tests.oracles import page_texts
from tests.oracles import reason_codes as oracle
from web.login.pages import OWN_BODY, Outcome

DETAILS = freezes.DETAILS | mandates.DETAILS
ENUMS: Mapping[str, type[StrEnum]] = {
    "permission": Permission,
    "refusal": DelegationRefusal,
    "refusal.offer": OfferRefusal,
    "refusal.order": OrderRefusal,
    "refusal.reading": ReadingRefusal,
    "refusal.review": ReviewRefusal,
    "remedy": RemedyCode,
    "role": Role,
    "warning": WarningCode,
} | {f"state.{name}": members for name, members in STATES.items()}
"""Enumerations that people see: each member has the message ``prefix.member``."""
SENTENCES = frozenset(
    id_
    for file in ("runtime/sentences.py", "runtime/order_texts.py")
    for id_ in re.findall(r'"(sentence\.[a-z_.]+[a-z])"', Path(file).read_text())
) | {f"sentence.giver.{kind}" for kind in BasisKind}
ACT_FILES = (
    "act_texts.py",
    "contract_act_texts.py",
    "contract_goes_on_texts.py",
    "number_act_texts.py",
    "order_act_texts.py",
)
ACTS = frozenset(
    id_
    for file in ACT_FILES
    for id_ in re.findall(r'"(act\.[a-z_.]+\.v\d+)"', Path("runtime", file).read_text())
)
COSTING = [
    EndRule.DEVICE_LEFT,
    EndRule.TERM_LEFT,
    EndRule.DAYS_USED,
    EndRule.PAID_BACK,
]
DOCUMENTS = frozenset(
    id_
    for file in (
        "runtime/document_texts.py",
        "runtime/extract_texts.py",
        "runtime/ended_contracts.py",
        "runtime/offered_contracts.py",
    )
    for id_ in re.findall(r'"(document\.[a-z_.]+[a-z])"', Path(file).read_text())
) | {
    f"document.{part}"
    for part in (
        *(f"party.{each}" for each in ("operator", "customer")),
        *(f"{each}.{period}" for each in ("price", "total") for period in PricePeriod),
        *(f"call_details.{each}" for each in (*PDF_COLUMNS, *PDF_FACTS)),
        *(f"call_details.level.{each}" for each in Level),
        *(f"termination.cost.{each}" for each in ("with_vat", "without_vat", *COSTING)),
    )
}
FILES = frozenset(
    re.findall(r'"(file\.[a-z_.]+[a-z])"', Path("api/billing/cost_file.py").read_text())
)
NAMED_VALUES = {
    f"characteristic.{spec.name}.{allowed.value}"
    for file in read_catalogue(None)
    for spec in file.product.characteristics
    for allowed in spec.values
    if isinstance(allowed.value, str)
}
"""Values that products list, of which people read what they confirm."""
COUNTED = frozenset(plurals(Language.ENGLISH))
LOGIN_PAGES = (
    {f"page.login.{outcome}.{part}" for outcome in Outcome for part in ("title", "body")}
    | {f"page.login.refused.{refusal}" for refusal in OWN_BODY}
    | {"page.login.again"}
)
EXPECTED = (
    SENTENCES
    | LOGIN_PAGES
    | (page_texts.used() - COUNTED)
    | ACTS
    | DOCUMENTS
    | FILES
    | frozenset(
        {f"{prefix}.{member}" for prefix, members in ENUMS.items() for member in members}
        | {f"role.{role}.description" for role in Role}
        | {f"problem.{code}.title" for code in KINDS}
        | {f"problem.{code}.detail" for code in DETAILS}
        | {f"notice.{kind}.{part}" for kind in NoticeKind for part in ("title", "body")}
        | {f"characteristic.{each.name}" for each in CHARACTERISTICS}
        | {"characteristic.fromService", "characteristic.number"}
        | NAMED_VALUES
        | {"notice.no_account", "notice.no_purpose", "sms.code"}
    )
)
ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH


def file_of(language: Language) -> str:
    return f"locale/{language}/LC_MESSAGES/volitus.po"


@pytest.mark.parametrize("language", Language)
def test_deleg_2_every_code_has_its_text(language: Language) -> None:
    there = messages(language)

    missing = [f'msgid "{id_}"' for id_ in sorted(EXPECTED - there.keys())]
    reasons = {id_.split(".")[1] for id_ in there if id_.startswith("reason.")}
    missing += [f'msgid "reason.{code}"' for code in sorted(oracle.codes() - reasons)]
    assert missing == [], f"add each of these, with its msgstr, to {file_of(language)}"


@pytest.mark.parametrize("language", Language)
def test_deleg_2_no_text_is_written_twice(language: Language) -> None:
    ids = re.findall(r'^msgid "(.+)"$', Path(file_of(language)).read_text(), re.MULTILINE)

    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []


@pytest.mark.parametrize("language", Language)
def test_deleg_2_no_text_is_unused(language: Language) -> None:
    codes = oracle.codes()
    unused = [
        id_
        for id_ in messages(language)
        if id_ not in EXPECTED
        and not (id_.startswith("reason.") and id_.split(".")[1] in codes)
        and not id_.startswith("issue.")
    ]
    assert unused == [], f"nothing uses these: remove them from {file_of(language)}"


@pytest.mark.parametrize("language", Language)
def test_deleg_2_every_text_is_written_and_says_the_same_facts(language: Language) -> None:
    english, there = messages(EN), messages(language)

    assert list(there) == list(english), f"{file_of(language)} has the ids of English in its order"
    assert [id_ for id_, said in there.items() if not said.strip()] == []
    differing = [id_ for id_ in there if placeholders(there[id_]) != placeholders(english[id_])]
    assert differing == [], "the same {placeholders} in every language"


@pytest.mark.parametrize("language", Language)
def test_page_4_every_counted_text_has_the_forms_of_its_language(language: Language) -> None:
    forms = {"et": 2, "ru": 3, "en": 2}[language]
    wrong = [
        id_
        for id_, said in plurals(language).items()
        if len(said) != forms
        or not all(each.strip() for each in said)
        or {placeholders(each) for each in said} != {placeholders(plurals(EN)[id_][0])}
    ]

    assert wrong == []
    assert list(plurals(language)) == list(plurals(EN))
    assert plurals(language).keys() <= page_texts.used()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "{count} ожидает"),
        (2, "{count} ожидают"),
        (11, "{count} ожидают"),
        (21, "{count} ожидает"),
    ],
)
def test_page_4_the_form_goes_with_the_count(count: int, said: str) -> None:
    assert plural("page.frame.waiting", count, RU) == said


def test_deleg_2_every_computed_code_of_a_reason_is_known() -> None:
    unknown = {r.where for r in oracle.made() if r.code is None} - oracle.COMPUTED.keys()

    assert unknown == set(), "say in tests/oracles/reason_codes.py COMPUTED which codes it makes"


def test_deleg_2_modules_with_computed_codes_still_make_them() -> None:
    computing = {r.where for r in oracle.made() if r.code is None}

    assert oracle.COMPUTED.keys() - computing == set()


def test_deleg_2_the_english_text_is_the_one_that_is_stored() -> None:
    """So a stored reason of several messages finds the one that it says."""
    english = messages(EN)
    other = [
        f'msgid "reason.{reason.code}" msgstr "{reason.text}" ({reason.where})'
        for reason in oracle.made()
        if reason.code and reason.text and reason.text not in english_of(reason.code, english)
    ]
    assert other == [], f"write these texts, or variants reason.CODE.NAME, into {file_of(EN)}"


def english_of(code: str, english: Mapping[str, str]) -> set[str]:
    return {said for id_, said in english.items() if id_.split(".")[:2] == ["reason", code]}


def test_deleg_2_the_english_texts_of_a_problem_are_its_own() -> None:
    assert {code: messages(EN)[f"problem.{code}.detail"] for code in DETAILS} == DETAILS
    assert {code: messages(EN)[f"problem.{code}.title"] for code in KINDS} == {
        code: title for code, (_, title) in KINDS.items()
    }


@pytest.mark.parametrize("language", Language)
def test_deleg_2_texts_of_a_language_are_written_in_it(language: Language) -> None:
    cyrillic = re.compile("[а-яА-ЯёЁ]")
    same = {
        *("state.service_kind.mobiil_id", "state.verification_method.mobiil_id"),
        *("state.signature_method.mobile_id", "state.signature_method.smart_id"),
    }
    strange = [
        id_
        for id_, said in messages(language).items()
        if bool(cyrillic.search(said)) != (language is RU)
        and id_ not in same
        and re.search(r"[^\W\d_]", re.sub(r"{\w+}", "", said))
    ]
    assert strange == []


@pytest.mark.parametrize("language", Language)
def test_deleg_2_the_sms_of_a_code_is_one_sms(language: Language) -> None:
    said = code_text(messages(language)["sms.code"], "204816", "h" * LONGEST_HOST)

    assert parts(said) == 1
    # A letter outside GSM-7 leaves room for 70 characters instead of 160.
    assert (parts(said.ljust(160, ".")) == 1) is (language is not RU)


FACTS = {"role": "accountant", "permission": "access:manage", "grant": "1"}
STORED = "The role accountant does not include access:manage"


@pytest.mark.parametrize(
    ("code", "stored", "facts", "said"),
    [
        pytest.param(
            "permission_not_in_role",
            STORED,
            FACTS,
            "Roll „Raamatupidaja“ ei sisalda õigust „Ligipääsude haldamine“",
            id="facts-in-words",
        ),
        pytest.param("permission_not_in_role", STORED, {}, STORED, id="facts-are-missing"),
        pytest.param("not_ours", "Whatever", {}, "Whatever", id="unknown-code"),
        pytest.param("resumed", "The target answers again", {}, "Sihtsüsteem vastab jälle", id="v"),
        pytest.param("resumed", "Something older", {}, "Something older", id="no-such-variant"),
        pytest.param("time_ran_out", "Older words", {}, "Koodi aeg sai läbi", id="older-words"),
    ],
)
def test_deleg_2_a_stored_reason_is_said_in_another_language(
    code: str, stored: str, facts: Mapping[str, object], said: str
) -> None:
    assert reason_text(code, stored, facts, ET) == said
    assert reason_text(code, stored, facts, EN) == stored


def test_deleg_2_texts_by_their_ids() -> None:
    assert text("role.accountant", RU) == "Бухгалтер"
    assert "no_access" in reason_codes()
    with pytest.raises(KeyError):
        text("role.nobody", EN)
    with pytest.raises(KeyError):
        text("sms.code", EN)
