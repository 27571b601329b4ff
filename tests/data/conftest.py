"""A small invented country for tests of areas and imports, and the real register where there is one."""

import csv
import gzip
from pathlib import Path

import openpyxl
import pytest

from kbk_analysis.data.areas import AreaRegister, load_register

REGISTER = {
    "provinces.csv": "code,name\n99,Contoh\n",
    "regencies.csv": "code,province_code,name\n99.01,99,Kabupaten Rokan Contoh\n99.02,99,Kabupaten Hilir\n"
    "99.71,99,Kota Hilir\n99.72,99,Kota Baru Contoh\n",
    "districts.csv": "code,regency_code,name\n99.01.01,99.01,Rambah\n99.01.10,99.01,Sungai Rambah\n"
    "99.02.01,99.02,Muara\n99.71.01,99.71,Pusat\n",
    "villages.csv": "code,district_code,name\n99.01.01.1001,99.01.01,Pasir\n99.01.01.2002,99.01.01,Suka Maju\n"
    "99.01.01.2003,99.01.01,Sungai Kuning\n99.01.10.2001,99.01.10,Suka Maju\n99.01.10.2002,99.01.10,Api-Api (Baru)\n"
    "99.01.10.2003,99.01.10,Panipah\n99.01.10.1004,99.01.10,Panipah\n99.02.01.2001,99.02.01,Seberang\n"
    "99.71.01.1001,99.71.01,Pusat Kota\n",
    "bridge.csv": "kode_bps,nama_bps,kode_dagri,nama_dagri\n9901,HILIR,9902,KAB. HILIR\n"
    "9902,ROKAN CONTOH,9901,KAB. ROKAN CONTOH\n9999,HILANG,9955,KAB. HILANG\n",
}


def register_files(folder: Path) -> dict[str, Path]:
    names = {"province": "provinces", "regency": "regencies", "district": "districts", "village": "villages"}
    return {level: folder / f"{name}.csv" for level, name in names.items()}


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """Data folder with the register of the invented country."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in REGISTER.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def register(country: Path) -> AreaRegister:
    return load_register(register_files(country), scope=["99.01"], bridges=[country / "bridge.csv"])


@pytest.fixture(scope="session")
def real_register_files(real_data: Path) -> dict[str, Path]:
    names = {"province": "provinces.csv", "regency": "regencies.csv", "district": "districts.csv"}
    files = {level: real_data / "admin" / f"kemendagri_{name}" for level, name in names.items()}
    return files | {"village": real_data / "admin" / "kemendagri_villages.csv.gz"}


@pytest.fixture(scope="session")
def indonesia(real_register_files: dict[str, Path]) -> AreaRegister:
    """The whole real register, without aliases."""
    return load_register(real_register_files)


@pytest.fixture
def gzipped():
    """Compress a file beside itself and give the new path."""

    def compress(path: Path) -> Path:
        packed = path.with_name(path.name + ".gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        return packed

    return compress


CLASSIFIED = next(
    csv.reader(
        [
            "Kampung KB,Provinsi,Kabupaten,Kecamatan,Desa,Input Pokja,Input Sumber Dana,Input Poktan,Input Sarana,"
            "Input PKB/PLKB,Proses Penggunaan Data,Proses Operasional,Proses Lintas Sektor,Output Poktan,Output CPR,"
            "Output MKJP,Output Unmet Need,Index Input,Index Proses,Index Output,Klasifikasi"
        ]
    )
)
DETAILED = next(
    csv.reader(
        [
            "Kampung KB,Provinsi,Kabupaten,Kecamatan,Desa,Jumlah Sumber Dana,Pokja Pengurusan,Pokja SK,Pokja Pelatihan,"
            "Pokja Jumlah,Pokja Jumlah Terlatih,PLKB Pendamping,Regulasi,Regulasi Jumlah,RKM,Penggunaan Data,"
            "Jumlah Mekanisme Operasional,Pus,Penduduk,Keluarga,Remaja,Memiliki Balita,Memiliki Remaja,Memiliki Lansia,"
            "BKB,BKR,BKL,UPPKA,PIKR,IUD,MOW,MOP,Kondom,Implan,Suntik,Pil,Hamil,Anak Segera,Anak Kemudian,"
            "Tidak Ingin Anak"
        ]
    )
)
PLACE = {"Provinsi": "CONTOH", "Kabupaten": "ROKAN CONTOH", "Kecamatan": "RAMBAH", "Desa": "SUKAMAJU"}


@pytest.fixture
def export(country: Path):
    """Write an export of the portal: ``export("a.csv", rows)``; rows name only the cells that are not usual."""

    def write(name: str, rows: list[dict[str, object]], *, detailed: bool = False, lead: tuple[str, ...] = ()) -> str:
        header = [*lead, *(DETAILED if detailed else CLASSIFIED)]
        scores = {} if detailed else dict.fromkeys(CLASSIFIED[5:20], 1) | {"Klasifikasi": "Dasar"}
        usual = {"Kampung KB": "Maju"} | PLACE | scores
        cells = [[{**usual, **row}.get(column, "") for column in header] for row in rows]
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for line in [header, *cells]:
                book.active.append([None if cell == "" else cell for cell in line])
            book.save(country / name)
        else:
            with (country / name).open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([header, *cells])
        return name

    return write
