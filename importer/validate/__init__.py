"""pandera schemas applied to a chunk: every failure becomes a Problem, all of them at once.

Two schemas are applied. Ours describes the normalised sheet (`schemas.contacts`). The user's own, given by `--schema`,
describes the sheet as they know it: every cell as text, columns named by their headers.
"""
