"""The configuration: what ships is whole, what is wrong is said, nothing gives a traceback."""

from __future__ import annotations

import json
import re
import shutil
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # Prefect brings it
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jaarring.config import schemas, yamlfile
from jaarring.config.fields import Model
from jaarring.config.load import FILES, check, load
from jaarring.config.models.organisation import PersonModel
from jaarring.config.municipality import Municipality
from jaarring.mail.message import Address
from jaarring.occasions.schedule import moment_dates
from jaarring.occasions.year import occasions, undated
from tests.config_mistakes import SHIPPED, Case, answer, cases, edited

VARIANTS = ("direct", "oib")


def with_variant(variant: str, folder: Path) -> Path:
    """The shipped configuration with its one line `variant:` switched."""
    copy = folder / variant
    shutil.copytree(SHIPPED, copy)
    path = copy / "organisation.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count("\nvariant: direct\n") == 1
    path.write_text(text.replace("\nvariant: direct\n", f"\nvariant: {variant}\n"), encoding="utf-8")
    return copy


def elzenwaard(variant: str, folder: Path) -> Municipality:
    here, mistakes = load(with_variant(variant, folder))
    assert here and not mistakes
    return here


# --- what ships


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_ships_has_no_mistake_and_no_warning(variant: str, tmp_path: Path) -> None:
    """Elzenwaard is in order as it is, and after its one line `variant:` is switched."""
    assert check(with_variant(variant, tmp_path)) == ("Geen fouten.", 0)


def test_the_money_of_elzenwaard_is_that_of_the_case(tmp_path: Path) -> None:
    """€ 750.000 in five parts; the measures, before any adjustment, cost the same."""
    framework = elzenwaard("direct", tmp_path).framework
    budget = framework.budgets[2027]
    parts = {"ib": 237_000, "fb": 245_000, "pv": 83_000, "bc": 140_000, "pr": 45_000}

    assert budget.total == 750_000 and budget.themes == parts
    assert {
        theme: sum(measure.budget for measure in framework.measures if measure.theme == theme)
        for theme in budget.themes
    } == parts
    assert [measure.id for measure in framework.measures] == [f"M{n:02}" for n in range(1, 26)]
    assert [measure.id for measure in framework.measures if measure.secrecy] == ["M10"]


def test_the_milestones_of_elzenwaard_are_those_of_the_case(tmp_path: Path) -> None:
    """Year targets of 2027 as stated; G3 and G5a go in the steps that the case names."""
    indicators = {item.id: item for item in elzenwaard("direct", tmp_path).framework.indicators}

    assert {id: item.target(2027) for id, item in indicators.items()} == {
        "G1": 68, "G2": 35, "G3": 3, "G4a": 75, "G4b": 100, "G5a": 6, "G5b": 24, "G6": 60,
    }  # fmt: skip
    quarters = (1, 2, 3, 4)
    assert [indicators["G3"].milestone(2027, quarter) for quarter in quarters] == [1, 2, 2, 3]
    assert [indicators["G5a"].milestone(2027, quarter) for quarter in quarters] == [2, 4, 5, 6]
    assert indicators["G5b"].milestone(2027, 2) == Decimal(30)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_cycles_before_and_after_can_be_dated_too(variant: str, tmp_path: Path) -> None:
    """Three cycles are open at once, so the calendar that ships covers 2026 and 2028, not 2029."""
    here = elzenwaard(variant, tmp_path)
    for year in (2026, 2028):
        occasions(here.organisation, here.schedule, year)
        dates = moment_dates(here.schedule, year, here.organisation.lines)
        assert dates["plan_adopt"] < date(year, 1, 1) < dates["council_note"]
    assert not undated(here.organisation, here.schedule, 2027)
    assert "2029/council/note" in {one.key for one in undated(here.organisation, here.schedule, 2029)}


def test_R4_every_choice_has_help_beside_it() -> None:
    """The first time a field is filled in there is a comment on its line or above it."""
    without = [
        f"{name}:{number}: {field}"
        for name in FILES
        for field, number, helped in first_uses(name, (SHIPPED / name).read_text(encoding="utf-8"))
        if not helped
    ]
    assert without == []


@pytest.mark.parametrize("name", FILES)
def test_every_field_that_exists_is_shown_or_named_in_its_file(name: str) -> None:
    """Nobody needs the source to know what may be filled in."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert [f for f in sorted(all_fields(FILES[name])) if not re.search(rf"\b{f}\b", text)] == []


def test_a_field_without_help_would_be_noticed() -> None:
    """The control: a comment taken away leaves its field bare."""
    text = (SHIPPED / "calendar.yaml").read_text(encoding="utf-8")
    bare = re.sub(r"# Binnen zoveel werkdagen.*\n", "", text)
    assert [field for field, _, helped in first_uses("calendar.yaml", bare) if not helped] == [
        "no_reminder_within"
    ]


def first_uses(name: str, text: str) -> list[tuple[str, int, bool]]:
    """Every field where it stands for the first time: name, line, whether help is beside it."""
    tree, lines = yamlfile.load(text), text.splitlines()
    seen: dict[str, tuple[int, bool]] = {}
    for path in _uses(FILES[name], tree.data, ()):
        number = tree.line(path) - 1
        line, above = lines[number], lines[number - 1].lstrip()
        in_list = line.lstrip().startswith("- {") and _block_has_help(lines, number)
        helped = " #" in line or above.startswith("#") or in_list
        seen.setdefault(str(path[-1]), (number + 1, helped))
    return [(field, number, helped) for field, (number, helped) in seen.items()]


def _uses(kind: Any, data: Any, path: yamlfile.Path) -> Iterator[yamlfile.Path]:
    """The path of every field that is filled in; names that a municipality gives are no fields."""
    inner = typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        for key, value in data.items():
            yield (*path, key)
            yield from _uses(kind.model_fields[key].annotation, value, (*path, key))
    elif typing.get_origin(kind) is dict:
        for key, value in data.items():
            yield from _uses(inner[1], value, (*path, key))
    elif typing.get_origin(kind) is list:
        for n, item in enumerate(data):
            yield from _uses(inner[0], item, (*path, n))
    elif isinstance(data, dict):  # a block that may be left out
        yield from _uses(inner[0], data, path)


def _block_has_help(lines: list[str], number: int) -> bool:
    """For `- {year: …, value: …}`: whether the comment stands above the list it is in."""
    while number > 0 and lines[number].lstrip().startswith("-"):
        number -= 1
    return lines[number - 1].lstrip().startswith("#")


def all_fields(model: type[Model]) -> set[str]:
    """Every field name of a file's model and of the blocks in it."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            found |= all_fields(inner)
    return found


def _models_in(annotation: Any) -> list[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [annotation]
    return [inner for part in typing.get_args(annotation) for inner in _models_in(part)]


# --- what a person may get wrong


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_a_mistake_is_said_in_this_sentence(case: Case) -> None:
    """Each edit in `config_mistakes.txt` gives exactly the lines that stand below it there."""
    assert answer(case) == case.answers


def test_the_table_shows_many_kinds_of_mistake() -> None:
    """At least 25 kinds: sentences that stay different when names and figures are left out."""
    assert len({kind for case in cases() for line in case.answers if (kind := _kind(line))}) > 60


def _kind(line: str) -> str:
    sentence = re.sub(r"^\S+:\d+:( [^:]+:)?( waarschuwing:)?", "", line)
    return re.sub(r"'[^']*'|\d[\d.]*|€\s\S+", "…", sentence).strip()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_line_of_a_mistake_is_where_its_field_stands(case: Case, tmp_path: Path) -> None:
    """Whoever goes to the line finds the name of the field there, or the list it is in."""
    folder = edited(case, tmp_path)
    for found in re.finditer(r"^(\S+):(\d+): ([^: ]+): (.*)$", "\n".join(case.answers), re.MULTILINE):
        file, number, field, sentence = found.groups()
        line = (folder / file).read_text(encoding="utf-8").splitlines()[int(number) - 1]
        names = re.sub(r"\[\d+\]", "", field).split(".")
        if "ontbreekt" in sentence:
            names = names[-2:-1]  # the line of the block that lacks it
        elif names[0] == "changes" and not re.search(rf"\b{names[-1]}:", line):
            names = names[:-1]  # what was said earlier is wrong now: the line of what changed beside it
        assert (
            not names or re.search(rf"\b{re.escape(names[-1])}:", line) or line.lstrip().startswith("- ")
        ), line


def test_a_warning_does_not_stop_and_a_mistake_does(tmp_path: Path) -> None:
    """Exit status 0 beside warnings, with the count last; 1 when there is a mistake, mistakes first."""
    by_title = {case.title: case for case in cases()}
    warned = check(edited(by_title["the data protection officer as owner"], tmp_path / "a"))
    both = check(edited(by_title["a measure for an unknown goal"], tmp_path / "b"))

    assert warned[1] == 0 and warned[0].endswith("\nGeen fouten, 1 waarschuwing.")
    assert both[1] == 1 and both[0].endswith("\n1 fout, 1 waarschuwing.")
    assert "waarschuwing: " not in both[0].splitlines()[0]


def test_R3_a_changed_line_and_a_mixed_variant_are_accepted(tmp_path: Path) -> None:
    """No single model: direct, with a joint body that only meets, and an own way up."""
    folder = with_variant("direct", tmp_path)
    path = folder / "organisation.yaml"
    mixed = "lines: {escalates_to: [head, coordinator, secretary], meets: [oib], agrees_plan: [oib]}"
    path.write_text(path.read_text(encoding="utf-8").replace("lines: {}", mixed), encoding="utf-8")

    here, mistakes = load(folder)
    assert here and mistakes == []
    assert [one.function for one in here.organisation.escalation(here.organisation.themes["fb"])] == [
        "hoofd Facilitaire Zaken en Huisvesting",
        "coördinator integrale beveiliging",
        "gemeentesecretaris",
    ]


def changed(tmp_path: Path, *edits: tuple[str, str]) -> tuple[str, int]:
    """What the check says of organisation.yaml after these edits."""
    folder = with_variant("direct", tmp_path)
    path = folder / "organisation.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in edits:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return check(folder)


@pytest.mark.parametrize("role", ["decide", "coordinate", "carry_out", "advise", "monitor"])
def test_R7_a_role_without_holder_is_refused(role: str, tmp_path: Path) -> None:
    path = SHIPPED / "organisation.yaml"
    line = next(
        one for one in path.read_text(encoding="utf-8").splitlines() if one.startswith(f"  {role}: [")
    )
    said, status = changed(tmp_path, (line, f"  {role}: []"))

    assert status == 1 and f"roles.{role}: niemand heeft deze rol" in said


@pytest.mark.parametrize("field", ["owner: privacy-officer", "adviser: fg"])
def test_R7_a_theme_without_owner_or_adviser_is_refused(field: str, tmp_path: Path) -> None:
    said, status = changed(tmp_path, (f"    {field}\n", ""))

    assert status == 1 and f"themes.pr.{field.split(':')[0]}: ontbreekt" in said


def test_R7_the_joint_body_may_hold_a_role(tmp_path: Path) -> None:
    """Coordinating is placed at the secretary and the OIB."""
    edit = ("coordinate: [secretaris, coordinator]", "coordinate: [secretaris, oib]")
    assert changed(tmp_path, edit) == ("Geen fouten.", 0)


@pytest.mark.parametrize("holder", ["secretaris", "burgemeester"])
def test_R10_the_portfolio_holder_is_the_secretary_or_somebody_in_the_board(
    holder: str, tmp_path: Path
) -> None:
    edit = ("administrative_portfolio_holder: secretaris", f"administrative_portfolio_holder: {holder}")
    assert changed(tmp_path, edit) == ("Geen fouten.", 0)


APPOINTED = """  chair: directeur-bedrijfsvoering
  # De datum van de aanwijzing. Weglaten als de secretaris zelf voorzitter is.
  appointed: 2026-09-15
  # Wie de voorzitter aanwees, meestal de secretaris. Weglaten als de secretaris zelf voorzitter is.
  appointed_by: secretaris
"""


def test_O5_the_chair_is_the_secretary_or_somebody_appointed(tmp_path: Path) -> None:
    """Both pass; an appointment has a date and an appointing officer, or is refused."""
    oib = ("\nvariant: direct", "\nvariant: oib")
    assert changed(tmp_path / "a", oib) == ("Geen fouten.", 0)
    director = (
        "substitute: adviseur-control\n  adviseur-control",
        "substitute: directeur-bedrijfsvoering\n  adviseur-control",
    )
    assert changed(tmp_path / "b", oib, director, (APPOINTED, "  chair: secretaris\n")) == ("Geen fouten.", 0)
    said, status = changed(tmp_path / "c", oib, (APPOINTED, "  chair: directeur-bedrijfsvoering\n"))
    assert status == 1 and "joint_body.appointed: ontbreekt" in said
    assert "joint_body.appointed_by: ontbreekt" in said


def test_R3_themes_roles_lines_and_dates_change_in_configuration_alone(tmp_path: Path) -> None:
    """Whoever takes the marks away from the example of a change has a municipality that changes."""
    folder = with_variant("direct", tmp_path)
    path = folder / "organisation.yaml"
    text = path.read_text(encoding="utf-8")
    begin = text.index("# changes:")
    example = re.sub(r"(?m)^# ", "", text[begin:].replace("\nchanges: []", ""))
    path.write_text(text[:begin] + example, encoding="utf-8")

    here, mistakes = load(folder)
    assert here and [str(one) for one in mistakes] == []
    stages = [here.organisations.on(date(2027, month, 1)) for month in (1, 4, 7, 10)]
    assert [one.variant for one in stages] == ["direct", "oib", "oib", "oib"]
    assert stages[1].joint_body and stages[1].joint_body.chair == "secretaris"
    assert [list(one.themes) for one in stages[2:]] == [
        ["ib", "fb", "pv", "bc"],
        ["ib", "pv", "bc", "tg", "gb"],
    ]
    assert stages[2].themes["pv"].name == "veilig personeel"
    for year in here.framework.budgets:
        assert occasions(here.organisations, here.schedule, year)


# --- what an editor knows


def as_an_editor(text: str) -> Any:
    """YAML as an editor reads it (1.2): numbers are numbers, a date and `ja` are text."""

    class Reader(yaml.SafeLoader):
        yaml_implicit_resolvers = {
            first: [one for one in kinds if one[0].endswith((":int", ":float", ":null"))]
            for first, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return json.loads(json.dumps(yaml.load(text, Loader=Reader)))


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_for_editors_are_what_the_models_give(name: str) -> None:
    """After a change of the models: python -m jaarring.config.schemas"""
    kept = (schemas.SCHEMAS / schemas.schema_name(name)).read_text(encoding="utf-8")
    assert kept == schemas.written(name)
    first = (SHIPPED / name).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=schemas/{schemas.schema_name(name)}"


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_files_are_valid_to_an_editor_and_wrong_ones_are_not(name: str) -> None:
    shape = schemas.schema_of(name)
    jsonschema.Draft7Validator.check_schema(shape)
    validator = jsonschema.Draft7Validator(shape)
    content = as_an_editor((SHIPPED / name).read_text(encoding="utf-8"))

    assert [error.message for error in validator.iter_errors(content)] == []
    assert not validator.is_valid({**content, "onbekend": "x"})
    for field in [one for one in content if one in shape["required"]]:
        assert not validator.is_valid({key: value for key, value in content.items() if key != field})


def test_an_editor_sees_a_wrong_value_deep_in_a_change() -> None:
    validator = jsonschema.Draft7Validator(schemas.schema_of("organisation.yaml"))
    content = as_an_editor((SHIPPED / "organisation.yaml").read_text(encoding="utf-8"))

    def valid(change: object) -> bool:
        return bool(validator.is_valid({**content, "changes": [change]}))

    assert valid({"from": "2027-07-01", "themes": {"pr": {"successor": "ib"}}})
    assert not valid({"from": "1 juli 2027", "themes": {"pr": {"successor": "ib"}}})
    assert not valid({"from": "2027-07-01", "themes": {"pr": {"succesor": "ib"}}})
    assert not valid({"themes": {"pr": {"successor": "ib"}}})


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    """Neither a password in the open nor the amount of a secret measure comes back in a message."""
    by_title = {case.title: case for case in cases()}
    password = check(edited(by_title["a password in the open"], tmp_path / "a"))[0]
    amount = check(edited(by_title["an amount of a secret measure is not repeated"], tmp_path / "b"))[0]

    assert "geheim@" not in password and "wachtwoord" in password
    assert "40.000" not in amount and "measures.M10.budget" in amount


def test_storage_is_sought_from_the_configuration(tmp_path: Path) -> None:
    """`../var` is the folder beside the configuration, wherever one stands when calling."""
    assert elzenwaard("direct", tmp_path).storage == (tmp_path / "var").resolve()


# --- files that are no files of ours


def test_files_that_are_missing_or_cannot_be_read_are_told_apart(tmp_path: Path) -> None:
    folder = with_variant("direct", tmp_path)
    (folder / "organisation.yaml").unlink()
    (folder / "strategy.yaml").write_bytes(b"\xff\xfe\x00geen tekst")
    (folder / "calendar.yaml").unlink()
    (folder / "calendar.yaml").mkdir()
    (folder / "channels.yaml").write_text("", encoding="utf-8")

    assert check(folder)[0].splitlines() == [
        "organisation.yaml:1: bestand ontbreekt; zet het terug of begin met het voorbeeld in config/",
        "strategy.yaml:1: is geen gewone tekst; bewaar het bestand als tekst (UTF-8)",
        "calendar.yaml:1: is niet te lezen; controleer de rechten van het bestand",
        "channels.yaml:1: bounces: ontbreekt; voeg dit veld toe",
        "channels.yaml:1: contact: ontbreekt; voeg dit veld toe",
        "channels.yaml:1: mail: ontbreekt; voeg dit veld toe",
        "channels.yaml:1: sender: ontbreekt; voeg dit veld toe",
        "7 fouten.",
    ]


def test_a_folder_that_is_not_there_is_four_missing_files(tmp_path: Path) -> None:
    text, status = check(tmp_path / "nergens")
    assert status == 1 and text.count("bestand ontbreekt") == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: " + "[" * 60 + "]" * 60, "meer dan 20 niveaus diep"),
        ("a: !!python/object:os.system {}", "een type (!) is niet toegestaan"),
        ("a: 1\n---\nb: 2\n", "een tweede document (---) in hetzelfde bestand"),
        ("? [a, b]\n: c\n", "een naam vóór de dubbele punt ontbreekt"),
        ("a: " + "x" * 1_000_001, "bestand is groter dan 1 MB"),
        ('a: "\\ud800"\n', None),
        ("- a\n- b\n", "bevat geen velden"),
    ],
)
def test_yaml_that_means_harm_is_refused(text: str, sentence: str | None, tmp_path: Path) -> None:
    folder = with_variant("direct", tmp_path)
    (folder / "channels.yaml").write_text(text, encoding="utf-8")
    said, status = check(folder)
    assert status == 1 and (sentence is None or sentence in said)
    said.encode("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_both_readers_of_yaml_see_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML came without libyaml the slow reader gives the same content and the same lines."""
    text = (SHIPPED / name).read_text(encoding="utf-8")
    fast = yamlfile.load(text)
    monkeypatch.setattr(yamlfile, "LOADER", yaml.SafeLoader)
    assert yamlfile.load(text) == fast


def _damage(data: st.DataObject, raw: bytes) -> bytes:
    """What a slip of the hand, a bad copy or a torn disk does to a file."""
    kind = data.draw(st.sampled_from(["flip", "cut", "delete", "double", "swap", "indent", "value"]))
    lines = raw.splitlines(keepends=True)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    if kind == "flip":
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(raw) - 1))
            raw = raw[:at] + bytes([data.draw(st.integers(0, 255))]) + raw[at + 1 :]
        return raw
    if kind == "cut":
        return raw[: data.draw(st.integers(0, len(raw)))]
    if kind == "delete":
        del lines[min(one, other) : min(one, other) + data.draw(st.integers(1, 5))]
    if kind == "double":
        lines.insert(other, lines[one])
    if kind == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    if kind == "indent":
        lines[one] = data.draw(st.sampled_from([b" ", b"  ", b"\t"])) + lines[one]
    if kind == "value" and b": " in lines[one]:
        odd = [
            "",
            "[]",
            "{}",
            "0",
            "-1",
            "999999999",
            "nee",
            "9999-12-31",
            "[a, {b: c}]",
            "٣",
            "é\u202e",
            "~",
        ]
        lines[one] = lines[one].split(b": ")[0] + b": " + data.draw(st.sampled_from(odd)).encode() + b"\n"
    return b"".join(lines)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_file_never_gives_a_traceback(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Up to three injuries at once: the answer is a list of sentences, or a year with dates."""
    raw = (SHIPPED / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        raw = _damage(data, raw) or b"\n"
    folder = tmp_path_factory.mktemp("damaged") / "config"
    shutil.copytree(SHIPPED, folder)
    (folder / name).write_bytes(raw)

    here, mistakes = load(folder)

    assert all(re.match(r"^\S+\.yaml:\d+: .+; .+$", str(mistake)) for mistake in mistakes)
    assert here or mistakes
    if here:
        for year in here.framework.budgets:
            occasions(here.organisation, here.schedule, year)


@settings(max_examples=300)
@given(
    name=st.text(min_size=1, max_size=20), mail=st.from_regex(r"[a-z.!]{1,4}@[a-z-]{1,3}\.nl", fullmatch=True)
)
def test_whoever_passes_the_check_can_be_written_to(name: str, mail: str) -> None:
    """What `check` lets through stops no run: one name without an address would keep all mail back."""
    try:
        person = PersonModel.model_validate({"function": name, "mail": mail})
    except ValidationError:
        return
    assert Address(person.function, person.mail)
