"""Every mutant, in the order of the rules."""

from __future__ import annotations

from tests.mutants import (
    burden,
    calls,
    channels,
    clocks,
    dates_and_firing,
    demands,
    duties,
    gates_and_history,
    indicators,
    ladders_and_catchup,
    looking,
    nested,
    notices_and_changes,
    quotas,
    receipts,
    reports,
    roles,
    versions,
    workers,
)

MUTANTS = (
    *dates_and_firing.MUTANTS,
    *ladders_and_catchup.MUTANTS,
    *clocks.JUMPS,
    *notices_and_changes.MUTANTS,
    *demands.MUTANTS,
    *versions.MUTANTS,
    *gates_and_history.MUTANTS,
    *clocks.OWNERS,
    *indicators.MUTANTS,
    *duties.MUTANTS,
    *quotas.MUTANTS,
    *roles.MUTANTS,
    *reports.MUTANTS,
    *looking.MUTANTS,
    *nested.MUTANTS,
    *workers.MUTANTS,
    *channels.MUTANTS,
    *receipts.MUTANTS,
    *burden.MUTANTS,
    *calls.MUTANTS,
)
