"""Which flow runs when: what `jaarring up` makes known to Prefect. Making it known again changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect import Flow, get_client
from prefect.automations import Automation
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.council import council
from flows.document import document
from flows.plans import plans
from flows.reminders import reminders
from flows.reports import reports
from flows.tactical import tactical
from flows.tick import tick
from jaarring.here import municipality

#: the steps of the cycle in the order of the year, the tick that does what of them is due, one document
FLOWS: dict[str, Flow[..., None]] = {
    "plans": plans,
    "reports": reports,
    "reminders": reminders,
    "tactical": tactical,
    "council": council,
    "tick": tick,
    "document": document,
}
POOL = "local"
#: no more runs at once than a small machine has cores
AT_ONCE = 2
#: the tick every morning, not between two and three, when summer time comes and goes; what came back every
#: hour of a working day, so that a form has its receipt soon and what could not go out is tried again
SCHEDULES = {"tick": "0 7 * * *", "reports": "0 8-18 * * 1-5"}
#: seconds that a run may take to start before its place is given away
STARTING = 600
ENDED = ("Completed", "Failed", "Cancelled", "Crashed")


def labels(config: Path, step: str) -> list[str]:
    """By what runs are found again: `municipality:elzenwaard`, `step:tick`."""
    return [f"municipality:{_slug(config)}", f"step:{step}"]


def _slug(config: Path) -> str:
    with municipality(config) as here:
        return re.sub(r"[^a-z0-9]+", "-", here.organisation.name.casefold()).strip("-")


def deploy(config: Path) -> None:
    """Make pool, deployments and automations known to the server in use, and let runs begin."""
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
        client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=AT_ONCE))
        known = {automation.name for automation in client.read_automations()}
    for step in FLOWS:
        _deploy_step(config.resolve(), step)
    for automation in (killed_runs(), stuck_runs()):
        if automation.name not in known:
            automation.create()
    pause(False)


def _deploy_step(config: Path, step: str) -> None:
    with municipality(config) as here:
        zone = here.config.time_zone
    # A tick that waits has nothing to add to the one that runs; a report by hand has its own parameters.
    cron = SCHEDULES.get(step)
    collision = ConcurrencyLimitStrategy.CANCEL_NEW if cron else ConcurrencyLimitStrategy.ENQUEUE
    extra: dict[str, Any] = {"schedule": Cron(cron, timezone=zone)} if cron else {}
    deployment = RunnerDeployment.from_flow(
        FLOWS[step],
        _slug(config),
        description=FLOWS[step].description,
        parameters={"config": str(config)},
        tags=labels(config, step),
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=collision, grace_period_seconds=STARTING
        ),
        work_pool_name=POOL,
        entrypoint_type=EntrypointType.MODULE_PATH,  # the flows as installed here, whatever the folder
        **extra,
    )
    deployment.apply()


def killed_runs() -> Automation:
    """A run without a heartbeat for 90 seconds has crashed; else it runs for ever and keeps its place."""
    return Automation(
        name="jaarring: killed runs",
        description="Marks a run as crashed when its process was killed.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{state}" for state in ENDED)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=90),
        ),
        actions=[_crashed("Its process was gone.")],
    )


def stuck_runs() -> Automation:
    """A run that was handed out and never began has crashed."""
    begun = ("Running", "Late", "Scheduled", "AwaitingConcurrencySlot", *ENDED)
    return Automation(
        name="jaarring: runs that never start",
        description="Marks a run as crashed when it was handed out and did not begin.",
        trigger=EventTrigger(
            after={"prefect.flow-run.Pending", "prefect.flow-run.Submitting"},
            expect={f"prefect.flow-run.{state}" for state in begun},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=STARTING),
        ),
        actions=[_crashed("It never began.")],
    )


def _crashed(message: str) -> ChangeFlowRunState:
    return ChangeFlowRunState(name=None, state=StateType.CRASHED, message=message, force=False)


def pause(paused: bool) -> None:
    """Hold back new runs, or let them begin. What falls due meanwhile waits as Late and then runs."""
    with get_client(sync_client=True) as client:
        client.update_work_pool(POOL, WorkPoolUpdate(is_paused=paused))


def busy() -> int:
    """How many runs of the pool are at work or about to be."""
    at_work = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=at_work)),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])),
        )
    return len(found)
