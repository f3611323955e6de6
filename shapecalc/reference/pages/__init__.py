"""The pages of documentation that `shapecalc docs` prints, a file of markdown each.

`language` is what a spec may say, `figures` what the figures mean, `files` what is read of other
programs, `limits` how large a spec may be and what is refused on purpose, `ci` how checks run where
code is reviewed.
"""

from __future__ import annotations

import os

_FOLDER = os.path.dirname(__file__)


def page_titles() -> dict[str, str]:
    """The titles of all pages, by their names."""
    return {name: page_text(name).partition("\n")[0].removeprefix("# ") for name in page_names()}


def page_names() -> list[str]:
    """The names of all pages."""
    return sorted(file[:-3] for file in os.listdir(_FOLDER) if file.endswith(".md"))


def page_text(name: str) -> str:
    """The markdown of a page, by a name that is one of `page_names`."""
    with open(os.path.join(_FOLDER, name + ".md"), encoding="utf-8") as file:
        return file.read()
