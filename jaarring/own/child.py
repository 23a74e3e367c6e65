"""`python -m jaarring.own.child`: render a municipality's own template, with little memory and little time.

A job comes in on standard input as JSON, an answer goes out on standard output: the words, or where and why
there are none. The sandbox lets a template read its values and nothing else; should it fail, this process has
no secret in its environment, writes no file and is soon over.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    Template,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.exceptions import SecurityError, TemplateAssertionError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jaarring.own.plain import decoded

MEMORY = 512 * 2**20
SECONDS = 5
"""Of the processor; a letter takes some thousandths, the longest report less than one."""
LONGEST = 4_000_000
"""Characters of what comes out."""

OURS = Path(__file__).resolve().parents[2] / "templates"


class TooMuch(Exception):
    """A template that asks for more than any needs."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's, with two operators watched that can fill memory or time in one step."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Whole numbers and short texts only."""
        sizes = [len(one) if hasattr(one, "__len__") else abs(one) for one in (left, right)]
        if (
            operator == "**"
            or sizes[0] * sizes[1] > 10**15
            or (_has_length(left, right) and sizes[0] * sizes[1] > 10**5)
        ):
            raise TooMuch
        return super().call_binop(context, operator, left, right)


def _has_length(*values: Any) -> bool:
    return any(hasattr(one, "__len__") for one in values)


class Own(BaseLoader):
    """The templates that came with the job, each under the name of the one of ours that it stands in for."""

    def __init__(self, folder: str, sources: Mapping[str, str]) -> None:
        self._folder, self._sources = folder, sources

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text, where it stands, and that it does not change."""
        if template not in self._sources:
            raise TemplateNotFound(template)
        return self._sources[template], f"{self._folder}/{template}", lambda: True


def main() -> None:
    """Limit this process, then answer."""
    job = json.load(sys.stdin)
    make = (
        _mail() if job["template"].endswith(".mail") else _document()
    )  # loads what it needs, without limits
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 3, SECONDS + 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGPROF, _over)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        loader = ChoiceLoader([Own(job["folder"], job["own"]), FileSystemLoader(OURS)])
        answer: Mapping[str, Any] = make(
            job, loader, {n: decoded(value) for n, value in job["values"].items()}
        )
        if sum(map(len, answer.values())) > LONGEST:
            raise TooMuch
    except Exception as error:
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = {"wrong": list(_told(job, error))}
    json.dump(answer, sys.stdout)


def _over(*_: Any) -> None:
    raise TooMuch


Maker = Callable[[Mapping[str, Any], BaseLoader, dict[str, Any]], dict[str, str]]


def _mail() -> Maker:
    from jaarring.dutch import filters
    from jaarring.mail.render import mail_environment, render

    def made(job: Mapping[str, Any], loader: BaseLoader, values: dict[str, Any]) -> dict[str, str]:
        environment = mail_environment(loader, filters(), Sandbox)
        words = render(environment, job["template"], decoded(job["frame"]), **values)
        return {"subject": words.subject, "text": words.text, "html": words.html}

    return made


def _document() -> Maker:
    from jaarring.document.html import document_environment
    from jaarring.dutch import filters

    def made(job: Mapping[str, Any], loader: BaseLoader, values: dict[str, Any]) -> dict[str, str]:
        template = document_environment(loader, filters(), Sandbox).get_template(job["template"])
        # not `render`: that would put the lines of the template where we look for those of Python
        return {"html": "".join(template.root_render_func(template.new_context(values)))}

    return made


def _told(job: Mapping[str, Any], error: Exception) -> tuple[str, int, str, str]:
    """File, line, what is wrong and what to do. Of the error itself only names that stand in the template."""
    file, line = _place(job, error)
    source = "".join(job["own"].values())
    match error:
        case TemplateAssertionError():
            said = "dit filter of deze toets kennen wij niet", "kies er een die in ons sjabloon staat"
        case TemplateSyntaxError():
            said = "een opdracht tussen {% %} of {{ }} klopt niet", "vergelijk de regel met ons sjabloon"
        case TemplateNotFound():
            said = (
                "het sjabloon dat hier wordt ingevoegd is er niet",
                "noem een van onze sjablonen, zonder .. of /",
            )
        case SecurityError():
            said = "dit mag een sjabloon niet", "gebruik alleen de gegevens die ons sjabloon gebruikt"
        case UndefinedError():
            said = f"{_name(str(error), source)} is er niet", "gebruik een naam die in ons sjabloon staat"
        case TooMuch() | MemoryError() | RecursionError() | OverflowError():
            said = (
                "dit vraagt te veel tijd of geheugen",
                "haal de herhaling of de verwijzing naar zichzelf weg",
            )
        case KeyError() if error.args and error.args[0] in ("subject", "body"):
            said = (
                f"het blok {error.args[0]} ontbreekt",
                f"schrijf {{% block {error.args[0]} %}} … {{% endblock %}}",
            )
        case TemplateRuntimeError() | _:
            said = "deze regel gaat niet samen met de gegevens", "vergelijk de regel met ons sjabloon"
    return file, line, *said


def _name(message: str, source: str) -> str:
    """The name that the template asked for, if that is where it comes from: never a value."""
    found = message.split("'")
    named = [one for one in found[1::2] if one.isidentifier() and one in source and len(one) <= 40]
    return f"'{named[-1]}'" if named else "wat hier wordt gevraagd"


def _place(job: Mapping[str, Any], error: Exception) -> tuple[str, int]:
    """The last line of an own template on the way to the error; its first line where there is none."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename or f"{job['folder']}/{error.name}", error.lineno
    places = list(_lines(error.__traceback__))
    mine = [place for place in places if place[0].startswith(job["folder"] + "/")]
    return (mine or [(f"{job['folder']}/{job['template']}", 1)])[-1]


def _lines(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback:
        known = traceback.tb_frame.f_globals
        template = known.get("__jinja_template__")
        if isinstance(template, Template) and template.filename:
            yield template.filename, template.get_corresponding_lineno(traceback.tb_lineno)
        elif "__jinja_exception__" in known:  # Jinja2 has put its own lines in place of Python's
            yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


if __name__ == "__main__":
    main()
