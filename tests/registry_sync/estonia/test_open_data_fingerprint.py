"""Changes of a company's record that change its fingerprint, and those that do not."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders.open_data_files import (
    condition,
    hash_of,
    holder,
    legal_person,
    read_file,
    record,
    text_of,
    zipped,
)
from tests.builders.people import JAAN


def fingerprint(tmp_path: Path, company: dict[str, Any]) -> str:
    rows, rejected = read_file(zipped(tmp_path / "one.zip", text_of(company)))
    assert rejected == []
    return rows[0].fingerprint


MARI, OTHER = holder(), holder(isikukood_hash=hash_of(JAAN))


BORN = holder(isikukood_hash=None, synniaeg="01.01.1970")


FIRM = legal_person(isikukood_registrikood="10000024")


ABROAD = legal_person(valis_kood="40003242879", valis_kood_riik="LVA")


RULE = condition()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(record(MARI), record(holder(nimi_arinimi="Uus")), id="new-surname"),
        pytest.param(record(MARI), record(holder(kirje_id=1, kande_nr=2)), id="new-row"),
        pytest.param(record(MARI), record(holder(email="a@b.example")), id="e-mail"),
        pytest.param(record(MARI), record(holder(aadress_riik="EST")), id="address"),
        pytest.param(record(MARI), record(holder(algus_kpv="01.01.2026")), id="start"),
        pytest.param(record(MARI), record(MARI, MARI), id="twice"),
        pytest.param(record(MARI, OTHER), record(OTHER, MARI), id="another-order"),
        pytest.param(
            record(MARI), record(MARI, OTHER | {"lopp_kpv": "01.08.2026"}), id="one-who-left"
        ),
        pytest.param(record(MARI), record(holder(lopp_kpv="")), id="no-end-said-otherwise"),
        pytest.param(record(MARI), record(MARI) | {"nimi": "Uus OÜ"}, id="new-company-name"),
        pytest.param(record(FIRM), record(FIRM | {"nimi_arinimi": "Uus"}), id="firm-renamed"),
        pytest.param(
            record(FIRM),
            record(FIRM | {"isikukood_registrikood": 10000024}),
            id="code-as-a-number",
        ),
        pytest.param(
            record(MARI, conditions=[RULE]),
            record(MARI, conditions=[RULE | {"kande_nr": 40}, RULE]),
            id="condition-twice",
        ),
        pytest.param(
            record(MARI),
            record(MARI, conditions=[condition(lopp_kpv="01.08.2026")]),
            id="condition-that-ended",
        ),
    ],
)
def test_irrelevant_changes_keep_the_fingerprint(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert fingerprint(tmp_path, before) == fingerprint(tmp_path, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(record(MARI), record(), id="left"),
        pytest.param(record(MARI), record(MARI, OTHER), id="came"),
        pytest.param(record(MARI), record(OTHER), id="another-person-of-that-name"),
        pytest.param(record(MARI), record(holder(isiku_roll="PROK")), id="another-role"),
        pytest.param(record(MARI), record(holder(lopp_kpv="01.08.2026")), id="ended"),
        pytest.param(record(MARI), record(holder(isiku_tyyp="J")), id="another-kind"),
        pytest.param(record(BORN), record(BORN | {"eesnimi": "Anna"}), id="no-hash-another-name"),
        pytest.param(
            record(BORN), record(BORN | {"synniaeg": "02.01.1970"}), id="no-hash-another-birthday"
        ),
        pytest.param(
            record(FIRM), record(FIRM | {"isikukood_registrikood": "10000030"}), id="another-firm"
        ),
        pytest.param(
            record(ABROAD), record(ABROAD | {"valis_kood_riik": "LTU"}), id="another-country"
        ),
        pytest.param(record(MARI), record(MARI, conditions=[RULE]), id="joint-from-now-on"),
        pytest.param(
            record(MARI, conditions=[RULE]),
            record(MARI, conditions=[condition(kirje_id=2)]),
            id="condition-rewritten",
        ),
        pytest.param(
            record(MARI, conditions=[RULE]),
            record(MARI, conditions=[condition(esinduse_tyyp="YHPRO")]),
            id="another-condition",
        ),
    ],
)
def test_relevant_changes_alter_the_fingerprint(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert fingerprint(tmp_path, before) != fingerprint(tmp_path, after)


def test_a_fingerprint_is_32_hexadecimal_digits(tmp_path: Path) -> None:
    assert len(bytes.fromhex(fingerprint(tmp_path, record(MARI)))) == 16
