"""What decides rungs and notices, read once in a transaction and set-wise where many of them are asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any

from engine.model import Deadline, Hold, Notice, Occurrence, Pause, UnitContact
from engine.records import field, record
from engine.store.queries import contacts as queries
from engine.store.work import Asked, UnitOfWork, having


@record(frozen=False, kw_only=False)
class Prefetch:
    """Occurrences and holds by their deadlines, contacts and pauses by their campaigns."""

    work: UnitOfWork
    _occurrences: dict[int, list[Occurrence]] = field(default_factory=dict)
    _holds: dict[int, list[Hold]] = field(default_factory=dict)
    _contacts: dict[tuple[int, str], list[UnitContact]] = field(default_factory=dict)
    _pauses: dict[int, list[Pause]] = field(default_factory=dict)
    _digests: dict[str, bool] = field(default_factory=dict)

    # --- asked for one by one ---

    def occurrences(self, deadline: int) -> list[Occurrence]:
        """Return what is recorded of a deadline's rungs, in all epochs."""
        if deadline not in self._occurrences:
            self._occurrences[deadline] = self.work.find(Occurrence, deadline=deadline, order="id")
        return self._occurrences[deadline]

    def holds(self, deadline: int) -> list[Hold]:
        """Return the holds on a deadline, standing and taken off."""
        if deadline not in self._holds:
            self._holds[deadline] = self.work.find(Hold, deadline=deadline, order="id")
        return self._holds[deadline]

    def contacts(self, campaign: int, unit: str) -> list[UnitContact]:
        """Return a unit's contacts of all days."""
        if (campaign, unit) not in self._contacts:
            found = self.work.find(UnitContact, campaign=campaign, unit=unit, order="level, id")
            self._contacts[campaign, unit] = found
        return self._contacts[campaign, unit]

    def pauses(self, campaign: int) -> list[Pause]:
        """Return all pauses of a campaign, open and ended."""
        if campaign not in self._pauses:
            self._pauses[campaign] = self.work.find(Pause, campaign=campaign, order="id")
        return self._pauses[campaign]

    def is_written(self, digest: str) -> bool:
        """Tell whether there is a notice of a digest already."""
        if digest not in self._digests:
            self.read_digests([digest])
        return self._digests[digest]

    # --- read ahead ---

    def read_deadlines(self, deadlines: Sequence[Deadline]) -> None:
        """Read what decides the rungs of deadlines, whosever they are."""
        ids = [deadline.id for deadline in deadlines]
        self._occurrences |= {number: [] for number in ids}
        self._holds |= {number: [] for number in ids}
        for occurrence in self.work.among(Occurrence, "deadline", ids, order="id"):
            self._occurrences[occurrence.deadline].append(occurrence)
        for hold in self.work.among(Hold, "deadline", ids, order="id"):
            self._holds[hold.deadline].append(hold)
        self.read_pauses({deadline.campaign for deadline in deadlines})
        self.read_contacts((deadline.campaign, deadline.unit) for deadline in deadlines)

    def read_pauses(self, campaigns: Iterable[int]) -> None:
        """Read the pauses of campaigns."""
        wanted = [number for number in campaigns if number not in self._pauses]
        self._pauses |= {number: [] for number in wanted}
        for pause in self.work.among(Pause, "campaign", wanted, order="id"):
            self._pauses[pause.campaign].append(pause)

    def with_what_starts_deadlines(self, campaign: int, units: Collection[str], *asked: Asked) -> list[list[Any]]:
        """Answer questions, and read the pauses of a campaign and the contacts of units along with them."""
        reached = queries.asked_of(campaign, units)
        *found, pauses, contacts = self.work.gather(*asked, having(Pause, campaign=campaign), reached)
        self._pauses[campaign] = pauses
        self._contacts |= {(campaign, unit): [] for unit in units}
        for contact in sorted(contacts, key=attrgetter("level", "id")):
            self._contacts[campaign, contact.unit].append(contact)
        return found

    def read_digests(self, digests: Iterable[str]) -> None:
        """Look which of these notices there are."""
        wanted = [digest for digest in digests if digest not in self._digests]
        found = self.work.among(Notice, "digest", wanted)
        self._digests |= dict.fromkeys(wanted, False) | {notice.digest: True for notice in found}

    def read_contacts(self, whose: Iterable[tuple[int, str]]) -> None:
        """Read the contacts of units of campaigns."""
        wanted: dict[tuple[int, str], list[UnitContact]] = {pair: [] for pair in whose if pair not in self._contacts}
        if not wanted:
            return
        campaigns, units = {number: None for number, _ in wanted}, {unit: None for _, unit in wanted}
        for contact in queries.among(self.work, campaigns, units):
            if (contact.campaign, contact.unit) in wanted:
                wanted[contact.campaign, contact.unit].append(contact)
        self._contacts |= wanted

    # --- changed ---

    def keep_occurrence(self, occurrence: Occurrence, *, new: bool = False) -> None:
        """Keep a new or changed occurrence."""
        (self.work.add if new else self.work.put)(occurrence)
        known = self._occurrences.get(occurrence.deadline)
        if known is not None:
            known[:] = [o for o in known if o.id != occurrence.id] + [occurrence]

    def wrote(self, digest: str) -> None:
        """Know that there is a notice of a digest now."""
        self._digests[digest] = True

    def keep_hold(self, hold: Hold, *, new: bool = False) -> None:
        """Keep a new or changed hold."""
        (self.work.add if new else self.work.put)(hold)
        self._holds.pop(hold.deadline, None)

    def keep_pause(self, pause: Pause, *, new: bool = False) -> None:
        """Keep a new or changed pause."""
        (self.work.add if new else self.work.put)(pause)
        self._pauses.pop(pause.campaign, None)

    def start(self, deadline: int) -> None:
        """Know that nothing is recorded of a deadline just started."""
        self._occurrences[deadline] = []
        self._holds[deadline] = []

    def forget_contacts(self, campaign: int) -> None:
        """Read the contacts of a campaign again when they are next asked for."""
        self._contacts = {pair: found for pair, found in self._contacts.items() if pair[0] != campaign}
