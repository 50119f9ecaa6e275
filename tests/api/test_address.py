"""Base URLs and keys as people type them."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from importer.api.address import base_url, raw_key
from importer.errors import KeyMissing, SettingsError

GOOD = {
    "https://api.quo.com": "https://api.quo.com",
    "https://api.quo.com/": "https://api.quo.com",
    "https://api.quo.com/v1": "https://api.quo.com",
    " https://api.quo.com/v1/ ": "https://api.quo.com",
    "https://API.quo.com//": "https://api.quo.com",
    "https://gateway.example/quo/v1/": "https://gateway.example/quo",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080",
    "http://localhost:8080/": "http://localhost:8080",
    "http://[::1]:8080": "http://[::1]:8080",
    "http://192.168.1.5:8080": "http://192.168.1.5:8080",
    "http://sandbox:8080": "http://sandbox:8080",
}


@pytest.mark.parametrize("text", GOOD)
def test_spellings_of_one_address_are_one(text: str) -> None:
    """A journal and a pace are found again however the address was typed."""
    assert base_url(text) == GOOD[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.quo.com",
        "ftp://api.quo.com",
        "https://",
        "https://api.quo.com?x=1",
        "https://api.quo.com#x",
        "https://user:secret@api.quo.com",
        "https://api.quo.com:port",
        "https://[::",
        "http://api.quo.com",
        "http://8.8.8.8",
    ],
)
def test_unusable_addresses_are_refused(text: str) -> None:
    """What no request could reach, or what would show the key to the internet, is refused before anything is sent."""
    with pytest.raises(SettingsError) as caught:
        base_url(text)
    assert "secret" not in str(caught.value)
    assert "https://" in caught.value.next_step


def test_key_is_trimmed() -> None:
    """A line break from copying is no part of the key."""
    assert raw_key(SecretStr(" abc123\n")) == "abc123"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_empty_key_is_missing(text: str) -> None:
    """An empty variable is a missing key."""
    with pytest.raises(KeyMissing):
        raw_key(SecretStr(text))


@pytest.mark.parametrize("text", ["abc def9", "abc\ndef9", "abc\x00def9", "schlüssel9", "Bearer abcdef9", "abc​def9"])
def test_odd_keys_are_refused_unseen(text: str) -> None:
    """A key that cannot be a header is refused, and the message does not repeat it."""
    with pytest.raises(SettingsError) as caught:
        raw_key(SecretStr(text))
    assert "def9" not in str(caught.value)
    assert "schl" not in str(caught.value)
