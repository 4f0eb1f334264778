"""`ivrkit schema`: what an editor needs to help with ivrkit's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.common import err, write_line
from ivrkit.errors import ConfigError
from ivrkit.flow.diagnostic import listed, quoted
from ivrkit.schema import SCHEMAS, schema_text


def schema(
    kind: Annotated[str, typer.Argument(help=f"What the schema is of: {listed(SCHEMAS, 'or')}.")] = "flow",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file. By default it is printed.")] = None,
) -> None:
    """Write the JSON Schema with which an editor completes, explains and checks a file."""
    if kind not in SCHEMAS:
        raise ConfigError(f"there is no schema of {quoted(kind)}; write {listed(SCHEMAS, 'or')}")
    text = schema_text(kind)
    if output is None:
        write_line(text.decode().rstrip("\n"))
        return
    try:
        output.write_bytes(text)
    except OSError as error:
        raise ConfigError(f"{output} cannot be written: {error.strerror}") from None
    err.print(f"{output} written")
