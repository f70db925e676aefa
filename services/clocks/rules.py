"""The figures of the clocks, from the city's dated settings."""

from allocation.clock_table import ClockKind
from allocation.clocks import Rule, Unit
from allocation.running_clocks import Rules
from services.regions.settings import CitySettings


def rules_of(settings: CitySettings) -> Rules:
    """Read the figures of the clocks out of a city's settings."""

    def working(count: int) -> Rule:
        return Rule(count, Unit.working_days)

    return Rules(
        periods={
            ClockKind.respond: working(settings.respond_days),
            ClockKind.judge: working(settings.judge_days),
            ClockKind.feed_back: Rule(settings.feed_back_days, Unit.days),
            ClockKind.accept: working(settings.acceptance_days),
            ClockKind.follow_up: Rule(settings.follow_up_days, Unit.days),
            ClockKind.stale: Rule(settings.stale_months, Unit.months),
            ClockKind.transfer_review: working(settings.transfer_review_days),
            ClockKind.decide: working(settings.decision_days),
            ClockKind.hold_progress: Rule(settings.hold_progress_days, Unit.days),
        },
        judge_expert=working(settings.judge_expert_days),
        decide_major=working(settings.decision_major_days),
        warning_days=settings.clock_warning_days,
        escalation=working(settings.escalation_days),
    )
