"""The reader: from the texts of a workflow to its record, with every problem at its place."""

from engine.reader.below import beside, bundle_below, workflow_below
from engine.reader.bundles import bundle_named, bundle_of, is_path, shipped, shipped_bundle
from engine.reader.codes import CODES
from engine.reader.parameters import fill
from engine.reader.schema import schema
from engine.reader.workflow import read

__all__ = [
    "CODES",
    "beside",
    "bundle_below",
    "bundle_named",
    "bundle_of",
    "fill",
    "is_path",
    "read",
    "schema",
    "shipped",
    "shipped_bundle",
    "workflow_below",
]
