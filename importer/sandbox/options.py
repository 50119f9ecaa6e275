"""The switches of a sandbox, most of them for what is not known about the real service: one table.

`Sandbox.start` takes each by its name, `openphone-import sandbox` by its flag, and both have the help text from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping  # noqa: TC003 (`switches` reads the annotations at run time)
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from importer.sandbox.custom import Fields, own_fields

if TYPE_CHECKING:
    from importer.sandbox.exchange import Exchange

KEY = "sandbox-key"
NO_RIGHTS_KEY = f"{KEY}-no-rights"


def switch(default: Any, text: str, *, flag: str = "", least: float | None = None, most: float | None = None) -> Any:
    """Declare a switch: its default, what it says in `--help`, its flag where that is not its name, and its range."""
    return field(default=default, metadata={"help": text, "flag": flag, "least": least, "most": most})


@dataclass(frozen=True, slots=True)
class Options:
    """How the sandbox behaves. Beside the switches that explain themselves:

    A request answered 429 takes no place in the window of `rate`, which counts reads too. Half of `latency_ms` passes
    before a request is counted, half after. `headers`: sent with every answer. `fields`: the custom fields by key,
    which `Person.retype` changes. `log_limit`: exchanges kept in memory. `heard`: called with each exchange when it is
    over. `clock`: seconds since 1970; `stopwatch`: seconds by which the limit is counted; tests replace both.
    Raises ValueError, naming the option.
    """

    key: str = field(default=KEY, repr=False)
    rate: float = switch(10.0, "Requests a second before it answers 429; 0: no limit.", least=0)
    retry_after: bool = switch(default=False, text="Say in Retry-After how long to wait after a 429.")
    rate_headers: bool = switch(default=False, text="Send the limit in ratelimit and ratelimit-policy headers.")
    latency_ms: float = switch(0.0, "Milliseconds that each request takes on the wire.", flag="latency", least=0)
    jitter: float = switch(0.0, "How much the latency varies: 0.5 is up to half of it more or less.", least=0, most=1)
    seed: int = switch(0, "Seed for the jitter and for random faults.")
    clock_offset_seconds: float = switch(
        0.0,
        "How many seconds the service's clock (createdAt, updatedAt, Date) is ahead of this machine's.",
        flag="clock",
    )
    unique: Literal["external_id", "pair"] = switch(
        "external_id", "What must not occur twice: an external id, or the pair of source and external id."
    )
    patch: Literal["merge", "replace"] = switch(
        "replace", "Whether a PATCH replaces the whole contact, as the service does today, or merges into it."
    )
    identity: Literal["kept", "replaced"] = switch(
        "replaced", "Whether a replacing PATCH that leaves out source and external id empties them too."
    )
    reuse_deleted: bool = switch(default=True, text="Free the external id of a deleted contact at once.")
    dates: Literal["as-sent", "utc"] = switch(
        "as-sent", "Whether dates of custom fields come back as they were sent or as UTC with milliseconds."
    )
    error_form: Literal["file", "wire"] = switch(
        "file", "The form of errors: as in the published contract, or as seen on the wire ({error: {message, key}})."
    )
    organization: str = switch(
        "Sandbox Company", "Name of the workspace in GET /organization; empty if the key may not see it."
    )
    phone_numbers: tuple[str, ...] = switch((), "A number of the workspace's own, in E.164; can be repeated.")
    list_delay_seconds: float = switch(
        0.0, "How many seconds after its creation a contact is missing from lists.", flag="list-delay", least=0
    )
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Fields = field(default_factory=own_fields)
    log_limit: int = 20_000
    heard: Callable[[Exchange], None] = lambda exchange: None
    clock: Callable[[], float] = time.time
    stopwatch: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        wrong = [
            ("key", self.key.isascii() and self.key.isprintable() and self.key == self.key.strip() != "", "ASCII text"),
            ("log_limit", self.log_limit > 0, "1 or more"),
        ]
        for name, declared in switches().items():
            value = getattr(self, name)
            least, most = declared["least"], declared["most"]
            if get_origin(declared["type"]) is Literal:
                choices = get_args(declared["type"])
                wrong.append((name, value in choices, " or ".join(choices)))
            elif least is not None:
                rule = f"from {least} to {most}" if most is not None else f"{least} or more"
                wrong.append((name, least <= value and value < float("inf") and (most is None or value <= most), rule))
        for name, is_good, rule in wrong:
            if not is_good:
                # The key of a real workspace, given by mistake, must not show in a traceback.
                value = "the value given" if name == "key" else f"{getattr(self, name)!r}"
                raise ValueError(f"sandbox option {name}: {value} is not allowed; it must be {rule}.")

    def now(self) -> float:
        """The service's clock, in seconds since 1970."""
        return self.clock() + self.clock_offset_seconds


def switches() -> dict[str, dict[str, Any]]:
    """Return the switches by name, each with its `type`, `default`, `help`, `flag`, and the ends of its range."""
    # The hint of `heard` names a class of this room that is not needed here.
    hints = get_type_hints(Options, localns={"Exchange": object})
    return {
        declared.name: {
            **declared.metadata,
            "type": hints[declared.name],
            "default": declared.default,
            "flag": f"--{declared.metadata['flag'] or declared.name.replace('_', '-')}",
        }
        for declared in fields(Options)
        if declared.metadata
    }
