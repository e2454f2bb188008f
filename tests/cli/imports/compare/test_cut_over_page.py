"""api.7: the commands and the file of docs/cut-over.md are such as the program takes."""

import re
from pathlib import Path

import pytest

from tests.builders.import_files import write
from tests.clients.cli_runner import Volitus

PAGE = (Path(__file__).parents[4] / "docs" / "cut-over.md").read_text()
COMMANDS = sorted(set(re.findall(r"volitus ([a-z][a-z-]+\b(?: [a-z][a-z-]+\b(?![.]))*)", PAGE)))


@pytest.mark.parametrize("words", COMMANDS)
def test_api_7_every_command_of_the_page_exists(words: str, nowhere: Volitus) -> None:
    assert nowhere(*words.split(), "--help").code == 0


def test_api_7_the_files_example_is_read(volitus: Volitus, tmp_path: Path) -> None:
    (example,) = re.findall(r"```csv\n(.+?)```", PAGE, re.DOTALL)
    file = write(tmp_path / "old.csv", example)

    result = volitus("import", "grants", "--compare", file, "--json")

    assert (result.code, result.json["read"], result.json["findings"]["only_old"]) == (0, 3, 3)
