"""Where the tests find what lies outside of them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_data"
# The published contract lies beside the checkout; it is test data, not a part of the project.
CONTRACT = ROOT.parent / "shared" / "openapi" / "quo-v1-contacts.openapi.json"
