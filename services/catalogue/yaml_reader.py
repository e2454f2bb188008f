"""Reads YAML without guesses: no key twice, no key that is no text, no reference to elsewhere."""

from typing import Any

import yaml

_DEEPEST = 50


class NotReadable(ValueError):
    """The text is no such YAML. ``str()`` says why, and where."""


def read_yaml(text: str) -> Any:
    """Parse one YAML document. Raises NotReadable.

    PyYAML itself keeps the last of two equal keys, and follows aliases however they multiply.
    """
    try:
        _check_events(text)
        node = yaml.compose(text, yaml.CSafeLoader)
        if node is None:
            return None
        loader = yaml.SafeLoader("")
        _check_keys(loader, node)
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        raise NotReadable(_line(error)) from None
    except ValueError as error:  # a date like 2026-02-30
        raise NotReadable(str(error)) from None


def _check_events(text: str) -> None:
    """Raise YAMLError before anything is composed: the C library crashes where that is too deep."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused("aliases are not used here", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise _refused("is nested too deeply", event.start_mark)


def _check_keys(loader: yaml.SafeLoader, node: yaml.Node) -> None:
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            _check_keys(loader, each)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key_node, value in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str) or key == "<<":
                raise _refused("a key must be text: quote it", key_node.start_mark)
            if key in keys:
                raise _refused(f"the key {key} is there twice", key_node.start_mark)
            keys.add(key)
            _check_keys(loader, value)


def _refused(what: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=what, problem_mark=mark)


def _line(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError):
        return str(error).splitlines()[0]
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "is no YAML"
    return what if mark is None else f"line {mark.line + 1}: {what}"
