"""Every reason code of the product, read from its source: where a reason is made, and from what."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard

from domain.access.grants import SIGNING_RULE_READ
from domain.access.suspensions import FreezeReason
from domain.call_details.extracts import ExtractFault
from domain.delegations.states import DelegationEnd
from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Decision
from domain.signatures.results import SigningResult
from domain.signatures.signings import SigningFault
from domain.staff import BREAK_GLASS

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "registry_sync", "storage", "activities", "workflows", "services", "api")
COPIED: frozenset[str] = frozenset()
COMPUTED: Mapping[str, frozenset[str]] = {
    "domain/access/suspensions.py": frozenset(FreezeReason),
    "domain/delegations/reasons.py": frozenset(f"delegation_{each}" for each in DelegationEnd),
    "domain/call_details/extracts.py": frozenset(ExtractFault),
    "domain/signatures/signings.py": frozenset(SigningFault)
    | frozenset(f"signing_{each}" for each in SigningResult if each is not SigningResult.SIGNED),
    "domain/signing_rules/readings.py": frozenset({SIGNING_RULE_READ}),
    "storage/audit/staff.py": frozenset({BREAK_GLASS}),
    "storage/ops/restores.py": frozenset({StuckReason.DATABASE_RESTORED}),
    "storage/ops/decisions.py": frozenset(Decision),
    "storage/ops/stuck_items.py": frozenset(StuckReason) | frozenset(Resolution),
    "storage/ops/workflow_problems.py": frozenset(StuckReason) | frozenset(Repair),
    "storage/ops/unattended.py": frozenset({StuckReason.NOBODY_TO_REVIEW}),
    "storage/provisioning/targets.py": frozenset(StuckReason),
    # The code of another reason, with more facts.
    "storage/delegations/departure_reviews.py": COPIED,
    "domain/registry/authority.py": COPIED,
    "services/access/missing.py": COPIED,
    "services/payments/returns.py": COPIED,
    "storage/approvals/concluding.py": COPIED,
    "storage/provisioning/resends.py": COPIED,
    # The code of the register or its file: the text is the source's own detail, or names none.
    "activities/registry/sync_runs.py": COPIED,
    "storage/registry/sync_runs.py": COPIED,
}
"""Modules that make reasons with a code that is no literal, and the codes that it can be."""


@dataclass(frozen=True, slots=True)
class MadeReason:
    """A place where a reason is made. None: computed, not written there as a literal."""

    where: str
    code: str | None
    text: str | None


@cache
def made() -> Sequence[MadeReason]:
    """Every ``Reason(…)`` of the product. Its source is read once."""
    paths = (path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))
    sources = ((str(path.relative_to(ROOT)), path.read_text()) for path in paths)
    return [
        MadeReason(where, *(_literal(each) for each in node.args[:2]))
        for where, source in sources
        if "Reason(" in source
        for node in ast.walk(ast.parse(source))
        if _is_reason(node)
    ]


def codes() -> frozenset[str]:
    """Every code that a reason of the product can have."""
    literal = {reason.code for reason in made() if reason.code is not None}
    return frozenset().union(literal, *COMPUTED.values())


def _is_reason(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Reason"
        and len(node.args) >= 2
    )


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
