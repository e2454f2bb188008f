"""``make demo``: a tour of the engine on a temporary stack; exit code 0 if every line came true."""

from typing import Annotated

import typer

from dev.demo import (
    access_chapters,
    accountant_chapter,
    contracts_chapter,
    invoice_chapter,
    joint_contract_chapter,
    numbers_chapter,
    orders_chapter,
    outage_chapters,
    paper_chapters,
    stuck_chapter,
    together_chapter,
)
from dev.demo.client import Scene
from dev.demo.people import cast
from dev.demo.performance import perform
from dev.demo.report import Teller

Customers = Annotated[int, typer.Option(min=200, help="Companies that are customers.")]


def tell_all(scene: Scene, teller: Teller) -> None:
    """Run every chapter, in order."""
    access_chapters.import_accounts(scene, teller)
    people = cast(scene)
    access_chapters.first_sync(scene, teller)
    access_chapters.board_member_logs_in(scene, teller, people.member)
    access_chapters.joint_member_logs_in(scene, teller, people.joint, people.partner)
    access_chapters.stranger_is_refused(scene, teller, people.steady)
    numbers_chapter.employee_proves_a_number(scene, teller, people.steady)
    accountant_chapter.accountant_comes_and_goes(scene, teller, people.steady)
    invoice_chapter.paid_at_the_bank(scene, teller, people.steady)
    together_chapter.two_let_an_accountant_in(scene, teller, people.together)
    joint_contract_chapter.two_sign(scene, teller, people.together)
    paper_chapters.mandate_on_paper(scene, teller, people.together)
    paper_chapters.rule_in_words(scene, teller, people.worded)
    stuck_chapter.network_refuses(scene, teller)
    orders_chapter.portal_orders(scene, teller, people.steady)
    contracts_chapter.signed_and_ended(scene, teller, people.steady)
    access_chapters.member_leaves(scene, teller, people.member)
    outage_chapters.truncated_file(scene, teller)
    outage_chapters.too_much_would_end(scene, teller)
    outage_chapters.register_down(scene, teller, people.steady, people.newcomer)
    outage_chapters.worker_is_killed(scene, teller)


def main(customers: Customers = 1_000) -> None:
    """Start a temporary stack, run the demo, and remove everything."""
    perform(tell_all, "demo", companies=customers * 3 // 2, customers=customers)


if __name__ == "__main__":
    typer.run(main)
