"""Readiness check: what a process asks of each thing that it stands on."""

from collections.abc import Awaitable, Callable

Check = Callable[[], Awaitable[str | None]]
"""Returns None where all is well, otherwise what is wrong. Anyone may read that text."""
