"""Values come from variables, from files that variables name, or from mounted secrets."""

from pathlib import Path

import pytest

from settings.commands import DatabaseCommandSettings
from settings.processes import SchedulerSettings
from settings.sources import SettingsError
from tests.builders.process_settings import DATABASE, REQUIRED

URL = "VOLITUS_DATABASE_URL"
PASSWORD = "VOLITUS_DATABASE_PASSWORD"
SECRET = "postgresql://volitus:from-a-file@127.0.0.1:1/volitus"


@pytest.fixture
def mounted(only: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty directory where secrets are mounted."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    only.setenv("VOLITUS_SECRETS_DIR", str(folder))
    return folder


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_variable_names_a_file(only: pytest.MonkeyPatch, tmp_path: Path, end: str) -> None:
    (tmp_path / "url").write_bytes(f"{SECRET}{end}".encode())
    only.setenv(f"{URL}_FILE", str(tmp_path / "url"))

    assert DatabaseCommandSettings.from_environment().database.dsn() == SECRET


@pytest.mark.parametrize("name", [URL, URL.lower(), "DATABASE_URL"])
def test_a_secret_is_mounted_under_its_name(mounted: Path, name: str) -> None:
    (mounted / name).write_text(f"{SECRET}\n")

    assert DatabaseCommandSettings.from_environment().database.dsn() == SECRET


def test_a_whole_process_starts_from_files(mounted: Path) -> None:
    for name, value in REQUIRED[SchedulerSettings].items():
        (mounted / name).write_text(value)

    settings = SchedulerSettings.from_environment()

    assert settings.database.dsn() == DATABASE[URL]
    assert settings.payload.key_current in settings.payload.ring()


def test_a_variable_overrides_a_mounted_secret(mounted: Path, only: pytest.MonkeyPatch) -> None:
    (mounted / URL).write_text("nonsense")
    only.setenv(URL, SECRET)

    assert DatabaseCommandSettings.from_environment().database.dsn() == SECRET


def test_our_own_variable_overrides_the_usual_one(only: pytest.MonkeyPatch) -> None:
    only.setenv("DATABASE_URL", "nonsense")
    only.setenv(URL, SECRET)

    assert DatabaseCommandSettings.from_environment().database.dsn() == SECRET


def test_the_usual_variable_is_read_where_ours_is_empty(only: pytest.MonkeyPatch) -> None:
    only.setenv("DATABASE_URL", SECRET)
    only.setenv(URL, "")

    assert DatabaseCommandSettings.from_environment().database.dsn() == SECRET


def test_a_directory_of_secrets_that_cannot_be_read_stops_the_start(
    only: pytest.MonkeyPatch,
) -> None:
    only.setenv("VOLITUS_SECRETS_DIR", "a" * 300)

    with pytest.raises(SettingsError) as refused:
        DatabaseCommandSettings.from_environment()

    assert str(refused.value) == "VOLITUS_SECRETS_DIR: secrets cannot be read: File name too long"


def test_an_empty_file_counts_as_unset(mounted: Path) -> None:
    (mounted / URL).write_text("\n")

    with pytest.raises(SettingsError, match=f"^{URL}: required, but not set$"):
        DatabaseCommandSettings.from_environment()


def test_a_value_in_two_places_is_refused(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(SECRET)
    only.setenv(URL, SECRET)
    only.setenv(f"{URL}_FILE", str(tmp_path / "url"))

    with pytest.raises(SettingsError, match=f"^{URL}: set twice, {URL}_FILE is set as well$"):
        DatabaseCommandSettings.from_environment()


def test_fault_29_a_byte_order_mark_is_no_part_of_a_secret(
    only: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_bytes(b"\xef\xbb\xbfpostgresql://a-host/name\r\n")
    only.setenv(f"{URL}_FILE", str(tmp_path / "url"))

    assert DatabaseCommandSettings.from_environment().database.dsn() == "postgresql://a-host/name"


def test_fault_29_a_file_without_end_is_no_setting(only: pytest.MonkeyPatch) -> None:
    only.setenv(f"{URL}_FILE", "/dev/zero")

    with pytest.raises(SettingsError, match=f"^{URL}_FILE: the file is too long for a setting$"):
        DatabaseCommandSettings.from_environment()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "the file cannot be read: No such file or directory", id="missing"),
        pytest.param(b"\xff\xfe\x00", "the file is not UTF-8 text", id="not-text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_by_its_variable(
    only: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "url"
    if content is not None:
        file.write_bytes(content)
    only.setenv(f"{URL}_FILE", str(file))

    with pytest.raises(SettingsError, match=f"^{URL}_FILE: {message}$"):
        DatabaseCommandSettings.from_environment()


def test_a_directory_in_place_of_a_file_is_named(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    only.setenv(f"{URL}_FILE", str(tmp_path))

    with pytest.raises(SettingsError, match=f"^{URL}_FILE: the file cannot be read: "):
        DatabaseCommandSettings.from_environment()


@pytest.mark.parametrize("password", ["simple", "p@ss:w/rd?#%", "õäöü"])
def test_a_password_apart_from_its_address(
    mounted: Path, only: pytest.MonkeyPatch, password: str
) -> None:
    only.setenv(URL, "postgresql://volitus@db.example:5432/volitus")
    (mounted / PASSWORD).write_text(f"{password}\n")

    database = DatabaseCommandSettings.from_environment().database

    # Imported here: what drives the database judges the address.
    from storage.database import driven  # noqa: PLC0415

    address = driven(database.dsn())
    assert (address.username, address.password) == ("volitus", password)
    assert (address.host, address.port, address.database) == ("db.example", 5432, "volitus")


@pytest.mark.parametrize("kind", [SchedulerSettings, DatabaseCommandSettings])
def test_a_process_ends_with_one_line_where_settings_are_wrong(
    kind: type[SchedulerSettings], only: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in REQUIRED[kind].items():
        only.setenv(name, value)
    only.setenv(URL, "mysql://host:a-password@x")

    with pytest.raises(SystemExit) as ended:
        kind.for_process()

    message = capsys.readouterr()
    assert ended.value.code == 2
    assert message.out == ""
    assert message.err == f"volitus: {URL}: must be postgresql://user:password@host:port/name\n"
