"""Single headers in seven languages, and headers that only look like fields."""

from __future__ import annotations

import pytest

from importer.mapping.header import knows_header
from importer.mapping.suggest import suggest
from importer.model import Fit

KNOWN = {
    "first_name": "First Name,first_name,firstName,FIRSTNAME,First name *,Given Name,Vorname,Prénom,prenom,Voornaam,Primeiro nome,Nombre de pila",
    "last_name": "Last Name,Surname,Family name,Nachname,Familienname,Nom de famille,Apellidos,Apellido,Sobrenome,Apelido,Cognome,Achternaam",
    "full_name": "Full Name,Name,Nom,Nombre,Nome,Naam,Nom complet,Nombre y apellidos,Nome e cognome,Vor- und Nachname,Volledige naam",
    "company": "Company,Company Name,Organization,Organisation,Firma,Unternehmen,Société,Entreprise,Empresa,Compañía,Azienda,Bedrijf,Bedrijfsnaam",
    "role": "Role,Job Title,Position,Funktion,Fonction,Poste,Cargo,Puesto,Ruolo,Functie,Berufsbezeichnung",
    "external_id": "external_id,External ID,externalId",
    "source_url": "source_url,sourceUrl,Source URL",
    "created_by": "created_by,createdByUserId",
    "phone": "Phone,Phone Number,PHONE NUMBER,phone_number,Phone #,Phones,Tel.,Telephone,Telefon,Telefonnummer,Rufnummer,Tel.-Nr.,Téléphone,N° de téléphone,Teléfono,Número de teléfono,Telefone,Telefono,Telefoonnummer,Phone 2,Contact Number,Customer Phone",
    "phone:mobile": "Mobile,Mobile Phone,Mobile No.,Cell,Cell Phone,cellphone,Handy,Handynummer,Mobiltelefon,Mobil,Téléphone portable,Portable,Teléfono móvil,Celular,Telemóvel,Cellulare,Mobiel,mobile_number,mobilePhone",
    "phone:work": "Work Phone,Business Phone,Office Phone,Phone (work),Telefon geschäftlich,Telefon (Büro),Téléphone bureau,Telefone comercial",
    "phone:home": "Home Phone,Phone - Home,Telefon privat,Telefono casa",
    "phone:landline": "Landline,Festnetz,Téléphone fixe,Teléfono fijo",
    "phone:work mobile": "Work Mobile,Diensthandy",
    "email": "Email,E-mail,E-Mail,e_mail,eMail,Email Address,E-Mail-Adresse,Mail,Courriel,Adresse e-mail,Adresse mail,Correo electrónico,Indirizzo email,Endereço de e-mail,E-mailadres,Email 2,Contact Email",
    "email:work": "Work Email,Business Email,E-Mail geschäftlich",
    "email:home": "Personal Email,Home E-mail,E-Mail privat",
}  # fmt: skip

NEVER_SENT = (
    "Email Opt Out|Email opt-in|Email Status|Email Type|Email verified|Email domain|Do Not Email|Unsubscribed from email|"
    "Company size|Company ID|Company domain|Company Website|Number of employees|Record ID|Contact ID|ID|Customer ID|UUID|"
    "Kundennummer|Account Number|Assistant's Phone|Assistant Email|Emergency Phone|Emergency contact|Spouse|Owner|"
    "Contact Owner|Phone Type|Phone Extension|Phone verified|Phone country|Fax|Home Fax|Fax Number|Telefax|Pager|Telex|"
    "Middle Name|Nickname|Maiden Name|Name Prefix|Name Suffix|Username|File Name|Event Name|Product Name|Salutation|"
    "Anrede|Civilité|Department|Abteilung|Address|Street|City|Zip|PLZ|Country|Birthday|Geburtsdatum|Notes|Comments|Tags|"
    "Website|URL|Created By|Create Date|Last Modified|Status|Gender|Language|Time zone|Latitude|Amount|Total|Contract|"
    "Contract Name|Contract Number|Phase|Mailing City|Mail Stop|Lead Source|Position ID|Role ID|Job Number|First Contact|"
    "Last Contact|Last Contacted|Last Activity|First Seen|Company Phase|iPhone|Telephony|氏名|電話番号|Имя|Телефон|הערות"
).split("|")


@pytest.mark.parametrize(("field", "header"), [(field, one) for field, row in KNOWN.items() for one in row.split(",")])
def test_a_known_header_finds_its_field_and_label(field: str, header: str) -> None:
    """A usual name of a field, in any of seven languages and any spelling, is that field."""
    (column,) = suggest([header]).columns
    assert column.fit is Fit.MAPPED
    assert column.target
    assert f"{column.target.field}:{column.target.label}".removesuffix(":") == field


@pytest.mark.parametrize("header", NEVER_SENT)
def test_a_header_that_is_no_field_is_not_sent(header: str) -> None:
    """A header that names something else, or that nobody taught the program, is never mapped, and says why."""
    (column,) = suggest([header]).columns
    assert column.fit is not Fit.MAPPED
    assert column.reason


@pytest.mark.parametrize("header", NEVER_SENT)
def test_even_phone_like_values_only_raise_a_question(header: str) -> None:
    """However much the values look like phones, an unknown header is at most a question."""
    (column,) = suggest([header], samples=[["+1 415 555 0101", "+44 20 7946 0018"]]).columns
    assert column.fit in {Fit.UNSURE, Fit.UNMAPPED}


def test_the_header_finder_knows_headers_and_not_people() -> None:
    """The reader's question "is this a header?" is answered yes for headers of contact sheets and no for data."""
    headers = ["First Name", "Notes", "Phone 1 - Label", "E-Mail", "Téléphone", "_external_id", "Record ID", "Title"]
    data = [
        "",
        "Jane",
        "+1 415 555 0101",
        "jane@example.com",
        "Acme Ltd",
        "12",
        "tel 4155550101",
        "2024-01-02",
        "x" * 99,
    ]
    assert [one for one in headers if not knows_header(one)] == []
    assert [one for one in data if knows_header(one)] == []
