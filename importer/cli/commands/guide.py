"""`openphone-import guide [TOPIC]`."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import Parameter

from importer import guide as manual
from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)
from importer.errors import SettingsError


def guide(
    topic: Annotated[
        str,
        Parameter(
            completer=lambda _: manual.TOPICS, help=f"Page to show: {', '.join(manual.TOPICS)}.", show_default=False
        ),
    ] = "",
    /,
    *,
    voice: VoiceOptions | None = None,
) -> int:
    """Show a page of the manual; without TOPIC, list the pages. Works offline."""
    if not topic:
        width = max(map(len, manual.TOPICS))
        lines = (f"  openphone-import guide {name:<{width}}  {manual.title(name)}\n" for name in manual.TOPICS)
        sys.stdout.write("The pages of the manual:\n" + "".join(lines))
        return 0
    if topic not in manual.TOPICS:
        raise SettingsError(f"The manual has no page {topic!r}.", f"Choose one of these: {', '.join(manual.TOPICS)}.")
    sys.stdout.write(manual.page(topic))
    return 0
