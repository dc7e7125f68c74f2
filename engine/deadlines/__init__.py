"""What is due when, and why; reminders, ladders, catch-up. Pure: takes `now`, never asks for it."""

from engine.deadlines.dates import after, date_of, phase_end, printed, remaining, resumed_due
from engine.deadlines.explain import RungRow, sentences, why
from engine.deadlines.firing import fire, next_moment
from engine.deadlines.instants import last_moment_of, local_day, sending_end, sending_time, start_of
from engine.deadlines.ladders import points
from engine.deadlines.light import Light, light
from engine.deadlines.records import Dated, Firing, LadderStanding, Point, RungMark, Span, Times, occurrence_of

__all__ = [
    "Dated",
    "Firing",
    "LadderStanding",
    "Light",
    "Point",
    "RungMark",
    "RungRow",
    "Span",
    "Times",
    "after",
    "date_of",
    "fire",
    "last_moment_of",
    "light",
    "local_day",
    "next_moment",
    "occurrence_of",
    "phase_end",
    "points",
    "printed",
    "remaining",
    "resumed_due",
    "sending_end",
    "sending_time",
    "sentences",
    "start_of",
    "why",
]
