"""Layout of the code: SQL in storage/ only, and every module in a package that is shipped."""

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SQL_LIBRARIES = frozenset({"sqlalchemy", "sqlmodel", "psycopg", "psycopg_pool", "alembic"})
NOT_OURS = frozenset({"build", "dist", "__pycache__"})
MAY_HAVE_SQL = frozenset({"storage", "dev", "tests", "benchmarks", "simulators"})
OF_THE_PAGES = "web/sessions.py"
"""The one module outside storage with SQL: of the schema ``web``, decision 0061."""


@cache
def modules() -> Sequence[Path]:
    """Every module of the checkout, relative to it; tools' folders and environments left out."""
    found: list[Path] = []
    for folder, within, names in os.walk(ROOT):
        within[:] = [each for each in within if not each.startswith(".") and each not in NOT_OURS]
        here = Path(folder).relative_to(ROOT)
        found += [here / name for name in names if name.endswith(".py")]
    return found


SQL_WORDS = "|".join(sorted({*SQL_LIBRARIES, "exec_driver_sql"}))
ACTING_WORDS = "start_workflow|get_workflow_handle|transaction"
STAFF_WORDS = "ActorKind"
TEST_WORDS = r"from\s+[\w.]*\b(?:test_|conftest)"


@cache
def nodes(path: Path, words: str) -> Sequence[ast.AST]:
    """What a module consists of, that a rule looks at; nothing where its words are not in it.

    Parsing all modules takes six seconds, in each worker that runs one of these tests.
    """
    text = (ROOT / path).read_text()
    return kept(ast.parse(text)) if re.search(words, text) else ()


def kept(tree: ast.AST) -> Sequence[ast.AST]:
    looked_at = (ast.Import, ast.ImportFrom, ast.Attribute)
    return [node for node in ast.walk(tree) if isinstance(node, looked_at)]


def speaks_sql(found: Iterable[ast.AST]) -> bool:
    """Return whether a module imports a database library, or passes text to a driver."""
    for node in found:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            if isinstance(node, ast.Attribute) and node.attr == "exec_driver_sql":
                return True
            continue
        if any(name.partition(".")[0] in SQL_LIBRARIES for name in names):
            return True
    return False


def acts_itself(found: Iterable[ast.AST]) -> bool:
    """Return whether a module opens a writing transaction, or starts or signals a workflow."""
    names = {node.attr for node in found if isinstance(node, ast.Attribute)}
    return bool(names & {"start_workflow", "get_workflow_handle", "transaction"})


def names_staff(found: Iterable[ast.AST]) -> bool:
    """Return whether a module names the kind of actor that staff are."""
    kinds = (node for node in found if isinstance(node, ast.Attribute) and node.attr == "OPS")
    return any(isinstance(kind.value, ast.Name) and kind.value.id == "ActorKind" for kind in kinds)


def test_sql_is_in_storage_only_and_in_one_module_of_the_pages() -> None:
    outside = {
        str(path)
        for path in modules()
        if path.parts[0] not in MAY_HAVE_SQL and speaks_sql(nodes(path, SQL_WORDS))
    }

    assert outside == {OF_THE_PAGES}, "move the statements into storage/<feature>"


def test_page_2_the_pages_statements_name_their_own_schema_only() -> None:
    text = (ROOT / OF_THE_PAGES).read_text()
    named = re.findall(r"(?:FROM|INTO|UPDATE|JOIN)\s+([a-z_.]+)", text)

    assert named
    assert {each.partition(".")[0] for each in named} == {"web"}


def test_deleg_6_access_is_read_through_one_condition() -> None:
    """A query that compares a moment with the validity of grants alone would not see a freeze."""
    product = {"storage", "services", "activities", "workflows", "api", "cli", "worker"}
    reading = {
        str(path)
        for path in modules()
        if path.parts[0] in product and re.search(r"validity\s*@>", (ROOT / path).read_text())
    }

    assert reading == {
        "storage/access/grant_rows.py",
        # What is held back is shown to staff, and says why a check refuses. Lists sort first.
        "storage/access/grant_list_queries.py",
        "storage/access/people_list_queries.py",
        "storage/access/suspension_queries.py",
        "storage/reviews/review_queries.py",
    }, "use storage.access.grant_rows.in_force"


def test_api_and_command_line_write_and_start_through_services() -> None:
    acting = {
        str(path)
        for path in modules()
        if path.parts[0] in {"api", "cli"} and acts_itself(nodes(path, ACTING_WORDS))
    }

    assert acting == set(), "make it a use case in services/<feature>"


def test_fault_21_one_rule_makes_the_actors_of_staff() -> None:
    """The others read them: a name or a ``sub`` cannot be stored as somebody's id by mistake."""
    product = {"domain", "storage", "services", "activities", "workflows", "api", "cli", "worker"}
    named = {
        str(path)
        for path in modules()
        if path.parts[0] in product
        and names_staff(nodes(path, STAFF_WORDS))
        and path.name != "audit.py"
    }

    assert named == {
        "domain/staff.py",
        "api/audit/history.py",
        "storage/access/suspension_queries.py",
        "storage/inventory/drift_queries.py",
        "storage/mandates/mandate_queries.py",
        "storage/people/export.py",
        "storage/registry/sync_run_queries.py",
        "storage/signing_rules/looks.py",
        "storage/signing_rules/reading_queries.py",
    }


def test_public_names_have_no_module_in_them() -> None:
    schemas = json.loads((ROOT / "openapi.json").read_text())["components"]["schemas"]

    assert [name for name in schemas if "__" in name] == []


def test_no_test_imports_from_another_test_or_its_conftest() -> None:
    found = [
        f"{path}: {node.module}"
        for path in modules()
        if path.parts[0] == "tests"
        for node in nodes(path, TEST_WORDS)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").rpartition(".")[2].startswith(("test_", "conftest"))
    ]

    assert found == [], "move what is shared into tests/{fixtures,builders,clients,oracles}"


@pytest.mark.parametrize(
    ("source", "is_sql"),
    [
        ("from sqlalchemy import text", True),
        ("import sqlalchemy.exc", True),
        ("def f(c):\n    from psycopg import sql", True),
        ("def f(connection):\n    connection.exec_driver_sql('SELECT 1')", True),
        ("from storage.database import Connection\nfrom rich.text import Text", False),
    ],
)
def test_sql_is_recognised(source: str, is_sql: bool) -> None:
    assert speaks_sql(kept(ast.parse(source))) == is_sql


def test_every_module_is_in_a_package_that_is_found() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    shipped = project["setuptools"]["packages"]["find"]["include"]
    ours = [*shipped, "tests*"]

    alone = [str(path) for path in modules() if len(path.parts) == 1]
    strange = {
        path.parts[0]
        for path in modules()
        if len(path.parts) > 1 and not any(fnmatch(path.parts[0], pattern) for pattern in ours)
    }
    folders = {path.parent for path in modules() if len(path.parts) > 1}
    no_package = {str(each) for each in folders if not (ROOT / each / "__init__.py").exists()}

    assert (alone, strange) == ([], set())
    assert no_package <= {"storage/migrations", "storage/migrations/versions"}
