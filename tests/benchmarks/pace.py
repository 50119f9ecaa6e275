"""How near to the limit the pace comes, measured at the server: requests a second, and the most in any one second.

    python tests/benchmarks/pace.py [--rate 10] [--seconds 60] [--latency 100] [--jitter 0.5] [--processes 2] [--readme]

The server is the sandbox in its own process with a sliding window; each client is a process of its own, and all share
one pace file. On a machine that is busy with something else it shows how busy that machine is. --readme puts the
figures into tests/benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MARK = "<!-- figures: pace -->"
sys.path.insert(0, str(ROOT))

from tests.benchmarks.fleet import most_in_a_second  # noqa: E402
from tests.fleet.recorded_lane import record_sending, recorded  # noqa: E402


def serve(options: argparse.Namespace) -> None:
    """Serve until standard input ends, then print what arrived."""
    from importer.sandbox import Sandbox

    with Sandbox.start(
        rate=options.rate, latency_ms=options.latency, jitter=options.jitter, log_limit=10**6
    ) as sandbox:
        print(sandbox.url, flush=True)
        sys.stdin.read()
        print(json.dumps([(one.time, one.status) for one in sandbox.requests()]), flush=True)


async def send(options: argparse.Namespace) -> None:
    """Send contacts for the time given, a few at once."""
    from pydantic import SecretStr

    from importer.api.client import Api
    from importer.delivery.rate_limit.limiter import RateLimiter

    end = time.monotonic() + options.seconds
    name = f"{time.time_ns():x}"
    pace = RateLimiter(options.rate, Path(options.ledger))
    record_sending(Path(options.ledger).with_name(f"{name}.sent"))

    async def one(number: int, api: Api) -> None:
        while time.monotonic() < end:
            body = {"externalId": f"{name}-{number}-{time.monotonic_ns()}", "defaultFields": {"firstName": "Ada"}}
            await api.create(body)

    async with Api(options.url, SecretStr("sandbox-key"), pace) as api:
        await asyncio.gather(*(one(number, api) for number in range(options.in_flight)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run server and clients; return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        options.ledger = str(Path(folder) / "pace.json")
        server = start(options, "serve", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert server.stdout is not None
        options.url = server.stdout.readline().strip()
        clients = [start(options, "send") for _ in range(options.processes)]
        failed = [client.wait() for client in clients]
        output, _ = server.communicate()
        sent = recorded(Path(folder).glob("*.sent"))
    assert not any(failed), failed
    log = [(moment, status) for moment, status in json.loads(output)]
    return {**figures(log, options.seconds), "most_sent_in_any_second": most_in_a_second(sent)}


def start(options: argparse.Namespace, role: str, **streams: Any) -> subprocess.Popen[str]:
    """Start this script in a role."""
    values = {**vars(options), "role": role}
    for name in ("json", "readme"):
        values.pop(name, None)
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None]
    return subprocess.Popen([sys.executable, __file__, *arguments], text=True, **streams)


def figures(log: list[tuple[float, int]], seconds: float) -> dict[str, Any]:
    """Return rate, answers of 429, and how many windows of a second held how many accepted requests."""
    times = sorted(moment for moment, status in log if status != 429)
    # The first second is a burst of all permits: told apart, since a long run lives by the pace that is held.
    steady = [moment for moment in times if moment >= times[0] + 2]
    minute = [moment for moment in times if moment < times[0] + 60]
    windows = Counter(bisect_left(times, moment + 1) - position for position, moment in enumerate(times))
    return {
        "requests": len(log),
        "a_second": round(len(minute) / min(60.0, seconds), 3),
        "a_second_held": round((len(steady) - 1) / (steady[-1] - steady[0]), 3),
        "answered_429": sum(status == 429 for _, status in log),
        "most_in_any_second": max(windows),
        "windows": ", ".join(f"{size}: {windows[size]}" for size in sorted(windows)),
        "whole_seconds": _whole_seconds(times),
    }


def _whole_seconds(times: list[float]) -> dict[int, float]:
    """Which part of the seconds saw how many requests, a second beginning every 10 ms once the pace is held."""
    moments = [times[0] + 2 + step / 100 for step in range(int((times[-1] - times[0] - 3) * 100))]
    seen = Counter(bisect_left(times, moment + 1) - bisect_left(times, moment) for moment in moments)
    return {size: number / len(moments) for size, number in sorted(seen.items(), reverse=True)}


def told(found: dict[str, Any], options: argparse.Namespace) -> str:
    """The figures as a paragraph and a table of Markdown."""
    spread = ", ".join(f"{size} in {part:.0%}" for size, part in found["whole_seconds"].items() if part >= 0.005)
    cells = (
        f"{found['a_second']:.2f}",
        str(found["answered_429"]),
        str(found["most_sent_in_any_second"]),
        str(found["most_in_any_second"]),
        spread,
    )
    return (
        f"`python tests/benchmarks/pace.py` measures how near the pace comes to `--rate {options.rate:g}`, at a server "
        f"in a process of its\nown whose limit is a sliding second and whose answers take {options.latency:g} ms, give "
        f"or take {options.jitter:.0%}, over {options.seconds:g} seconds:\n\n"
        "| requests a second | answers of 429 | most sent in any one second | most arrived in any one second "
        "| requests in a second, whenever it begins |\n"
        f"|---|---|---|---|---|\n| {' | '.join(cells)} |\n"
    )


def put_into(readme: Path, text: str) -> None:
    """Put the text between the two marks, of which there may be only the first yet."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(MARK)
    after = rest.partition(MARK)[2] if MARK in rest else rest
    readme.write_text(f"{before}{MARK}\n{text}\n{MARK}{after}", encoding="utf-8")


def main() -> None:
    """Read the options and measure, or play a role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("rate", 10.0), ("seconds", 60.0), ("latency", 100.0), ("jitter", 0.5)):
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--in-flight", type=int, default=12)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--readme", action="store_true")
    for name in ("role", "url", "ledger"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "serve":
        serve(options)
    elif options.role == "send":
        asyncio.run(send(options))
    else:
        found = measure(options)
        print(json.dumps(found, indent=1))
        if options.json:
            options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
        if options.readme:
            put_into(Path(__file__).with_name("README.md"), told(found, options))


if __name__ == "__main__":
    main()
