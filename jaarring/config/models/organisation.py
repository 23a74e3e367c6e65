"""organisation.yaml as pydantic models: what may stand in it, and of which type."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field, create_model

from jaarring.config.fields import (
    Code,
    Colour,
    Count,
    Day,
    Domain,
    Euro,
    Id,
    Mail,
    Model,
    Name,
    Text,
    TimeZone,
)


class MunicipalityModel(Model):
    name: Text
    inhabitants: Count
    staff: Count
    locations: Count
    mail_domain: Domain
    time_zone: TimeZone = "Europe/Amsterdam"


class HouseStyleModel(Model):
    colour: Colour = "#1f3a5f"
    accent: Colour = "#8a5a00"
    #: an SVG beside these files; none where there is no logo
    logo: Text | None = None
    font: Literal["Source Sans 3", "Lato"] = "Source Sans 3"


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
    house_style: HouseStyleModel = HouseStyleModel()
    storage: Text
    #: `sqlite`, a file in the storage folder, or the address of a database on a PostgreSQL server
    database: Text = "sqlite"
    #: the file in which what happened is noted by number, hash and key; best on another disk
    journal: Text = "journaal.jsonl"
    #: the folder with templates of the municipality's own; none where it uses ours
    templates: Text | None = None
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
