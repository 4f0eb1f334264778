"""What is compared: programs that serve the same call, each in a process of its own.

Every one answers, says a welcome, says a menu and takes one key, says a tariff, hangs up. Started as
`python -m bench.controllers.<name>`, it prints the port it listens on and serves until it is ended.
"""

SOUNDS = "/var/lib/ivrkit/sounds"
WELCOME, MENU, TARIFF = (f"{SOUNDS}/en/hotline/{name}.wav" for name in ("welcome", "menu", "tariff"))
EVENTS = ("CHANNEL_EXECUTE_COMPLETE", "DTMF", "CHANNEL_HANGUP")
"What everyone subscribes to, where nothing else is said."
