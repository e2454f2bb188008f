"""Condition of the rows of ``service`` that own their number, for statements and the schema."""

from domain.accounts import ServiceKind

_OWN_NUMBERS = " AND ".join(f"{{kind}} <> '{k}'" for k in ServiceKind if not k.owns_number)


def owns_number(table: str = "") -> str:
    """SQL condition on ``service``: the kind of this row owns its number."""
    return _OWN_NUMBERS.format(kind=f"{table}.kind" if table else "kind")
