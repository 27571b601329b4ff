"""The commands, one function each. Heavy modules are imported where a command needs them."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from kbk_analysis.cli import show
from kbk_analysis.errors import Finding, InputFault
from kbk_analysis.i18n import mark, tr

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=tr("Laporan Kampung Keluarga Berkualitas: situasi, masalah prioritas, dan siapa bertindak di mana."),
)


class Lang(StrEnum):
    """Languages of reports and messages."""

    ID = "id"
    EN = "en"


Params = Annotated[Path, typer.Argument(help=tr("Berkas kumpulan laporan, misalnya params/demo/district.yml."))]
Language = Annotated[Lang | None, typer.Option("--lang", help=tr("Bahasa laporan dan pesan: id atau en."))]
Only = Annotated[list[str] | None, typer.Option(help=tr("Kode atau nama wilayah; boleh berulang."))]
Data = Annotated[Path | None, typer.Option(help=tr("Folder data, menggantikan kunci data dalam berkas."))]
Out = Annotated[Path, typer.Option(help=tr("Folder semua kumpulan laporan."))]
Formats = Annotated[str | None, typer.Option(help=tr("Bentuk berkas, dipisah koma: html,pdf."))]
Jobs = Annotated[int | None, typer.Option(min=1, max=64, help=tr("Jumlah proses bersamaan."))]
Force = Annotated[bool, typer.Option("--force", help=tr("Buat juga laporan yang masih baru."))]
REPORTS = Path("reports")
STOPPED = 130
# JupyterLab asks the network for its news and its next version, unless told not to
OFFLINE = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")


def run(arguments: Sequence[str]) -> int:
    """Run one command line; every refusal is printed, one finding a line."""
    try:
        code = int(app(list(arguments), standalone_mode=False, prog_name="kbk") or 0)
    except InputFault as fault:
        show.findings(fault.findings)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except OSError as error:  # a place that cannot be written or went away
        from kbk_analysis.rendering.publish import write_fault

        show.findings([write_fault(Path(str(error.filename or "")), error)])
        return 2
    except Exception as error:
        usage = getattr(error, "show", None)  # the parser's own refusals, whichever parser typer brings
        if usage is None:
            raise
        usage()
        return 2
    if code == STOPPED:
        show.error(tr("Dihentikan. Laporan yang sudah terbit tetap utuh; jalankan lagi untuk sisanya."))
    return code


@app.command(help=tr("Buat laporan: html, pdf, indeks. Yang masih baru dilewati."))
def render(
    params: Params,
    only: Only = None,
    jobs: Jobs = None,
    lang: Language = None,
    formats: Formats = None,
    data: Data = None,
    out: Out = REPORTS,
    force: Force = False,
) -> int:
    """Render a report set."""
    from kbk_analysis.rendering import batch

    plan = make_plan(params, lang, formats, data, out, only)
    with show.progress(len(plan.selected)) as listen:
        result = batch.run(plan, jobs=jobs, force=force, listen=listen)
    show.result(len(result.done), len(result.kept), len(result.failed), plan.root / "index.html")
    return 1 if result.failed else 0


@app.command("list", help=tr("Daftar laporan sebuah kumpulan: masih baru, usang, gagal atau belum ada."))
def list_(params: Params, lang: Language = None, data: Data = None, out: Out = REPORTS) -> int:
    """List a report set."""
    from kbk_analysis.rendering.jobs import state

    plan = make_plan(params, lang, None, data, out, None)
    rows = [(job.id, job.area_name, show.state_text(state(job)), f"{plan.id}/{job.id}") for job in plan.jobs]
    show.columns([(tr("kode"), tr("wilayah"), tr("keadaan"), tr("folder")), *rows])
    return 0


@app.command(help=tr("Periksa berkas params, resep impor, atau folder data; semua kesalahan sekaligus."))
def check(
    path: Annotated[Path, typer.Argument()],
    data: Data = None,
    xlsx: Annotated[Path | None, typer.Option(help=tr("Buku kerja tempat temuan ditulis."))] = None,
    lang: Language = None,
) -> int:
    """Check a report set, a recipe or a dataset."""
    from kbk_analysis.cli.checking import checked, write_findings

    found, said = checked(path, data, lang)
    if xlsx is not None:
        write_findings(found, xlsx)
    show.findings(found)
    if any(finding.is_error for finding in found):
        return 2
    show.line(said)
    return 0


@app.command("import", help=tr("Bangun folder data dari berkas kantor menurut sebuah resep."))
def import_(
    recipe: Annotated[Path, typer.Argument()],
    data: Annotated[Path, typer.Option(help=tr("Folder berkas asal."))],
    into: Annotated[Path, typer.Option(help=tr("Folder data yang dibangun."))],
    lang: Language = None,  # noqa: ARG001 - set by main
) -> int:
    """Import office files into a dataset."""
    from kbk_analysis.data.importing import import_recipe

    log = import_recipe(recipe, data, into)
    for said in log.lines():  # with a summary of the warnings
        show.line(said)
    show.line(tr("Folder data selesai: {folder}", folder=into))
    return 0


@app.command(help=tr("Hitung ulang klasifikasi setiap kampung dari ekspor portal atau folder data, ke berkas csv."))
def classify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=tr("Ekspor portal, atau satu folder data."))],
    out: Annotated[Path, typer.Option(help=tr("Berkas csv hasil."))],
    cutoff: Annotated[
        str | None, typer.Option(help=tr("Hanya ekspor sampai tanggal ini, misalnya 2023-08-31."))
    ] = None,
    date: Annotated[str | None, typer.Option(help=tr("Tanggal ekspor bila tidak ada dalam nama berkas."))] = None,
    date_column: Annotated[str | None, typer.Option(help=tr("Kolom yang memuat tanggal ekspor."))] = None,
    steps: Annotated[bool, typer.Option("--steps", help=tr("Tambahkan jalan ke kelas berikutnya."))] = False,
    lang: Language = None,  # noqa: ARG001 - set by main
) -> int:
    """Recompute the class of each kampung."""
    from kbk_analysis.cli.classifying import class_rows
    from kbk_analysis.cli.files import write_file

    frame, read, warnings = class_rows(files, cutoff=cutoff, date=date, date_column=date_column, steps=steps)
    show.findings(warnings)
    write_file(out, frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))
    said = mark("{read} baris dibaca; {n} kampung ditulis ke {file}, masing-masing menurut ekspor terbarunya.")
    show.line(tr(said, read=read, n=len(frame), file=out))
    return 0


@app.command(help=tr("Urutkan masalah dari lembar skor (xlsx atau csv); setiap sel yang salah disebut."))
def prioritize(
    scores: Annotated[
        Path, typer.Argument(help=tr("Lembar skor: satu baris satu masalah, atau satu baris satu skor."))
    ],
    method: Annotated[str, typer.Option(help=tr("usg_sum, usg_product, hanlon_sum, carl, mcua, dan lain-lain."))],
    out: Annotated[
        Path | None, typer.Option(help=tr("Tempat hasil ditulis: .xlsx, .csv, atau .json (dengan semua undian)."))
    ] = None,
    weights: Annotated[str | None, typer.Option(help=tr("Bobot mcua: besar=5,gawat=4."))] = None,
    scale: Annotated[str | None, typer.Option(help=tr("Skala mcua, misalnya 1-10."))] = None,
    sheet: Annotated[str | None, typer.Option(help=tr("Nama lembar, bila berkas mempunyai beberapa."))] = None,
    lang: Language = None,  # noqa: ARG001
) -> int:
    """Rank the problems of a score sheet."""
    from kbk_analysis.cli import prioritizing
    from kbk_analysis.i18n import decimal, integer
    from kbk_analysis.narrative import priorities as words

    prioritizing.check_out(out)
    found, read = prioritizing.prioritized(scores, method=method, weights=weights, scale=scale, sheet=sheet)
    rows = [(tr("peringkat"), tr("masalah"), tr("skor"), tr("kemungkinan"), tr("penilai"))]
    for name, row in found.problems.iterrows():
        rank = (integer(row["rank"]) + (" =" if row["tied"] else "")) if row["rank"] else "–"
        total = "–" if row["rank"] == 0 else decimal(row["total"], 1)
        heard = f"{integer(row['judges'])}/{integer(len(found.judges))}"
        rows.append((rank, str(name), total, words.interval_text(row), heard))
    show.columns(rows)
    show.findings(read.findings)
    differences = words.total_differences(found, read.totals)
    said = [words.method_text(found), words.order_text(found), words.agreement_text(found), words.methods_text(found)]
    for text in [*said, *words.judge_remarks(found), *differences]:
        if text:
            show.line(text)
    if out is not None:
        prioritizing.write_ranking(found, read.totals, scores, out)
    return 0


@app.command(help=tr("Tulis parameter satu laporan sebagai yaml untuk papermill -f."))
def params(
    report: Annotated[str, typer.Argument(metavar="ID", help=tr("Kode wilayah."))],
    of: Annotated[Path, typer.Option("--params", help=tr("Kumpulan laporan."))] = Path("params/demo/district.yml"),
    chapter: Annotated[str | None, typer.Option(help=tr("Bab; tanpa ini bab pertama."))] = None,
    data: Data = None,
    lang: Language = None,
) -> int:
    """Print the parameters of one report."""
    import yaml

    plan = make_plan(of, lang, None, data, REPORTS, [report])
    chapters = {item.id: item for item in plan.selected[0].chapters}
    chosen = chapter or next(iter(chapters))
    if chosen not in chapters:
        message, remedy = tr("Bab ini tidak ada."), tr("Bab yang ada: {names}.", names=", ".join(chapters))
        raise InputFault(
            [Finding(rule="params.chapter", message=message, remedy=remedy, key="--chapter", value=chosen)]
        )
    text = yaml.safe_dump(dict(chapters[chosen].parameters), sort_keys=False, width=10_000)  # ASCII: safe in any file
    sys.stdout.write(text)
    return 0


@app.command(help=tr("Apa yang berfungsi di komputer ini."))
def doctor(out: Out = REPORTS, lang: Language = None) -> int:  # noqa: ARG001
    """Say what works on this machine."""
    from kbk_analysis.cli.doctor import examine

    checks = examine(out)
    show.columns([(show.MARKS[item.good], item.name, item.detail) for item in checks])
    return 0 if all(item.good is not False for item in checks) else 1


@app.command(help=tr("Buka JupyterLab pada notebook analisis."))
def explore(
    notebook: Annotated[
        str | None, typer.Argument(help=tr("Nama notebook yang dibuka, misalnya whatif_priority."))
    ] = None,
    lang: Language = None,  # noqa: ARG001
) -> int:
    """Open JupyterLab."""
    import subprocess

    from kbk_analysis.rendering.sources import ROOT

    folder = next((path for path in (Path("notebooks"), ROOT / "notebooks") if path.is_dir()), Path()).resolve()
    command = [sys.executable, "-m", "jupyterlab", *OFFLINE, f"--ServerApp.root_dir={folder}"]
    return subprocess.call([*command, str(_notebook(folder, notebook))] if notebook else command)


def _notebook(folder: Path, name: str) -> Path:
    found = {path.stem: path for path in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts}
    if name not in found:
        near = difflib.get_close_matches(name, list(found), n=1)
        names = ", ".join(found) or "–"
        remedy = tr('Maksud Anda "{name}"?', name=near[0]) if near else tr("Pilih salah satu: {names}.", names=names)
        message = tr("Notebook ini tidak ada.")
        raise InputFault([Finding(rule="explore.notebook", message=message, remedy=remedy, key=name[:60])])
    return found[name]


@app.command(help=tr("Cocokkan setiap berkas terbit dengan manifesnya."))
def verify(folder: Annotated[Path, typer.Argument()] = REPORTS, lang: Language = None) -> int:  # noqa: ARG001
    """Verify published reports."""
    from kbk_analysis.rendering import manifest

    if not folder.is_dir():
        message, remedy = tr("Folder ini tidak ada."), tr("Tunjuk folder laporan, misalnya reports.")
        raise InputFault([Finding(rule="verify.folder", message=message, remedy=remedy, file=str(folder))])
    found = manifest.verify(folder)
    show.findings(found)
    if not found:
        show.line(tr("Semua berkas {n} laporan sama dengan saat dibuat.", n=len(manifest.reports(folder))))
    return 1 if found else 0


def make_plan(
    path: Path, lang: Lang | None, formats: str | None, data: Path | None, out: Path, only: Sequence[str] | None
) -> Any:
    """Plan of a report set with what the command line says instead of the file."""
    from kbk_analysis.rendering import plan

    overrides: dict[str, Any] = {"language": lang.value} if lang else {}
    if formats is not None:
        overrides["formats"] = [form.strip() for form in formats.split(",")]
    return plan.make_plan(path, overrides=overrides, data=data, out=out, only=only or ())
