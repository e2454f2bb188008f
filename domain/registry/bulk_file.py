"""Comparing a register's whole file with the last good one."""

from dataclasses import dataclass


class FileRefusedError(Exception):
    """The file is not what the last one was; nothing of it was used."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing a file with the last good one gave."""

    companies: int
    appeared: int
    changed: int
    vanished: int
    matter: int
    aside: int
