"""Who is concerned in a duty: who owes it, to whom it goes when it does not come, who advises about it.

Plain: an organisation as it is on a day and a duty go in. A theme that ended is borne by its successor.
"""

from __future__ import annotations

from jaarring.governance import Organisation, Person, Rung, Theme
from jaarring.occasions import Duty

JOINT = "oib"


def owes(organisation: Organisation, duty: Duty) -> Person | None:
    """Who must hand in: the theme owner, the department head, or the chair for the joint body.

    None where nobody does: a theme without successor, a department or a joint body that is no more.
    """
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return organisation.people[department.head] if department else None
    if duty.subject == JOINT:
        return organisation.person_at("chair") if organisation.joint_body else None
    theme = organisation.bearer(duty.subject)
    return organisation.people[theme.owner] if theme else None


def ladder(organisation: Organisation, duty: Duty) -> tuple[Rung, ...]:
    """To whom a duty goes when it does not come, in order, from the governance lines."""
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return organisation.department_ladder(department) if department else ()
    theme = theme_of(organisation, duty)
    return organisation.ladder(theme) if theme else ()


def adviser(organisation: Organisation, duty: Duty) -> Person | None:
    """Whom to ask for advice; None where the duty is not a theme's."""
    theme = theme_of(organisation, duty)
    return organisation.people[theme.adviser] if theme else None


def theme_of(organisation: Organisation, duty: Duty) -> Theme | None:
    """The theme that bears a duty now; None for a duty of a department or of the joint body."""
    return None if duty.kind == "account" else organisation.bearer(duty.subject)
