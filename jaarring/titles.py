"""What an occasion is called in Dutch, so that nobody has to read a key.

Plain, and nothing secret: a title names themes, departments and quarters, never a measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jaarring.dutch import kwartaal
from jaarring.governance import Organisation
from jaarring.moments import Outside
from jaarring.occasions import Duty

#: the end of a key → what happens then; {overleg} and {secretaris} as the municipality names them
MOMENTS = {
    "frame/council": "De raad stelt het kader vast",
    "frame/board": "Het college stelt het strategisch kader vast",
    "objectives": "De doelstellingen worden opgelegd",
    "joint/parts": "Gezamenlijke doelstellingen verdelen: {overleg}",
    "plan/advice": "De adviezen over de jaarplannen zijn binnen",
    "plan/agree": "Instemmen met de jaarplannen: {overleg}",
    "plan/check": "De {secretaris} toetst de jaarplannen",
    "plan/adopt": "Het college stelt de jaarplannen vast",
    "plan/announce": "De organisatie hoort de jaarplannen",
    "plan/letter": "De raad krijgt een brief over de jaarplannen",
    "council/draft": "Het concept van de raadsrapportage is klaar",
    "council/review": "Adviseurs hebben de raadsrapportage bekeken",
    "council/adopt": "Het college stelt de raadsrapportage vast",
    "council/offer": "De raadsrapportage gaat naar de griffie",
    "council/committee": "De commissie bespreekt de raadsrapportage",
    "council/note": "De raad neemt kennis van de raadsrapportage",
    "meeting": "{overleg}",
    "talks": "Laatste dag voor de gesprekken",
    "change": "Een thema gaat over in een ander",
    "tactical/secretary": "Tactische rapportage vaststellen",
    "tactical/board": "Tactische rapportage in het college",
}
STEPS = {
    "request": "Uitvraag",
    "reminder": "Herinnering",
    "due": "Uiterste datum",
    "overdue": "Rappel",
    "escalate": "Escalatie",
    "handover": "Overdracht",
}
#: kind of question → what the answer is
ANSWERS = {
    "judge": "oordeel over een verantwoording",
    "accept": "besluit over een jaarplan",
    "agree": "instemming met de jaarplannen",
    "check": "toets van de jaarplannen",
    "adopt": "vaststelling",
    "advise": "advies",
    "decide": "besluit over bijsturing",
    "choose": "keuze bij iets dat te laat is",
    "signal": "keuze bij een doel dat niet op koers ligt",
    "note": "kennisneming",
    "record": "een besluit doorgeven",
    "appoint": "iemand aanwijzen",
}


@dataclass(frozen=True)
class Titles:
    """Titles with the names of one organisation, and of the dates of others in its calendar."""

    organisation: Organisation
    outside: Mapping[str, Outside]

    def of(self, key: str, kind: str, duty: str = "") -> str:
        """The title in full: "Uiterste datum verantwoording 1e kwartaal 2027: fysieke beveiliging"."""
        return self._of_duty(key, kind, Duty(duty)) if duty else self._of_moment(key)

    def short(self, key: str, kind: str, duty: str = "") -> str:
        """For a table with the date and the key beside it: "Inleveren 1e kwartaal: fysieke beveiliging"."""
        year = key.partition("/")[0]
        if not duty:
            return self._of_moment(key).removesuffix(f" ({year})").removesuffix(f" {year}")
        if Duty(duty).is_question:
            return self._of_duty(key, kind, Duty(duty))
        step = self._step(key, kind, Duty(duty))
        if kind == "due":
            step = " ".join([*step.split()[2:], "inleveren"]).capitalize()
        what = self._what(Duty(duty)).replace("verantwoording", "")
        when = self._when(Duty(duty)).removesuffix(f" {year}")
        department = self.organisation.departments.get(Duty(duty).subject)
        name = department.code if department and "/account/" in duty else self._subject(Duty(duty))
        return f"{' '.join(filter(None, (step, what, when)))}: {name}"

    def _of_moment(self, key: str) -> str:
        year, _, tail = key.partition("/")
        if tail.startswith("outside/"):
            one = self.outside.get(tail.partition("/")[2])
            return one.title if one else "Een datum van anderen"
        if tail.startswith("change/"):
            return MOMENTS["change"]
        quarter, body = "", self.organisation.joint_body
        if tail[:1] == "Q":
            number, _, tail = tail[1:].partition("/")
            quarter = f"{kwartaal(int(number))} {year}"
        words = MOMENTS.get(tail, "Bericht").format(
            overleg=body.name if body else "overleg", secretaris=self.organisation.secretary_label
        )
        return f"{words}: {quarter}" if quarter else f"{words} ({year})"

    def _of_duty(self, key: str, kind: str, duty: Duty) -> str:
        if duty.is_question:
            step = "Antwoord gevraagd" if kind == "due" else STEPS.get(kind, "Bericht")
            return f"{step}: {ANSWERS.get(duty.parts[2], 'antwoord op een vraag')}"
        return f"{self._step(key, kind, duty)} {self.owed(duty)}"

    def owed(self, duty: Duty) -> str:
        """What a duty asks for: "jaarplan 2027: fysieke beveiliging"."""
        return f"{self._what(duty)} {self._when(duty)}: {self._subject(duty)}"

    def _step(self, key: str, kind: str, duty: Duty) -> str:
        step = STEPS.get(kind, "Bericht")
        if "/return/" in key.removeprefix(duty.key):
            return f"{step} verbetering"
        return step

    def _what(self, duty: Duty) -> str:
        if duty.subject == "oib" and duty.kind == "report":
            return "gezamenlijk oordeel"
        return {"plan": "jaarplan", "account": "maatregelen"}.get(duty.kind, "verantwoording")

    def _when(self, duty: Duty) -> str:
        return f"{kwartaal(duty.quarter.number)} {duty.year}" if duty.quarter else str(duty.year)

    def _subject(self, duty: Duty) -> str:
        organisation = self.organisation
        if duty.kind == "account":
            department = organisation.departments.get(duty.subject)
            return department.name if department else duty.subject
        if duty.subject == "oib" and organisation.joint_body:
            return organisation.joint_body.name
        theme = organisation.known_theme(duty.subject)
        return theme.name if theme else duty.subject
