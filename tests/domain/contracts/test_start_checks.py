"""contract.4: what can be started, and why the rest cannot."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.accounts import ServiceKind, ServiceStatus
from domain.contracts.reasons import ContractRefused, StartRefusal
from domain.contracts.start_checks import Host, Wanted, require_age, require_startable
from services.catalogue.files import read_catalogue

PRODUCTS = {each.product.id: each.product for each in read_catalogue(None)}
MOBILE, MOBIIL_ID = PRODUCTS["mobile-subscription"], PRODUCTS["mobiil-id"]
SIM = "89372010000000000001"
CHOSEN = {"package": "mobile-m", "iccid": SIM}
GIVEN = Wanted(24, CHOSEN, "+37255512345")
HOST = Host(
    ServiceKind.MOBILE,
    ServiceStatus.ACTIVE,
    "+37255512345",
    SIM,
    is_used_by_starter=True,
    has_one_already=False,
)
R = StartRefusal


def test_contract_4_what_is_wanted_is_completed_with_the_products_defaults() -> None:
    assert require_startable(MOBILE, GIVEN, None) == GIVEN.parameters
    for able in (None, True):  # what nobody told the network finds out
        assert require_startable(MOBIIL_ID, Wanted(0, {}), replace(HOST, is_sim_able=able)) == {}


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (replace(GIVEN, months=36), R.MONTHS_NOT_OFFERED),
        (replace(GIVEN, number=None), R.PARAMETER_INVALID),
        (replace(GIVEN, parameters={"package": "mobile-m"}), R.PARAMETER_INVALID),
        (replace(GIVEN, parameters=CHOSEN | {"package": "x"}), R.PARAMETER_INVALID),
        (replace(GIVEN, parameters={**CHOSEN, "x": 1}), R.PARAMETER_INVALID),
    ],
)
def test_contract_4_what_the_product_does_not_offer_is_refused(
    wanted: Wanted, refusal: StartRefusal
) -> None:
    with pytest.raises(ContractRefused) as refused:
        require_startable(MOBILE, wanted, None)

    assert refused.value.refusal is refusal


def test_contract_4_a_product_without_a_contract_starts_none() -> None:
    with pytest.raises(ContractRefused) as refused:
        require_startable(PRODUCTS["spending-limit"], GIVEN, None)

    assert refused.value.refusal is R.PRODUCT_NOT_OFFERED


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": ServiceKind.FIXED_LINE}, R.HOST_UNSUITABLE),
        ({"status": ServiceStatus.ENDED}, R.HOST_UNSUITABLE),
        ({"status": ServiceStatus.PENDING}, R.HOST_UNSUITABLE),
        ({"number": None}, R.HOST_UNSUITABLE),
        ({"sim": None}, R.HOST_UNSUITABLE),
        ({"is_sim_able": False}, R.HOST_UNSUITABLE),
        ({"is_used_by_starter": False}, R.HOST_UNSUITABLE),
        ({"has_one_already": True}, R.HOST_UNSUITABLE),
        (None, R.HOST_UNKNOWN),
    ],
)
def test_contract_11_a_mobiil_id_rests_on_a_number_with_a_sim_that_its_user_has(
    changes: dict[str, Any] | None, refusal: StartRefusal
) -> None:
    host = None if changes is None else replace(HOST, **changes)

    with pytest.raises(ContractRefused) as refused:
        require_startable(MOBIIL_ID, Wanted(0, {}), host)

    assert refused.value.refusal is refusal


@pytest.mark.parametrize(
    ("born", "refusal"),
    [
        (None, R.AGE_UNKNOWN),
        (date(2008, 12, 1), R.TOO_YOUNG),
        (date(2008, 11, 30), None),
        (date(1960, 1, 1), None),
    ],
)
def test_contract_4_who_is_not_known_to_be_of_age_signs_no_mobiil_id(
    born: date | None, refusal: StartRefusal | None
) -> None:
    terms, today = MOBIIL_ID.contract, date(2026, 11, 30)
    assert terms is not None
    if refusal is None:
        require_age(terms, born, today)
        return
    with pytest.raises(ContractRefused) as refused:
        require_age(terms, born, today)

    assert refused.value.refusal is refusal
