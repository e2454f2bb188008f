"""Whether an alert is on: as much of PromQL as rules about one gauge of the database use."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry

from tests.oracles.promql import Selector, read

_MAXIMUM = re.compile(r"max(?: by \([^)]*\))? ?\((?P<what>[^()]*)\) > (?P<limit>[\d.]+)")


def is_on(rule: Mapping[str, Any], registry: CollectorRegistry) -> bool:
    """Return whether a maximum of one metric is above the number that its rule names now."""
    found = _MAXIMUM.fullmatch(rule["expr"])
    assert found is not None, rule["expr"]
    (selector,) = read(found["what"]).selectors
    return any(value > float(found["limit"]) for value in _samples(selector, registry))


def _samples(selector: Selector, registry: CollectorRegistry) -> Iterator[float]:
    assert all(how == "=" for _, how, _ in selector.matchers)
    wanted = {(label, value) for label, _, value in selector.matchers}
    for family in registry.collect():
        for sample in family.samples:
            if sample.name == selector.metric and wanted <= set(sample.labels.items()):
                yield sample.value
