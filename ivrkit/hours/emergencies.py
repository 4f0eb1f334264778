"""Switches for emergencies: a file for each calendar that is switched. Every process of the machine sees it at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from ivrkit.errors import ConfigError
from ivrkit.files import publish, settle

_LARGEST = 4_000
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Emergency:
    """A calendar that is switched to emergency."""

    since: AwareDatetime
    by: str
    "Who switched it on."
    until: AwareDatetime | None = None
    "When it ends by itself; None: when it is switched off."

    def holds(self, at: datetime) -> bool:
        """Whether it has not ended at a moment."""
        return self.until is None or at < self.until


_READER = TypeAdapter(Emergency)


class Emergencies:
    """The switches of a project, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, calendar: str) -> Emergency | None:
        """The emergency of a calendar, also one that has ended by itself; ConfigError when its file is broken."""
        path = self._file(calendar)
        try:
            with path.open("rb") as file:
                return _READER.validate_json(file.read(_LARGEST))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
        except ValidationError:
            off = f"ivrkit emergency off {calendar}"
            raise ConfigError(f"{path} is no emergency, and counts as none: switch it again, {off}") from None

    def switched(self) -> list[str]:
        """The calendars that have a switch there."""
        return sorted(path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"[!.]*{_SUFFIX}"))

    def switch_on(self, calendar: str, emergency: Emergency) -> None:
        """Write it to the disk; whoever asks from now on sees it. OSError when it cannot be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        publish(self._file(calendar), orjson.dumps(emergency))
        settle(self._folder)

    def switch_off(self, calendar: str) -> None:
        """The same for its end; nothing happens when there is none."""
        self._file(calendar).unlink(missing_ok=True)
        if self._folder.exists():
            settle(self._folder)

    def _file(self, calendar: str) -> Path:
        return self._folder / f"{calendar}{_SUFFIX}"
