"""ivrkit: telephone menus in YAML, run on FreeSWITCH.

    app = ivrkit.App("ivrkit.yaml")

    @app.action(outcomes=["ok", "not_found"], blocking=True)
    def find_bill(account: str) -> ivrkit.Outcome: ...

    app.call_port().start()

Importing it opens nothing and patches nothing.
"""

from ivrkit._version import __version__
from ivrkit.actions import Context, action
from ivrkit.app import App
from ivrkit.config import Config, load_config
from ivrkit.errors import (
    ActionError,
    ConfigError,
    FlowError,
    IvrkitError,
    PromptError,
    ScriptError,
    SpeechError,
    StoreError,
    SwitchError,
)
from ivrkit.expressions import Secret
from ivrkit.flow import Compiled, Diagnostic, compile_file, compile_flow, load_source, parse_source
from ivrkit.flow import dump as dump_script
from ivrkit.flow import load as load_script
from ivrkit.script import Outcome, Script
from ivrkit.store import Store, open_store
from ivrkit.tts import SoundTree, Voice
from ivrkit.tts import build as build_sounds

__all__ = [  # noqa: RUF022 - grouped by purpose
    # An application
    "App",
    "Config",
    "load_config",
    # Functions that flows may call
    "action",
    "Context",
    "Outcome",
    "Secret",
    # Flows
    "compile_file",
    "compile_flow",
    "load_source",
    "parse_source",
    "Compiled",
    "Diagnostic",
    "Script",
    "dump_script",
    "load_script",
    # Sounds
    "build_sounds",
    "SoundTree",
    "Voice",
    # Records
    "open_store",
    "Store",
    # Errors
    "IvrkitError",
    "ActionError",
    "ConfigError",
    "FlowError",
    "PromptError",
    "ScriptError",
    "SpeechError",
    "StoreError",
    "SwitchError",
    # This release
    "__version__",
]
