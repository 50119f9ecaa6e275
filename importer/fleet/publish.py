"""Results at an address: written on this computer first, then copied to where all can read them.

Each run has a folder of its own, `runs/<run id>/`, in which `summary.json` is written last: it is there once all other
files are. Then `latest/` gets the same files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from importer.errors import DiskFailed, SettingsError, Stopped
from importer.pipeline.outputs.folder import OUTPUTS

if TYPE_CHECKING:
    from importer.fleet.workspace import FleetWorkspace
    from importer.report.fleet import WorkspaceResult

SUMMARY = "summary.json"


def check_publishing(address: str) -> None:
    """Raise SettingsError if the part of the program is missing that writes to an address."""
    if address:
        _file_system(address)


def published(workspace: FleetWorkspace, result: WorkspaceResult) -> WorkspaceResult:
    """Bring the results of a run to the address of its workspace, if that has one.

    Returns the result, with what is wrong where that failed: the next run over the sheet brings them there.
    """
    if not workspace.published_to or not result.summary.run_id:
        return result
    try:
        _publish(workspace, result.summary.run_id)
    except (SettingsError, DiskFailed) as error:
        # The rows are done all the same, so that nothing is sent by trying again.
        summary = replace(result.summary, exit_code=max(result.exit_code, Stopped.exit_code))
        return replace(result, summary=summary, problem=error.message, next_step=error.next_step)
    return result


def _publish(workspace: FleetWorkspace, run_id: str) -> None:
    """Raises SettingsError, or DiskFailed if the address cannot be written."""
    address = workspace.published_to
    files, root = _file_system(address)
    names = [name for name in OUTPUTS if name != SUMMARY and (workspace.out / name).is_file()]
    try:
        for folder in (f"{root}/runs/{run_id}", f"{root}/latest"):
            files.makedirs(folder, exist_ok=True)
            for name in names:
                files.put_file(str(workspace.out / name), f"{folder}/{name}")
            # What an earlier run has left in `latest`, such as rejects that are done, would mislead.
            for name in OUTPUTS:
                if name not in (*names, SUMMARY) and files.exists(f"{folder}/{name}"):
                    files.rm_file(f"{folder}/{name}")
            files.put_file(str(workspace.out / SUMMARY), f"{folder}/{SUMMARY}")
    except Exception as error:  # noqa: BLE001 (storages raise errors of their own, whose text may quote their key)
        raise DiskFailed(
            f"The results of {workspace.name} are in {workspace.out}, but could not be written to {shown(address)} "
            f"({type(error).__name__}).",
            "Check the address of the results and your access to it, then run again: nothing is sent twice.",
        ) from None


def _file_system(address: str) -> tuple[Any, str]:
    """What writes to an address, and its path there."""
    try:
        import fsspec

        files, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise SettingsError(
            f"The results are to be written to {shown(address)}, and the package for that is not installed.",
            'Run pip install "openphone-import[remote]", or give a folder in place of the address.',
        ) from error
    return files, str(path).rstrip("/")


def shown(address: str) -> str:
    """Return an address without user, password and query, which may be secrets."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
