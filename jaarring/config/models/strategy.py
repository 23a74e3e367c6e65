"""strategy.yaml as pydantic models: what may stand in it, and of which type."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from jaarring.config.fields import Code, Count, Day, Decimals, Euro, Id, Model, Number, Percent, Text, Year


class DecisionModel(Model):
    body: Id
    date: Day
    number: Text


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
