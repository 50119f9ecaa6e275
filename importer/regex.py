"""Regular expressions that are compiled when they are first asked."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Uncompiled:
    """Stands for a pattern; the first question to it compiles it, and each method is looked up once."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy that is being made has no pattern yet, of which `__getattr__` could ask.
        return regex, (self.pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        # `re` remembers what it has compiled last, for patterns of which several methods are asked.
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a regular expression for a module to hold; unlike `re.compile` it costs nothing before it is used.

    The modules of a command hold five hundred, of which a small sheet needs a third. Its methods are those of a
    compiled pattern, but functions of `re` do not take it.
    """
    return cast("re.Pattern[AnyStr]", _Uncompiled(pattern, flags))
