"""The first screen: the imports of this folder with their state, and the sheets that could be imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.errors import ImporterError
from importer.model import Status
from importer.model.delivery import count_handed_back
from importer.model.folder_names import RESULT_FOLDERS, SANDBOX_RESULTS
from importer.sheet_files import ENDINGS
from importer.text import counted
from importer.version import program_version
from importer.web.service_access import PRACTICE, REAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.web.call import Call
    from importer.web.session import Session

_KINDS = ENDINGS | {".html", ".xml"}
_MOST_FILES = 30
_DONE = (Status.CREATED, Status.UPDATED, Status.UNCHANGED, Status.DUPLICATE)


def home(call: Call) -> dict[str, Any]:
    """What the first screen shows."""
    session = call.session
    imports = _imports(session)
    names = {item["name"] for item in imports}
    files = sorted(
        (path for path in session.folder.iterdir() if path.suffix.lower() in _KINDS and path.is_file()),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    return {
        "folder": str(session.folder),
        "version": program_version(),
        "mode": session.start_mode,
        "has_key": session.key is not None,
        "key_trouble": session.key_trouble,
        "first": session.first,
        "imports": imports,
        "files": [path.name for path in files if path.name not in names][:_MOST_FILES],
    }


def _imports(session: Session) -> list[dict[str, Any]]:
    """The imports of this folder, the latest first."""
    folders = [path for path in session.folder.glob(RESULT_FOLDERS) if path.is_dir()]
    imports = []
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True):
        mode = PRACTICE if folder.name.endswith(SANDBOX_RESULTS) else REAL
        facts = _state(session, folder)
        if facts is not None:
            imports.append({"mode": mode, "folder": folder.name, **facts})
    return imports


def _state(session: Session, folder: Path) -> dict[str, Any] | None:
    """The state of one import in words; None for a folder without a sheet that can be found."""
    from importer.pipeline.history.folder_state import folder_state

    stem = folder.name.removesuffix(".import").removesuffix(".sandbox")
    try:
        facts = folder_state(folder)
    except ImporterError as error:
        return {"name": stem, "state": "trouble", "words": str(error), "when": ""}
    file, when = facts.file, facts.started_at
    if not file or not Path(file).is_file():
        beside = [path for path in session.folder.iterdir() if path.is_file() and path.name.split(".")[0] == stem]
        beside = [path for path in beside if path.suffix.lower() in _KINDS]
        if not beside:
            gone = Path(file).name if file else stem
            return {"name": gone, "state": "gone", "words": f"{gone} is not there any more", "when": when[:10]}
        file = str(beside[0])
    state, words = _words(facts.counts)
    return {"name": session.add(file), "state": state, "words": words, "when": when[:10]}


def _words(counts: Mapping[Status, int]) -> tuple[str, str]:
    unfinished = counts.get(Status.UNFINISHED, 0)
    bad = count_handed_back(counts)
    done = sum(counts.get(status, 0) for status in _DONE)
    if not any(counts.values()):
        return "begun", "begun, nothing imported yet"
    if unfinished:
        return "open", f"{unfinished:,} left: go on"
    if bad:
        return "correct", f"{counted(done, 'row')} imported, {counted(bad, 'row')} to correct"
    return "done", f"{counted(done, 'row')} imported, nothing left to do"
