"""`openphone-import explain RULE`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)
from importer.errors import SettingsError
from importer.text import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cyclopts.completion import CompletionContext


def _rules(_: CompletionContext) -> Iterable[tuple[str, str]]:
    from importer.report.rule_texts import all_rule_texts

    return ((rule, text.what) for rule, text in all_rule_texts().items())


def explain(
    rule: Annotated[str, Parameter(completer=_rules, show_default=False)] = "", /, *, voice: VoiceOptions | None = None
) -> int:
    """Say what a rule of problems.csv means and what to do about it; without RULE, list the rules. Works offline.

    Parameters
    ----------
    rule
        The word in the column "rule", such as phone-no-country.
    """
    from importer.report.rule_texts import all_rule_texts

    texts = all_rule_texts()
    if not rule:
        width = max(map(len, texts))
        sys.stdout.write("".join(f"  {name:<{width}}  {text.what}\n" for name, text in texts.items()))
        return 0
    if rule not in texts:
        suggestion = did_you_mean(rule, texts, quoted)
        raise SettingsError(
            f"There is no rule {quoted(rule)}.{suggestion}", "see them all with openphone-import explain"
        )
    sys.stdout.write(f"{rule}: {texts[rule].title}.\nNext: {texts[rule].next_step}.\n")
    return 0
