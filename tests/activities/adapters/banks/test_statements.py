"""bill.3: statements are fetched one after the other, and none is skipped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import httpx
import pytest
from pydantic import SecretStr

from activities.adapters.banks.statements import HttpStatements, NoStatements, StatementRequests
from domain.provisioning.steps import Trouble
from tests.builders.banks import ACCOUNT, OTHER_ACCOUNT
from tests.builders.statements import Line, statement

Answer = Callable[[httpx.Request], httpx.Response]
URL = "https://statements.example/kuusk"


@contextmanager
def fetched_from(answer: Answer, account: str = ACCOUNT) -> Iterator[HttpStatements]:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        requests = StatementRequests(http, URL, SecretStr("luba"), timeout=5)
        yield HttpStatements(requests, account)


class Shelf:
    """A bank's statements, two ids on a page."""

    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer luba"
        self.asked.append(str(request.url).removeprefix(URL))
        path = request.url.raw_path.decode().partition("?")[0]
        if path == "/kuusk":
            after = request.url.params.get("after")
            start = 0 if after is None else self.ids.index(after) + 1
            return httpx.Response(200, json=self.ids[start : start + 2])
        id_ = unquote(path.removeprefix("/kuusk/"))
        return httpx.Response(200, content=statement(Line(bank_reference=f"R-{id_}"), part=id_))


def test_bill_3_every_statement_is_read_once_page_by_page() -> None:
    with fetched_from(Shelf("a", "b", "c")) as statements:
        assert [each.id for each in statements.after(None)] == ["a", "b", "c"]
        assert [each.id for each in statements.after("b")] == ["c"]
        assert list(statements.after("c")) == []


def test_bill_3_a_statement_is_fetched_when_it_is_asked_for() -> None:
    shelf = Shelf("a", "b")
    with fetched_from(shelf) as statements:
        found = iter(statements.after(None))
        next(found)
        assert shelf.asked == ["", "/a"]


def test_bill_3_an_id_is_one_part_of_an_address() -> None:
    with fetched_from(Shelf("2026/11 ?", "../x")) as statements:
        read = list(statements.after(None))
    assert [each.entries[0].bank_reference for each in read] == ["R-2026/11 ?", "R-../x"]


@pytest.mark.parametrize(
    "listed", [["a", "a"], {"ids": []}, [1], [""], ["a" * 300], "a", None, [None]]
)
def test_bill_3_a_list_that_is_none_is_trouble(listed: object) -> None:
    with (
        fetched_from(lambda _: httpx.Response(200, json=listed)) as statements,
        pytest.raises(Trouble) as trouble,
    ):
        list(statements.after(None))
    assert trouble.value.detail == "unreadable"


def test_bill_3_a_list_that_never_ends_is_trouble() -> None:
    with (
        fetched_from(lambda _: httpx.Response(200, json=["a"])) as statements,
        pytest.raises(Trouble),
    ):
        list(statements.after("a"))


@pytest.mark.parametrize(
    ("status", "detail"),
    [(401, "http_401"), (404, "statement_unknown"), (500, "http_500"), (503, "http_503")],
)
def test_bill_3_a_refused_or_failed_question_is_trouble(status: int, detail: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"code": "statement_unknown"})

    with fetched_from(answer) as statements, pytest.raises(Trouble) as trouble:
        list(statements.after(None))
    assert trouble.value.detail == detail


def test_bill_3_a_redirect_is_not_followed() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "https://elsewhere.example"})

    with fetched_from(answer) as statements, pytest.raises(Trouble):
        list(statements.after(None))


def test_bill_3_a_lost_answer_is_trouble_and_nothing_is_in_doubt() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    with fetched_from(answer) as statements, pytest.raises(Trouble) as trouble:
        list(statements.after(None))
    assert trouble.value.code == "unreachable"


def test_bill_3_a_statement_of_another_account_is_trouble_and_says_which_fault() -> None:
    with fetched_from(Shelf("a"), OTHER_ACCOUNT) as statements, pytest.raises(Trouble) as trouble:
        list(statements.after(None))
    assert trouble.value.detail == "statement_of_other_account"


def test_bill_3_without_an_address_there_are_no_statements() -> None:
    with pytest.raises(Trouble):
        NoStatements().after(None)
