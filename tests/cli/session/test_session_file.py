"""step.13: the tokens are kept where nobody else can read or replace them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.console import Failure
from cli.session.session_file import Session, SessionFile

SESSION = Session("https://staff.example", "volitus-cli", "access", "refresh", 1.0)


@pytest.fixture
def file(tmp_path: Path) -> SessionFile:
    kept = SessionFile(tmp_path / "deep" / "volitus" / "session.json")
    kept.write(SESSION)
    return kept


def test_step_13_what_was_written_is_read_and_forgotten(file: SessionFile) -> None:
    assert file.read() == SESSION
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in file.path.parent.iterdir()] == ["session.json"]
    assert "access" not in repr(SESSION)
    file.remove()
    file.remove()
    assert file.read() is None


def readable_by_the_group(path: Path) -> None:
    path.chmod(0o640)


def writable_by_everyone(path: Path) -> None:
    path.chmod(0o602)


def in_an_open_directory(path: Path) -> None:
    path.parent.chmod(0o777)


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def of_another_user(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path, 65534, -1)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, mode=0o600)


def garbled(path: Path) -> None:
    path.write_text('{"issuer": "https://staff.exam')


def of_another_release(path: Path) -> None:
    path.write_text('{"token": "x"}')


def of_wrong_types(path: Path) -> None:
    path.write_text('{"issuer": "x", "client_id": "x", "access_token": null, "expires_at": "x"}')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (readable_by_the_group, "can be used by others"),
        (writable_by_everyone, "can be used by others"),
        (in_an_open_directory, "directory that others can write to"),
        (a_link, "cannot be read"),
        (of_another_user, "belongs to another user"),
        (a_directory, "cannot be read|is not a file"),
        (a_pipe, "is not a file"),
        (garbled, "holds no sign-in"),
        (of_wrong_types, "holds no sign-in"),
        (of_another_release, "holds no sign-in"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_step_13_a_file_that_others_could_change_is_refused(
    file: SessionFile, change: Callable[[Path], None], said: str
) -> None:
    change(file.path)

    with pytest.raises(Failure, match=said) as refused:
        file.read()

    assert "https://staff.exam" not in str(refused.value)


def test_step_13_nothing_is_kept_in_a_directory_that_others_can_write_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(Failure, match="others can write to"):
        SessionFile(tmp_path / "session.json").write(SESSION)

    assert list(tmp_path.iterdir()) == []
