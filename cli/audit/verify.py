"""``volitus events verify``: that the history was not tampered with; ``events public-key``."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.connections import open_database, read_settings
from cli.console import FAILED, USAGE, Failure, err, say
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from domain.chain_heads import ChainHead
from services.audit.head_signatures import HeadKeys, as_pem, key_id
from services.audit.published_heads import ReadHeads, read_heads
from settings.commands import EventCommandSettings
from storage.audit import hash_chain
from storage.audit.hash_chain import Verdict

Head = Annotated[
    Path | None,
    typer.Option(
        allow_dash=True,
        help="Log lines of a scheduler with published heads, to compare; `-` reads stdin.",
    ),
]
PublicKey = Annotated[
    list[Path] | None,
    typer.Option(
        help="Public key of the heads in PEM; repeat it after a change of keys. "
        "Default: that of VOLITUS_EVENT_HEAD_KEY."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus events``."""
    app.command()(verify)
    app.command("public-key")(public_key)


def verify(*, head: Head = None, public_key: PublicKey = None, as_json: Json = False) -> None:
    """Recompute the hash of every event. Exit code 1 if one was changed, removed or added.

    Whoever owns the tables can recompute the whole chain or cut off its end. `--head` finds that:
    it compares the heads that the scheduler published every minute (docs/deployment.md), and
    exits with 1 as well where a head cannot be trusted or the file has none.
    """
    settings = read_settings(EventCommandSettings)
    read = ReadHeads()
    if head is not None:
        read = _read(head, _keys(settings, public_key or []))
    elif public_key:
        raise Failure("--public-key needs --head: name the log with published heads.", USAGE)
    with open_database(settings) as database, err().status("Verifying the chain…"):
        verdict = hash_chain.verify(database, read.heads)
    _print(verdict, read, as_json=as_json, compared=head is not None)
    if verdict.fault:
        say(f"The chain is broken at position {verdict.broken_at}: {verdict.fault}")
    for position, fault in verdict.further:
        say(f"It is also broken at position {position}: {fault}")
    for problem in read.problems:
        say(f"A published head cannot be trusted: {problem}.")
    if verdict.fault or read.rejected:
        raise typer.Exit(FAILED)
    say("The chain is intact.")


def public_key() -> None:
    """Print the public key of the published heads in PEM; its id goes to stderr."""
    key = read_settings(EventCommandSettings).event.private_key()
    if key is None:
        raise Failure("Set VOLITUS_EVENT_HEAD_KEY, or one of its files.", USAGE)
    sys.stdout.write(as_pem(key.public_key()))
    say(f"Key id: {key_id(key.public_key())}")


def _keys(settings: EventCommandSettings, files: Sequence[Path]) -> HeadKeys:
    if not files:
        key = settings.event.private_key()
        if key is None:
            raise Failure("--head needs --public-key, or VOLITUS_EVENT_HEAD_KEY.", USAGE)
        return HeadKeys([key.public_key()])
    try:
        return HeadKeys.of_pem("".join(file.read_text(encoding="utf-8") for file in files))
    except OSError as error:
        raise Failure(
            f"{error.filename} cannot be read: {error.strerror}. Name another file.", USAGE
        ) from None
    except ValueError as error:
        raise Failure(
            f"--public-key cannot be used: {error}. `volitus events public-key` prints one.", USAGE
        ) from None


def _read(file: Path, keys: HeadKeys) -> ReadHeads:
    # Logs hold what others sent: a byte that is not UTF-8 must not hide the other lines.
    if str(file) == "-":
        stdin = typer.get_text_stream("stdin", encoding="utf-8", errors="replace")
        return _with_heads(read_heads(stdin, keys))
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            return _with_heads(read_heads(lines, keys))
    except OSError as error:
        raise Failure(
            f"{file} cannot be read: {error.strerror}. Name another file.", USAGE
        ) from None


def _with_heads(read: ReadHeads) -> ReadHeads:
    if read.heads:
        return read
    why = f" ({read.problems[0]})" if read.problems else ""
    raise Failure(f"No published head that can be trusted was found: nothing is compared{why}.")


def _print(verdict: Verdict, read: ReadHeads, *, as_json: bool, compared: bool) -> None:
    if as_json:
        print_json(asdict(verdict) | {"rejected_heads": read.rejected})
        return
    facts: dict[str, object] = {
        "events checked": verdict.checked,
        "not yet sealed": verdict.unsealed,
        "erased notes": verdict.erased_notes,
        "head": verdict.head,
    }
    if compared:
        last: ChainHead = max(read.heads, key=lambda each: each.at)
        facts["published heads"] = verdict.heads
        facts["last published"] = last.at
        facts["its position"] = last.position
        facts["agrees to position"] = verdict.agrees_to
    print_facts(facts)
