"""docs/settings.md, made from the settings themselves so that it is never out of date."""

import json
from collections.abc import Mapping
from datetime import time
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from settings.sections import Setting, called, section_of, settings_of

_HEAD = """\
# Settings

Each process reads environment variables once, where it starts; there is no configuration file. It
reads and demands only its own: the columns say which process reads a variable, and **required**
where it does not start without.

| column | process |
|---|---|
{processes}
A value may stand in a file instead, which secrets should: name the file in the variable with
`_FILE` appended (`VOLITUS_SMS_PASSWORD_FILE`), or give it the variable's name and put it in
`/run/secrets`, where Docker mounts secrets (`VOLITUS_SECRETS_DIR` names another directory). A line
break at the end of the file is not part of the value. An empty value counts as unset.

`volitus config PROCESS` prints the settings that a process would start with in this environment,
secrets hidden; a process that runs elsewhere may have others. A setting that cannot work stops the
start with one line that names the variable, and never its value. Durations are ISO 8601 (`PT10S` is
ten seconds) or seconds; lists and objects are JSON.

*Made by `volitus config --markdown > docs/settings.md`; a test compares.*
"""

Processes = Mapping[str, type[BaseModel]]


def page(processes: Processes) -> str:
    """The whole page: a table for each section, with a column for each process."""
    purposes = "".join(f"| {name} | {_first_line(kind)} |\n" for name, kind in processes.items())
    tables = "".join(_table(section, processes) for section in _sections(processes))
    return _HEAD.format(processes=purposes) + tables


def _sections(processes: Processes) -> list[str]:
    """Fields of the processes: sections, and settings that stand in none. In their order."""
    return list(dict.fromkeys(name for kind in processes.values() for name in kind.model_fields))


def _table(section: str, processes: Processes) -> str:
    columns = {
        name: {each.variable: each for each in settings_of(kind) if each.path[0] == section}
        for name, kind in processes.items()
        if section in kind.model_fields
    }
    rows = {name: each for column in columns.values() for name, each in column.items()}
    lines = [["variable", "default", *columns, "description"]]
    lines.append(["---"] * len(lines[0]))
    for name, setting in rows.items():
        marks = [_mark(column.get(name)) for column in columns.values()]
        lines.append(
            [f"`{name}`", _default(setting.field), *marks, setting.field.description or ""]
        )
    return f"\n{_heading(section, processes)}\n" + "".join(f"{_row(line)}\n" for line in lines)


def _heading(section: str, processes: Processes) -> str:
    kinds = [kind for kind in processes.values() if section in kind.model_fields]
    fields = [kind.model_fields[section] for kind in kinds]
    title = called(section, fields[0]).replace("_", " ").capitalize()
    models = [model for field in fields if (model := section_of(field))]
    # Processes may read parts of a section: the largest part says best what it is about.
    model = max(models, key=lambda each: len(list(settings_of(each))), default=None)
    return f"## {title}\n" + (f"\n{_first_line(model)}\n" if model else "")


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").partition("\n")[0]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _mark(setting: Setting | None) -> str:
    if setting is None:
        return ""
    return "**required**" if setting.field.is_required() else "yes"


def _default(field: FieldInfo) -> str:
    if field.is_required() or field.default is None or field.default == "":
        return "none"
    return f"`{as_written(field.default)}`"


def as_written(value: Any) -> str:
    """A value as it would be written into its variable; a secret's is hidden."""
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    plain = TypeAdapter(type(value)).dump_python(value, mode="json")
    return plain if isinstance(plain, str) else json.dumps(plain)
