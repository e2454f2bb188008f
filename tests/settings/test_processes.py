"""Each process reads and demands its own settings, and no others."""

import pytest

from settings.base import ProcessSettings
from settings.processes import PROCESSES, WorkerSettings
from settings.sections import settings_of
from settings.sources import SettingsError
from tests.builders.process_settings import REQUIRED


def test_every_process_is_tested() -> None:
    assert set(PROCESSES.values()) == set(REQUIRED)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_starts_with_its_required_settings(
    process: str, only: pytest.MonkeyPatch
) -> None:
    kind = PROCESSES[process]
    for name, value in REQUIRED[kind].items():
        only.setenv(name, value)

    assert kind.from_environment() == kind.from_environment()


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        pytest.param(kind, name, id=f"{kind.process}-{name}")
        for kind, required in REQUIRED.items()
        for name in required
    ],
)
@pytest.mark.parametrize("empty", [True, False], ids=["empty", "unset"])
def test_a_missing_required_setting_is_named(
    kind: type[ProcessSettings], missing: str, *, empty: bool, only: pytest.MonkeyPatch
) -> None:
    for name, value in REQUIRED[kind].items():
        only.setenv(name, value)
    if empty:
        only.setenv(missing, "")
    else:
        only.delenv(missing)

    with pytest.raises(SettingsError) as refused:
        kind.from_environment()

    assert str(refused.value) == f"{missing}: required, but not set"


@pytest.mark.parametrize("process", PROCESSES)
def test_another_processs_wrong_setting_does_not_matter(
    process: str, only: pytest.MonkeyPatch
) -> None:
    kind = PROCESSES[process]
    own = {each.variable for each in settings_of(kind)}
    for name in {each.variable for other in REQUIRED for each in settings_of(other)} - own:
        only.setenv(name, "\n nonsense")
        only.setenv(f"{name}_FILE", "/nowhere/at/all")
    for name, value in REQUIRED[kind].items():
        only.setenv(name, value)

    kind.from_environment()


@pytest.mark.parametrize(
    ("process", "foreign"),
    [
        ("api", "VOLITUS_REGISTER_PASSWORD"),
        ("api", "VOLITUS_SMS_USER"),
        ("api", "VOLITUS_NETWORK_TOKEN"),
        ("scheduler", "VOLITUS_BILLING_TOKEN"),
        ("api", "VOLITUS_SIM_SWAP_TOKEN"),
        ("worker", "VOLITUS_ISSUERS"),
        ("worker", "VOLITUS_STAFF_KEY"),
        ("migrate", "VOLITUS_STAFF_KEY"),
        ("scheduler", "VOLITUS_SMS_PASSWORD"),
        ("scheduler", "VOLITUS_VERIFICATION_KEY"),
        ("scheduler", "VOLITUS_REGISTER_PASSWORD"),
        ("migrate", "VOLITUS_PAYLOAD_KEYS"),
        ("numbers", "VOLITUS_PAYLOAD_KEYS"),
        ("cli", "VOLITUS_VERIFICATION_KEY"),
    ],
)
def test_a_process_does_not_read_a_foreign_secret(process: str, foreign: str) -> None:
    assert foreign not in {each.variable for each in settings_of(PROCESSES[process])}


def test_no_variable_stands_for_two_settings() -> None:
    for kind in REQUIRED:
        variables = [each.variable for each in settings_of(kind)]
        assert len(variables) == len(set(variables))


@pytest.mark.parametrize("process", PROCESSES)
def test_every_setting_has_a_description(process: str) -> None:
    assert all(each.field.description for each in settings_of(PROCESSES[process]))


def test_settings_do_not_show_their_secrets(only: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED[WorkerSettings].items():
        only.setenv(name, value)

    text = repr(WorkerSettings.from_environment())

    for name in ("VOLITUS_PAYLOAD_KEYS", "VOLITUS_SMS_PASSWORD", "VOLITUS_VERIFICATION_KEY"):
        assert REQUIRED[WorkerSettings][name] not in text
    assert "a-password" not in text
