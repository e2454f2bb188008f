"""order.2: an operator checks a catalogue before it is rolled out, and sees what was published."""

import json
from pathlib import Path

import pytest
import yaml

from storage.database import Database
from tests.builders.catalogue import publish
from tests.builders.products import BOOST, LIMIT, document
from tests.clients.cli_runner import Volitus


def test_order_2_a_valid_catalogue_is_listed_without_a_database(
    nowhere: Volitus, tmp_path: Path
) -> None:
    (tmp_path / "limit.yaml").write_text(yaml.safe_dump(LIMIT))

    checked = nowhere("catalogue", "check", tmp_path)
    engines = nowhere("catalogue", "check")

    assert (checked.code, engines.code) == (0, 0)
    assert "read → set → bill" in checked.out
    assert "sim-replacement" in engines.out


def test_order_2_every_mistake_is_a_line_with_its_file(nowhere: Volitus, tmp_path: Path) -> None:
    (tmp_path / "limit.yaml").write_text(json.dumps(document(version=1.1, urgent="yes")))
    (tmp_path / "boost.yaml").write_text("id: [")

    checked = nowhere("catalogue", "check", tmp_path)

    assert checked.code == 1
    assert checked.out == ""
    assert checked.err.splitlines() == [
        "boost.yaml: line 2: did not find expected node content",
        'limit.yaml: version: must be text: quote it, like "1.10"',
        "limit.yaml: urgent: Input should be a valid boolean",
        "No product of this directory can be published.",
    ]


def test_order_2_a_changed_file_under_a_published_version_is_found_before_it_is_rolled_out(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    publish(database, LIMIT, BOOST)
    for each in (document(urgent=True), BOOST):
        (tmp_path / f"{each['id']}.yaml").write_text(json.dumps(each))

    changed = volitus("catalogue", "check", tmp_path, "--published")
    (tmp_path / "limit.yaml").write_text(json.dumps(document(urgent=True, version="2")))
    mended = volitus("catalogue", "check", tmp_path, "--published")

    assert (changed.code, mended.code) == (1, 0)
    assert changed.err.splitlines()[0] == (
        "limit.yaml: has changed since version 1 was published: give it another one"
    )


def test_order_2_the_form_of_files_is_printed_for_editors(nowhere: Volitus) -> None:
    assert nowhere("catalogue", "schema").json["properties"].keys() >= LIMIT.keys()


def test_order_2_what_was_published_is_listed_and_shown_in_every_version(
    volitus: Volitus, database: Database
) -> None:
    publish(database, LIMIT, BOOST)
    publish(database, document(version="2"))

    current, every = (volitus("catalogue", "list", *extra, "--json") for extra in ([], ["--all"]))
    shown = volitus("catalogue", "show", "limit", "--version", "1")

    assert [(each["id"], each["version"]) for each in current.json] == [("limit", "2")]
    assert len(every.json) == 3
    assert yaml.safe_load(shown.out) == LIMIT
    assert volitus("catalogue", "show", "limit", "--json").json["version"] == "2"
    assert "credit_limit" not in volitus("catalogue", "list").out


@pytest.mark.parametrize("words", [["boost"], ["limit", "--version", "9"], ["gone"]])
def test_order_2_a_product_that_is_not_there_is_an_error_of_one_line(
    volitus: Volitus, database: Database, words: list[str]
) -> None:
    publish(database, LIMIT)

    shown = volitus("catalogue", "show", *words)

    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith("No such product was published")
