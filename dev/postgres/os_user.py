"""The operating-system user that servers run as, and directories that it owns."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dev.stack.os_processes import StartError, die_with_parent


@dataclass(frozen=True)
class SystemUser:
    """The user of servers: the caller (None), or ``nobody`` for root, which PostgreSQL refuses."""

    uid: int | None
    gid: int | None

    @classmethod
    def choose(cls) -> "SystemUser":
        """Choose the user; every Unix has ``nobody``, so none is created."""
        if os.geteuid() != 0:
            return cls(None, None)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def owner(self) -> int:
        """Owner of the files that this user's programs write."""
        return os.geteuid() if self.uid is None else self.uid

    def start(
        self, *command: Path | str, cwd: Path | str = "/", log: IO[bytes] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program as this user, in a session of its own; it ends when this process ends."""
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if log is None else log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=_clean_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            start_new_session=True,  # Ctrl-C is for us; we end it in our own order
            preexec_fn=die_with_parent,  # noqa: PLW1509 (one system call, prepared beforehand)
        )

    def run(self, *command: Path | str, cwd: Path | str = "/") -> tuple[int, str]:
        """Run a program to its end; return its exit code (126: not reachable) and output."""
        try:
            process = self.start(*command, cwd=cwd)
        except OSError as error:
            return 126, str(error)
        output, _ = process.communicate()
        return process.returncode, output.decode(errors="replace")

    def can_enter(self, directory: Path) -> bool:
        """Return whether this user can reach the path, as the kernel decides."""
        return self.run("test", "-x", directory)[0] == 0


@contextmanager
def temporary_home(prefix: str) -> Iterator[Path]:
    """Create a directory that every user may traverse; remove it after the block.

    Unlike tempfile's own it is not closed to the user that PostgreSQL runs as; what is put into
    it has its own modes.
    """
    with tempfile.TemporaryDirectory(prefix=prefix) as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


def private_directory(path: Path, owner: int, mode: int = 0o700) -> Path:
    """Create the directory, or use it if this owner has it already; refuse anyone else's."""
    try:
        path.mkdir(mode=mode, parents=True)
    except FileExistsError:
        status = path.lstat()
        if not path.is_dir() or path.is_symlink() or status.st_uid not in {owner, os.geteuid()}:
            raise StartError(f"{path} exists and is not ours: move it away") from None
    path.chmod(mode)
    if path.stat().st_uid != owner:
        os.chown(path, owner, -1)
    return path


def _clean_environment() -> dict[str, str]:
    """Return an environment without the caller's ``PG*`` settings and language."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **kept}
