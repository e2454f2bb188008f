"""The query string of a list: filter, ``sort``, ``offset``, ``limit``, ``fields``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

from api.tmf641.error_kinds import Fault
from api.tmf641.errors import TmfError
from api.tmf641.queries.conditions import Words, filter_of
from api.tmf641.queries.pieces import take_apart
from api.tmf641.queries.selection import Tree, selection
from domain.orders.list_attributes import OrderAttribute, TaskAttribute, is_of_items
from domain.orders.list_queries import ListQuery, SortKey

A = TypeVar("A", OrderAttribute, TaskAttribute)

DEFAULT_LIMIT = 50
MOST_LIMIT = 500
_MOST_OFFSET = 10_000_000
_MOST_SORT_KEYS = 5
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
# Part 6 of TMF630: a JSON path with a filter in it. Only whether it is one is looked at.
_JSON_PATH = re.compile(
    r"\$?\.?[A-Za-z@][\w.@]*"
    r"(?:\[\?\((?:[^'\"()\[\]]|'[^']*'|\"[^\"]*\")+\)\](?:\.[A-Za-z@][\w.@]*)?)+",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class AskedList(Generic[A]):
    """What a list is asked for."""

    query: ListQuery[A]
    fields: Tree | None


def read_list(request: Request, attributes: type[A], words: Words[A], known: Tree) -> AskedList[A]:
    """Read the query string of a list. Raises TmfError."""
    pieces = take_apart(request.scope["query_string"])
    controls = pieces.controls
    if "filter" in controls:
        is_path = _JSON_PATH.fullmatch(controls["filter"])
        raise TmfError(Fault.NOT_IMPLEMENTED if is_path else Fault.QUERY_INVALID, "filter")
    query = ListQuery(
        filter_of(attributes, pieces.alternatives, words),
        _sort(attributes, controls.get("sort")),
        _number(controls, "offset", 0, _MOST_OFFSET),
        min(_number(controls, "limit", DEFAULT_LIMIT, 10**12), MOST_LIMIT),
    )
    return AskedList(query, selection(controls.get("fields"), known))


def read_one(request: Request, known: Tree) -> Tree | None:
    """Read the query string of one resource: ``fields`` alone. Raises TmfError."""
    pieces = take_apart(request.scope["query_string"])
    if pieces.alternatives or pieces.controls.keys() - {"fields"}:
        raise TmfError(Fault.QUERY_INVALID)
    return selection(pieces.controls.get("fields"), known)


def _number(controls: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = controls.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise TmfError(Fault.QUERY_INVALID, name)
    return int(text)


def _sort(attributes: type[A], text: str | None) -> tuple[SortKey[A], ...]:
    if text is None or not text.strip():
        return ()
    names = [each.strip() for each in text.split(",")]
    if len(names) > _MOST_SORT_KEYS:
        raise TmfError(Fault.QUERY_INVALID, "sort")
    return tuple(_sort_key(attributes, each) for each in names)


def _sort_key(attributes: type[A], text: str) -> SortKey[A]:
    # A leading plus has become a space, and is gone.
    name = text.removeprefix("-")
    if name not in set(attributes) or is_of_items(attributes(name)):
        raise TmfError(Fault.QUERY_INVALID, "sort")
    return SortKey(attributes(name), descending=text.startswith("-"))
