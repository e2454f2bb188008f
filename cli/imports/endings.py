"""Confirmation of an import that would end access."""

from collections import Counter

from cli.console import confirm, say


def confirm_endings(endings: Counter[str], most: int) -> None:
    """Show how many grants an import would end, and why, and ask; ``most`` may end unasked.

    Raises Failure where the answer is no, or nobody can be asked.
    """
    total = endings.total()
    if total <= most:
        return
    for code, number in endings.most_common():
        say(f"{code}: {number}")
    confirm(
        f"Grants that would end: {total}. Continue?",
        unattended=f"Nothing was imported: {total} grants would end, and there is no terminal for"
        f" the confirmation. Use --max-endings {total} or --yes.",
        refused="Nothing was imported.",
    )
