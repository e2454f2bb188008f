"""Starting a bulk retry from a shell: preview, confirmation, start."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from api.ops import bulk_retry_schemas
from cli.console import Failure, confirm, say
from cli.ops.follow import follow, how_to_follow
from cli.printing.as_json import print_json
from cli.printing.tables import Columns, print_table
from cli.temporal import open_engine
from services.ops import bulk_retry
from services.ops.bulk_retry import Preview, Started
from settings.commands import CliSettings
from storage.database import Database
from storage.ops import bulk_retry_queries
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.bulk_retry_queries import PreviewGroup
from storage.ops.stuck_queries import Filter


def dry_run(database: Database, which: Filter, *, as_json: bool) -> None:
    """Show what would happen; change nothing."""
    preview = _preview(database, which)
    if as_json:
        print_json(bulk_retry_schemas.BulkRetryPreview.of(preview).model_dump())
    else:
        _print(preview)
    say(preview.sentence())


def retry(
    settings: CliSettings, database: Database, new: NewBulkRetry, *, sure: bool, as_json: bool
) -> None:
    """Show what would happen, ask for confirmation, start it, and follow it to its end."""
    preview = _preview(database, new.which)
    if not as_json:  # one document on stdout: the result
        _print(preview)
    say(preview.sentence())
    if not preview.would_retry:
        raise Failure(
            "Nothing was started: no item would be retried. See them: `volitus ops stuck`."
        )
    if not sure:
        _confirm(preview.would_retry)
    started = asyncio.run(_start(settings, database, new))
    retry_ = started.bulk_retry
    if started.begun:
        follow(database, retry_.id, as_json=as_json)
        return
    if as_json:
        with database.reading() as connection:
            counted = bulk_retry_queries.outcomes(connection, retry_.id)
        print_json(bulk_retry_schemas.BulkRetry.of(retry_, counted))
    say(
        f"Temporal is unavailable: a worker starts the bulk retry later. {how_to_follow(retry_.id)}"
    )


def _preview(database: Database, which: Filter) -> Preview:
    """Return what would happen now."""
    with database.reading() as connection:
        return bulk_retry.preview(connection, which)


_PREVIEWED = Columns(
    ("target", "reason", "stuck", "would retry", "in doubt", "refused", "oldest"),
    spare=("oldest", "refused"),
)


def _print(preview: Preview) -> None:
    """Print one line for each target and reason."""
    if not preview.groups:
        return

    def line(group: PreviewGroup) -> Sequence[object]:
        counts = (group.total, group.would_retry, group.in_doubt, group.refused)
        return group.target, group.code, *counts, group.oldest

    print_table(_PREVIEWED, map(line, preview.groups))


def _confirm(count: int) -> None:
    confirm(
        f"Items to retry: {count}. Continue?",
        unattended="Nothing was started: there is no terminal for the confirmation. Use --yes.",
        refused="Nothing was started.",
    )


async def _start(settings: CliSettings, database: Database, new: NewBulkRetry) -> Started:
    async with open_engine(settings, database) as engine:
        return await bulk_retry.start(engine, uuid4(), new)
