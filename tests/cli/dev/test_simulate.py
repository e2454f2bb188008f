"""Files in the true shape, for whoever wants to try without the register."""

import zipfile
from pathlib import Path

from tests.clients.cli_runner import Volitus


def test_a_days_file_and_the_next(nowhere: Volitus, tmp_path: Path) -> None:
    words = ("simulate", "register", "--companies", 200, "--seed", 7)

    first = nowhere(*words, tmp_path / "1.zip", "--json")
    again = nowhere(*words, tmp_path / "2.zip", "--json")
    second = nowhere(*words, tmp_path / "3.zip", "--next-day", "--json")

    assert (first.code, first.json["companies"]) == (0, 200)
    assert _content(tmp_path / "1.zip") == _content(tmp_path / "2.zip")
    assert _content(tmp_path / "1.zip") != _content(tmp_path / "3.zip")
    assert second.json["bytes_zip"] == (tmp_path / "3.zip").stat().st_size
    assert again.json["rows"] == first.json["rows"]


def test_a_missing_folder_is_refused(nowhere: Volitus, tmp_path: Path) -> None:
    result = nowhere("simulate", "register", "--companies", 5, tmp_path / "none" / "1.zip")

    assert result.code == 2
    assert "No such file" in result.err


def _content(file: Path) -> bytes:
    with zipfile.ZipFile(file) as opened:
        (name,) = opened.namelist()
        return opened.read(name)
