"""The reader: from the texts of a workflow to its record, with every problem at its place."""

from engine.reader.below import bundle_below, workflow_below
from engine.reader.bundles import bundle_of, shipped, shipped_bundle
from engine.reader.codes import CODES
from engine.reader.parameters import fill
from engine.reader.schema import schema
from engine.reader.workflow import read

__all__ = [
    "CODES",
    "bundle_below",
    "bundle_of",
    "fill",
    "read",
    "schema",
    "shipped",
    "shipped_bundle",
    "workflow_below",
]
