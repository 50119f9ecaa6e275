"""A workflow of GitHub Actions that imports a sheet of its repository."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.schedule.times import CronTimes


def workflow(times: CronTimes, arguments: Sequence[str], out: str) -> str:
    """Return the workflow: `arguments` are those of the program, with paths as they are in the repository.

    The key is a secret of the repository. The folder of results is kept in the cache of the repository, so that the
    next night knows what this one did. Exit code 1, some rows rejected, is no failure of the job. YAML takes strings as
    JSON writes them.
    """
    command = f'openphone-import {shlex.join(arguments)} --summary-markdown "$GITHUB_STEP_SUMMARY"'
    return f"""name: Import contacts
on:
  schedule:
    - cron: {json.dumps(times.text)}
  workflow_dispatch: {{}}
permissions:
  contents: read
concurrency:
  group: openphone-import
  cancel-in-progress: false
jobs:
  import:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install openphone-import
      - uses: actions/cache@v4
        with:
          path: {json.dumps(out)}
          key: {json.dumps(f"{out}-${{{{ github.run_id }}}}")}
          restore-keys: {json.dumps(f"{out}-")}
      - run: {json.dumps(f"{command} || {{ code=$?; [ $code -eq 1 ] || exit $code; }}")}
        env:
          OPENPHONE_API_KEY: ${{{{ secrets.OPENPHONE_API_KEY }}}}
"""
