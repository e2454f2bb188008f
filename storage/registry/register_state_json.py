"""The stored shape of register states, and the digest by which two of them are compared."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from domain.registry.register import RegisterState


def as_json(state: RegisterState) -> dict[str, Any]:
    """Return the stored shape of a register state; sorted, so that order makes no difference."""
    ordered = replace(
        state,
        holders=tuple(sorted(state.holders, key=repr)),
        groups=tuple(sorted((tuple(sorted(g, key=repr)) for g in state.groups), key=repr)),
    )
    built: dict[str, Any] = msgspec.to_builtins(ordered)
    return built


def from_json(value: Mapping[str, Any]) -> RegisterState:
    """Read the stored shape of a register state."""
    return msgspec.convert(value, RegisterState)


def digest(state: RegisterState) -> str:
    """Return a digest that is equal for states that differ only in time and origin."""
    content = {
        name: value
        for name, value in as_json(state).items()
        if name not in {"as_of", "register_service", "register_version"}
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
