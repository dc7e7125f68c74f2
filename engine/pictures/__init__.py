"""Pictures and tables of a workflow or a campaign; pure, from records alone."""

from engine.pictures.calendar import calendar_picture
from engine.pictures.diagram import state_diagram
from engine.pictures.tables import breakdown, csv_bytes, ledger
from engine.pictures.timeline import timeline

__all__ = ["breakdown", "calendar_picture", "csv_bytes", "ledger", "state_diagram", "timeline"]
