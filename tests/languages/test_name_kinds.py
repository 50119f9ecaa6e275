"""Whose name it is: companies become companies, people never do, and several people are told."""

from __future__ import annotations

import pytest

from importer.clean.names.full_name import FullName, split
from importer.languages.name_kinds import NameKind, kind_of_name

COMPANIES = """
ACME GmbH|Acme, Inc.|ABC Roofing LLC|Smith & Sons|Smith and Sons Plumbing|Jones Bros.|Baker & Associates
Smith, Jones & Co|The Pizza Place|The Coffee House|Joe's Plumbing|Ann's Bakery|TechFlow Solutions
Springfield Dental Clinic|Studio 54|University of Leeds|Bank of Springfield|Church of St Mary|Booking.com
Müller GmbH & Co. KG|Siemens AG|Müller & Söhne|Praxis Dr. Müller|Bäckerei Schmidt|Hotel Adler|Stadt Köln
Gebrüder Grimm|Fa. Weber|Müller und Partner|Sportverein Nord e.V.|Dupont SARL|Dupont et Fils|Boulangerie Martin
Société Générale|Telefónica S.A.|García e Hijos|Hermanos García|Grupo México S.A. de C.V.|Rossi S.r.l.|Fiat S.p.A.
Rossi & Figli|Silva Ltda|Ferreira & Filhos Lda|Jansen B.V.|Jansen en Zonen|Volvo AB|Equinor ASA|Novo Nordisk A/S
Petersen ApS|Nokia Oyj|Novák s.r.o.|Škoda a.s.|Kowalski Sp. z o.o.|Kovács Kft.|Popescu S.R.L.|Koç Holding
Şahin Ltd. Şti.|ООО Ромашка|ТОВ Веселка|Tanaka K.K.|株式会社田中|北京有限公司|주식회사 한빛|שלום בע"מ|شركة النور
Dæmi ehf.|Marel hf.|Bakarí Jóa sf.|Jón og synir
"""
PEOPLE = """
Charlotte Church|Vincent Price|Azealia Banks|Ann Bank|Ann Law|Bob Market|Jim Hall|Alan House|Susan Place|Rosa Parks
Mary Temple|Gabrielle Union|Sue Diner|Robert Major|Ian Bishop|Farokh Engineer|Nari Contractor|Jane Co|JANE CO
Maria Sa|Kim Se|Ute Ag|Erik Ab|Jan Vos|Peter Sas|Li Mei|Fa Li|Mao Ao|Ali Ek|Phu Nguyen|Bo Diddley|Olaf Son|Yo-Yo Ma
Van Morrison|José Ortega y Gasset|Santiago Ramón y Cajal|Eduardo Costa e Silva|John E Smith|john e smith
maria a lopez garcia|Ludwig van Beethoven|Bart De Wever|Ana de la Cruz|Da Silva, Ana|Vos, Jan|Ann Lee, PhD
Dr. Ann Lee|Rev. Bob Ray|The Rev. Ann Lee|Joan of Arc|Karl May|Anna Bau|Maison Smith|Sam Shop|Nguyễn Văn An
Иван Петров|王小明|田中太郎|김철수|محمد علي|Max Inn|Thi Le|Mohammed Al Fayed|Björn Borg|Łukasz Żak|Anne-Marie O'Neil
Sinéad NíBhriain|Null|Ann
"""


def names(text: str) -> list[str]:
    return [name for line in text.strip().splitlines() for name in line.split("|")]


@pytest.mark.parametrize("name", names(COMPANIES))
def test_what_no_person_is_called_is_a_company(name: str) -> None:
    """A legal form, a trade, sons and partners, or "the" with a place make a company in any language."""
    assert split(name) == FullName("", "", (), name)


@pytest.mark.parametrize("name", names(PEOPLE))
def test_a_person_is_never_a_company(name: str) -> None:
    """A family name that is also a word of trade, and a legal form that is also a family name, are a person's."""
    assert kind_of_name(name) is NameKind.PERSON


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ann and Bob Lee", "Ann and Bob", "Lee"),
        ("Mr. and Mrs. Smith", "Mr. and Mrs.", "Smith"),
        ("Hans und Anna Schmidt", "Hans und Anna", "Schmidt"),
    ],
)
def test_couples_are_told(name: str, first: str, last: str) -> None:
    """Two people in one cell become one contact with a line that says so."""
    full = split(name)
    assert (full.first, full.last, full.company) == (first, last, "")
    assert [finding.rule for finding in full.findings] == ["name-several"]


@pytest.mark.parametrize(
    "name",
    [
        *("Martinez, Walker and Burton", "Baker, Ray & Lee", "Juan y María Pérez", "Jan en Anna de Vries", "Ann + Bob"),
        *("Per og Kari Hansen", "Jean et Marie Dupont", "Familie Müller", "The Smith Family", "Wells Fargo Bank"),
    ],
)
def test_what_may_be_several_people_or_a_company_is_not_taken_for_one_person_in_silence(name: str) -> None:
    """Where nothing shows whether it is a firm, a couple or a household, there is a line, and no company is made."""
    full = split(name)
    assert full.company == ""
    assert full.findings
