"""What a contact sheet and the ID mapping file must look like, as pandera schemas."""

from pkgutil import extend_path

# A project that uses the library may keep modules in a folder `schemas` without an `__init__.py`, which Python would
# not look into beside this package. They come first: the library finds its own ones under another name.
_own = list(__path__)
__path__ = [*(folder for folder in extend_path(__path__, __name__) if folder not in _own), *_own]
