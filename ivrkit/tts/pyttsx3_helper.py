"""The process that says one text for pyttsx3.py: a JSON request on stdin, a WAV file, and an end.

It ends with 0, or with another code and a line for a person on stderr.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any


def lend_espeak() -> None:
    """Make pyttsx3's espeak driver find the library of the espeakng-loader wheel, so no system package is needed.

    The driver loads `libespeak-ng.so.1`; the loader takes the library of that name that is already in the process.
    """
    import espeakng_loader

    ctypes.CDLL(str(Path(espeakng_loader.get_library_path()).with_name("libespeak-ng.so.1")))
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()


def say(request: dict[str, Any]) -> None:
    import pyttsx3

    engine = pyttsx3.init()
    errors: list[Exception] = []
    engine.connect("error", lambda name, exception: errors.append(exception))
    for setting in ("voice", "rate", "pitch"):
        if request[setting] is not None:
            engine.setProperty(setting, request[setting])
    engine.save_to_file(request["text"], request["file"])
    engine.runAndWait()
    # Settings wait in a queue and errors in it are only notified, so what became of them is known at the end.
    used = engine.getProperty("voice")
    if str(used).lower() != request["voice"].lower():
        voices = sorted(voice.id for voice in engine.getProperty("voices"))
        near = get_close_matches(request["voice"], voices, n=5, cutoff=0.0)
        sys.exit(f"pyttsx3 has no voice {request['voice']!r}; of its {len(voices)} the nearest are {', '.join(near)}")
    if errors:
        sys.exit(f"pyttsx3 failed: {errors[0]}")


def main() -> None:
    request = json.load(sys.stdin)
    try:
        if sys.platform == "linux":
            lend_espeak()
        say(request)
    except (ImportError, OSError, RuntimeError) as error:
        sys.exit(f"pyttsx3 cannot speak here ({error}): install the system's speech, on Debian `apt install espeak-ng`")


if __name__ == "__main__":
    main()
