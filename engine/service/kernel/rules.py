"""The version of the rules: each record names the one it was decided under (SEMANTICS H5).

From the release of 0.1.0 on, whoever changes what `apply` does with the same facts raises it by one and keeps the
way of before (CONTRIBUTING, "How a rule changes"). What lies deeper than an action asks `CampaignSession.rules`.
"""

from __future__ import annotations

from typing import Final

RULES: Final = 1
