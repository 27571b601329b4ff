"""The notebook that asks what if, in JupyterLab in a real browser: a slider moves, a judge is switched off."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from kbk_analysis.charts.whatif import plot_whatif
from kbk_analysis.cli.commands import OFFLINE
from kbk_analysis.i18n import using
from kbk_analysis.indicators.release import release
from kbk_analysis.priority.chapter import fixed_method
from kbk_analysis.priority.inputs import read_meeting
from kbk_analysis.priority.methods import METHODS
from kbk_analysis.priority.whatif import whatif

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "explore" / "whatif_priority.ipynb"
PATIENCE = 120_000  # milliseconds for a kernel to start and read the data on a busy machine
JUDGE = "disdikpora: sekretaris"


@pytest.fixture(scope="module")
def lab(chromium: str, tmp_path_factory):
    """Address of a JupyterLab of its own: free local port, token, temporary home, a copy of the notebook."""
    home = tmp_path_factory.mktemp("home")
    (home / "notebooks").mkdir()
    shutil.copy(NOTEBOOK, home / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", *OFFLINE, "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home / 'notebooks'}"),
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT)}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(server, f"{address}/api/status?token={token}", home / "server.log")
        yield address, token
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen, address: str, log: Path) -> None:
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the machine has
    for _ in range(120):
        assert server.poll() is None, log.read_text()
        try:
            with straight.open(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def panel(browser, lab):
    """The notebook with all its cells run; the page notes each address that it asks for."""
    address, token = lab
    context = browser.new_context(viewport={"width": 1400, "height": 1300})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/lab/tree/{NOTEBOOK.name}?token={token}")
    page.locator(".jp-NotebookPanel-toolbar").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(".kbk-trial table").wait_for()
    page.asked, page.address = asked, address
    yield page
    context.close()


@pytest.fixture(scope="module")
def expected(demo):
    """What the package computes, as the panel writes it: ``expected(weights={"U": 2})``."""
    inputs = read_meeting(demo, meeting="rakor-2024-2", area_code="99.01", period="2024")
    fixed = fixed_method()
    meeting = release(whatif(inputs, fixed), "internal")

    def rows(**changes) -> list[list[str]]:
        with using("id"):
            (exhibit,) = plot_whatif(release(whatif(inputs, fixed, **changes), "internal"), meeting)
        return exhibit.display_rows()

    return rows


def shown(page) -> list[list[str]]:
    """The table of the ranking on the page, blanks made plain."""
    rows = page.locator(".kbk-trial tbody tr").all()
    return [[_plain(cell) for cell in row.locator("th, td").all_inner_texts()] for row in rows]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _becomes(page, wanted: list[list[str]]) -> None:
    plain = [[_plain(cell) for cell in row] for row in wanted]
    for _ in range(100):
        if (seen := shown(page)) == plain:
            return
        page.wait_for_timeout(200)
    assert seen == plain


def _slider(page, words: str):
    """The slider of one criterion: the innermost box that holds these words and a slider."""
    return page.locator(".widget-vbox", has_text=words).filter(has=page.locator(".widget-hslider")).last


def _slide(page, words: str, steps: int) -> None:
    """Move a slider by keyboard."""
    _slider(page, words).locator(".noUi-handle").focus()
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")


def test_the_panel_opens_with_the_ranking_of_the_meeting(panel, expected) -> None:
    _becomes(panel, expected())
    assert panel.locator(".kbk-trial img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
    assert len(panel.locator(".kbk-trial img").get_attribute("alt")) > 40
    assert panel.locator(".kbk-finding").inner_text() == "3 teratas sama dengan hitungan rapat"


def test_moves_draw_what_the_package_computes_and_reset_brings_the_meeting_back(panel, expected) -> None:
    before, picture = expected(), panel.locator(".kbk-trial img").get_attribute("src")

    _slide(panel, "S: gawat", -4)
    weighed = expected(weights={"S": 0})
    assert weighed != before
    _becomes(panel, weighed)
    assert panel.locator(".kbk-trial img").get_attribute("src") != picture

    panel.get_by_label("Disdikpora", exact=False).first.uncheck()
    both = expected(weights={"S": 0}, without=[JUDGE])
    assert both != weighed
    _becomes(panel, both)

    panel.get_by_role("button", name="Kembali ke ketetapan rapat").click()
    _becomes(panel, before)
    assert panel.locator(".kbk-trial img").get_attribute("src") == picture
    assert panel.locator(".widget-checkbox input:not(:checked)").count() == 0


def test_a_method_without_weights_says_so_and_its_sliders_rest(panel, expected) -> None:
    chooser = panel.locator(".widget-dropdown select")
    chooser.select_option(label="USG kali")
    _becomes(panel, expected(method=METHODS["usg_product"]))
    panel.get_by_text("Bobot dimatikan: rumus U × S × G").wait_for()
    sliders = _slider(panel, "S: gawat").locator(".slider")
    assert sliders.get_attribute("disabled") is not None
    chooser.select_option(label="USG jumlah")
    _becomes(panel, expected())
    assert sliders.get_attribute("disabled") is None


def test_nothing_comes_from_elsewhere(panel) -> None:
    """No content delivery network: the front end of the widgets comes with the package."""
    assert any("jupyterlab-manager" in address for address in panel.asked)
    elsewhere = [a for a in panel.asked if not a.startswith((f"{panel.address}/", "data:", "blob:"))]
    assert elsewhere == []
