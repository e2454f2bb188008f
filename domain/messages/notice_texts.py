"""Texts of notices in three languages. A title fits one SMS, and names neither person nor account.

Estonian titles do without õ, š and ž, which GSM-7 does not have.
"""

# ruff: noqa: RUF001 # Russian has letters that look like Latin ones

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.messages.notices import NoticeKind
from domain.numbers.sms_texts import Language

_ET, _RU, _EN = Language.ESTONIAN, Language.RUSSIAN, Language.ENGLISH
_Texts = Mapping[Language, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice for people: one line, and what there is to say about it."""

    title: str
    body: str


TEXTS: Mapping[NoticeKind, _Texts] = {
    NoticeKind.ACCESS_REQUEST_ANSWERED: {
        _ET: ("Sinu taotlusele vastati", "Vaata vastust iseteeninduses."),
        _RU: ("На ваш запрос ответили", "Смотрите ответ в самообслуживании."),
        _EN: ("Your request was answered", "See the answer in self-service."),
    },
    NoticeKind.ACCESS_REQUESTED: {
        _ET: ("Sinult taotletakse juurdepääsu", "Konto: {account}. Kinnita taotlus või keeldu."),
        _RU: ("У вас запрашивают доступ", "Счёт: {account}. Подтвердите запрос или откажите."),
        _EN: ("You are asked for access", "Account: {account}. Approve or decline the request."),
    },
    NoticeKind.ACCESS_RESTORED: {
        _ET: ("Juurdepääs on taastatud", "Konto: {account}."),
        _RU: ("Доступ восстановлен", "Счёт: {account}."),
        _EN: ("Access is restored", "Account: {account}."),
    },
    NoticeKind.ACCESS_SUSPENDED: {
        _ET: ("Juurdepääs on peatatud", "Konto: {account}. Juurdepääsu praegu ei ole."),
        _RU: ("Доступ приостановлен", "Счёт: {account}. Сейчас доступа нет."),
        _EN: ("Access is suspended", "Account: {account}. There is no access for now."),
    },
    NoticeKind.DELEGATION_ACCEPTED: {
        _ET: ("Saaja kinnitas juurdepääsu", "Konto: {account}."),
        _RU: ("Получатель принял доступ", "Счёт: {account}."),
        _EN: ("The receiver accepted the access", "Account: {account}."),
    },
    NoticeKind.DELEGATION_CHANGED: {
        _ET: ("Juurdepääsu muudeti", "Konto: {account}. Vaata, mis muutus, iseteeninduses."),
        _RU: ("Доступ изменён", "Счёт: {account}. Что изменилось, смотрите в самообслуживании."),
        _EN: ("Access was changed", "Account: {account}. See what changed in self-service."),
    },
    NoticeKind.DELEGATION_DECLINED: {
        _ET: ("Saaja keeldus juurdepääsust", "Konto: {account}."),
        _RU: ("Получатель отказался от доступа", "Счёт: {account}."),
        _EN: ("The receiver declined the access", "Account: {account}."),
    },
    NoticeKind.DELEGATION_ENDED: {
        _ET: ("Juurdepääs on läbi", "Konto: {account}."),
        _RU: ("Доступ закончился", "Счёт: {account}."),
        _EN: ("Access has ended", "Account: {account}."),
    },
    NoticeKind.DELEGATION_ENDS_SOON: {
        _ET: ("Juurdepääs saab peagi läbi", "Konto: {account}. Viimane päev: {through}."),
        _RU: ("Доступ скоро закончится", "Счёт: {account}. Последний день: {through}."),
        _EN: ("Access ends soon", "Account: {account}. Last day: {through}."),
    },
    NoticeKind.DELEGATION_OFFERED: {
        _ET: (
            "Sulle pakutakse juurdepääsu",
            "Konto: {account}. Aeg: {from} kuni {through}. Võta vastu või keeldu.",
        ),
        _RU: (
            "Вам предлагают доступ",
            "Счёт: {account}. Срок: с {from} по {through}. Примите его или откажитесь.",
        ),
        _EN: (
            "You are offered access",
            "Account: {account}. From {from} through {through}. Accept or decline it.",
        ),
    },
    NoticeKind.DELEGATION_REVOKED: {
        _ET: ("Juurdepääs on tühistatud", "Konto: {account}."),
        _RU: ("Доступ отозван", "Счёт: {account}."),
        _EN: ("Access was revoked", "Account: {account}."),
    },
    NoticeKind.REVIEW_OPENED: {
        _ET: (
            "Vaata antud juurdepääsud üle",
            "Konto: {account}. Mida keegi ei kinnita, lõpeb pärast {until}.",
        ),
        _RU: (
            "Проверьте выданные доступы",
            "Счёт: {account}. То, что никто не подтвердит, закончится после {until}.",
        ),
        _EN: (
            "Review the access that was given",
            "Account: {account}. What nobody confirms ends after {until}.",
        ),
    },
    NoticeKind.REVIEW_REMINDER: {
        _ET: (
            "Meeldetuletus: vaata juurdepääsud üle",
            "Konto: {account}. Mida keegi ei kinnita, lõpeb pärast {until}.",
        ),
        _RU: (
            "Напоминание: проверьте доступы",
            "Счёт: {account}. То, что никто не подтвердит, закончится после {until}.",
        ),
        _EN: (
            "Reminder: review the access that was given",
            "Account: {account}. What nobody confirms ends after {until}.",
        ),
    },
}
_NO_ACCOUNT = {_ET: "kliendikonto", _RU: "счёт клиента", _EN: "a customer account"}
_DAYS = frozenset({"from", "through", "until"})


def notice_text(
    kind: NoticeKind, language: Language, facts: Mapping[str, Any], account: str | None
) -> NoticeText:
    """Return a notice's text. ``facts`` as they are stored; ``account``: the name to show."""
    title, body = TEXTS[kind][language]
    shown = {
        name: _day(date.fromisoformat(value), language) if name in _DAYS else value
        for name, value in facts.items()
    }
    return NoticeText(title, body.format(**shown | {"account": account or _NO_ACCOUNT[language]}))


def _day(day: date, language: Language) -> str:
    return f"{day.day} {day:%B %Y}" if language is _EN else f"{day:%d.%m.%Y}"
