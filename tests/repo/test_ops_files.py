"""ops/ and the runbook: what they name exists in the running engine, and the other way round."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer.main
import yaml
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

import api.__main__
from api.internal.metrics import DatabaseMetrics
from cli.app import app
from dev.checks.markdown_links import anchors
from domain.ops.stuck_reasons import StuckKind, StuckReason
from domain.processes import ProcessType
from domain.provisioning.targets import TargetKind
from registry_sync.scheduler import process as scheduler
from storage.database import Database
from storage.requests import operations
from tests.builders import drift
from tests.builders.rows import carry_out
from tests.builders.stuck_items import get_stuck
from tests.builders.target_failures import fail
from tests.clients.api_client import open_front
from tests.oracles.promql import Expression, Selector, read
from worker import process as worker

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "ops/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PROMETHEUS: dict[str, Any] = yaml.safe_load((ROOT / "ops/prometheus.yml").read_text())
DASHBOARD: dict[str, Any] = json.loads((ROOT / "ops/dashboard.json").read_text())
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())

# Each of these is a process whose metrics are checked; importing it defines them.
PROCESSES = (worker, api.__main__, scheduler)
OF_PROMETHEUS = {"job", "instance"}
VALUES: dict[str, set[str]] = {
    "reason": {*StuckReason},
    "kind": {*StuckKind, "workflow", "activity"},
    "target": {*TargetKind},
}
_LABEL = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")
_PLACEHOLDERS = {
    "ID": str(uuid4()),
    "RUN": str(uuid4()),
    "COMPANY": str(uuid4()),
    "READING": str(uuid4()),
    "FILE": "-",
    "DIGEST": 64 * "0",
    "ACCOUNT_ID": str(uuid4()),
    "OPERATION": str(uuid4()),
    "NAME": "network",
    "CODE": "customer",
    "REF": "a1b2c3d4",
    "N": "1",
    "…": "because it is well",
}


def _panel_targets() -> Iterator[tuple[str, str, str]]:
    for panel in DASHBOARD["panels"]:
        for each in panel.get("targets", []):
            yield panel["title"], each["expr"], each["legendFormat"]


def _spoken() -> list[tuple[str, Expression, set[str]]]:
    """Each expression of either file: its place, its text, and the labels used with it."""
    rules = [
        (rule["alert"], rule["expr"], json.dumps(rule["annotations"], ensure_ascii=False))
        for rule in RULES
    ]
    return [
        (where, read(expr), set(_LABEL.findall(words)))
        for where, expr, words in [*rules, *_panel_targets()]
    ]


def _of_metric(metric: MetricWrapperBase, names: list[str]) -> dict[str, set[str]]:
    labels = set(metric._labelnames)
    return {name: labels | ({"le"} if name.endswith("_bucket") else set()) for name in names}


async def _exposed(database: Database) -> dict[str, set[str]]:
    """Every sample that a process can give, with its labels, as its own registry knows them."""
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))
    exposed: dict[str, set[str]] = {"up": set()}
    async with open_front(database, registry=registry):
        for each in (registry, REGISTRY):
            for collector, names in each._collector_to_names.items():
                if isinstance(collector, MetricWrapperBase):
                    exposed |= _of_metric(collector, names)
            for family in each.collect():
                for sample in family.samples:
                    exposed.setdefault(sample.name, set()).update(sample.labels)
    return exposed


def _fill(database: Database) -> None:
    """Something of each kind, so that each gauge of the database has a sample."""
    get_stuck(database, StuckKind.TROUBLE, StuckReason.BUSY, TargetKind.NETWORK)
    fail(database)
    with database.transaction() as session:
        operations.request(session, uuid4(), ProcessType.RESEND, None)
    carry_out(
        database,
        "INSERT INTO sync_run (id, source, subject, state, counts, ended_at)"
        " VALUES (gen_random_uuid(), 'file', '1', 'finished', '{}', now())",
    )

    carry_out(
        database,
        "INSERT INTO operation (id, kind, state)"
        " VALUES (gen_random_uuid(), 'bank_statement', 'succeeded')",
    )
    (phone,) = drift.phones(database, 1, package="M")
    drift.checked(database, drift.shown(phone, package="L"))


async def test_every_metric_and_label_in_the_files_exists(database: Database) -> None:
    _fill(database)
    exposed = await _exposed(database)
    wrong = []
    for where, expression, annotations in _spoken():
        assert expression.selectors, where
        had = set(OF_PROMETHEUS)
        for selector in expression.selectors:
            if selector.metric not in exposed:
                wrong.append(f"{where}: no metric {selector.metric}")
                continue
            labels = exposed[selector.metric] | OF_PROMETHEUS
            had |= labels
            wrong += [f"{where}: no label {label}" for label in selector.labels - labels]
            wrong += [f"{where}: {problem}" for problem in _impossible(selector)]
        wrong += [f"{where}: not grouped by {label}" for label in expression.grouped_by - had]
        kept = expression.grouped_by or had
        wrong += [f"{where}: nothing for {{{{{label}}}}}" for label in annotations - kept]
    assert wrong == []
    mistaken = read('sum by (target) (volitus_stuk{kind="doubt"}) > 0')
    assert mistaken.selectors[0].metric not in exposed


def _impossible(selector: Selector) -> Iterator[str]:
    """Return values that no sample can have: a typing mistake would never fire."""
    for label, how, value in selector.matchers:
        if how in {"=", "!="} and value not in VALUES.get(label, {value}):
            yield f'{label} is never "{value}"'


def test_every_kind_of_stuck_item_has_an_alert() -> None:
    alerted = {
        value
        for rule in RULES
        for selector in read(rule["expr"]).selectors
        for label, _, value in selector.matchers
        if label == "kind"
    }
    assert alerted == set(StuckKind)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_summary_and_a_runbook_section(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    annotations = rule["annotations"]
    assert set(annotations) == {"summary", "description", "runbook_url"}
    before, _, anchor = annotations["runbook_url"].partition("#")
    assert before == "{{ $externalLabels.runbook }}"
    assert "runbook" in PROMETHEUS["global"]["external_labels"]
    by_reason = "{{ $labels.reason }}"
    wanted = {anchor.replace(by_reason, code) for code in StuckReason}
    assert wanted <= anchors(RUNBOOK)


def test_alert_names_are_unique() -> None:
    names = [rule["alert"] for rule in RULES]
    panels = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(names)) == len(names)
    assert len(set(panels)) == len(panels)


def test_the_jobs_of_the_rules_are_those_of_the_scrape_configuration() -> None:
    jobs = {each["job_name"]: each["dns_sd_configs"][0] for each in PROMETHEUS["scrape_configs"]}
    asked = {
        value
        for rule in RULES
        for selector in read(rule["expr"]).selectors
        for label, how, value in selector.matchers
        if label == "job" and how == "="
    }
    assert asked == set(jobs)
    assert {name for each in jobs.values() for name in each["names"]} <= set(COMPOSE["services"])
    port = int(COMPOSE["services"]["api"]["environment"]["VOLITUS_INTERNAL_PORT"])
    assert {each["port"] for each in jobs.values()} == {port}
    assert [(ROOT / "ops" / name).exists() for name in PROMETHEUS["rule_files"]] == [True]


def test_every_panel_uses_the_chosen_data_source() -> None:
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    for panel in DASHBOARD["panels"]:
        for each in panel.get("targets", []):
            assert each["datasource"]["uid"] == f"${{{variable['name']}}}", panel["title"]


@pytest.mark.parametrize("code", StuckReason)
def test_every_reason_has_a_section_in_the_runbook(code: StuckReason) -> None:
    (part,) = re.findall(rf"^#### `{code}`\n(.+?)(?=^#)", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert "*Do*" in part or "volitus ops" in part


def _commands() -> list[str]:
    inline = re.findall(r"`volitus ([^`]+)`", RUNBOOK)
    return sorted({" ".join(command.split()) for command in inline})


@pytest.mark.parametrize("line", _commands())
def test_every_command_of_the_runbook_exists(line: str) -> None:
    """Parsed by the program itself, so that also its options and what they owe are right."""
    command: Any = typer.main.get_command(app)
    words = [_PLACEHOLDERS.get(word, word) for word in shlex.split(line)]
    while (
        words
        and hasattr(command, "commands")
        and (inner := command.get_command(typer.Context(command), words[0]))
    ):
        command = inner
        del words[0]
    command.make_context(line, words)  # raises the error that a user would see
    assert not hasattr(command, "commands") or getattr(command, "invoke_without_command", False)


async def test_every_api_call_of_the_runbook_has_a_route(database: Database) -> None:
    (path,) = re.findall(r"^curl -X POST https://API(\S+)", RUNBOOK, re.MULTILINE)
    async with open_front(database) as front:
        paths = front.app.openapi()["paths"]
    assert "post" in paths[path.replace("ID", "{stuck_id}")]
