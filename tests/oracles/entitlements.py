"""Expected grants from the simulator's world: the rules again, without the product's code."""

from collections.abc import Iterable
from typing import Any

from tests.fixtures.engine import Held

_FORMS = {"TÜ", "UÜ", "OÜ", "AS", "TÜH", "SA", "MTÜ"}
_ACTING = {
    "R": {"JUHL", "JUHA", "JUHE", "JUHJ", "TOSAN", "PROK"},
    "L": {"LIKV", "LIKVJ"},
    "N": {"PANKR"},
    "K": set[str](),
}


def entitled(companies: Iterable[dict[str, Any]]) -> set[Held]:
    """All grants that these companies, as ``/_control`` shows them, give on one account each."""
    return {held for company in companies for held in _by(company)}


def _by(company: dict[str, Any]) -> set[Held]:
    acting = [each for each in company["holders"] if _acts(company, each)]
    sole = {each["code"] for each in acting if each["sole"]}
    together = {code for group in company["groups"] if len(group) > 1 for code in group}
    joint = {each["code"] for each in acting} & together - sole
    return {Held(company["code"], code, "administrator") for code in sole} | {
        Held(company["code"], code, "joint_representative") for code in joint
    }


def _acts(company: dict[str, Any], holder: dict[str, Any]) -> bool:
    if holder["kind"] != "F" or not holder["code"]:
        return False
    if company["legal_form"] == "FIE":
        return (holder["role"], company["status"]) == ("FIE", "R")
    return company["legal_form"] in _FORMS and holder["role"] in _ACTING[company["status"]]
