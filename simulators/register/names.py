"""Names for invented people and companies: common ones, put together at random."""


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


MEN = _each(
    "Jaan Toomas Margus Rein Andres Urmas Priit Tarmo Indrek Ain Jüri Märt Kaupo Mart Siim "
    "Raivo Tõnu Ülo Heiki Ahto Karl Rasmus Kristjan Meelis Aivar Peeter Madis Hannes"
)
WOMEN = _each(
    "Mari Kati Liina Anu Tiina Piret Eve Kersti Maarja Ülle Õie Kadri Häli Sirje Triin Katrin "
    "Riina Helena Kristiina Merike Külli Anneli Grete Laura Liis Tuuli Jana Signe"
)
SURNAMES = _each(
    "Tamm Saar Sepp Mägi Kask Kukk Rebane Ilves Pärn Koppel Luik Oja Raudsepp Kuusk Karu Põder "
    "Lepik Kivi Jõgi Mets Raba Liiv Soo Nõmm Laas Teder Vaher Õunapuu Ots Kütt Rand Sild Põld "
    "Org Hunt Kallas Pihlak Lõhmus Toom Allik Järv Nurm Paju Sarapuu Ööbik Tamm-Saar Lill Mänd "
    "Uibo Valge Roos Vares Kangur Veski Rätsep Kõiv Haab Toots Kuslap Arro Tiits"
)
RUSSIAN_MEN = _each(
    "Sergei Andrei Aleksandr Vladimir Dmitri Igor Oleg Juri Nikolai Viktor Maksim Roman"
)
RUSSIAN_WOMEN = _each(
    "Jelena Irina Olga Natalja Svetlana Tatjana Marina Ljudmila Galina Julia Anna Oksana"
)
RUSSIAN_STEMS = _each(
    "Ivanov Petrov Smirnov Kuznetsov Popov Volkov Sokolov Lebedev Kozlov Novikov Morozov Pavlov "
    "Semjonov Golubev Vinogradov Bogdanov Vorobjov Fjodorov"
)
FOREIGN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "FIN": (("Matti", "Pekka", "Sanna", "Päivi"), ("Virtanen", "Mäkinen", "Nieminen", "Lehtonen")),
    "LVA": (("Jānis", "Andris", "Inese", "Līga"), ("Bērziņš", "Kalniņš", "Ozols", "Liepiņa")),
    "LTU": (("Jonas", "Tomas", "Rasa", "Eglė"), ("Kazlauskas", "Petrauskas", "Urbonas")),
    "": (("Hans", "Olivia", "Erik", "Sofia"), ("Müller", "Schmidt", "Andersson", "Kowalski")),
}
PLACES = _each(
    "Põhjaranna Emajõe Pirita Toome Kadrioru Raudalu Võhandu Saaremaa Hiie Lahemaa Kesklinna "
    "Nõmme Pärnumaa Viljandi Ülemiste Sõrve Haanja Soomaa Alutaguse Narva Kalamaja Otepää Paide "
    "Kuressaare Valga Põlva Jõgeva Rakvere Keila Tapa"
)
TRADES = _each(
    "Ehitus Puit Kaubandus Transport Konsult Kinnisvara Disain Metall Toit Tarkvara Meedia "
    "Mööbel Aiand Auto Elekter Energia Kalatööstus Kodu Köök Mets Raamatupidamine Reisid Rõivas "
    "Sadam Sport Tekstiil Trükk Õpe Äriabi Varahaldus Invest Grupp Partnerid Logistika"
)
SUCCESSIONS = ("", "", "", "", " Pluss", " ja Pojad", " Eesti", " Baltic", " Holding", " Teenused")
