"""The sandbox against the published contract, by schemathesis."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from importer.sandbox import KEY, Sandbox

CONFIG = """
[warnings]
fail-on = true

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "400", "404", "409"]
"""


def test_every_answer_keeps_the_contract(contract_file: Path, tmp_path: Path) -> None:
    """Whatever is sent, right or wrong, the sandbox answers as the contract says; a warning is a failure too."""
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG)
    with Sandbox.start(rate=0) as sandbox:
        command = [sys.executable, "-m", "schemathesis.cli", "--no-color", "--config-file", str(config)]
        command += ["run", str(contract_file), "--url", sandbox.url, "-H", f"Authorization: {KEY}"]
        command += ["--max-examples", "15", "--seed", "1", "--checks", "all", "--generation-database", "none"]
        hooks = {"SCHEMATHESIS_HOOKS": "contract_hooks", "PYTHONPATH": str(Path(__file__).parent)}
        result = subprocess.run(
            command, cwd=tmp_path, env=os.environ | hooks, capture_output=True, text=True, timeout=600, check=False
        )
        created = [exchange for exchange in sandbox.requests() if exchange.method == "POST" and exchange.status == 201]
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    assert created
