"""A run as its readers see it: all of it for the city, that it took place for everybody else."""

from auth.principal import Principal
from services.matching.schemas import AnyRun, ProgressAnswer, RunAnswer, RunGlimpse
from services.matching.sight import CITY_EYES
from services.matching.tables import MatchRun


def run_answer(principal: Principal, run: MatchRun) -> AnyRun:
    """Show a run: its figures are sums over projects, so a county sees only that it took place."""
    if principal.role in CITY_EYES:
        stored = RunAnswer.model_fields.keys() & MatchRun.model_fields.keys()
        fields = {name: getattr(run, name) for name in stored}
        return RunAnswer.model_validate({**fields, "progress": _progress(run)})
    return RunGlimpse(
        id=run.id,
        state=run.state,
        as_of=run.as_of,
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _progress(run: MatchRun) -> ProgressAnswer | None:
    if run.progress_stage is None or run.progress_bp is None:
        return None
    return ProgressAnswer(
        stage=run.progress_stage,
        share_bp=run.progress_bp,
        value=run.progress_value,
        bound=run.progress_bound,
    )
