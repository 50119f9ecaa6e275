"""A workflow of GitHub Actions that imports a sheet of its repository."""

from __future__ import annotations

import hashlib
import json
import shlex
from typing import TYPE_CHECKING

from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.schedule.times import CronTimes

_NO_CACHE_NAME = regex(r"[^\w. /-]")


def workflow(times: CronTimes, arguments: Sequence[str], out: str) -> str:
    """Return the workflow: `arguments` are those of the program, with paths as they are in the repository.

    The key is a secret of the repository. The folder of results is kept in the cache of the repository, so that the
    next night knows what this one did. Exit code 1, some rows rejected, is no failure of the job.
    """
    command = f'openphone-import {shlex.join(arguments)} --summary-markdown "$GITHUB_STEP_SUMMARY"'
    cache = _cache_name(out)
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
          path: {_yaml(out)}
          key: {_yaml(f"{cache}-")[:-1]}${{{{ github.run_id }}}}"
          restore-keys: {_yaml(f"{cache}-")}
      - run: {_yaml(f"{command} || {{ code=$?; [ $code -eq 1 ] || exit $code; }}")}
        env:
          OPENPHONE_API_KEY: ${{{{ secrets.OPENPHONE_API_KEY }}}}
"""


def _yaml(text: str) -> str:
    """Return a text as a string of YAML that GitHub takes as it stands."""
    # GitHub evaluates what looks like an expression before the shell is started, also in the name of a file.
    literal = text.replace("${{", "${{ '${{' }}")
    # As JSON, but for characters beyond the first plane, for which YAML has an escape of its own.
    signs = (f"\\U{ord(sign):08x}" if ord(sign) > 0xFFFF else json.dumps(sign)[1:-1] for sign in literal)
    return f'"{"".join(signs)}"'


def _cache_name(out: str) -> str:
    """Return a name for what is cached of a folder; GitHub refuses a comma in it, and more than 512 characters."""
    name = _NO_CACHE_NAME.sub("-", out)[:200]
    if name == out:
        return out
    return f"{name}-{hashlib.blake2b(out.encode('utf-8', 'surrogateescape'), digest_size=3).hexdigest()}"
