"""docker-compose.yml and Dockerfile, as far as they can be judged without Docker."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from cli.app import app
from dev.checks.compose_env import variables
from settings.environment import settings_of
from settings.issuers import IssuerProfile
from settings.processes import PROCESSES, ApiSettings

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docker-compose.yml").read_text()
_COMPOSE: dict[str, Any] = yaml.safe_load(_TEXT)
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_DOCKERFILE = (_ROOT / "Dockerfile").read_text()
_JOBS = {"migrate", "temporal-schema", "temporal-namespace"}
_SECRET = re.compile("PASSWORD|PWD|SECRET|TOKEN|KEYS?$")

_PRODUCT = {name for name, each in _SERVICES.items() if each["image"].startswith("volitus:")}
_SIMULATORS = {name for name, each in _SERVICES.items() if "profiles" in each}


def _variables() -> Iterator[tuple[str, str]]:
    """Each ``${NAME…}`` outside the simulators' profile: its name and what stands behind it."""
    apart = {name: each for name, each in _SERVICES.items() if name not in _SIMULATORS}
    yield from re.findall(r"\$\{(\w+)([^}]*)\}", yaml.safe_dump(apart, width=10_000))


def _demanded() -> set[str]:
    return {name for name, behind in _variables() if behind.startswith(":?")}


def _passed_on() -> set[str]:
    """WorkerSettings that are there only where ``.env`` names them."""
    return {name for name, value in _SERVICES["api"]["environment"].items() if value is None}


def test_the_parts_are_there() -> None:
    assert {"postgres", "temporal", "temporal-ui", "migrate", "worker", "scheduler", "api"} <= set(
        _SERVICES
    )
    assert {"register", "identity", "sms", "network"} == _SIMULATORS


@pytest.mark.parametrize("service", sorted(_PRODUCT))
def test_every_command_of_volitus_exists(service: str) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined] # a group

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
                assert value.startswith("${"), f"{name}: {variable}"


def test_every_setting_of_the_product_is_one() -> None:
    known = {each.variable for kind in PROCESSES.values() for each in settings_of(kind)}

    for service in _PRODUCT:
        assert set(_SERVICES[service]["environment"]) <= known


@pytest.mark.parametrize("service", sorted(set(_SERVICES) - _JOBS - {"temporal-ui"}))
def test_what_keeps_running_tells_whether_it_is_well(service: str) -> None:
    assert _SERVICES[service]["healthcheck"]["test"][0] == "CMD"


def test_what_waits_for_something_waits_for_what_there_is() -> None:
    for service in _SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            job = how["condition"] == "service_completed_successfully"
            assert job == (other in _JOBS)
            assert job or "healthcheck" in _SERVICES[other]


def test_volumes_and_configs_are_declared() -> None:
    used = [volume for each in _SERVICES.values() for volume in each.get("volumes", [])]
    configs = [config for each in _SERVICES.values() for config in each.get("configs", [])]

    assert {volume.partition(":")[0] for volume in used} == set(_COMPOSE["volumes"])
    assert {config["source"] for config in configs} == set(_COMPOSE["configs"])


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for each in _SERVICES.values() for port in each.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("service", sorted(_PRODUCT | _SIMULATORS))
def test_our_own_images_run_with_as_little_as_they_need(service: str) -> None:
    assert _SERVICES[service]["read_only"]
    assert _SERVICES[service]["cap_drop"] == ["ALL"]


def test_the_dockerfile_copies_what_there_is() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", _DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    sent = set(re.findall(r"^!(.+)$", (_ROOT / ".dockerignore").read_text(), re.MULTILINE))

    assert {source for source in sources if not (_ROOT / source).exists()} == set()
    assert sources == sent


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert re.findall(r"^USER (.+)$", _DOCKERFILE, re.MULTILINE) == ["volitus"]
    assert _DOCKERFILE.rstrip().endswith("FROM product")


def test_each_service_is_built_from_a_stage_that_exists() -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\w+)$", _DOCKERFILE, re.MULTILINE))

    assert {_SERVICES[name]["build"]["target"] for name in _PRODUCT | _SIMULATORS} <= stages


def test_the_trial_sets_every_variable_that_is_demanded_or_passed_on() -> None:
    assert set(variables()) == _demanded() | _passed_on()


@pytest.mark.parametrize("more", [_passed_on(), set()], ids=["trial", "only-what-is-demanded"])
def test_the_settings_are_accepted(monkeypatch: pytest.MonkeyPatch, more: set[str]) -> None:
    given = {name: value for name, value in variables().items() if name in _demanded() | more}
    for name, value in _SERVICES["api"]["environment"].items():
        if value is not None:
            filled = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: given[found[1]], str(value))
            monkeypatch.setenv(name, filled)
        elif name in given:
            monkeypatch.setenv(name, given[name])

    settings = ApiSettings.from_environment()

    assert all(isinstance(profile, IssuerProfile) for profile in settings.issuers)
