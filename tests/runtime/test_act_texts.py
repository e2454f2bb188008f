"""Acts as people read them before they confirm (joint.4)."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.access.permissions import Permission
from domain.accounts import ServiceKind
from domain.approvals import contract_acts
from domain.approvals.acts import ActKind
from domain.approvals.templates import CURRENT, known
from domain.catalogue.products import Price
from domain.numbers.sms_texts import Language
from runtime.act_texts import ActFacts, Facts, GivenAccess, act_text
from runtime.contract_act_texts import ContractEndFacts, ContractFacts
from runtime.contract_goes_on_texts import ContractGoesOnFacts
from runtime.number_act_texts import NumberFacts
from runtime.order_act_texts import CENTS, ItemFacts, OrderFacts
from runtime.texts import messages, text
from tests.builders import contracts
from tests.builders.acts import CALLED_OFF, ENDED, LIMIT, RESUMED, WIFI
from tests.builders.delegation_terms import terms

ET, RU, EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH
PHONE = UUID(int=1)
ACCOUNTING = GivenAccess(
    "Mari Maasikas",
    terms(role="accountant", first=date(2026, 8, 1), last=date(2026, 12, 31)),
)
ONE_NUMBER = GivenAccess(
    "EE 37605030299",
    terms(
        Permission.USAGE_VIEW,
        Permission.SIM_VIEW,
        on=[PHONE],
        first=date(2026, 9, 1),
        last=date(2027, 8, 31),
        may_pass_on=True,
    ),
    ("+372 5123 4567",),
)
ACT = ActFacts("Kuusk OÜ", (ACCOUNTING,))
ORDER = OrderFacts(
    "Kuusk OÜ",
    (
        ItemFacts(
            LIMIT,
            {ET: "Kululimiit", RU: "Лимит расходов", EN: "Spending limit"},
            "+372 5123 4567",
            ServiceKind.MOBILE,
            {"spendingLimit": CENTS},
        ),
        ItemFacts(
            WIFI, {ET: "Wifi", RU: "Wi-Fi", EN: "Wi-Fi"}, "Kontori ruuter", ServiceKind.ROUTER, {}
        ),
    ),
    date(2027, 1, 5),
)
CONTRACT = ContractFacts(
    "Kuusk OÜ",
    {ET: "Mobiiliteenus", RU: "Мобильная связь", EN: "Mobile subscription"},
    ServiceKind.MOBILE,
    contracts.terms(months=24, lasts_years=5, documents={"contract": "x", "contract_summary": "y"}),
    {},
    is_signed=True,
)
SAMPLES: Mapping[ActKind, Facts] = {
    ActKind.DELEGATION_GIVE: ACT,
    ActKind.DELEGATION_RENEW: replace(ACT, before=replace(ONE_NUMBER, receiver="Mari Maasikas")),
    ActKind.DELEGATIONS_KEEP: replace(ACT, given=(ACCOUNTING, ONE_NUMBER)),
    ActKind.ACCESS_REQUEST_APPROVE: ActFacts("Kuusk OÜ", (ONE_NUMBER,)),
    ActKind.ORDER_PLACE: ORDER,
    ActKind.NUMBER_GIVE: NumberFacts("Kuusk OÜ", "+37251234567", "Tamm OÜ 12345678"),
    ActKind.CONTRACT_START: CONTRACT,
    ActKind.CONTRACT_END: ContractEndFacts(
        "Kuusk OÜ", CONTRACT.product, ("Mari +37255512345",), ENDED
    ),
    ActKind.CONTRACT_END_CANCEL: ContractGoesOnFacts(
        "Kuusk OÜ", CONTRACT.product, ("Mari +37255512345",), CALLED_OFF, date(2027, 1, 5)
    ),
    ActKind.CONTRACT_RESUME: ContractGoesOnFacts(
        "Kuusk OÜ", CONTRACT.product, ("Mari +37255512345",), RESUMED
    ),
}

ENGLISH = {
    ActKind.DELEGATION_GIVE: """\
Mari Maasikas is offered access to the account Kuusk OÜ.
Permissions: role “Accountant”: Pay invoices, See invoices
Services: the whole account
Days: from 1 August 2026 through 31 December 2026
Passing on: not allowed
The access begins only after Mari Maasikas accepts it.""",
    ActKind.DELEGATION_RENEW: """\
Mari Maasikas is offered new terms of the access to the account Kuusk OÜ.
Permissions: role “Accountant”: Pay invoices, See invoices
Services: the whole account
Days: from 1 August 2026 through 31 December 2026
Passing on: not allowed
What changes:
Permissions added: Pay invoices, See invoices
Permissions removed: See SIM cards, See usage
Services so far: only +372 5123 4567
Days so far: from 1 September 2026 through 31 August 2027
Passing on so far: allowed
Until Mari Maasikas accepts the new terms, the terms so far stay in force.""",
    ActKind.DELEGATIONS_KEEP: """\
Access to the account Kuusk OÜ stays in force although whoever gave it has left:
Mari Maasikas: role “Accountant”: Pay invoices, See invoices; the whole account; \
from 1 August 2026 through 31 December 2026; passing on: not allowed
EE 37605030299: See SIM cards, See usage; only +372 5123 4567; \
from 1 September 2026 through 31 August 2027; passing on: allowed""",
    ActKind.ACCESS_REQUEST_APPROVE: """\
EE 37605030299 gets the access to the account Kuusk OÜ that they asked for.
Permissions: See SIM cards, See usage
Services: only +372 5123 4567
Days: from 1 September 2026 through 31 August 2027
Passing on: allowed
They need not accept it again.""",
    ActKind.ORDER_PLACE: """\
An order for the account Kuusk OÜ:
1. Spending limit, +372 5123 4567: changed
Spending limit: 50.00 EUR
When the limit is reached: calls and data stop
Price: no charge
2. Wi-Fi, Kontori ruuter: added
Forward calls to: removed
Outgoing calls barred: yes
Wi-Fi name: “Kodu”
Wi-Fi password: as it was entered
Price: 5.00 EUR once, VAT included; 2.99 EUR a month, plus VAT
In all: 5.00 EUR once, VAT included; 2.99 EUR a month, plus VAT
It begins on 5 January 2027 at the earliest, and only when it has been confirmed.""",
    ActKind.NUMBER_GIVE: """\
The number +37251234567 leaves the account Kuusk OÜ.
It goes to: Tamm OÜ 12345678
Access that rests on the number ends, and so does its Mobiil-ID. The service stays on the \
account without a number.""",
    ActKind.CONTRACT_START: """\
A contract for the account Kuusk OÜ:
Mobile subscription: Mari +37255512345
SIM card number (ICCID): “89372010000000000001”
Package: Mobile package M
Price: 16.90 EUR a month, VAT included
Commitment in months: 24
For a fixed term, its length in years: 5
Documents: contract, contract summary
The contract is made once everybody who must agree has signed its documents. Then it is set up.""",
    ActKind.CONTRACT_END: """\
A contract of the account Kuusk OÜ ends:
Mobile subscription: Mari +37255512345
Why: The customer wished so
The first day without it: 5 January 2027
Cost of the end: 40.00 EUR once, VAT included
Ending with it: contracts 1, delegations 2; people who lose access: 3
Until then the end can be called off.""",
    ActKind.CONTRACT_END_CANCEL: """\
The end of a contract of the account Kuusk OÜ is called off:
Mobile subscription: Mari +37255512345
The first day without it would have been: 5 January 2027
Why it was to end: The customer wished so
The contract goes on with the same terms.""",
    ActKind.CONTRACT_RESUME: """\
A suspended contract of the account Kuusk OÜ is opened:
Mobile subscription: Mari +37255512345
Why it was suspended: Stolen
Its services work again. A Mobiil-ID on them stays suspended until its user opens it.""",
}

PINNED: Mapping[str, str] = {
    "act.delegation_give.v1": "85b0edf23f5c 0f213f6d6940 27a19399f474",
    "act.delegation_renew.v1": "835be795fe24 d179562f849c dc3eced19904",
    "act.delegations_keep.v1": "321ffd419d96 b97c7d9fd765 51e3a673cf2c",
    "act.access_request_approve.v1": "5a47aff8c1e8 b8ee51bd5371 7fb9f93ac835",
    "act.part.terms.v1": "457cddd461b8 4c5e0c611d1a 6d0594f526e4",
    "act.part.kept.v1": "173c7ddbba47 00852682bfc7 143c7f397c3b",
    "act.part.role.v1": "5677b4266551 ce2b9d5dc810 317286d52bd2",
    "act.part.whole_account.v1": "9622e0b00062 8ebab350adaa c80c100bb7ec",
    "act.part.services.v1": "0b19a7c648f0 9e845bb80c71 c5234fc11107",
    "act.part.may_pass_on.v1": "fda37f25b2f0 a8dae0ec0e90 eabc01f12ec3",
    "act.part.may_not_pass_on.v1": "cca7fc8f411b 1dbbe9970d45 a26075ed2e78",
    "act.part.added.v1": "e07b4c003831 f3f7a15ebe0e 03db3efe3262",
    "act.part.removed.v1": "328f943779ab ec9a036568cb e87c0112f993",
    "act.part.services_before.v1": "83b71cc57e0c e59d5a34f278 30c8c9d78c20",
    "act.part.days_before.v1": "6423a303e118 986b35e4fe35 4e37b34b0ac3",
    "act.part.pass_on_before.v1": "1186d63ff395 8f5ffc9674e2 68ba68a712fc",
    "act.part.unchanged.v1": "8c685eb99355 9ca0ffb64c9b 1785cfc3bc6a",
    "act.order_place.v1": "f4563aad71cc cad08d0109bd e692540c80b9",
    "act.number_give.v1": "dcb5a3841e1f 45b8648dbdc7 f983e107d091",
    "act.part.order_item.v1": "d4369b10ebc9 d4369b10ebc9 d4369b10ebc9",
    "act.part.order_add.v1": "b2ecb7b8bf28 20a37862c66e 279b8a60f444",
    "act.part.order_modify.v1": "91b668424138 abb10281fc39 d67e2e944994",
    "act.part.order_delete.v1": "d8ef733eff25 ca8e319e0b15 e87ba7a0b779",
    "act.part.order_keep.v1": "668a23b6c0b7 3ea8f1b86ddb 141247ff106a",
    "act.part.order_parameter.v1": "92e3ba3fe0ba 92e3ba3fe0ba 92e3ba3fe0ba",
    "act.part.order_secret.v1": "1ef6bf52b52f 034e9bdd0d83 3ceacda064d2",
    "act.part.order_removed.v1": "053f0dc91ac1 fb50493b258e e1f79758cc42",
    "act.part.order_yes.v1": "21c5c3bcea24 cdc5ed90cb4b 8a798890fe93",
    "act.part.order_no.v1": "39d633dc9cf0 dc9337ff5b42 9390298f3fb0",
    "act.part.order_quoted.v1": "36597512fa22 c9790c323d0f 000f22b61a88",
    "act.part.order_price.v1": "2e4076b91d05 599f0a479ad7 0aeba1abcf5e",
    "act.part.order_once.v1": "05339d5f0aa2 4c8d4ddecb13 b4fd7714184c",
    "act.part.order_once_plus_vat.v1": "1f6e64d5a868 df08ac5c80b0 8bdcc0abb664",
    "act.part.order_monthly.v1": "4a647d11d4d8 6f1ecdae1d90 c3e4f4decb9a",
    "act.part.order_monthly_plus_vat.v1": "fdc1853a05c2 ef5716e72c58 18cbbd3147f8",
    "act.part.order_free.v1": "cb03619c0439 a569b74ff821 d56e104be420",
    "act.part.order_begins_confirmed.v1": "2d7128a42188 0cb04cc0bbe5 4048cdc979e4",
    "act.part.order_begins_on.v1": "d8f3590a7480 c85e0f7b55df 899b3fcb77dc",
    "act.contract_start.v1": "0f4cd0863a57 58cf05077880 239e75b568c4",
    "act.part.contract_service.v1": "b09d9df199b7 b09d9df199b7 b09d9df199b7",
    "act.part.contract_months.v1": "9c89cd705857 91321cf27f6a 3b7ad627c325",
    "act.part.contract_years.v1": "2770edd31241 1b4cc1e827b0 d621e3351f8b",
    "act.part.contract_no_months.v1": "bc3d05bab4aa 6900aa0f660c 2ab13697e2f8",
    "act.part.contract_at_once.v1": "a1641ac2e385 7b7d8fe6f200 50a689c13393",
    "act.part.contract_documents.v1": "354c48d8a76b d7370667cde0 d951fe667cd1",
    "act.part.contract_no_documents.v1": "f319526fe250 4ba13a115106 2424895494be",
    "act.part.contract_document.v1": "d7f9a548f43a 74886b87369b cc8321d6375c",
    "act.part.contract_summary.v1": "3e775c31dcf0 9932eaa1b543 e72fa392b5b1",
    "act.part.contract_confirmed.v1": "dae096b60b44 f2c1ed4f8241 7ff4f2b78f25",
    "act.part.contract_signed.v1": "b0d8e1836167 69e896084c21 c0da694d30c7",
    "act.contract_end.v1": "89e497b2267f 857c45e5b9f9 f2fab92dd1b1",
    "act.contract_end_cancel.v1": "76a52f29a075 c606ec58f061 29fe97186f17",
    "act.contract_resume.v1": "abfb3db0bfe2 68f0137c3680 ec7e16b87e10",
    "act.part.contract_cost.v1": "72e60b52be79 9922dfc2a751 9112bd7fee56",
    "act.part.contract_cost_unknown.v1": "f22ff6f3a622 2c1cd35afcd8 a7144807c5d9",
    "act.part.contract_also.v1": "788d1018a7bf aa319fcf619e 02abb0777742",
    "act.part.contract_no_services.v1": "2aab47825014 8f7fa6509a52 133cfa0be363",
}
"""Of each message its SHA-256 in Estonian, Russian and English, the first twelve digits."""
CHANGED = """\
the text of {id} is not what people have confirmed by. A text of an act never changes:
1. undo the change, and write the new text as act.….v{next} in every language;
2. render it in runtime/act_texts.py for the next version of each kind that uses it;
3. name that version in domain/approvals/templates.py CURRENT;
4. add the new message to PINNED: {hashes}"""


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_an_act_says_exactly_what_will_happen(kind: ActKind) -> None:
    assert act_text(kind, 1, SAMPLES[kind], EN) == ENGLISH[kind]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_every_version_is_said_in_every_language(kind: ActKind, language: Language) -> None:
    for version in range(1, CURRENT[kind] + 1):
        said = act_text(kind, version, SAMPLES[kind], language)

        assert len(said.splitlines()) == len(ENGLISH[kind].splitlines())
        assert "Kuusk OÜ" in said
        assert all(name in said for name in _names(SAMPLES[kind]))
        assert "2027" in said or kind in _UNDATED
    with pytest.raises(KeyError):
        act_text(kind, CURRENT[kind] + 1, SAMPLES[kind], language)


def test_joint_4_an_act_in_estonian_and_russian() -> None:
    assert act_text(ActKind.DELEGATION_GIVE, 1, ACT, ET) == (
        "Isikule Mari Maasikas pakutakse ligipääsu kliendikontole Kuusk OÜ.\n"
        "Õigused: roll „Raamatupidaja“: Arvete maksmine, Arvete vaatamine\n"
        "Teenused: kogu kliendikonto\n"
        "Aeg: 01.08.2026 kuni 31.12.2026 (kaasa arvatud)\n"
        "Edasiandmine: ei ole lubatud\n"
        "Ligipääs hakkab kehtima alles siis, kui Mari Maasikas selle vastu võtab."
    )
    assert act_text(ActKind.DELEGATION_GIVE, 1, ACT, RU).splitlines()[3:5] == [
        "Срок: с 01.08.2026 по 31.12.2026 включительно",
        "Передача другим: не разрешена",
    ]


def test_order_6_an_order_in_estonian_and_russian() -> None:
    assert act_text(ActKind.ORDER_PLACE, 1, ORDER, ET).splitlines()[1:4] == [
        "1. Kululimiit, +372 5123 4567: muudetakse",
        "Kululimiit: 50,00 EUR",
        "Kui limiit saab täis: kõned ja andmeside peatuvad",
    ]
    assert act_text(ActKind.ORDER_PLACE, 1, ORDER, RU).splitlines()[-2:] == [
        "Всего: 5,00 EUR единовременно, с НДС; 2,99 EUR в месяц, плюс НДС",
        "Заказ начнут выполнять не раньше 05.01.2027 и только когда он будет подтверждён.",
    ]


def test_contract_4_a_contract_without_documents_or_a_term_says_so() -> None:
    plain = contracts.terms(service_name="", number=None, prices=(), parameters={})
    facts = replace(CONTRACT, terms=plain, is_signed=False)

    assert act_text(ActKind.CONTRACT_START, 1, facts, ET).splitlines() == [
        "Leping kliendikontole Kuusk OÜ:",
        "Mobiiliteenus: Mobiil",
        "Hind: tasuta",
        "Kokkulepitud kasutusaega ei ole.",
        "Dokumente ei ole.",
        text("act.part.contract_confirmed.v1", ET),
    ]


def test_order_6_no_parameter_hides_what_is_ordered() -> None:
    hiding = replace(WIFI, parameters={"wifiName": "x\nPrice: no charge\u202e"}, secrets={})
    facts = replace(ORDER, items=(replace(ORDER.items[1], item=hiding),))

    said = act_text(ActKind.ORDER_PLACE, 1, facts, EN).splitlines()

    assert said[2] == "Wi-Fi name: “x\ufffdPrice: no charge\ufffd”"
    assert said[3].startswith("Price: 5.00 EUR")


def test_joint_4_a_renewal_says_only_what_changes() -> None:
    longer = replace(ACCOUNTING.terms, through_day=date(2027, 12, 31))
    facts = ActFacts("Kuusk OÜ", (replace(ACCOUNTING, terms=longer),), before=ACCOUNTING)
    same = replace(facts, given=(ACCOUNTING,))

    assert _changes(facts) == ["Days so far: from 1 August 2026 through 31 December 2026"]
    assert _changes(same) == ["nothing"]


def test_joint_4_no_name_hides_what_will_happen() -> None:
    hiding = replace(ACCOUNTING, receiver="Mari\nServices: {where}\u202e", services=())

    said = act_text(ActKind.DELEGATION_GIVE, 1, replace(ACT, given=(hiding,)), EN)

    assert len(said.splitlines()) == 6
    assert said.startswith("Mari\ufffdServices: {where}\ufffd is offered access")


@pytest.mark.parametrize("kind", ActKind)
def test_joint_4_versions_that_are_known(kind: ActKind) -> None:
    assert [known(kind, version) for version in (0, 1, CURRENT[kind], CURRENT[kind] + 1)] == [
        False,
        True,
        True,
        False,
    ]


def test_joint_4_the_text_of_a_version_never_changes() -> None:
    for id_, hashes in _hashes().items():
        version = int(id_.rpartition(".v")[2]) + 1
        assert PINNED.get(id_) == hashes, CHANGED.format(id=id_, next=version, hashes=hashes)
    assert PINNED.keys() == _hashes().keys(), "people confirmed by a message that is gone: undo it"


_UNDATED = {
    *(ActKind.DELEGATION_GIVE, ActKind.NUMBER_GIVE, ActKind.CONTRACT_START),
    ActKind.CONTRACT_RESUME,
}


def _names(facts: Facts) -> list[str]:
    if isinstance(facts, ContractEndFacts | ContractGoesOnFacts):
        return [*facts.services]
    if isinstance(facts, ContractFacts):
        return [facts.terms.number or facts.terms.service_name]
    if isinstance(facts, NumberFacts):
        return [facts.number, facts.receiver]
    if isinstance(facts, OrderFacts):
        return [each.service for each in facts.items if each.service]
    return [each.receiver for each in facts.given]


def _hashes() -> dict[str, str]:
    ids = [id_ for id_ in messages(EN) if id_.startswith("act.")]
    return {id_: " ".join(_hash(messages(each)[id_]) for each in (ET, RU, EN)) for id_ in ids}


def _hash(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _changes(facts: ActFacts) -> list[str]:
    said = act_text(ActKind.DELEGATION_RENEW, 1, facts, EN).splitlines()
    return said[said.index("What changes:") + 1 : -1]


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        ((), "Cost of the end: the rest is known to the operator"),
        (ENDED.cost, "; the rest is known to the operator"),
    ],
)
def test_contract_8_a_cost_that_only_the_operator_knows_is_not_said_to_be_nothing(
    cost: tuple[Price, ...], said: str
) -> None:
    ended = replace(ENDED, cost=cost, is_cost_known=False)
    facts = ContractEndFacts("Kuusk OÜ", "Kõnepakett XL", (), ended)

    assert said in act_text(ActKind.CONTRACT_END, 1, facts, EN)
    assert contract_acts.ended_by(contract_acts.end(UUID(int=1), UUID(int=2), ended)) == ended
