"""What stands in a column of its own before a surname: "van der" before "Berg"."""

from __future__ import annotations

from importer.clean.placeholders import is_sign


def with_particle(particle: str, surname: str) -> str:
    """Put a particle before a surname that does not have it already.

    >>> with_particle("van der", "Berg"), with_particle("d'", "Artagnan"), with_particle("Van der", "van der Berg")
    ('van der Berg', "d'Artagnan", 'van der Berg')
    >>> with_particle("de", "Boer, de"), with_particle("-", "Lee"), with_particle("von", "")
    ('Boer, de', 'Lee', 'von')
    """
    before, name = particle.strip(), surname.strip()
    if not before or is_sign(before):
        return surname
    folded, start = " ".join(name.casefold().split()), " ".join(before.casefold().split())
    # Some programs export the whole surname too, or with the particle behind a comma to sort it.
    if folded == start or folded.startswith((f"{start} ", f"{start}-")) or folded.endswith(f", {start}"):
        return surname
    if start.endswith(("'", "’")):
        return surname if folded.startswith(start) else f"{before}{name}"
    return f"{before} {name}".strip()
