"""api.8: tables fit the terminal without breaking what must stay whole; a pipe is complete."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.printing import facts, tables
from cli.printing.page import Page
from cli.printing.tables import Columns, print_table
from cli.printing.values import in_table
from cli.printing.values import width as width_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ID = UUID("0123abcd-0000-4000-8000-000000000001")
LONG = "the network says that it knows no such service and asks to look again"
COLUMNS = Columns(("id", "state", "since", "code", "why", "times"), spare=("times", "code"))
ROW = (ID, "stuck", NOW - timedelta(minutes=3), "service_unknown", LONG, 7)


def printed(
    capsys: pytest.CaptureFixture[str],
    width: int | None,
    rows: Sequence[Sequence[Any]] = (ROW,),
    columns: Columns = COLUMNS,
) -> tuple[list[str], str]:
    print_table(columns, rows, on=Page(width, NOW))
    seen = capsys.readouterr()
    return [line.rstrip() for line in seen.out.splitlines()], seen.err


def test_api_8_a_pipe_has_whole_ids_exact_times_and_one_line_for_a_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, said = printed(capsys, None)

    whole = f"{ID}  stuck  2026-11-23T11:57:00Z  service_unknown  {LONG}"
    assert lines[1] == f"{whole}      7"
    assert (len(lines), said) == (2, "")


def test_api_8_a_wide_terminal_shows_all_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines, said = printed(capsys, 140)

    assert lines[1] == f"0123abcd  stuck  3 min ago  service_unknown  {LONG}      7"
    assert said == ""


def test_api_8_texts_are_folded_between_words_before_a_column_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, said = printed(capsys, 80)

    assert lines == [
        "id        state  since      code             why                           times",
        "0123abcd  stuck  3 min ago  service_unknown  the network says that it          7",
        "                                             knows no such service and",
        "                                             asks to look again",
    ]
    assert said == ""


def test_api_8_columns_that_can_be_spared_are_left_out_and_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, said = printed(capsys, 60)

    assert lines[0].split() == ["id", "state", "since", "why"]
    assert said == "Too narrow for: times, code. Show them with --wide.\n"


def test_api_8_what_cannot_be_spared_is_longer_than_the_line_and_never_broken(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines, _ = printed(capsys, 20)

    assert lines[1].startswith("0123abcd  stuck  3 min ago  the network says")


def test_api_8_columns_without_anything_are_not_shown_at_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = (ID, "stuck", None, None, LONG, None)

    narrow, said = printed(capsys, 120, [row])
    piped, _ = printed(capsys, None, [row])

    assert narrow[0].split() == ["id", "state", "why"]
    assert said == ""
    assert piped[0].split() == list(COLUMNS.names)


def test_api_8_a_table_without_rows_says_so_and_is_a_header_in_a_pipe(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert printed(capsys, None, [])[0][0].split() == list(COLUMNS.names)
    assert printed(capsys, 80, []) == ([], "Nothing to show.\n")


WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=1, max_size=30)
CELLS = st.one_of(
    st.none(),
    st.uuids(),
    st.integers(0, 10**9),
    st.datetimes(timezones=st.just(UTC)),
    WORDS,
    st.lists(WORDS, max_size=9).map(" ".join),
)


@given(st.lists(st.tuples(*[CELLS] * 5), min_size=1, max_size=4), st.integers(20, 130))
def test_api_8_no_word_is_ever_broken(rows: list[tuple[Any, ...]], width: int) -> None:
    names = tuple("abcde")
    on = Page(width, NOW)
    columns = [
        tables._Column(name, [in_table(row[at], on) for row in rows])
        for at, name in enumerate(names)
    ]

    shown, _ = tables._fitting(columns, ("e", "d"), width)
    widths = tables._widths(shown, width)

    for column, room in zip(shown, widths, strict=True):
        words = [w for each in column.cells for w in each.text.split()]
        whole = [each.text for each in column.cells if not each.folds]
        assert width_of(words) <= room
        assert width_of(whole) <= room


def test_api_8_brackets_and_colons_are_data(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = printed(capsys, 80, [["[red]:smile:"]], Columns(("name",)))

    assert lines[1] == "[red]:smile:"


def test_api_8_facts_have_whole_ids_and_times_and_none_of_what_is_not_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts.print_facts({"id": ID, "state": "stuck", "since": NOW, "why": None, "is it": True})

    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        f"id     {ID}",
        "state  stuck",
        "since  2026-11-23T12:00:00Z",
        "is it  yes",
    ]
