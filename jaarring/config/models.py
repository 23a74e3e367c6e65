"""The four files as pydantic models: what may stand in each, and of which type."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field, create_model

from jaarring.config.fields import (
    Code,
    Colour,
    Count,
    CycleYear,
    Day,
    Days,
    Decimals,
    Domain,
    Euro,
    Id,
    Mail,
    Model,
    Month,
    MonthDay,
    Name,
    Nth,
    Number,
    Offset,
    Percent,
    Text,
    TimeZone,
    Weekday,
    Year,
    YesNo,
)

QuarterName = Literal["Q1", "Q2", "Q3", "Q4"]
QuestionKind = Literal[
    "judge",
    "accept",
    "agree",
    "check",
    "adopt",
    "advise",
    "decide",
    "choose",
    "signal",
    "note",
    "record",
    "appoint",
]


class DecisionModel(Model):
    body: Id
    date: Day
    number: Text


# --- organisation.yaml


class MunicipalityModel(Model):
    name: Text
    inhabitants: Count
    staff: Count
    locations: Count
    mail_domain: Domain
    time_zone: TimeZone = "Europe/Amsterdam"
    colour: Colour = "#1f3a5f"
    accent: Colour = "#8a5a00"


class AbsentModel(Model):
    first: Day
    last: Day | None = None


class PersonModel(Model):
    function: Name
    mail: Mail
    name: Name = ""
    substitute: Id = ""
    absent: list[AbsentModel] = []


class BodyModel(Model):
    name: Name
    mail: Mail


class DepartmentModel(Model):
    code: Code
    name: Text
    head: Id


class ThemeModel(Model):
    code: Code
    name: Text
    owner: Id
    adviser: Id
    department: Id


class OfficesModel(Model):
    secretary: Id
    secretary_label: Text
    coordinator: Id
    executive_portfolio_holder: Id
    administrative_portfolio_holder: Id
    controller: Id


class RolesModel(Model):
    decide: list[Id] = []
    coordinate: list[Id] = []
    carry_out: list[Id] = []
    advise: list[Id] = []
    monitor: list[Id] = []


class JointBodyModel(Model):
    name: Text
    chair: Id
    appointed: Day | None = None
    appointed_by: Id = ""


class MandateModel(Model):
    amount: Euro


def _part_of(model: type[Model], base: type[Model] = Model) -> type[Model]:
    """A block of which only what differs is written: the same fields, each of which may be left out."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        fields[name] = ((Annotated[kind, *field.metadata] if field.metadata else kind) | None, None)
    return create_model(model.__name__.replace("Model", "Change"), __base__=base, **fields)


class _EndModel(Model):
    """What is said of a theme that ends: who takes its open duties, and of a split what goes where."""

    successor: Id = ""
    measures: dict[Id, list[Code]] = {}
    budget: dict[Id, Euro] = {}


class _ChangeBody(Model):
    @property
    def since(self) -> date:
        """From when it is so; in the file it is called `from`, which is no name in Python."""
        return cast(date, getattr(self, "from"))


if TYPE_CHECKING:

    class ThemeChange(ThemeModel, _EndModel): ...

    class ChangeModel(_ChangeBody):
        why: Text
        themes: dict[Id, ThemeChange]
else:
    ThemeChange = _part_of(ThemeModel, _EndModel)
    ChangeModel = create_model(
        "ChangeModel",
        __base__=_ChangeBody,
        **{"from": (Day, ...)},
        why=(Text, ""),
        variant=(Literal["direct", "oib"] | None, None),
        people=(dict[Id, _part_of(PersonModel)], {}),
        departments=(dict[Id, _part_of(DepartmentModel)], {}),
        themes=(dict[Id, ThemeChange], {}),
        offices=(_part_of(OfficesModel) | None, None),
        roles=(_part_of(RolesModel) | None, None),
        joint_body=(_part_of(JointBodyModel) | None, None),
        mandate=(_part_of(MandateModel) | None, None),
        lines=(dict[Id, list[Id]], {}),
    )


class OrganisationModel(Model):
    variant: Literal["direct", "oib"]
    municipality: MunicipalityModel
    storage: Text
    #: `sqlite`, a file in the storage folder, or the address of a database on a PostgreSQL server
    database: Text = "sqlite"
    #: the file in which what happened is noted by number, hash and key; best on another disk
    journal: Text = "journaal.jsonl"
    people: dict[Id, PersonModel] = Field(min_length=1)
    bodies: dict[Id, BodyModel]
    departments: dict[Id, DepartmentModel] = Field(min_length=1)
    themes: dict[Id, ThemeModel] = Field(min_length=1)
    offices: OfficesModel
    roles: RolesModel
    joint_body: JointBodyModel | None = None
    mandate: MandateModel
    lines: dict[Id, list[Id]] = {}
    #: oldest first; each is what differs from then on
    changes: list[ChangeModel] = []


# --- strategy.yaml


class PointModel(Model):
    year: Year
    value: Number


class StepsModel(Model):
    year: Year
    values: list[Number] = Field(min_length=4, max_length=4)


class IndicatorModel(Model):
    theme: Id
    name: Text
    unit: Text
    direction: Literal["up", "down", "hold"]
    points: list[PointModel] = Field(min_length=2)
    between: Literal["linear", "steps"] = "linear"
    steps: list[StepsModel] = []
    out_of: Count | None = None
    decimals: Decimals = 0


class SourceModel(Model):
    title: Text
    url: Text = ""
    date: Day


class GoalModel(Model):
    title: Text
    horizon: Day
    themes: list[Id] = Field(min_length=1)
    frameworks: list[Text] = []
    sources: list[SourceModel] = []
    indicators: dict[Code, IndicatorModel]


class JointObjectiveModel(Model):
    title: Text
    themes: list[Id] = Field(min_length=1)
    measures: list[Code] = []


class GuidelineModel(Model):
    text: Text
    themes: list[Id] = []
    source: Text = ""


class SecrecyModel(Model):
    decision: DecisionModel
    ground: Text
    lifted_by: Id


class MeasureModel(Model):
    title: Text
    theme: Id
    department: Id
    goal: Code
    budget: Euro
    start: Day
    end: Day
    effect: Text = ""
    sources: list[SourceModel] = []
    secrecy: SecrecyModel | None = None


class BudgetModel(Model):
    total: Euro
    themes: dict[Id, Euro]


class RatingModel(Model):
    on_course: Percent
    attention: Percent
    tolerance: Percent


class WithheldModel(Model):
    text: Text
    ground: Text


class BoardDecisionsModel(Model):
    responsibility: DecisionModel | None = None
    budgets: DecisionModel | None = None
    accounting: DecisionModel | None = None


class StrategyModel(Model):
    vision: Text
    council_frame: DecisionModel
    adoption: DecisionModel
    decisions: BoardDecisionsModel | None = None
    roll_up: Literal["worst", "all"]
    rating: RatingModel
    goals: dict[Code, GoalModel] = Field(min_length=1)
    joint_objectives: dict[Code, JointObjectiveModel] = {}
    guidelines: dict[Code, GuidelineModel] = {}
    measures: dict[Code, MeasureModel] = Field(min_length=1)
    budgets: dict[Year, BudgetModel] = Field(min_length=1)
    withheld: dict[Id, WithheldModel] = {}


# --- calendar.yaml


class EquatedDayModel(Model):
    day: Day
    source: Text


class RecessModel(Model):
    name: Text
    first: Day
    last: Day


class WorkingDaysModel(Model):
    good_friday_closed: YesNo
    equated: list[EquatedDayModel] = []
    closing_days: list[Day] = []


class MeetingsModel(Model):
    weekday: Weekday | None = None
    dates: list[Day] = []
    cancelled: list[Day] = []
    papers: Days = 0


class MomentModel(Model):
    year: CycleYear = 0
    day: MonthDay | None = None
    last_working_day_of: Month | None = None
    month: Month | None = None
    nth: Nth | None = None
    after: Id = ""
    working_days: Offset = 0
    with_joint_body: Offset | None = None
    meeting: Literal["board", "council", "committee", ""] = ""
    pick: Literal["first_from", "last_before"] = "first_from"
    stated: dict[Year, Day] = {}


class OutsideModel(MomentModel):
    title: Text
    source: Text


class AskingModel(Model):
    reminders: list[Offset]
    overdue: Offset
    escalate: list[Offset]


class ReportAskingModel(AskingModel):
    request: dict[QuarterName, Offset]
    due: dict[QuarterName, Offset]


class AccountAskingModel(AskingModel):
    before_report: Days


class AnswersModel(AskingModel):
    terms: dict[QuestionKind, Offset] = {}
    default: Offset
    news: Literal["week", "day"] = "week"


class JointReportModel(Model):
    request: Offset
    meeting: dict[QuarterName, Offset]
    in_recess: YesNo = True


class CalendarModel(Model):
    working_days: WorkingDaysModel
    recess: list[RecessModel] = []
    meetings: dict[Literal["board", "council", "committee"], MeetingsModel]
    moments: dict[Id, MomentModel]
    outside: dict[Id, OutsideModel] = {}
    plan: AskingModel
    report: ReportAskingModel
    account: AccountAskingModel
    joint_report: JointReportModel
    talks: dict[QuarterName, Offset] = {}
    answers: AnswersModel
    tactical: dict[QuarterName, Offset]
    no_reminder_within: Days
    more_time_at_most: Days = 1
    hold_after_days: Days


# --- channels.yaml


class SenderModel(Model):
    name: Name
    mail: Mail


class MailboxModel(Model):
    address: Text
    bounces: Text = ""
    #: as that server names itself in Authentication-Results
    checked_by: Text = ""
    require_authenticated: YesNo = False


class ChannelsModel(Model):
    sender: SenderModel
    bounces: Mail
    contact: Text
    mail: Text
    mailbox: MailboxModel | None = None
