"""What a campaign promises, and what broke it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise, the number of cases checked, and the cases that broke it."""

    words: str
    about: int
    broken: tuple[str, ...]

    @classmethod
    def judged(cls, words: str, about: int, broken: Iterable[str]) -> "Promise":
        """Build from findings; ``broken`` may be a generator, which is run here."""
        return cls(words, about, tuple(broken))
