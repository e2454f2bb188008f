"""Layout of the code: SQL in storage/ only, and every module in a package that is shipped."""

import ast
import json
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
SQL_LIBRARIES = frozenset({"sqlalchemy", "sqlmodel", "psycopg", "psycopg_pool", "alembic"})
MAY_HAVE_SQL = frozenset({"storage", "dev", "tests", "benchmarks", "simulators"})


def modules() -> Iterator[Path]:
    """Every module of the checkout, relative to it; tools' folders and environments left out."""
    for file in ROOT.rglob("*.py"):
        path = file.relative_to(ROOT)
        if not any(part.startswith(".") or part in {"build", "dist"} for part in path.parts):
            yield path


def speaks_sql(source: str) -> bool:
    """Return whether a module imports a database library, or passes text to a driver."""
    for node in ast.walk(ast.parse(source)):
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


def acts_itself(source: str) -> bool:
    """Return whether a module opens a writing transaction, or starts or signals a workflow."""
    names = {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    return bool(names & {"start_workflow", "get_workflow_handle", "transaction"})


def test_sql_is_in_storage_only() -> None:
    outside = {
        str(path)
        for path in modules()
        if path.parts[0] not in MAY_HAVE_SQL and speaks_sql((ROOT / path).read_text())
    }

    assert outside == set(), "move the statements into storage/<feature>"


def test_api_and_command_line_write_and_start_through_services() -> None:
    acting = {
        str(path)
        for path in modules()
        if path.parts[0] in {"api", "cli"} and acts_itself((ROOT / path).read_text())
    }

    assert acting == set(), "make it a use case in services/<feature>"


def test_public_names_have_no_module_in_them() -> None:
    schemas = json.loads((ROOT / "openapi.json").read_text())["components"]["schemas"]

    assert [name for name in schemas if "__" in name] == []


def test_no_test_imports_from_another_test_or_its_conftest() -> None:
    found = [
        f"{path}: {node.module}"
        for path in modules()
        if path.parts[0] == "tests"
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").rpartition(".")[2].startswith(("test_", "conftest"))
    ]

    assert found == [], "move what is shared into tests/{fixtures,builders,clients,oracles}"


def test_sql_is_recognised() -> None:
    assert speaks_sql("from sqlalchemy import text")
    assert speaks_sql("import sqlalchemy.exc")
    assert speaks_sql("def f(c):\n    from psycopg import sql")
    assert speaks_sql("def f(connection):\n    connection.exec_driver_sql('SELECT 1')")
    assert not speaks_sql("from storage.database import Connection\nfrom rich.text import Text")


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
