"""An embedded FreeSWITCH, for the demo, tests and load on machines that have none."""

from ivrkit.switch.simulated.call import Answered, Heard, Over, Pressed, SimulatedCall, Speaking
from ivrkit.switch.simulated.expansion import Expansion
from ivrkit.switch.simulated.switch import SimulatedSwitch
from ivrkit.switch.world import FarEnd

__all__ = [
    "Answered",
    "Expansion",
    "FarEnd",
    "Heard",
    "Over",
    "Pressed",
    "SimulatedCall",
    "SimulatedSwitch",
    "Speaking",
]
