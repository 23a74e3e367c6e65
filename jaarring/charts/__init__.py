"""Charts as plain numbers: every place, word and sentence of a drawing, for the macros of `charts.html`.

Plain. A chart is made of what an edition shows and of nothing else: its scale, order and counts are functions
of the values it is given. Places are whole units of a drawing that is 440 wide; 680 are the width of a page
(16,2 cm), so that 13 units of text are 8,8 points on paper.
"""

from jaarring.charts.money import Bars, money
from jaarring.charts.progress import Progress, Reached, progress
from jaarring.charts.ring import Moment, Ring, ring
from jaarring.charts.states import States, Tally, states
from jaarring.charts.trajectory import Measured, Series, Trajectory, trajectory

__all__ = [
    "Bars",
    "Measured",
    "Moment",
    "Progress",
    "Reached",
    "Ring",
    "Series",
    "States",
    "Tally",
    "Trajectory",
    "money",
    "progress",
    "ring",
    "states",
    "trajectory",
]
