"""The times of delivery."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Timing:
    """Seconds of real time: the client's time-out, how much later a late effect may still show, the idle poll, and how
    long a process that sends is waited for when it is silent.
    """

    slack_timeout: float = 10.0
    settle: float = 10.0
    poll: float = 0.25
    lead: float = 4.0

    @property
    def lease(self) -> timedelta:
        """Longer than two calls may take, so that whoever finds it run out may reconcile at once."""
        return timedelta(seconds=2 * self.slack_timeout + self.settle)

    @property
    def quick_start(self) -> timedelta:
        """How long after the claim a call may begin without being recorded anew: the lease has that much to spare."""
        return timedelta(seconds=self.settle / 4)

    @property
    def unsure_for(self) -> timedelta:
        """How long after an attempt began nobody may conclude that it did not arrive."""
        return timedelta(seconds=self.slack_timeout + self.settle)
