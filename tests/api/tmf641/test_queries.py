"""order.9: the query string of a list, as TMF630 part 1 has it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request

from api.tmf641.error_kinds import ERROR_KINDS
from api.tmf641.errors import TmfError
from api.tmf641.queries.lists import read_list
from api.tmf641.service_orders import ATTRIBUTES, WORDS
from domain.orders.list_attributes import OrderAttribute as A
from domain.orders.list_queries import (
    Compared,
    Comparison,
    ListQuery,
    OneOf,
    Period,
    SortKey,
    Within,
)

ID = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
HELD = OneOf(A.STATE, ("held",))
FIRST = OneOf(A.PRIORITY, ("0",))


def read(query: str) -> ListQuery[A]:
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return read_list(request, A, WORDS, ATTRIBUTES).query


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc] # year, month, day, …


MIDNIGHT = day(2026, 1, 1)
JUST_AFTER = day(2026, 1, 1, 0, 0, 0, 1000)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ()),
        ("state=held", ((HELD,),)),
        ("state.eq=held", ((HELD,),)),
        ("state%3Dheld", ((HELD,),)),
        ("state=held,pending", ((OneOf(A.STATE, ("held", "pending")),),)),
        ("state=held%2Cpending", ((OneOf(A.STATE, ("held", "pending")),),)),
        ("state=held&state=pending", ((OneOf(A.STATE, ("held", "pending")),),)),
        ("state=held&priority=0", ((HELD, FIRST),)),
        ("state=held;priority=0", ((HELD,), (FIRST,))),
        ("state=held;priority=0&category=x", ((HELD,), (FIRST, OneOf(A.CATEGORY, ("x",))))),
        ('priority="0"', ((FIRST,),)),
        ('externalId="a,b",c', ((OneOf(A.EXTERNAL_ID, ("a,b", "c")),),)),
        ("externalId=a%26b%3Bc%3D%25", ((OneOf(A.EXTERNAL_ID, ("a&b;c=%",)),),)),
        ("externalId=a=b", ((OneOf(A.EXTERNAL_ID, ("a=b",)),),)),
        ("externalId=%C3%B5+%20", ((OneOf(A.EXTERNAL_ID, ("õ",)),),)),
        ("externalId=", ((OneOf(A.EXTERNAL_ID, ("",)),),)),
        (f"id={ID}", ((OneOf(A.ID, (UUID(ID),)),),)),
        ("id=42", ((OneOf(A.ID, ()),),)),
        ("id=%7B7d444840-9dc0-11d1-b245-5ffdce74fad2%7D", ((OneOf(A.ID, ()),),)),
        (f"serviceOrderItem.service.id={ID}", ((OneOf(A.ITEM_SERVICE, (UUID(ID),)),),)),
        ("serviceOrderItem.id=1", ((OneOf(A.ITEM_ID, ("1",)),),)),
        ("priority.gte=2", ((Compared(A.PRIORITY, Comparison.GREATER_OR_EQUAL, ("2",)),),)),
        (
            "description.regex=^a,.*b$",
            ((Compared(A.DESCRIPTION, Comparison.REGEX, ("^a,.*b$",)),),),
        ),
    ],
)
def test_order_9_a_filter_is_read_with_its_precedence(query: str, wanted: Any) -> None:
    assert read(query).filter == wanted


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("orderDate.gt=2026-01-01", Period(JUST_AFTER)),
        ("orderDate%3E2026-01-01", Period(JUST_AFTER)),
        ("orderDate>2026-01-01", Period(JUST_AFTER)),
        ("orderDate%3E%3D2026-01-01", Period(MIDNIGHT)),
        ("orderDate%3E=2026-01-01", Period(MIDNIGHT)),
        ("orderDate.gte=2026-01-01T02:00:00+02:00", Period(MIDNIGHT)),
        ("orderDate.gte=2026-01-01T02:00:00%2B02:00", Period(MIDNIGHT)),
        ("orderDate.gte=2025-12-31T22:00:00-02:00", Period(MIDNIGHT)),
        ("orderDate.gte=2026-01-01t00:00:00z", Period(MIDNIGHT)),
        ("orderDate.gte=2026-01-01T00:00:00.0001Z", Period(JUST_AFTER)),
        ("orderDate.lt=2026-01-01T00:00:00.0001Z", Period(until=JUST_AFTER)),
        ("orderDate.lt=2026-01-01T00:00:00Z", Period(until=MIDNIGHT)),
        ("orderDate%3C2026-01-01", Period(until=MIDNIGHT)),
        ("orderDate.lte=2026-01-01", Period(until=JUST_AFTER)),
        ("orderDate%3C%3D2026-01-01", Period(until=JUST_AFTER)),
        ("orderDate=2026-01-01T00:00:00.000Z", Period(MIDNIGHT, JUST_AFTER)),
        ("orderDate=2026-01-01T00:00:00.0001Z", Period(JUST_AFTER, JUST_AFTER)),
        ("orderDate.gte=2025-12-31T23:59:60Z", Period(day(2025, 12, 31, 23, 59, 59))),
    ],
)
def test_order_9_a_moment_is_compared_as_it_is_shown(query: str, period: Period) -> None:
    assert read(query).filter == ((Within(A.ORDER_DATE, (period,)),),)


def test_order_9_sort_and_page_are_read() -> None:
    query = read("sort=-orderDate, priority&offset=20&limit=10&state=held")

    assert query.sort == (SortKey(A.ORDER_DATE, descending=True), SortKey(A.PRIORITY))
    assert (query.offset, query.limit) == (20, 10)
    assert read("limit=501").limit == 500
    assert read("sort=+orderDate").sort == (SortKey(A.ORDER_DATE),)


REFUSED = {
    "an unknown attribute": ("color=red", 400),
    "an unknown attribute of items": ("serviceOrderItem.color=red", 400),
    "one that begins like a control": ("limits=1", 400),
    "an attribute of Python": ("__class__=1", 400),
    "values joined by a semicolon": ("state=held;pending", 400),
    "the misprinted regular expression": ("description*=a", 400),
    "the same, encoded": ("description%3D~a", 400),
    "an unknown state": ("state=stuck", 400),
    "no state": ("state=", 400),
    "an unknown action": ("serviceOrderItem.action=drop", 400),
    "an order of states": ("state.gt=held", 400),
    "a regular expression of states": ("state.regex=h", 400),
    "a regular expression of moments": ("orderDate.regex=2026", 400),
    "no moment": ("orderDate=", 400),
    "a moment without offset": ("orderDate.gt=2026-01-01T00:00:00", 400),
    "a moment without seconds": ("orderDate.gt=2017-08-23T00:00", 400),
    "a day that is none": ("orderDate.gt=2026-02-30", 400),
    "the last moment of all": ("orderDate.gt=9999-12-31T23:59:59.9999Z", 400),
    "a moment before all": ("orderDate.gt=0001-01-01T00:00:00%2B14:00", 400),
    "other digits": ("orderDate.gt=٢٠٢٦-01-01", 400),
    "a pattern with a count": ("description.regex=(a{1,99}){1,99}", 400),
    "a pattern with a reference": (r"description.regex=(a)\1", 400),
    "a pattern that is none": ("description.regex=(a", 400),
    "a pattern that begins a comment": ("description.regex=(?%23)", 400),
    "a long pattern": (f"description.regex={'a' * 61}", 400),
    "an empty alternative": ("state=held;", 400),
    "an alternative of controls": ("limit=5;state=held", 400),
    "an unclosed quote and more": ('externalId="a"b', 400),
    "no operator": ("state", 400),
    "bytes that are no text": ("externalId=%FF", 400),
    "a NUL": ("externalId=%00", 400),
    "a negative offset": ("offset=-1", 400),
    "no number": ("limit=many", 400),
    "an enormous offset": ("offset=99999999999", 400),
    "a control twice": ("limit=1&limit=2", 400),
    "a control with an operator": ("limit%3E5", 400),
    "an unknown sort": ("sort=color", 400),
    "SQL in sort": ("sort=orderDate;DROP TABLE service_order", 400),
    "SQL in sort, encoded": ("sort=orderDate%3BDROP%20TABLE%20service_order", 400),
    "a sort by items": ("sort=serviceOrderItem.state", 400),
    "many sorts": ("sort=id,id,id,id,id,id", 400),
    "unknown fields": ("fields=id,color", 400),
    "SQL in fields": ("fields=id) FROM service_order--", 400),
    "fields below nothing": ("fields=state.code", 400),
    "many conditions": ("&".join(f"orderDate.gt=2026-01-{n:02}" for n in range(1, 32)) * 4, 400),
    "many values": ("externalId=" + ",".join("a" * 101), 400),
    "a long value": (f"externalId={'a' * 301}", 400),
    "a JSON path": (
        "filter=serviceOrderItem[?(@.state=='held' %26%26 @.action=='add')]",
        501,
    ),
    "a JSON path that goes on": ("filter=$.note[?(@.author=='x')].text", 501),
    "a JSON path that is none": ("filter=serviceOrderItem[?(@.state=='held']", 400),
    "an empty JSON path": ("filter=", 400),
}


@pytest.mark.parametrize(("query", "status"), REFUSED.values(), ids=list(REFUSED))
def test_order_9_what_is_no_query_is_refused_and_never_all_orders(query: str, status: int) -> None:
    with pytest.raises(TmfError) as refused:
        read(query)

    assert ERROR_KINDS[refused.value.fault].status == status
