"""Names that people search for: numbers of decisions, and the module in a log line."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/decisions").glob("*.md"))
LOGGER = re.compile(r"get_logger\((?!__name__)")
PRODUCT = ("activities", "api", "registry_sync", "runtime", "services", "storage", "worker")


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [page.name[:4] for page in PAGES]

    assert len(set(numbers)) == len(numbers) > 15
    assert all(page.read_text().startswith(f"# {page.name[:4]} ") for page in PAGES)


def test_every_log_line_names_the_module_that_wrote_it() -> None:
    modules = [path for folder in PRODUCT for path in sorted((ROOT / folder).rglob("*.py"))]

    unnamed = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in modules
        for match in LOGGER.finditer(path.read_text())
    ]

    assert unnamed == []
