"""calendar.yaml as pydantic models: what may stand in it, and of which type."""

from __future__ import annotations

from typing import Literal

from jaarring.config.fields import (
    CycleYear,
    Day,
    Days,
    Id,
    Model,
    Month,
    MonthDay,
    Nth,
    Offset,
    Text,
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
