"""Settings of the limits on SMS, for runs that must not reach one."""

from settings.numbers import NumberLimitSettings


def number_limits(rate: str) -> dict[str, str]:
    """Variables that set every limit on SMS to ``rate``: ``1000000/P1D``."""
    return {
        f"VOLITUS_NUMBER_LIMIT_{name.upper()}": rate for name in NumberLimitSettings.model_fields
    }
