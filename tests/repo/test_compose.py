"""docker-compose.yml and Dockerfile, as far as they can be judged without Docker."""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml
from sqlalchemy.exc import DBAPIError

from cli.app import app
from dev.checks.compose_env import CERTIFICATES, secret_files, variables, write
from dev.postgres.binaries import find_binaries
from dev.postgres.roles import Role
from dev.postgres.server import PostgresServer, throwaway_server
from domain.signatures.methods import SignatureMethod
from settings.base import ProcessSettings
from settings.processes import PROCESSES
from settings.sections import settings_of
from settings.sources import SettingsError
from simulators.trust.identities import Identities
from storage import migrate
from storage.audit import hash_chain
from storage.database import Database
from storage.database_role import excess
from tests.builders.rows import carry_out
from tests.builders.rows import write as write_events
from worker.builders.signing import proofs, trusted_issuers

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docker-compose.yml").read_text()
_COMPOSE: dict[str, Any] = yaml.safe_load(_TEXT)
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_DOCKERFILE = (_ROOT / "Dockerfile").read_text()
_JOBS = {"migrate", "temporal-schema", "temporal-namespace"}
_NO_SECRETS = {
    *("VOLITUS_TEMPORAL_API_KEY", "VOLITUS_DATABASE_URL", "VOLITUS_WEB_DATABASE_URL"),
    *("VOLITUS_TRACES_HEADERS", "VOLITUS_NETWORKS"),
}
"""This Temporal asks for no key, these addresses have their passwords apart, no collector is here,
and there is one network."""
_SECRET = re.compile("PASSWORD|PWD|SECRET|TOKEN|KEYS?$")

_PRODUCT = {name for name, each in _SERVICES.items() if each["image"].startswith("volitus:")}
_SIMULATORS = {name for name, each in _SERVICES.items() if "profiles" in each}


def _variables() -> Iterator[tuple[str, str]]:
    """Each ``${NAME…}`` outside the simulators' profile: its name and what stands behind it."""
    apart = {name: each for name, each in _SERVICES.items() if name not in _SIMULATORS}
    yield from re.findall(r"\$\{(\w+)([^}]*)\}", yaml.safe_dump(apart, width=10_000))


def _demanded() -> set[str]:
    return {name for name, behind in _variables() if behind.startswith(":?")}


def _passed_on(service: str) -> set[str]:
    """Settings that are there only where ``.env`` names them."""
    return {name for name, value in _SERVICES[service]["environment"].items() if value is None}


def _mounted(service: str) -> dict[str, str]:
    """The name under which each secret is mounted, and the secret's own name."""
    entries = _SERVICES[service].get("secrets", [])
    pairs = ((each, each) if isinstance(each, str) else _pair(each) for each in entries)
    return dict(pairs)


def _pair(mount: dict[str, str]) -> tuple[str, str]:
    return mount["target"], mount["source"]


def _process(service: str) -> type[ProcessSettings]:
    return PROCESSES[_SERVICES[service]["command"][0]]


def test_every_part_is_in_the_compose_file() -> None:
    assert {
        "postgres",
        "temporal",
        "temporal-ui",
        "migrate",
        "worker",
        "scheduler",
        "api",
        "web",
    } <= set(_SERVICES)
    assert {
        *("register", "identity", "sms", "network", "billing", "bank"),
        *("trust", "mobile-id", "smart-id"),
    } == _SIMULATORS


@pytest.mark.parametrize("service", sorted(_PRODUCT))
def test_every_command_of_volitus_exists(service: str) -> None:
    group: Any = typer.main.get_command(app)
    commands = group.list_commands(typer.Context(group))

    assert _SERVICES[service]["command"][0] in commands


@pytest.mark.parametrize("service", sorted(_SIMULATORS))
def test_every_module_of_the_simulators_can_be_run(service: str) -> None:
    module = _SERVICES[service]["command"][0]

    assert find_spec(f"{module}.__main__") is not None


@pytest.mark.parametrize("service", sorted(_SERVICES))
def test_images_are_pinned(service: str) -> None:
    image, _, tag = _SERVICES[service]["image"].partition(":")

    assert tag
    assert "latest" not in tag
    assert image in {
        *("volitus", "volitus-simulators", "postgres"),
        *("temporalio/server", "temporalio/admin-tools", "temporalio/ui"),
    }


def test_the_server_and_its_tools_are_of_one_version() -> None:
    tags = {
        each["image"].partition(":")[2]
        for each in _SERVICES.values()
        if each["image"].startswith(("temporalio/server", "temporalio/admin-tools"))
    }

    assert len(tags) == 1


def test_no_secret_has_a_default_outside_the_simulators() -> None:
    secrets = {name: behind for name, behind in _variables() if _SECRET.search(name)}

    assert secrets
    assert {name for name, behind in secrets.items() if not behind.startswith(":?")} == set()


def test_no_secret_is_written_out() -> None:
    for name, service in _SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if _SECRET.search(variable) and value is not None:
                assert value.startswith(("${", "/run/secrets/")), f"{name}: {variable}"


@pytest.mark.parametrize("service", sorted(_PRODUCT))
def test_a_process_gets_no_setting_that_it_does_not_read(service: str) -> None:
    known = {each.variable for each in settings_of(_process(service))}
    files = {f"{variable}_FILE" for variable in known}

    assert set(_SERVICES[service]["environment"]) | set(_mounted(service)) <= known | files


@pytest.mark.parametrize("service", sorted(_PRODUCT))
def test_bill_3_a_process_can_be_given_each_setting_of_billing_payments_and_extracts(
    service: str,
) -> None:
    sections = ("VOLITUS_BILLING_", "VOLITUS_PAYMENT_", "VOLITUS_EXTRACT_")
    known = {each.variable for each in settings_of(_process(service))}
    wanted = {each for each in known if each.startswith(sections)}

    assert wanted <= set(_SERVICES[service]["environment"]) | set(_mounted(service))


@pytest.mark.parametrize("service", sorted(_PRODUCT))
def test_a_process_is_given_its_secrets_as_files(service: str) -> None:
    secrets = {each.variable for each in settings_of(_process(service)) if each.secret}
    environment = _SERVICES[service]["environment"]
    (url,) = (value for name, value in environment.items() if name.endswith("_DATABASE_URL"))

    assert set(_mounted(service)) == secrets - _NO_SECRETS
    assert urlsplit(url).password is None


def test_every_secret_is_a_file_that_the_trial_writes() -> None:
    assert _COMPOSE["secrets"] == {name: {"file": f"secrets/{name}"} for name in secret_files()}
    used = {source for service in _SERVICES for source in _mounted(service).values()}
    assert used == set(secret_files())


@pytest.mark.parametrize("service", sorted(set(_SERVICES) - _JOBS - {"temporal-ui"}))
def test_every_long_running_service_has_a_health_check(service: str) -> None:
    assert _SERVICES[service]["healthcheck"]["test"][0] == "CMD"


def test_dependencies_name_existing_services() -> None:
    for service in _SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            job = how["condition"] == "service_completed_successfully"
            assert job == (other in _JOBS)
            assert job or "healthcheck" in _SERVICES[other]


_CERTIFICATES = "${VOLITUS_CERTIFICATES:-./certificates}:/etc/volitus/certificates:ro"
"""A directory beside .env; in the trial, the volume of the simulated trust services."""


def test_volumes_and_configs_are_declared() -> None:
    used = [volume for each in _SERVICES.values() for volume in each.get("volumes", [])]
    configs = [config for each in _SERVICES.values() for config in each.get("configs", [])]

    named = {volume.partition(":")[0] for volume in used if not volume.startswith("${")}
    assert named == set(_COMPOSE["volumes"])
    assert {volume for volume in used if volume.startswith("${")} == {_CERTIFICATES}
    assert {config["source"] for config in configs} == set(_COMPOSE["configs"])


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for each in _SERVICES.values() for port in each.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("service", sorted(_PRODUCT | _SIMULATORS))
def test_our_own_images_run_with_minimal_privileges(service: str) -> None:
    assert _SERVICES[service]["read_only"]
    assert _SERVICES[service]["cap_drop"] == ["ALL"]


_NEEDS = {
    "migrate": {"postgres"},
    "worker": {"postgres", "temporal"} | _SIMULATORS,
    "scheduler": {"postgres", "temporal"},
    "api": {"postgres", "temporal"} | _SIMULATORS,
    "web": {"postgres", "api", "identity"},
    "identity": {"web"},
    "sms": {"api"},
    "bank": {"api"},
    "temporal": {"temporal-postgres"},
    "temporal-schema": {"temporal-postgres"},
    "temporal-namespace": {"temporal"},
    "temporal-ui": {"temporal"},
}


def _reached(service: str) -> set[str]:
    mine = set(_SERVICES[service]["networks"])
    return {other for other, each in _SERVICES.items() if mine & set(each["networks"])} - {service}


@pytest.mark.parametrize("service", sorted(_SERVICES))
def test_fault_24_a_service_reaches_what_it_needs_and_no_other_database(service: str) -> None:
    needed = _NEEDS.get(service, set())
    databases = {"postgres", "temporal-postgres"}

    assert needed <= _reached(service)
    if service not in databases:
        assert _reached(service) & databases == needed & databases
    if service in _SIMULATORS | databases - {"temporal-postgres"}:
        assert "temporal" not in _reached(service)


def test_fault_24_only_what_is_published_or_speaks_to_the_outside_is_on_an_open_network() -> None:
    networks = {name: each or {} for name, each in _COMPOSE["networks"].items()}
    assert {each for service in _SERVICES.values() for each in service["networks"]} == set(networks)
    open_ = {name for name, each in networks.items() if not each.get("internal")}

    outside = {name for name, each in _SERVICES.items() if open_ & set(each["networks"])}

    assert outside == _SIMULATORS | {"api", "web", "worker", "temporal-ui"}


@pytest.mark.parametrize("service", sorted(_SERVICES))
def test_fault_24_no_service_can_fill_the_disk_or_take_the_machine(service: str) -> None:
    options = _SERVICES[service]["logging"]["options"]

    assert {"max-size", "max-file"} <= set(options)
    assert _SERVICES[service]["mem_limit"]
    assert _SERVICES[service]["pids_limit"]
    assert _SERVICES[service]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", ["postgres", "temporal-postgres"])
def test_fault_24_postgresql_logs_no_values_of_rows(service: str) -> None:
    assert set(_SERVICES[service]["command"][1:]) >= {
        "--log_error_verbosity=terse",
        "--log_parameter_max_length=0",
        "--log_parameter_max_length_on_error=0",
    }


def test_fault_24_git_ignores_what_the_trial_writes() -> None:
    ignored = (_ROOT / ".gitignore").read_text().splitlines()

    assert {"/.env", "/secrets/", ".volitus/"} <= set(ignored)


def test_the_dockerfile_copies_existing_paths() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", _DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    sent = set(re.findall(r"^!(.+)$", (_ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert {source for source in sources if not (_ROOT / source).exists()} == set()
    assert sources == sent


def test_the_image_runs_as_an_unprivileged_user() -> None:
    assert re.findall(r"^USER (.+)$", _DOCKERFILE, re.MULTILINE) == ["volitus"]
    assert _DOCKERFILE.rstrip().endswith("FROM product")


def test_each_service_is_built_from_a_stage_that_exists() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", _DOCKERFILE, re.MULTILINE))

    assert {_SERVICES[name]["build"]["target"] for name in _PRODUCT | _SIMULATORS} <= stages


def test_the_trial_sets_every_variable_that_is_demanded_or_passed_on() -> None:
    passed_on = set().union(*map(_passed_on, _PRODUCT))

    assert set(variables()) == _demanded() | passed_on | {"VOLITUS_CERTIFICATES"}


def _set(
    environment: pytest.MonkeyPatch,
    service: str,
    folder: Path,
    content: Mapping[str, str],
    *,
    optional: bool = True,
) -> None:
    """Give this process the trial's settings, with its files in a folder of the test."""
    certificates = f"{folder}/certificates"
    given = {name: v.replace(CERTIFICATES, certificates) for name, v in variables().items()}
    for name, value in _SERVICES[service]["environment"].items():
        if value is not None:
            filled = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: given[found[1]], str(value))
            environment.setenv(name, filled)
        elif optional:
            environment.setenv(name, given[name])
    for target, source in _mounted(service).items():
        empty = not optional and source.endswith(("_TOKEN", "_UUID"))
        (folder / target).write_text("" if empty else f"{content[source]}\n")
    environment.setenv("VOLITUS_SECRETS_DIR", str(folder))


_LOGINS = {
    "migrate": ("volitus_owner", "DATABASE_OWNER_PASSWORD"),
    "web": ("volitus_pages", "DATABASE_WEB_PASSWORD"),
}


@pytest.mark.parametrize("service", sorted(_PRODUCT))
@pytest.mark.parametrize("optional", [True, False], ids=["trial", "only-what-is-demanded"])
def test_each_process_accepts_its_settings(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, optional: bool
) -> None:
    Identities(tmp_path / "certificates").write_trusted()
    content = secret_files()
    _set(monkeypatch, service, tmp_path, content, optional=optional)

    settings: Any = _process(service).from_environment()

    role, password = _LOGINS.get(service, ("volitus", "DATABASE_PASSWORD"))
    database = settings.web.database if service == "web" else settings.database
    assert database.dsn() == (f"postgresql://{role}:{content[password]}@postgres:5432/volitus")


def test_fault_20_only_migrate_connects_as_owner_and_no_process_as_superuser() -> None:
    given = {name: set(_mounted(name).values()) for name in _SERVICES}

    assert {n for n, has in given.items() if "DATABASE_OWNER_PASSWORD" in has} == {
        "migrate",
        "postgres",
    }
    assert {n for n, has in given.items() if "POSTGRES_PASSWORD" in has} == {"postgres"}


def test_page_1_only_the_pages_connect_with_their_role_and_they_have_no_other() -> None:
    holders = {n for n in _SERVICES if "DATABASE_WEB_PASSWORD" in _mounted(n).values()}
    passwords = {each for each in _mounted("web").values() if each.startswith("DATABASE_")}

    assert holders == {"web", "postgres"}
    assert passwords == {"DATABASE_WEB_PASSWORD"}


@pytest.mark.parametrize("service", ["worker", "api"])
def test_test_people_can_sign_by_both_methods_in_the_trial(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Identities(tmp_path / "certificates").write_trusted()
    _set(monkeypatch, service, tmp_path, secret_files())

    settings: Any = _process(service).from_environment()

    signatures = settings.signatures
    if service == "api":
        assert signatures.methods() == {SignatureMethod.MOBILE_ID, SignatureMethod.SMART_ID}
    else:
        assert trusted_issuers(signatures) is not None
        assert proofs(signatures) is not None
        assert signatures.mobile_id.url is not None
        assert signatures.smart_id.url is not None


@pytest.mark.parametrize("service", ["worker", "api"])
def test_certificates_that_are_named_and_missing_keep_a_process_from_starting(
    service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, service, tmp_path, secret_files())

    missing = "VOLITUS_SIGNATURES_TRUSTED_ISSUERS_FILE: the file cannot be read: No such file"
    with pytest.raises(SettingsError, match=missing):
        _process(service).from_environment()


def _statements(sql: str) -> set[str]:
    """The roles that a script creates, without their passwords."""
    found = re.findall(r"^(CREATE ROLE [^;]+);", sql, re.MULTILINE)
    return {re.sub(r" PASSWORD .+", "", each) for each in found}


def test_fault_20_the_documentation_creates_the_roles_of_the_compose_file() -> None:
    script = _COMPOSE["configs"]["postgres-roles"]["content"]
    documented = (_ROOT / "docs/deployment.md").read_text()

    assert len(_statements(script)) == 5
    assert _statements(script) == _statements(documented)


def _psql(server: PostgresServer, script: str, *, user: str, database: str) -> None:
    where = {"PGHOST": str(server.home), "PGPORT": "5432", "PGUSER": user, "PGDATABASE": database}
    command = [str(find_binaries().directory / "psql"), "--quiet", "-v", "ON_ERROR_STOP=1"]
    subprocess.run(command, env=where, input=script, text=True, check=True)


def _as_compose_does(server: PostgresServer, secrets: Path) -> None:
    script = _COMPOSE["configs"]["postgres-roles"]["content"].replace("/run/secrets", str(secrets))
    for name in ("DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "DATABASE_WEB_PASSWORD"):
        (secrets / name).write_text("it's a % password\n")
    server.create_database("volitus")
    _psql(server, script, user="postgres", database="volitus")


def _as_documented(server: PostgresServer, _secrets: Path) -> None:
    """As an administrator who is no superuser: managed PostgreSQL gives no other."""
    (script,) = re.findall(
        r"^```sql\n(.+?)^```", (_ROOT / "docs/deployment.md").read_text(), re.MULTILINE | re.DOTALL
    )
    admin = "CREATE ROLE an_admin LOGIN CREATEROLE CREATEDB"
    _psql(server, admin, user="postgres", database="postgres")
    after = "ALTER ROLE volitus PASSWORD 'new';\nREVOKE volitus_owner FROM CURRENT_USER;\n"
    _psql(server, script + after, user="an_admin", database="postgres")


@pytest.mark.usefixtures("processes")
@pytest.mark.parametrize("create", [_as_compose_does, _as_documented])
def test_fault_20_the_roles_migrate_and_work(
    create: Callable[[PostgresServer, Path], None], tmp_path: Path
) -> None:
    with throwaway_server() as server:
        create(server, tmp_path)
        url = server.url("volitus")

        migrate.upgrade(Role("volitus_owner").of(url))
        database = Database(Role("volitus").of(url))
        write_events(database, 1)
        sealed = hash_chain.seal_all(database)
        with pytest.raises(DBAPIError, match="permission denied for table event"):
            carry_out(database, "DELETE FROM event")
        with database.reading() as connection:
            powers = excess(connection)
        database.close()

    assert sealed == 1
    assert powers == ("volitus", [])


def test_the_trial_writes_secrets_into_a_private_directory(tmp_path: Path) -> None:
    write(tmp_path)

    folder = tmp_path / "secrets"
    assert {file.name for file in folder.iterdir()} == set(secret_files())
    assert folder.stat().st_mode & 0o077 == 0
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        write(tmp_path)
