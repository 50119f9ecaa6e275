"""In which order the tests go to the workers of `-n`, so that all processors are busy to the end.

A test that waits leaves its processor to others, if there are any that want it: half of the workers begin with what
waits, and half with what does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

# These share a program, a browser, a sheet or figures of their module, which are slow to make.
TOGETHER = (
    "tests/web/",
    "tests/docs/",
    "tests/cli/test_files_of_strangers.py",
    "tests/cli/test_foreign_journals.py",
    "tests/e2e/test_samples.py",
    "tests/report/html/",
)
# These wait, for processes, sessions and clocks.
WAITING = ("tests/e2e/", "tests/fleet/", "tests/delivery/postgres/", "tests/delivery/rate_limit/", "tests/benchmarks/")
# These keep a processor busy. Most are so short that each by itself would take as long to deal out, so that a module
# of them goes to one worker as well.
BUSY = (
    *(f"tests/{room}/" for room in ("clean", "identity", "languages", "mapping", "model", "plan", "questions")),
    *(f"tests/{room}/" for room in ("schemas", "settings", "spreadsheet", "validate")),
    *("tests/api/test_verdict.py", "tests/api/test_failure.py", "tests/docs/test_plain_english.py"),
)


def rank(nodeid: str) -> int:
    """Return 0 to 3, the order of the tests: what stays together and what waits first, what is busy last."""
    if nodeid.startswith(BUSY):
        return 3
    if nodeid.startswith(TOGETHER):
        return 0
    return 1 if nodeid.startswith(WAITING) else 2


class OneByOne(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each worker one test at a time, so that none is left with many at the end, but whole modules of `TOGETHER`
    and `BUSY`. Every second worker takes from the end of the order.
    """

    def schedule(self) -> None:
        """Deal out the first tests: in their order, and not the largest modules first."""
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0] if nodeid.startswith((*TOGETHER, *BUSY)) else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        # What is done is forgotten: all of it would be counted after each test.
        for scope in [scope for scope, tests in workload.items() if all(tests.values())]:
            del workload[scope]
        return sum(list(tests.values()).count(False) for tests in workload.values())
