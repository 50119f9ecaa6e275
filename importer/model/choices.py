"""The values of options of which a person takes one: cleaning, settings and the command line all read them here."""

from __future__ import annotations

from typing import Literal

HiddenPolicy = Literal["in", "out"]
DateOrder = Literal["dmy", "mdy", "ymd"]
PhonePolicy = Literal["strict", "lenient"]
CellPolicy = Literal["leave-out", "reject"]
MissingPolicy = Literal["report", "create"]
PersonAnswer = Literal["join", "separate"]
NoticeFormat = Literal["json", "slack", "teams", "discord", "healthchecks"]
