"""What an installed Volitus has beside its Python: the wheel's data, from pyproject.toml."""

import subprocess
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SETUPTOOLS = tomllib.loads((_ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
_NOT_IN_THE_PRODUCT = ("simulators/", "dev/", "benchmarks/", "tests/")


def _packages() -> list[str]:
    found = _SETUPTOOLS["packages"]["find"]["include"]
    folders = (f"{name.rstrip('*')}/" for name in found)
    return [each for each in folders if each not in _NOT_IN_THE_PRODUCT]


def _packaged() -> set[Path]:
    """The files that setuptools puts beside the modules."""
    patterns = (
        (_ROOT / package.replace(".", "/"), pattern)
        for package, named in _SETUPTOOLS["package-data"].items()
        for pattern in named
    )
    return {file for folder, pattern in patterns for file in folder.glob(pattern)}


def test_page_1_an_installed_product_has_every_file_that_its_packages_read() -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *_packages()]
    tracked = subprocess.run(listed, cwd=_ROOT, capture_output=True, text=True, check=True)
    data = {
        _ROOT / name
        for name in tracked.stdout.splitlines()
        if not name.endswith((".py", ".pyi", ".mako"))
    }

    templates = {file.name for file in data if file.suffix == ".html"}
    assert {"start.html", "people.html"} <= templates
    assert data - _packaged() == set()
