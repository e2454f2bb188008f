"""Files of others are the released ones, and their licences are beside them."""

import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

FOLDERS = (Path("web/theme/vendor"), Path("tests/fixtures/axe"))


LISTED: list[tuple[Path, dict[str, Any]]] = [
    (folder, entry)
    for folder in FOLDERS
    for entry in tomllib.loads((folder / "vendor.toml").read_text())["file"]
]


@pytest.mark.parametrize(
    ("folder", "entry"),
    LISTED,
    ids=lambda each: Path(each).name if isinstance(each, Path) else each["path"],
)
def test_page_1_a_vendored_file_is_the_released_one(folder: Path, entry: dict[str, Any]) -> None:
    digest = sha256((folder / entry["path"]).read_bytes()).hexdigest()

    assert digest == entry["sha256"]
    assert [said for said in ("package", "version", "inside", "licence") if not entry[said]] == []
    assert [name for name in entry["licence_files"] if not (folder / name).is_file()] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_page_1_nothing_is_vendored_unlisted(folder: Path) -> None:
    entries = [entry for where, entry in LISTED if where == folder]
    named = {entry["path"] for entry in entries} | {
        name for entry in entries for name in entry["licence_files"]
    }

    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == named | {"vendor.toml"}
