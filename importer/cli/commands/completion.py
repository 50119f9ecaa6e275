"""`openphone-import completion SHELL`."""

from __future__ import annotations

import sys
from typing import Literal

from importer.cli.options import VoiceOptions  # noqa: TC001 (cyclopts reads the annotations at run time)


def completion(shell: Literal["bash", "zsh", "fish", "powershell"], /, *, voice: VoiceOptions | None = None) -> int:
    """Print what completes this program's commands, options, files and columns when Tab is pressed.

    bash: put `eval "$(openphone-import completion bash)"` into ~/.bashrc.
    zsh: save it as _cyclopts_openphone-import in a folder of $fpath.
    fish: save it as ~/.config/fish/completions/openphone-import.fish.
    PowerShell: put `openphone-import completion powershell | Out-String | Invoke-Expression` into $PROFILE.

    Parameters
    ----------
    shell
        bash, zsh, fish or powershell.
    """
    from importer.cli.app import build

    sys.stdout.write(build().generate_completion(shell=shell))
    return 0
