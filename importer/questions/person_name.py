"""Which column holds the names, where no column is known to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.mapping.suggest.guess import doubtful_key
from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.names import likely_field, whose_name
from importer.mapping.suggest.value_types import ENOUGH, is_person_name, share
from importer.mapping.suggest.vocabulary import OTHER_PERSON, RELATIVE, vocabulary
from importer.model import Choice, ColumnMapping, Fit, Question, QuestionKind
from importer.model.fields import NAME_HALVES
from importer.questions.column import LEAVE_OUT, no_such_column
from importer.questions.text_looks import are_texts, has_letters, is_company_like, is_person_like
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.questions.asked_sheet import AskedSheet

WITHOUT_NAMES = "without-names"
_PERSON_FIELDS = (*NAME_HALVES, "full_name")
_NAME_FIELDS = (*_PERSON_FIELDS, "company")
_MOST_CHOICES = 4
_WORDS = {"full_name": "whole names", "company": "names of companies"}
_HALF, _MOST = 0.5, 0.7
_LOOKED_AT = 200
_MOST_FIRST_NAMES = 3
_NAME_WORD = regex(r"[^\W\d_]+(?:[.'’-]+[^\W\d_]*)*")
_INITIALS = regex(r"(?:[^\W\d_]\.[ -]?){1,5}")


class _Candidate(NamedTuple):
    """A column that may hold the names, with the field that it would fill; `likeness` sorts the best first.

    `whose`: for half a name, the words of the header that say whose it is.
    """

    column: ColumnMapping
    field: str
    likeness: float
    whose: str = ""


def ask_for_names(sheet: AskedSheet) -> Iterator[Question]:
    """Ask for the names where no column gives any, and for the person's where only the company's name is known."""
    if not sheet.mapping.mapped and not sheet.columns(Fit.UNSURE):
        return
    candidates = sorted(_candidates(sheet), key=lambda candidate: -candidate.likeness)
    if not sheet.sent(*_NAME_FIELDS):
        if candidates:
            yield _which_column(sheet, candidates)
    elif not sheet.sent(*_PERSON_FIELDS):
        yield from _ask_for_person(sheet, candidates)
    elif not sheet.sent("first_name", "full_name"):
        yield from _ask_for_first_name(sheet, candidates)


def _candidates(sheet: AskedSheet) -> Iterator[_Candidate]:
    columns = list(sheet.columns(Fit.UNMAPPED, Fit.UNSURE))
    names = {column.position: whose_name(column.header) for column in columns}
    for column in columns:
        values = sheet.first_values(column)[:_LOOKED_AT]
        name = names[column.position]
        # "Nom du client" beside "Prénom du client": the one other half of the same person's name.
        others = [other for other in columns if names[other.position].whose == name.whose and other is not column]
        if name.field == "full_name" and len(others) == 1 and are_texts(values):
            half, halves = names[others[0].position], sheet.first_values(others[0])[:_LOOKED_AT]
            field = likely_field(name.word, half, values, halves) if half.field in NAME_HALVES else "full_name"
            if field != "full_name":
                yield _Candidate(column, field, 2, name.whose)
                continue
        guess = column.target.field if column.target else ""
        if guess in _NAME_FIELDS and share(values, has_letters) > _HALF:
            yield _Candidate(column, guess, 3)
            continue
        # A question about what else the column may be is asked by itself.
        is_guessed = column.fit is Fit.UNSURE and guess != ""
        if is_guessed or not are_texts(values) or fold(column.header) in vocabulary().countries:
            continue
        if name.field in NAME_HALVES:
            yield _Candidate(column, name.field, 2, name.whose)
            continue
        companies, people = share(values, is_company_like), share(values, is_person_like)
        header_words = set(words(column.header))
        bonus = bool(header_words & vocabulary().persons) - bool(header_words & vocabulary().not_names)
        yield _Candidate(column, "company" if companies > people else "full_name", max(companies, people) + bonus)


def _which_column(sheet: AskedSheet, candidates: Sequence[_Candidate]) -> Question:
    names = [sheet.name(candidate.column) for candidate in candidates]
    # A column of notes is offered only where no other may hold the names.
    likely = [candidate for candidate in candidates if candidate.likeness > 0] or candidates
    choices = [_choice(sheet, columns) for columns in _with_other_half(likely)][:_MOST_CHOICES]
    pair = _customer_and_person(candidates)
    company_beside = None if pair else _company_and_person(sheet, likely)
    if company_beside:
        # Which of two agents of one firm a contact is cannot be told by the firm; a sales rep is no contact at all.
        choices.insert(0, _company_choice(sheet, *company_beside))
    elif pair:
        choices.insert(0, _company_choice(sheet, *pair))
    # All of them, since the question would otherwise come back with the next one.
    choices.append(Choice(WITHOUT_NAMES, "import contacts without a name", {"map": dict.fromkeys(names, LEAVE_OUT)}))
    best = candidates[0]
    # The names of a spouse beside a column that may hold those of the contacts: only a person can say which are meant.
    is_relative = any(vocabulary().left.get(word) in (OTHER_PERSON, RELATIVE) for word in best.whose.split())
    is_open = is_relative and any(not candidate.whose and candidate.likeness >= _HALF for candidate in likely)
    # Where the customers are people too, either of the two may be the contact.
    is_either = pair is not None and share(sheet.first_values(pair[0].column), is_person_name) >= ENOUGH
    is_open = is_open or company_beside is not None or is_either
    return Question(
        QuestionKind.PERSON_NAME,
        "Which column holds the names?",
        "No column is sent as a name or a company. Contacts without a name cannot be told apart.",
        tuple(choices),
        proposal=choices[0].value if not is_open and (best.likeness >= _HALF or len(choices) == 2) else "",
        typed="map",
        required=True,
    )


def _customer_and_person(candidates: Sequence[_Candidate]) -> tuple[_Candidate, _Candidate] | None:
    """ "Customer" and "Contact": a column headed by a word for a customer, and one by a word for its contact person."""
    terms = vocabulary()
    keys = [(candidate, doubtful_key(candidate.column.header)) for candidate in candidates]
    names = [(candidate, key) for candidate, key in keys if terms.doubtful.get(key) == candidate.field == "full_name"]
    persons = [candidate for candidate, key in names if key in terms.contact_persons]
    customers = [candidate for candidate, key in names if key not in terms.contact_persons]
    return (customers[0], persons[0]) if customers and persons else None


def _company_and_person(sheet: AskedSheet, candidates: Sequence[_Candidate]) -> tuple[_Candidate, _Candidate] | None:
    """A column of companies and one of whole names of people, such as "Brokerage" and "Agent"; None without both."""
    companies = [candidate for candidate in candidates if candidate.field == "company"]
    if not companies:
        return None
    firms = set(sheet.first_values(companies[0].column))
    for candidate in candidates:
        values = sheet.first_values(candidate.column)
        # People of one firm differ, in whatever form their names are.
        is_person = share(values, is_person_like) > _HALF or len(set(values)) > len(firms)
        # Of a contact person often the first name alone is known, or nothing.
        is_person = is_person or doubtful_key(candidate.column.header) in vocabulary().contact_persons
        if candidate.field == "full_name" and is_person:
            return companies[0], candidate
    return None


def _company_choice(sheet: AskedSheet, customer: _Candidate, person: _Candidate) -> Choice:
    """The answer that one column holds the companies, and another their contact persons."""
    company, contact = sheet.name(customer.column), sheet.name(person.column)
    examples = ", ".join((*sheet.examples(customer.column), *sheet.examples(person.column)))
    label = f"{company!r} holds names of companies, and {contact!r} those of their contact persons"
    return Choice(f"{company}=company", label, {"map": {company: "company", contact: "full_name"}}, examples)


def _with_other_half(candidates: Sequence[_Candidate]) -> Iterator[list[_Candidate]]:
    """Each candidate alone, except for the two halves of the same name, which only give it together."""
    for candidate in candidates:
        halves = [half for half in candidates if candidate.whose and half.whose == candidate.whose]
        if sorted(half.field for half in halves) != sorted(NAME_HALVES):
            yield [candidate]
        elif halves[0] is candidate:
            yield halves


def _choice(sheet: AskedSheet, columns: Sequence[_Candidate]) -> Choice:
    """The answer that these columns, both halves of a name or one other, hold the names."""
    names = [sheet.name(candidate.column) for candidate in columns]
    field = columns[0].field
    label = f"{names[0]!r} holds {_WORDS.get(field, 'the ' + field.replace('_', ' ') + 's')}"
    if len(columns) > 1:
        label = f"{names[0]!r} and {names[1]!r} hold the two halves of each name"
    answers = {name: candidate.field for name, candidate in zip(names, columns, strict=True)}
    examples = ", ".join(example for candidate in columns for example in sheet.examples(candidate.column))
    return Choice(f"{names[0]}={field}", label, {"map": answers}, examples)


def _ask_for_first_name(sheet: AskedSheet, candidates: Sequence[_Candidate]) -> Iterator[Question]:
    """Ask about the column that may hold what the surnames lack: "Paciente", "Voorletters", "Adult 1"."""
    surname = sheet.name(sheet.sent("last_name")[0])
    initials = [
        column
        for column in sheet.columns(Fit.UNMAPPED)
        if share(sheet.first_values(column)[:_LOOKED_AT], lambda text: _INITIALS.fullmatch(text) is not None) > _MOST
    ]
    texts = [candidate.column for candidate in candidates if candidate.field != "company"]
    for column in (*initials, *texts):
        name, header_words = sheet.name(column), {fold(column.header), *words(column.header)}
        is_other = column.fit is Fit.UNSURE or not vocabulary().not_names.isdisjoint(header_words)
        if is_other or share(sheet.first_values(column)[:_LOOKED_AT], _is_first_name) < _MOST:
            continue
        yield Question(
            QuestionKind.PERSON_NAME,
            f"Does {name!r} hold the first names?",
            f"{surname!r} is sent as the last name, and no column as the first name.",
            (
                Choice("first_name", "yes, the first name", {"map": {name: "first_name"}}),
                no_such_column(name),
            ),
            proposal="",
            column=column.position,
            column_name=name,
            samples=sheet.examples(column),
            typed="map",
        )
        return


def _is_first_name(text: str) -> bool:
    """Whether a text is like a first name or initials: few words of letters, the first with a capital if it has any."""
    parts = text.split()
    return 0 < len(parts) <= _MOST_FIRST_NAMES and not text[0].islower() and all(map(_NAME_WORD.fullmatch, parts))


def _ask_for_person(sheet: AskedSheet, candidates: Sequence[_Candidate]) -> Iterator[Question]:
    """Ask about the best column of names of persons, beside one of companies."""
    for candidate in candidates:
        column, name = candidate.column, sheet.name(candidate.column)
        values = sheet.first_values(column)[:_LOOKED_AT]
        is_place = not vocabulary().not_names.isdisjoint((fold(column.header), *words(column.header)))
        if column.fit is Fit.UNSURE or is_place or share(values, is_person_like) < _MOST:
            continue
        count = sum(map(is_person_like, values))
        left = vocabulary().left
        is_other = any(left.get(word) in (OTHER_PERSON, RELATIVE) for word in words(column.header))
        yield Question(
            QuestionKind.PERSON_NAME,
            f"Does {name!r} hold the person's name?",
            f"{count:,} of {len(values):,} values looked at have the form of a person's name, and no column is sent as "
            "one.",
            (
                Choice("full_name", "yes, the whole name", {"map": {name: "full_name"}}),
                no_such_column(name),
            ),
            # An owner is the contact of a company, the manager of its account is not.
            proposal="" if is_other else "full_name",
            column=column.position,
            column_name=name,
            samples=sheet.examples(column),
            typed="map",
        )
        return
