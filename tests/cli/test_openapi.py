"""The API's description, printed and compared."""

from pathlib import Path

from tests.clients.cli_runner import Volitus
from tests.oracles.api_description import (
    OPENAPI_CAMARA_JSON,
    OPENAPI_JSON,
    OPENAPI_TMF641_JSON,
)


def test_the_printed_description_is_what_the_api_says(nowhere: Volitus) -> None:
    document = nowhere("openapi").json

    assert document["openapi"].startswith("3.1")
    assert "/v1/access/check" in document["paths"]


def test_the_committed_description_is_up_to_date(nowhere: Volitus) -> None:
    result = nowhere("openapi", "--check", OPENAPI_JSON)

    assert (result.code, result.out, result.err) == (0, "", "")


def test_order_9_the_committed_description_of_tmf641_is_up_to_date(nowhere: Volitus) -> None:
    result = nowhere("openapi", "--of", "tmf641", "--check", OPENAPI_TMF641_JSON)

    assert (result.code, result.out, result.err) == (0, "", "")


def test_api_3_the_committed_description_of_camara_is_up_to_date(nowhere: Volitus) -> None:
    result = nowhere("openapi", "--of", "camara", "--check", OPENAPI_CAMARA_JSON)

    assert (result.code, result.out, result.err) == (0, "", "")


def test_an_outdated_file_fails_the_check(nowhere: Volitus, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(OPENAPI_JSON.read_text().replace("checkAccess", "checkSomething"))

    result = nowhere("openapi", "--check", file)

    assert result.code == 1
    assert '"operationId": "checkSomething"' in result.out
    assert '"operationId": "checkAccess"' in result.out
    assert len(result.out.splitlines()) < 45
    assert "review what changed" in result.err


def test_a_missing_file_fails_the_check(nowhere: Volitus, tmp_path: Path) -> None:
    assert nowhere("openapi", "--check", tmp_path / "none.json").code == 2
