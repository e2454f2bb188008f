"""The tables of codes: every known one has a meaning, and nothing unknown gets one."""

import pytest

from domain.registry.register import Capacity
from registry_sync.estonia.codes import ALLOWED_FORMS, KNOWN_FORMS, ROLES, capacity_of
from registry_sync.estonia.countries import ALPHA_2, spellings

# Every code of RIK's classifier that clients have seen.
SEEN = """JUHL JUHA JUHE JUHJ TOSAN EUSOS EUSOS2 UOSAN PROK LIKV LIKVJ PANKR AJPH AJUTPH JPNKR MORAH
ERIH FIE ETTEV VFILJ ASES ESIS ESIS2 ESOI SJESI VALIT HNKL E N O OSAN S A B W HUL YHL YHLLV L H ARP
ORP DOKH KISIK MDKPI PANTP TVH YFI KOAS D M R J P K FV V"""


def test_every_code_seen_is_in_the_table_once() -> None:
    assert sorted(ROLES) == sorted(SEEN.split())


@pytest.mark.parametrize(
    ("role", "form", "capacity"),
    [
        pytest.param("JUHL", "OÜ", Capacity.BOARD, id="board-member"),
        pytest.param("TOSAN", "TÜ", Capacity.PARTNER, id="general-partner"),
        pytest.param("EUSOS", "UÜ", Capacity.PARTNER, id="limited-partner-authorised"),
        pytest.param("UOSAN", "UÜ", Capacity.NONE, id="limited-partner"),
        pytest.param("PROK", "AS", Capacity.PROCURIST, id="procurist"),
        pytest.param("LIKV", "OÜ", Capacity.LIQUIDATOR, id="liquidator"),
        pytest.param("PANKR", "OÜ", Capacity.TRUSTEE, id="trustee"),
        pytest.param("AJPH", "OÜ", Capacity.NONE, id="depends-on-the-court"),
        pytest.param("VALIT", "KÜ", Capacity.NONE, id="depends-on-the-form"),
        pytest.param("V", "OÜ", Capacity.NONE, id="nobody-knows-what-it-means"),
        pytest.param("E", "AS", Capacity.NONE, id="supervisory-board-chair"),
        pytest.param("N", "AS", Capacity.NONE, id="supervisory-board"),
        pytest.param("W", "OÜ", Capacity.NONE, id="beneficial-owner"),
        pytest.param("FIE", "FIE", Capacity.SOLE_TRADER, id="sole-trader"),
        pytest.param("ETTEV", "FIE", Capacity.SOLE_TRADER, id="entrepreneur"),
        pytest.param("FIE", "OÜ", Capacity.NONE, id="sole-trader-in-a-company"),
        pytest.param("JUHL", "FIE", Capacity.NONE, id="board-of-a-sole-trader"),
        pytest.param("PROK", "FIE", Capacity.NONE, id="procurist-of-a-sole-trader"),
        pytest.param("VFILJ", "FIL", Capacity.BOARD, id="branch-manager"),
        pytest.param("VFILJ", "OÜ", Capacity.NONE, id="branch-manager-in-a-company"),
        pytest.param("ASES", "TRAS", Capacity.BOARD, id="head-of-an-agency"),
        pytest.param("PANKRH", "OÜ", Capacity.UNKNOWN, id="code-that-does-not-exist"),
        pytest.param("juhl", "OÜ", Capacity.UNKNOWN, id="not-spelt-so"),
        pytest.param("XYZ", "FIE", Capacity.UNKNOWN, id="unknown-in-a-sole-trader"),
    ],
)
def test_a_role_means_something_only_where_it_belongs(
    role: str, form: str, capacity: Capacity
) -> None:
    assert capacity_of(role, form) is capacity


def test_only_the_forms_that_tara_lists_and_sole_traders_are_allowed() -> None:
    assert {"TÜ", "UÜ", "OÜ", "AS", "TÜH", "SA", "MTÜ", "FIE"} == ALLOWED_FORMS
    assert KNOWN_FORMS > ALLOWED_FORMS


@pytest.mark.parametrize(
    ("alpha_3", "alpha_2"),
    [
        pytest.param("EST", "EE", id="estonia"),
        pytest.param("LVA", "LV", id="latvia-iso"),
        pytest.param("LAT", "LV", id="latvia-odd"),
        pytest.param("LIT", "LT", id="lithuania-odd"),
        pytest.param("GER", "DE", id="germany-odd"),
        pytest.param("NED", "NL", id="netherlands-odd"),
        pytest.param("DEN", "DK", id="denmark-odd"),
        pytest.param("SUI", "CH", id="switzerland-odd"),
        pytest.param("XXX", None, id="no-country"),
        pytest.param("SCG", None, id="two-countries-by-now"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_countries_of_personal_codes(alpha_3: str, alpha_2: str | None) -> None:
    assert ALPHA_2.get(alpha_3) == alpha_2


def test_the_iso_spelling_comes_first() -> None:
    assert spellings("DE") == ("DEU", "GER")
    assert spellings("EE") == ("EST",)
    assert spellings("XX") == ()
