"""`ivrkit new`: a project that checks, tests and dials, to begin with."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from shlex import quote
from shutil import copyfile
from typing import Annotated

import typer

from ivrkit.cli.common import err, printable
from ivrkit.errors import ConfigError
from ivrkit.schema import SCHEMAS, file_name, schema_text

RENAMED = {"gitignore": ".gitignore"}
"Files that cannot carry their own name in a package."
SCHEMA_FOLDER = "schemas"
"What the first lines of the files point editors to."


def new(
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="The folder to make.")],
) -> None:
    """Make a project: a hotline with its words, calendar, action and scenarios, ready to be changed."""
    try:
        written = _write(project)
    except OSError as error:
        raise ConfigError(f"{project} cannot be made: {error.strerror}") from None
    err.print(f"{printable(str(project))}: {', '.join(written)}")
    err.print(f"now: cd {quote(printable(str(project)))} && ivrkit dial flows/hotline.yaml")


def _write(project: Path) -> list[str]:
    if project.exists() and (not project.is_dir() or any(project.iterdir())):
        raise ConfigError(f"{project} is there already: name a folder that is new or empty")
    with as_file(files("ivrkit.cli") / "project") as template:
        parts = sorted(part for part in template.rglob("*") if part.is_file() and part.suffix != ".pyc")
        for part in parts:
            target = project / part.relative_to(template)
            target = target.with_name(RENAMED.get(target.name, target.name))
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(part, target)
    (project / SCHEMA_FOLDER).mkdir(exist_ok=True)
    for kind in SCHEMAS:
        (project / SCHEMA_FOLDER / file_name(kind)).write_bytes(schema_text(kind))
    return [str(part.relative_to(template)) for part in parts if part.name not in RENAMED]
