"""`yipanqi packs`: the published rules of sharing that the program knows, with worked examples in words."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from allocation.sharing.formulas.words import Text
    from allocation.sharing.packs import Example, Pack
    from services.sharing.pack_sayings import Figure

packs = typer.Typer(help="已发布的分享规则 / published rules of sharing", no_args_is_help=False)

_HOLDS: Final = {True: lazy("{law}：成立。{reason}"), False: lazy("{law}：{reason}")}
"""The reasons of a law that fails begin with that."""
_MENU: Final = {True: lazy("起草菜单可选"), False: lazy("国外规则，仅供验证，不在起草菜单")}
_FOLDER = Annotated[
    Path | None, typer.Option("--folder", help="另一文件夹中的规则包 / rule packs of another folder")
]


@packs.callback(invoke_without_command=True)
def list_packs(context: typer.Context, folder: _FOLDER = None) -> None:
    """列出规则包，最后一行是 JSON / List the rule packs; the last line is JSON."""
    found = _read(folder)
    context.obj = found
    if context.invoked_subcommand is not None:
        return
    for pack in found.values():
        menu = gettext(_MENU[pack.in_menu], language())
        print_line("\t".join((pack.id, _said(pack.name), _said(pack.source.document), menu)))
    print_json({"packs": list(found)})


@packs.command("show")
def show_pack(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="ID", help="规则包 / the pack")]
) -> None:
    """说明一个规则包并逐行演算其算例 / Explain a pack and work out its examples line by line."""
    if name not in context.obj:
        _refuse(gettext(lazy("没有规则包 {name}"), language(), name=name[:40]))
    pack: Pack = context.obj[name]
    for line in _about(pack):
        print_line(line)
    wrong = [fault for example in pack.examples for fault in _work_out(pack, example)]
    for fault in wrong:
        sys.stderr.write(f"{fault}\n")
    print_json({"id": pack.id, "examples": len(pack.examples), "as_expected": not wrong})
    if wrong:
        raise typer.Exit(1)


def _read(folder: Path | None) -> "dict[str, Pack]":
    from allocation.sharing.packs import PackError
    from services.sharing.formula_words import sentence
    from services.sharing.pack_files import read_packs

    try:
        return read_packs(folder)
    except PackError as error:
        _refuse(sentence(error, None, language()))
    except OSError as error:
        _refuse(f"{error.filename or folder}: {error.strerror}")


def _refuse(line: str) -> NoReturn:
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)


def _said(text: "Text") -> str:
    return text.en if language() == "en" else text.zh


def _about(pack: "Pack") -> Iterator[str]:
    """Name, source, what is unverified, the settings with what stands in them, and the two laws."""
    from services.sharing.pack_words import LAWS

    locale = language()
    source = pack.source
    yield f"{_said(pack.name)} ({pack.id})"
    yield gettext(_MENU[pack.in_menu], locale)
    yield gettext(lazy("依据：{source}"), locale, source=_said(source.document))
    yield gettext(lazy("规定：{article}"), locale, article=_said(source.article))
    for one in source.unverified:
        yield gettext(lazy("未核实，作为设定：{what}"), locale, what=_said(one))
    for name, value, marks in _settings(pack):
        yield gettext(lazy("设定：{name} = {value}{marks}"), locale, name=name, value=value, marks=marks)
    for name, law in pack.laws.items():
        yield gettext(_HOLDS[law.holds], locale, law=gettext(LAWS[name], locale), reason=_said(law.reason))
    yield gettext(lazy("算例中的金额以元为单位。"), locale)


def _settings(pack: "Pack") -> Iterator[tuple[str, str, str]]:
    from services.sharing.pack_sayings import figures_of
    from services.sharing.pack_words import value_of

    for one in figures_of(pack):
        yield _said(one.name), value_of(pack, one, language()), _marks(one)


def _marks(figure: "Figure") -> str:
    flags = {lazy("示例"): figure.illustrative, lazy("未核实"): figure.unverified}
    said = [gettext(word, language()) for word, flag in flags.items() if flag]
    return f" ({figure.place}{''.join(f'; {one}' for one in said)})"


def _work_out(pack: "Pack", example: "Example") -> list[str]:
    """Print an example's statement; what does not come out as it says is returned."""
    from allocation.sharing.contract.case import InvalidCaseError
    from allocation.sharing.contract.fault_words import fault_line
    from allocation.sharing.formulas import FormulaError
    from allocation.sharing.packs import PackError, differences
    from services.sharing.formula_words import sentence
    from services.sharing.pack_sayings import tell

    made_up = gettext(lazy("（示例数字）"), language()) if example.illustrative else ""
    print_line(f"—— {_said(example.name)}{made_up}")
    try:
        lines = tell(pack, example).statement
        wrong = differences(pack, example)
    except InvalidCaseError as error:
        return [
            f"{_said(example.name)}: {fault_line(one, english=language() == 'en')}" for one in error.faults
        ]
    except (FormulaError, PackError) as error:
        return [f"{_said(example.name)}: {sentence(error, pack.case(example), language())}"]
    for line in lines:
        print_line(_said(line))
    return [
        gettext(
            lazy("{field}：应为 {expected}，得到 {found}"),
            language(),
            field=field,
            expected=expected,
            found=found,
        )
        for field, expected, found in wrong
    ]
