"""The external ids that this program makes itself, by how they begin (`mapping/contacts/external_id.py` makes them)."""

DIGEST_ID = "oi1-"
"""Of who the contact is, where the sheet gives no id."""
LONG_ID = "oih1-"
"""Of an id of the sheet that is too long for the API."""
REJECTED_ID = "oir1-"
"""Of the raw cells of a rejected row."""

DIGEST_IDS = (DIGEST_ID, REJECTED_ID)
"""Of ids that are made of the values of a row: no person has seen them, and a corrected row gets another one."""
MADE_IDS = (DIGEST_ID, LONG_ID, REJECTED_ID)


def is_digest_id(external_id: str) -> bool:
    """Whether an id was made of a contact's name and numbers."""
    return external_id.startswith(DIGEST_ID)
