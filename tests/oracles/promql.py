"""As much of PromQL as our rules and panels use: which metrics they name, with which labels."""

import re
from dataclasses import dataclass

_GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_RANGE = re.compile(r"\[[^\]]*\]")
_SELECTOR = re.compile(r"\b([a-zA-Z_:][\w:]*)\b(?!\s*\()\s*(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_OPERATORS = frozenset({"and", "or", "unless", "bool", "offset", "group_left", "group_right"})


@dataclass(frozen=True)
class Selector:
    metric: str
    matchers: tuple[tuple[str, str, str], ...]

    @property
    def labels(self) -> set[str]:
        return {label for label, _, _ in self.matchers}


@dataclass(frozen=True)
class Expression:
    selectors: tuple[Selector, ...]
    grouped_by: frozenset[str]


def read(text: str) -> Expression:
    grouped_by = {
        label.strip() for labels in _GROUPING.findall(text) for label in labels.split(",") if label
    }
    plain = _RANGE.sub("", _GROUPING.sub(" ", text))
    selectors = [
        Selector(metric, tuple(_MATCHER.findall(matchers)))
        for metric, matchers in _SELECTOR.findall(plain)
        if metric not in _OPERATORS
    ]
    return Expression(tuple(selectors), frozenset(grouped_by))
