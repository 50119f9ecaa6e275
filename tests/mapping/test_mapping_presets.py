"""Whole header rows of known exports: every column gets the right field, or none."""

from __future__ import annotations

import pytest

from importer.mapping.preset import presets, recognise
from importer.mapping.suggest import suggest
from importer.model import Fit

# For each export a header row as the program writes it, and the columns that must be sent; every other column must not.
EXPORTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "google": (
        "Google Contacts export",
        "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
        "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,"
        "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
        "Phone 2 - Label,Phone 2 - Value,Phone 3 - Label,Phone 3 - Value,Address 1 - Label,Address 1 - Formatted,"
        "Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,"
        "Address 1 - Country,Address 1 - Extended Address,Relation 1 - Label,Relation 1 - Value,Website 1 - Label,"
        "Website 1 - Value,Event 1 - Label,Event 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Organization Name": "company",
            "Organization Title": "role",
            "E-mail 1 - Value": "email",
            "E-mail 2 - Value": "email",
            "Phone 1 - Value": "phone",
            "Phone 2 - Value": "phone",
            "Phone 3 - Value": "phone",
        },
    ),
    "google-old": (
        "Google Contacts export (before 2024)",
        "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,"
        "Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,"
        "Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Group Membership,E-mail 1 - Type,"
        "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,"
        "Address 1 - City,Organization 1 - Type,Organization 1 - Name,Organization 1 - Yomi Name,Organization 1 - Title,"
        "Organization 1 - Department,Organization 1 - Symbol,Organization 1 - Location,Organization 1 - Job Description,"
        "Website 1 - Type,Website 1 - Value",
        {
            "Given Name": "first_name",
            "Family Name": "last_name",
            "Organization 1 - Name": "company",
            "Organization 1 - Title": "role",
            "E-mail 1 - Value": "email",
            "Phone 1 - Value": "phone",
        },
    ),
    "google-outlook": (
        "Outlook export",
        "First Name,Middle Name,Last Name,Title,Suffix,Initials,Web Page,Gender,Birthday,Anniversary,Location,Language,"
        "Internet Free Busy,Notes,E-mail Address,E-mail 2 Address,E-mail 3 Address,Primary Phone,Home Phone,Home Phone 2,"
        "Mobile Phone,Pager,Home Fax,Home Address,Home Street,Home City,Home State,Home Postal Code,Home Country,Spouse,"
        "Children,Manager's Name,Assistant's Name,Referred By,Company Main Phone,Business Phone,Business Phone 2,"
        "Business Fax,Assistant's Phone,Company,Job Title,Department,Office Location,Organizational ID Number,Profession,"
        "Account,Business Address,Business Street,Business Country,Other Phone,Other Fax,Other Address,Callback,Car Phone,"
        "ISDN,Radio Phone,TTY/TDD Phone,Telex,User 1,User 2,Keywords,Mileage,Hobby,Billing Information,Directory Server,"
        "Sensitivity,Priority,Private,Categories",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Company": "company",
            "Job Title": "role",
            "E-mail Address": "email",
            "E-mail 2 Address": "email",
            "E-mail 3 Address": "email",
            "Primary Phone": "phone:primary",
            "Home Phone": "phone:home",
            "Home Phone 2": "phone:home",
            "Mobile Phone": "phone:mobile",
            "Company Main Phone": "phone:company main",
            "Business Phone": "phone:work",
            "Business Phone 2": "phone:work",
            "Other Phone": "phone:other",
            "Car Phone": "phone:car",
            "Radio Phone": "phone:radio",
        },
    ),
    "outlook": (
        "Outlook export",
        "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
        "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home Country/Region,"
        "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,"
        "Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,"
        "Telex,Account,Anniversary,Assistant's Name,Birthday,Business Address PO Box,Categories,E-mail Address,"
        "E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,Government ID Number,"
        "Organizational ID Number,Web Page",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Company": "company",
            "Job Title": "role",
            "E-mail Address": "email",
            "E-mail 2 Address": "email",
            "Business Phone": "phone:work",
            "Business Phone 2": "phone:work",
            "Car Phone": "phone:car",
            "Company Main Phone": "phone:company main",
            "Home Phone": "phone:home",
            "Home Phone 2": "phone:home",
            "Mobile Phone": "phone:mobile",
            "Other Phone": "phone:other",
            "Primary Phone": "phone:primary",
            "Radio Phone": "phone:radio",
        },
    ),
    "outlook.com": (
        "Outlook export",
        "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,"
        "Home Phone,Business Phone,Mobile Phone,Pager,Business Fax,Company Main Phone,IMAddress,Job Title,Department,"
        "Company,Office Location,Manager's Name,Assistant's Name,Assistant's Phone,Company Yomi,Business Street,"
        "Personal Web Page,Spouse,Schools,Hobby,Web Page,Notes",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "E-mail Address": "email",
            "E-mail 2 Address": "email",
            "Home Phone": "phone:home",
            "Business Phone": "phone:work",
            "Mobile Phone": "phone:mobile",
            "Company Main Phone": "phone:company main",
            "Job Title": "role",
            "Company": "company",
        },
    ),
    "thunderbird": (
        "Thunderbird export",
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
        "Fax Number,Pager Number,Mobile Number,Home Address,Home City,Job Title,Department,Organization,Web Page 1,"
        "Birth Year,Birth Month,Birth Day,Custom 1,Custom 2,Notes,",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Primary Email": "email:primary",
            "Secondary Email": "email:secondary",
            "Work Phone": "phone:work",
            "Home Phone": "phone:home",
            "Mobile Number": "phone:mobile",
            "Job Title": "role",
            "Organization": "company",
        },
    ),
    "yahoo": (
        "Yahoo export",
        "First,Middle,Last,Nickname,Email,Category,Distribution Lists,Messenger ID,Home,Work,Pager,Fax,Mobile,Other,"
        "Yahoo! Phone,Primary,Alternate Email 1,Alternate Email 2,Title,Company,Comments",
        {
            "First": "first_name",
            "Last": "last_name",
            "Email": "email",
            "Home": "phone:home",
            "Work": "phone:work",
            "Mobile": "phone:mobile",
            "Other": "phone:other",
            "Alternate Email 1": "email:other",
            "Alternate Email 2": "email:other",
            "Title": "role",
            "Company": "company",
        },
    ),
    "linkedin": (
        "LinkedIn connections",
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "URL": "source_url",
            "Email Address": "email",
            "Company": "company",
            "Position": "role",
        },
    ),
    "hubspot": (
        "HubSpot export",
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Primary Associated Company ID,"
        "Last Activity Date,Lead Status,Marketing contact status,Create Date,Associated Company",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Email": "email",
            "Phone Number": "phone",
            "Associated Company": "company",
        },
    ),
    "salesforce": (
        "Salesforce export",
        "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,"
        "Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,Email,Account Owner",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Title": "role",
            "Account Name": "company",
            "Phone": "phone",
            "Mobile": "phone:mobile",
            "Email": "email",
        },
    ),
    "salesforce-loader": (
        "Salesforce export",
        "ID,ISDELETED,ACCOUNTID,LASTNAME,FIRSTNAME,SALUTATION,NAME,MAILINGSTREET,MAILINGCITY,MAILINGSTATE,"
        "MAILINGPOSTALCODE,PHONE,FAX,MOBILEPHONE,HOMEPHONE,OTHERPHONE,ASSISTANTPHONE,EMAIL,TITLE,OWNERID",
        {
            "FIRSTNAME": "first_name",
            "LASTNAME": "last_name",
            "PHONE": "phone",
            "MOBILEPHONE": "phone:mobile",
            "HOMEPHONE": "phone:home",
            "OTHERPHONE": "phone:other",
            "EMAIL": "email",
            "TITLE": "role",
        },
    ),
    "pipedrive": (
        "Pipedrive export",
        "Person - ID,Person - Name,Person - First name,Person - Last name,Person - Organization,Person - Email - Work,"
        "Person - Email - Home,Person - Email - Other,Person - Phone - Work,Person - Phone - Home,Person - Phone - Mobile,"
        "Person - Phone - Other,Person - Labels,Person - Owner",
        {
            "Person - First name": "first_name",
            "Person - Last name": "last_name",
            "Person - Organization": "company",
            "Person - Email - Work": "email:work",
            "Person - Email - Home": "email:home",
            "Person - Email - Other": "email:other",
            "Person - Phone - Work": "phone:work",
            "Person - Phone - Home": "phone:home",
            "Person - Phone - Mobile": "phone:mobile",
            "Person - Phone - Other": "phone:other",
        },
    ),
    "zoho": (
        "Zoho CRM export",
        "Record Id,Contact Owner.id,Contact Owner,Lead Source,First Name,Last Name,Account Name.id,Account Name,"
        "Vendor Name.id,Vendor Name,Email,Title,Department,Phone,Home Phone,Other Phone,Fax,Mobile,Created By.id,"
        "Created By,Modified By.id,Modified By,Created Time,Modified Time,Contact Name,Mailing Street,Mailing City,"
        "Mailing State,Mailing Zip,Mailing Country,Email Opt Out,Tag",
        {
            "First Name": "first_name",
            "Last Name": "last_name",
            "Account Name": "company",
            "Email": "email",
            "Title": "role",
            "Phone": "phone",
            "Home Phone": "phone:home",
            "Other Phone": "phone:other",
            "Mobile": "phone:mobile",
        },
    ),
    "mailchimp": (
        "Mailchimp audience",
        "Email Address,First Name,Last Name,Company size,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
        "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
        {"Email Address": "email", "First Name": "first_name", "Last Name": "last_name"},
    ),
    "brevo": (
        "Brevo export",
        "EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;DOUBLE_OPT-IN".replace(";", ","),
        {"EMAIL": "email", "LASTNAME": "last_name", "FIRSTNAME": "first_name", "SMS": "phone:mobile"},
    ),
    "dialpad": (
        "Dialpad contacts",
        "first_name,last_name,email,phones,extension,company,role,urls,country",
        {
            "first_name": "first_name",
            "last_name": "last_name",
            "email": "email",
            "phones": "phone",
            "company": "company",
            "role": "role",
        },
    ),
    "aircall": (
        "Aircall contacts",
        "first_name,last_name,company_name,phone1,phone2,phone3,phone4",
        {
            "first_name": "first_name",
            "last_name": "last_name",
            "company_name": "company",
            "phone1": "phone",
            "phone2": "phone",
            "phone3": "phone",
            "phone4": "phone",
        },
    ),
    "voipstudio": (
        "VoIPstudio contacts",
        "Email,First name,Last name,Company,Phone,Mobile,Group,Labels",
        {
            "Email": "email",
            "First name": "first_name",
            "Last name": "last_name",
            "Company": "company",
            "Phone": "phone",
            "Mobile": "phone:mobile",
        },
    ),
    "ringotel": (
        "Ringotel contacts",
        "name,mobile,phone,fax,organization,position,email",
        {
            "name": "full_name",
            "mobile": "phone:mobile",
            "phone": "phone",
            "organization": "company",
            "position": "role",
            "email": "email",
        },
    ),
    "net2phone": (
        "net2phone contacts",
        "First Name,Last Name,Phone Number,Email",
        {"First Name": "first_name", "Last Name": "last_name", "Phone Number": "phone", "Email": "email"},
    ),
    "quo": (
        "Quo contact export",
        "id,userId,firstName,lastName,company,sharedWith,phone_number_1,phone_number_2,email_1",
        {
            "firstName": "first_name",
            "lastName": "last_name",
            "company": "company",
            "phone_number_1": "phone",
            "phone_number_2": "phone",
            "email_1": "email",
        },
    ),
}


def sent(headers: list[str]) -> dict[str, str]:
    found = {}
    for column in suggest(headers).mapped:
        assert column.target
        found[column.header] = f"{column.target.name}:{column.target.label}".removesuffix(":")
    return found


@pytest.mark.parametrize("export", sorted(EXPORTS))
def test_every_column_of_a_known_export_goes_to_its_field(export: str) -> None:
    """A known export is mapped right without a word from the person, and what has no field is not sent."""
    name, row, fields = EXPORTS[export]
    preset = recognise(row.split(","))
    assert preset is not None
    assert preset.name == name
    assert sent(row.split(",")) == fields


@pytest.mark.parametrize("export", sorted(EXPORTS))
def test_a_known_export_asks_nothing(export: str) -> None:
    """No column of a known export is left as a question."""
    assert [one.header for one in suggest(EXPORTS[export][1].split(",")).columns if one.fit is Fit.UNSURE] == []


def test_the_list_of_headers_is_as_long_as_promised() -> None:
    """The exports above hold at least 150 different headers, at least 40 of which must stay out."""
    headers = {header for _, row, _ in EXPORTS.values() for header in row.split(",")}
    unmapped = headers - {header for _, _, fields in EXPORTS.values() for header in fields}
    assert len(headers) >= 150
    assert len(unmapped) >= 40


def test_every_preset_recognises_its_own_header_row() -> None:
    """A preset whose signature does not fit its own header row, or fits a worse one better, is of no use."""
    assert {preset.name for preset in presets()} == {name for name, _, _ in EXPORTS.values()}


def test_google_label_columns_label_the_value_beside_them() -> None:
    """ "Phone 1 - Label" is no field: it names the phone of "Phone 1 - Value"."""
    mapping = suggest(["First Name", "Phone 1 - Label", "Phone 1 - Value", "E-mail 1 - Type", "E-mail 1 - Value"])
    assert [column.label_position for column in mapping.columns] == [None, None, 1, None, 3]
    assert [mapping.columns[n].fit for n in (1, 3)] == [Fit.IGNORED, Fit.IGNORED]


def test_the_company_half_of_a_hubspot_export_is_not_the_contact() -> None:
    """With associations the export has every header twice; only the contact's own phone is sent, and the company's name."""
    row = (
        "Record ID - Contact,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,"
        "Record ID - Company,Company name,Company owner,Create Date,Phone Number,Last Activity Date"
    ).split(",")
    mapping = suggest(row)
    assert {column.position: column.target.field for column in mapping.mapped if column.target} == {
        1: "first_name",
        2: "last_name",
        3: "email",
        4: "phone",
        9: "company",
    }
    assert not [column for column in mapping.columns if column.fit is Fit.UNSURE]
