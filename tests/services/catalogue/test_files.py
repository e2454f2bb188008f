"""Files of a catalogue: what is valid, and the line that says what is not."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from domain.catalogue.actions import ItemAction
from domain.catalogue.documents import json_schema
from domain.catalogue.products import Confirmation
from services.catalogue.files import InvalidCatalogue, read_catalogue
from tests.builders.products import BOOST, LIMIT, document

READ, SET, BILL = LIMIT["steps"]
NUMBER, CHOICE = LIMIT["specCharacteristic"]
SOLD = LIMIT["orderable"]
ONCE = {"cents": 100, "currency": "EUR", "vat": "included", "period": "once"}
MONTHLY = ONCE | {"period": "monthly"}
CHARGE = {"id": "charge", "target": "billing", "do": "charge", "undo": "refund"}
RESTART = {"id": "restart", "target": "network", "do": "restart"}

FROM = {"name": "fromService", "valueType": "string", "minCardinality": 1}
RELEASE = {
    "id": "release",
    "target": "network",
    "service": "fromService",
    "do": "release_number",
    "undo": "restore",
}
TAKE = {"id": "take", "target": "network", "do": "take_number", "pivot": True}
MOVE = {
    "specCharacteristic": [FROM],
    "orderable": SOLD | {"actions": ["modify"]},
    "steps": [READ | {"service": "fromService"}, RELEASE, TAKE],
}
"""A product for two services."""


def defects(directory: Path, *documents: dict[str, Any] | str) -> list[str]:
    """Write each as a file, and return what is wrong with the catalogue that they make."""
    for each in documents:
        # JSON is YAML.
        name, content = ("limit", each) if isinstance(each, str) else (each["id"], json.dumps(each))
        (directory / f"{name}.yaml").write_text(content)
    try:
        read_catalogue(directory)
    except InvalidCatalogue as error:
        return [str(each) for each in error.defects]
    return []


def test_order_2_the_catalogue_that_comes_with_the_engine_has_what_an_operator_sells_first() -> (
    None
):
    products = {each.product.id: each.product for each in read_catalogue(None)}

    assert products.keys() >= {
        "mobile-package",
        "data-boost",
        "roaming-pass",
        "spending-limit",
        "restrictions",
        "sim-replacement",
        "esim",
        "call-forwarding",
        "internet-package",
        "router-wifi",
        "router-restart",
        "number-move",
    }
    assert products["restrictions"].is_urgent
    assert {each.confirm for each in products.values()} == set(Confirmation)
    assert ItemAction.ADD in products["data-boost"].actions


def test_order_2_the_example_of_the_documentation_is_valid(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", Path("docs/catalogue.md").read_text(), re.DOTALL)
    (tmp_path / "spending-limit.yaml").write_text(example)

    assert defects(tmp_path) == []


def test_order_2_products_that_name_each_other_are_one_catalogue(tmp_path: Path) -> None:
    needs = document(serviceSpecRelationship=[{"relationshipType": "exclusivity", "id": "boost"}])

    assert defects(tmp_path, needs, document(BOOST)) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"version": 1.10}, 'version: must be text: quote it, like "1.10"'),
        ({"version": None}, "version: Field required"),
        ({"colour": "red"}, "colour: unknown key"),
        ({"name": {"et": "x", "en": "x"}}, "name: missing in ru"),
        ({"name": {"et": "x", "en": "x", "ru": "x", "fi": "x"}}, "name.fi: Input should be"),
        ({"name": {"et": "x", "en": "x", "ru": " "}}, "name.ru: String should match"),
        ({"orderable": True}, "orderable: Input should be"),
        ({"orderable": SOLD | {"permission": "everything:do"}}, "orderable.permission: Input"),
        ({"orderable": SOLD | {"confirm": "maybe"}}, "orderable.confirm: Input should be"),
        ({"orderable": SOLD | {"kinds": []}}, "orderable.kinds: Value should have at least 1"),
        ({"orderable": SOLD | {"kinds": ["mobile"] * 2}}, "orderable.kinds: must not name"),
        ({"orderable": SOLD | {"actions": ["noChange"]}}, "orderable.actions.0: Input should be"),
        ({"orderable": SOLD | {"free": True}}, "orderable.free: unknown key"),
        ({"urgent": "yes"}, "urgent: Input should be a valid boolean"),
        ({"expected": "two minutes"}, "expected: Input should be a valid duration"),
        ({"expected": 120}, "expected: Input should be a valid duration"),
        ({"expected": "PT0S"}, "expected: Input should be greater than"),
        # Steps.
        ({"steps": []}, "steps: a product that can be ordered needs one at least"),
        ({"steps": [READ | {"do": "reed"}]}, "steps.0.do: Input should be 'read'"),
        ({"steps": [READ | {"do": "charge"}]}, "step read: there is no action charge at network"),
        ({"steps": [READ | {"target": "moon"}]}, "steps.0.target: Input should be"),
        ({"steps": [READ | {"target": "sms"}]}, "step read: there is no action read at sms"),
        ({"steps": [READ | {"if": "x"}]}, "steps.0.if: unknown key"),
        ({"steps": [READ, READ]}, "two steps have the id read"),
        ({"steps": [READ | {"after": ["set"]}, SET]}, "steps wait for each other in a circle"),
        ({"steps": [READ | {"after": ["gone"]}]}, "step read: after names no step"),
        (
            {"steps": [READ, SET | {"undo": None}, BILL]},
            "step set: a step before the pivot needs an undo",
        ),
        (
            {"steps": [RESTART, BILL | {"after": []}]},
            "step restart: nothing undoes this: it must be the pivot",
        ),
        ({"steps": [SET | {"after": []}, BILL]}, "step set: its undo puts back what was read"),
        ({"steps": [READ, SET | {"undo": "refund"}, BILL]}, "step set: refund does not undo set"),
        ({"steps": [READ, SET | {"pivot": True}]}, "step set: undo: nothing is undone from"),
        # The last step is the pivot where none is.
        ({"steps": [READ, SET]}, "step set: undo: nothing is undone from"),
        (
            {"steps": [READ, SET, BILL, SET | {"id": "later", "undo": None, "refusal": "fail"}]},
            "step later: refusal: past the pivot an item cannot fail",
        ),
        ({"steps": [READ | {"pivot": True}, BILL | {"after": []}]}, "only one can be the pivot"),
        ({"steps": [READ, SET | {"sets": ["gone"]}]}, "step set: sets: the product has no"),
        ({"steps": [READ | {"sets": ["spendingLimit"]}]}, "step read: sets: only set sends"),
        (
            {
                "steps": [READ, SET],
                "specCharacteristic": [],
                "orderable": SOLD | {"actions": ["modify"]},
            },
            "step set: the product has no characteristic that it could set",
        ),
        (
            {"specCharacteristic": [NUMBER, {"name": "wifiPassword", "valueType": "string"}]},
            "step set: a secret is not kept, so it cannot be put back",
        ),
        # What is for two services.
        (MOVE | {"specCharacteristic": [NUMBER]}, "service: the product has no characteristic f"),
        (
            MOVE | {"specCharacteristic": [FROM | {"minCardinality": 0}]},
            "specCharacteristic fromService: it holds the id of a service: a required string",
        ),
        (MOVE | {"orderable": SOLD}, "orderable: what is for two services can only be modified"),
        (
            MOVE | {"orderable": SOLD | {"actions": ["modify"], "confirm": "group"}},
            "orderable: no group confirms for the owners of two services",
        ),
        (
            MOVE | {"steps": [RELEASE, SET | {"after": []}]},
            "step set: without service it can only be take_number",
        ),
        (
            MOVE | {"steps": [RELEASE | {"id": "x", "service": "x"}, RELEASE]},
            "another step names x",
        ),
        (MOVE | {"steps": [RELEASE | {"do": "swap_sim"}]}, "only read, release_number can be for"),
        (MOVE | {"steps": [RELEASE, CHARGE | {"service": "fromService"}]}, "only a step of netw"),
        (
            MOVE | {"steps": [READ, RELEASE, TAKE]},
            "step release: its undo puts back what was read",
        ),
        # Prices.
        ({"prices": [ONCE]}, "prices: no step charge books what is paid once"),
        ({"prices": [MONTHLY]}, "prices: no step subscribe books what is paid monthly"),
        ({"steps": [CHARGE]}, "prices: charge books a price that is paid once, and there is none"),
        ({"prices": [ONCE | {"cents": 1.5}]}, "prices.0.cents: Input should be a valid integer"),
        ({"prices": [ONCE | {"cents": -1}]}, "prices.0.cents: Input should be greater"),
        ({"prices": [ONCE | {"currency": "eur"}]}, "prices.0.currency: String should match"),
        ({"prices": [ONCE | {"vat": 24}]}, "prices.0.vat: Input should be 'included'"),
        (
            {"steps": [CHARGE], "prices": [ONCE | {"onlyWith": {"spendingLimit": 60000}}]},
            "prices: no order has this value of spendingLimit",
        ),
        (
            {"steps": [CHARGE], "prices": [ONCE | {"onlyWith": {"spendingLimitAction": "bar"}}]},
            "prices: none for spendingLimitAction warn; what is free costs 0 cents",
        ),
        # Characteristics.
        ({"specCharacteristic": [NUMBER, NUMBER]}, "specCharacteristic spendingLimit: it is there"),
        (
            {"specCharacteristic": [CHOICE]},
            "orderable: only a product with a required characteristic can be added or deleted",
        ),
        ({"specCharacteristic": [NUMBER | {"maxCardinality": 2}]}, "specCharacteristic.0.max"),
        ({"specCharacteristic": [NUMBER | {"isUnique": True}]}, "isUnique: unknown key"),
        (
            {"specCharacteristic": [NUMBER | {"valueType": "date"}]},
            "specCharacteristic.0.valueType",
        ),
        (
            {"specCharacteristic": [NUMBER | {"configurable": False}]},
            "specCharacteristic spendingLimit: what is not configurable has one value",
        ),
        (
            {"specCharacteristic": [NUMBER | {"characteristicValueSpecification": []}]},
            "specCharacteristic spendingLimit: an integer has values or ranges",
        ),
        (
            {"specCharacteristic": [NUMBER | {"name": "colour"}]},
            "specCharacteristic colour: orders set no such characteristic",
        ),
        (
            {"specCharacteristic": [NUMBER | {"name": "eid", "valueType": "string"}]},
            "specCharacteristic eid: orders set no such characteristic",
        ),
        (
            {"specCharacteristic": [NUMBER | {"valueType": "boolean"}]},
            "specCharacteristic spendingLimit: it is of type integer",
        ),
        (
            {"orderable": SOLD | {"kinds": ["mobile", "internet"]}},
            "specCharacteristic spendingLimit: services of kind internet have none",
        ),
        (
            {"specCharacteristic": [NUMBER | {"name": "wifiPassword", "valueType": "string"}]},
            "specCharacteristic wifiPassword: it is a secret",
        ),
    ],
)
def test_order_2_a_file_with_a_mistake_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    found = defects(tmp_path, document(**changes))

    assert any(each.startswith("limit.yaml: ") and what in each for each in found), found


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"characteristicValueSpecification": [{"value": 1}]}, "a value is no string"),
        (
            {"characteristicValueSpecification": [{"value": "abc"}], "regex": "ab"},
            "a value does not match the regex",
        ),
        ({"regex": "("}, "regex: is no regular expression"),
        ({"regex": "(a+)+"}, "regex: must not repeat a group"),
        ({"regex": "a" * 101}, "regex: String should have at most 100"),
        ({"valueType": "boolean", "regex": "true"}, "only a string has a regex"),
        ({"characteristicValueSpecification": [{"valueFrom": 1}]}, "only an integer has ranges"),
        (
            {"characteristicValueSpecification": [{"value": "a"}, {"value": "a"}]},
            "a value is there twice",
        ),
        (
            {
                "characteristicValueSpecification": [
                    {"value": "a", "isDefault": True},
                    {"value": "b", "isDefault": True},
                ]
            },
            "only one value can be the default",
        ),
        (
            {
                "valueType": "integer",
                "characteristicValueSpecification": [
                    {"valueFrom": 1, "valueTo": 2, "rangeInterval": "open"}
                ],
            },
            "no integer is in the range",
        ),
        (
            {"characteristicValueSpecification": [{"value": "a", "valueFrom": 1}]},
            "characteristicValueSpecification.0.valueFrom: unknown key",
        ),
    ],
)
def test_order_2_a_characteristic_that_allows_nothing_or_anything_is_refused(
    tmp_path: Path, spec: dict[str, Any], what: str
) -> None:
    other = {"name": "other", "valueType": "string"} | spec
    found = defects(tmp_path, document(specCharacteristic=[NUMBER, other]))

    assert any(what in each for each in found), found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("id: limit\nversion: '1'\nid: other\n", "line 3: the key id is there twice"),
        ("name: {et: x, et: y}", "line 1: the key et is there twice"),
        ("name:\n  NO: Limiit\n", "line 2: a key must be text: quote it"),
        ("id: &a limit\nversion: *a\n", "line 2: aliases are not used here"),
        ("id: [", "line 2: "),
        ("id: !!python/object:os.system x", "line 1: could not determine a constructor"),
        ("id: limit\n---\nid: other\n", "but found another document"),
        ("", "Input should be an object"),
        ("- id", "Input should be an object"),
        ("id: 2026-02-30", "day"),
        ("id: " + "[" * 49_000 + "]" * 49_000, "nested too deeply"),
        ("id: " + "x" * 100_000, "is larger than 100000 bytes"),
    ],
)
def test_order_2_yaml_is_never_guessed_at(tmp_path: Path, text: str, what: str) -> None:
    found = defects(tmp_path, text)

    assert any(what in each for each in found), found


def related(id_: str, type_: str, to: str) -> dict[str, Any]:
    """A product that has this relationship to another one."""
    modified = SOLD | {"actions": ["modify"]}
    relationship = {"relationshipType": type_, "id": to}
    return document(id=id_, orderable=modified, serviceSpecRelationship=[relationship])


@pytest.mark.parametrize(
    ("documents", "what"),
    [
        ([related("a", "dependency", "gone")], "a.yaml: serviceSpecRelationship: no other product"),
        ([related("a", "exclusivity", "a")], "a.yaml: serviceSpecRelationship: no other product a"),
        (
            [related("a", "dependency", "b"), related("b", "dependency", "a")],
            "a.yaml: serviceSpecRelationship: products depend on each other in a circle",
        ),
        ([related("a", "dependency", "boost"), document(BOOST)], "boost can be deleted"),
    ],
)
def test_order_2_products_that_do_not_fit_together_are_refused(
    tmp_path: Path, documents: list[dict[str, Any]], what: str
) -> None:
    found = defects(tmp_path, *documents)

    assert any(what in each for each in found), found


def test_order_2_everything_wrong_in_every_file_is_said_at_once(tmp_path: Path) -> None:
    wrong = document(version=1, colour="red")

    assert len(defects(tmp_path, wrong, document(BOOST, urgent="yes"))) == 3


def test_order_2_a_file_is_named_after_its_product(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(json.dumps(LIMIT))

    assert defects(tmp_path) == ["other.yaml: must be named after its product: limit.yaml"]


@pytest.mark.parametrize("directory", [".", "gone"])
def test_order_2_a_directory_without_products_is_no_catalogue(
    tmp_path: Path, directory: str
) -> None:
    (tmp_path / "read.me").touch()

    assert "is no directory with *.yaml files" in defects(tmp_path / directory)[0]


def test_order_2_the_schema_of_files_accepts_what_is_read_and_no_unknown_key() -> None:
    form = jsonschema_rs.validator_for(json_schema())

    assert [each.file for each in read_catalogue(None) if not form.is_valid(each.document)] == []
    assert form.is_valid(document())
    assert not form.is_valid(document(colour="red"))
    assert not form.is_valid(document(version=1.1))
