"""Processes of several items on several resources: side by side, in turn, undone, overtaken."""

from activities.adapters.tmf640.network import Network
from domain.provisioning.steps import Decision
from tests.fixtures.engine import until
from tests.fixtures.items_stack import Items, item


async def test_step_1_an_undo_overwrites_nothing_later_on_crossing_resources(
    items: Items,
) -> None:
    """A later process waits for both resources until the earlier one has undone what it did."""
    items.scene.refused.add("b-1")
    first = await items.start(item("a", "s1"), item("b", "s2"))
    await items.stuck(first, "b-1")
    second = await items.start(item("c", "s2"), item("d", "s1"))
    await until(lambda: items.step(second, "d-1").waits_for == "order")
    await until(lambda: items.step(first, "a-1").state == "done")
    assert items.applied("s1") == ["a-1"]  # and its place is kept

    await items.decide(first, "b-1", Decision.ABORT)
    assert await first.result() == {"a": "done", "b": "undone"}
    assert await second.result() == {"c": "done", "d": "done"}
    assert items.applied("s1") == ["a-1", "undo-a-1", "d-1"]
    assert items.applied("s2") == ["c-1"]


async def test_step_3_one_item_fails_and_others_go_on(items: Items) -> None:
    """What comes next on its resource waits until it is undone; what needs it is not begun."""
    items.scene.refused.add("a-2")
    held = items.scene.hold("c-1")
    process = await items.start(
        item("a", "s1", "s2"), item("b", "s1"), item("c", "s3"), item("d", "s4", after="a")
    )
    await items.stuck(process, "a-2")
    assert items.scene.called["b-1"] == 0
    await items.decide(process, "a-2", Decision.FAIL)
    await until(lambda: items.step(process, "b-1").state == "done")
    held.set()
    assert await process.result() == {"a": "undone", "b": "done", "c": "done", "d": "not_begun"}
    assert items.applied("s1") == ["a-1", "undo-a-1", "b-1"]
    assert (items.applied("s2"), items.applied("s3"), items.applied("s4")) == ([], ["c-1"], [])


async def test_step_4_a_decision_wakes_only_the_step_that_it_is_about(items: Items) -> None:
    items.scene.refused |= {"a-1", "b-1"}
    process = await items.start(item("a", "s1"), item("b", "s2"))
    for action in ("a-1", "b-1"):
        await items.stuck(process, action)
    items.scene.refused.clear()
    await items.decide(process, "b-1", Decision.RETRY)
    await until(lambda: items.step(process, "b-1").state == "done")
    assert items.scene.called["a-1"] == 1
    await items.decide(process, "a-1", Decision.RETRY)
    assert await process.result() == {"a": "done", "b": "done"}


async def test_step_1_an_urgent_process_overtakes_a_stuck_one(items: Items) -> None:
    items.scene.refused.add("a-2")
    process = await items.start(item("a", "s1", "s2"))
    await items.stuck(process, "a-2")
    bar = await items.start(item("bar", "s1", "s2"), is_urgent=True)
    assert await bar.result() == {"bar": "done"}
    items.scene.refused.clear()
    await items.decide(process, "a-2", Decision.RETRY)
    assert await process.result() == {"a": "done"}
    assert items.scene.seen["a-2"].is_overtaken
    assert items.applied("s2") == ["bar-2", "a-2"]


async def test_step_3_a_cancel_in_doubt_is_found_out_by_a_new_worker_and_a_new_run(
    idle_items: tuple[Items, Network],
) -> None:
    """Nothing is lost with the workflow: its next run derives all of it from the rows."""
    items, network = idle_items
    items.scene.lost.add("a-3")
    async with items.working(network):
        process = await items.start(item("a", "s1", "s2", "s1"), item("b", "s3"))
        await items.stuck(process, "a-3")
        await until(lambda: items.step(process, "b-1").state == "done")
    await process.terminate()  # from Temporal's UI
    assert items.cancel(process) == {"a": "cancelled", "b": "cancelled"}
    items.scene.lost.clear()
    async with items.working(network):
        again = await items.run(items.started[process.id])
        await again.result()
    assert items.applied("s1") == ["a-1", "a-3", "undo-a-3", "undo-a-1"]
    assert items.applied("s2") == ["a-2", "undo-a-2"]
    assert items.applied("s3") == ["b-1", "undo-b-1"]
    assert items.step(process, "b-1").state == "undone"


async def test_step_3_a_running_process_is_cancelled_by_its_rows_alone(items: Items) -> None:
    """While a step is on its way: it is done, and then undone; nobody sends a signal."""
    held = items.scene.hold("a-2")
    process = await items.start(item("a", "s1", "s2"), item("b", "s3"))
    await until(lambda: "a-2" in items.scene.reached)
    await until(lambda: items.step(process, "b-1").state == "done")
    items.cancel(process)
    held.set()
    assert (await process.result())["a"] == "undone"
    assert items.applied("s2") == ["a-2", "undo-a-2"]
    assert items.applied("s1") == ["a-1", "undo-a-1"]
    assert items.applied("s3") == ["b-1", "undo-b-1"]


async def test_step_4_a_long_history_is_continued_once_every_item_waits(items: Items) -> None:
    items.scene.refused.add("a-1")
    held = items.scene.hold("b-1")
    process = await items.start(item("a", "s1"), item("b", "s2"), history_limit=60)
    await items.stuck(process, "a-1")
    await until(lambda: "b-1" in items.scene.reached)
    for _ in range(30):
        await process.signal("wake", ["nothing of it"])

    async def is_long() -> bool:
        return (await process.describe()).history_length > 60

    async def is_new_run() -> bool:
        return (await process.describe()).run_id != process.first_execution_run_id

    await until(is_long)
    assert not await is_new_run()  # b is on its way
    held.set()
    await until(is_new_run)
    items.scene.refused.clear()
    await items.decide(process, "a-1", Decision.RETRY)
    assert await process.result() == {"a": "done", "b": "done"}
    assert (items.applied("s1"), items.applied("s2")) == (["a-1"], ["b-1"])
