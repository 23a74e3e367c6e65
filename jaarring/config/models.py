"""The four files as pydantic models: what may stand in each, and of which type."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

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


class PersonModel(Model):
    function: Name
    mail: Mail
    name: Name = ""
    substitute: Id = ""


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


class OrganisationModel(Model):
    variant: Literal["direct", "oib"]
    municipality: MunicipalityModel
    storage: Text
    people: dict[Id, PersonModel] = Field(min_length=1)
    bodies: dict[Id, BodyModel]
    departments: dict[Id, DepartmentModel] = Field(min_length=1)
    themes: dict[Id, ThemeModel] = Field(min_length=1)
    offices: OfficesModel
    roles: RolesModel
    joint_body: JointBodyModel | None = None
    mandate: MandateModel
    lines: dict[Id, list[Id]] = {}


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


class GoalModel(Model):
    title: Text
    horizon: Day
    themes: list[Id] = Field(min_length=1)
    frameworks: list[Text] = []
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


class StrategyModel(Model):
    vision: Text
    council_frame: DecisionModel
    adoption: DecisionModel
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


class AskingModel(Model):
    reminders: list[Offset]
    overdue: Offset
    escalate: list[Offset]


class ReportAskingModel(AskingModel):
    request: dict[QuarterName, Offset]
    due: dict[QuarterName, Offset]


class AccountAskingModel(AskingModel):
    before_report: Days


class JointReportModel(Model):
    request: Offset
    meeting: dict[QuarterName, Offset]


class CalendarModel(Model):
    working_days: WorkingDaysModel
    recess: list[RecessModel] = []
    meetings: dict[Literal["board", "council", "committee"], MeetingsModel]
    moments: dict[Id, MomentModel]
    plan: AskingModel
    report: ReportAskingModel
    account: AccountAskingModel
    joint_report: JointReportModel
    tactical: dict[QuarterName, Offset]
    no_reminder_within: Days
    hold_after_days: Days


# --- channels.yaml


class SenderModel(Model):
    name: Name
    mail: Mail


class ChannelsModel(Model):
    sender: SenderModel
    bounces: Mail
    contact: Text
    mail: Text
