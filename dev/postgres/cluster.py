"""A PostgreSQL cluster on disk: made once, whole or not at all; freed of a killed run's server."""

import os
import secrets
import shutil
import signal
import sys
from pathlib import Path

from pydantic import SecretStr

from dev.postgres.binaries import STATE_HOME, Binaries, PostgresError, digest
from dev.postgres.os_user import SystemUser, private_directory
from dev.stack.os_processes import command_of, end

USER = "postgres"
"""The superuser. The product connects as others: roles.py."""

_LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"
_LONGEST_SOCKET_HOME = 85  # the kernel's limit is 107; "/.s.PGSQL.5432.lock" goes behind it


def reachable_home(asked: Path, user: SystemUser, *, with_socket: bool) -> Path:
    """Return a directory the server can use: the one asked for, else one in ``STATE_HOME``.

    It would not do where the server's user cannot enter a parent (a checkout under /root), or
    where the path is too long for a Unix socket in it. No parent's mode is ever changed. The
    directory asked for then holds a file that says where the cluster is; removing that
    directory removes the cluster at the next start, as it would if it were in it.
    """
    parent = next(each for each in asked.parents if each.exists())
    fits = not with_socket or len(str(asked)) <= _LONGEST_SOCKET_HOME
    if fits and user.can_enter(parent):
        return private_directory(asked, user.owner)
    moved = private_directory(STATE_HOME / f"volitus-{digest(str(asked))}", user.owner)
    if not asked.exists():
        end_leftover(moved / "data")
        shutil.rmtree(moved)
        asked.mkdir(parents=True)
        (asked / "moved-to").write_text(f"{moved}\n")
    return private_directory(moved, user.owner)


def ensure_cluster(
    data: Path, binaries: Binaries, user: SystemUser, password: SecretStr | None, *, sync: bool
) -> None:
    """Make the cluster if there is none; PostgresError if another major version made it."""
    if not data.exists():
        _make(data, binaries, user, password, sync=sync)
        return
    held = (data / "PG_VERSION").read_text().strip()
    if held != str(binaries.major_version):
        raise PostgresError(
            f"{data} was made by PostgreSQL {held}, the binaries in {binaries.directory} are"
            f" {binaries.major_version}: remove it, or use the binaries of PostgreSQL {held}"
        )


def _make(
    data: Path, binaries: Binaries, user: SystemUser, password: SecretStr | None, *, sync: bool
) -> None:
    # Under another name first: what a killed initdb leaves must not be taken for a cluster.
    half = data.with_name(f"new-{secrets.token_hex(4)}")
    password_file = half.with_suffix(".password")
    password_file.touch(mode=0o600, exist_ok=False)
    password_file.write_text(password.get_secret_value() if password else secrets.token_urlsafe())
    os.chown(password_file, user.owner, -1)
    command = [
        str(binaries.directory / "initdb"),
        f"--pgdata={half}",
        f"--username={USER}",
        f"--pwfile={password_file}",
        "--auth-local=trust",  # the socket lies in a directory that only its owner enters
        "--auth-host=scram-sha-256",
        "--encoding=UTF8",
        f"--locale={_LOCALE}",
    ]
    try:
        code, output = user.run(*command, *([] if sync else ["--no-sync"]), cwd=data.parent)
    finally:
        password_file.unlink()
    if code != 0:
        raise PostgresError(f"initdb failed: {last_error(output)}")
    half.rename(data)


def end_leftover(data: Path) -> None:
    """End the server that a killed run left on this cluster; forget a pid that is not one."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().partition("\n")[0])
    except (OSError, ValueError):
        return
    # The pid may belong to another program since: only a server of these data is ours.
    ours = f" {data} " in f" {command_of(pid)} "
    if ours and not end(pid, signal.SIGINT, signal.SIGQUIT):
        raise PostgresError(f"PostgreSQL of an earlier run (process {pid}) does not stop")
    pid_file.unlink(missing_ok=True)


def last_error(output: str) -> str:
    """Return PostgreSQL's error message from its log, without time and process."""
    lines = [line for line in output.splitlines() if line.strip()] or ["no output"]
    for sign in ("could not bind", "FATAL:", "error:"):
        for line in lines:
            if sign in line:
                return line.partition("] ")[2] or line
    return lines[-1]
