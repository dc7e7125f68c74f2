"""Forecasts: everyone who will be reminded, found by running the production service ahead on a copy."""

from engine.service.forecast.ahead import adoption_day, of_campaign, of_workflow
from engine.service.forecast.assumptions import Assumption, early, nobody
from engine.service.forecast.records import (
    Assumed,
    Forecast,
    ForecastItem,
    ForecastNotice,
    ForeseenDuty,
    Load,
    Meeting,
    Untold,
)

__all__ = [
    "Assumed",
    "Assumption",
    "Forecast",
    "ForecastItem",
    "ForecastNotice",
    "ForeseenDuty",
    "Load",
    "Meeting",
    "Untold",
    "adoption_day",
    "early",
    "nobody",
    "of_campaign",
    "of_workflow",
]
