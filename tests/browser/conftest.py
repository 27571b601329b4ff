"""A Chromium without network habits, pages opened in it, and what they asked and said."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TESTS = Path(__file__).parents[1]


@dataclass
class Opened:
    """A page, the addresses it asked for (``data:`` left out), and what it said: console, errors, dialogs."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser(chromium: str):
    """One browser a module: Playwright's loop must not outlive it, other tests run kernels."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open a file: ``visit(path, width=360, javascript=False)`` gives an `Opened`."""
    contexts = []

    def go(path: Path, *, width: int = 1280, javascript: bool = True) -> Opened:
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
        contexts.append(context)
        page = context.new_page()
        opened = Opened(page)
        page.on("request", lambda request: request.url.startswith("data:") or opened.asked.append(request.url))
        page.on("console", lambda message: opened.said.append(message.text))
        page.on("pageerror", lambda error: opened.said.append(str(error)))
        page.on("popup", lambda popup: opened.said.append(f"popup {popup.url}"))
        page.on("dialog", lambda dialog: (opened.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(path.as_uri(), wait_until="load")
        return opened

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def report_page(demo_set) -> Path:
    """The page of one demo district."""
    (path,) = demo_set("id").glob("*/*.html")
    return path


@pytest.fixture
def index_page(demo_set) -> Path:
    """The page that leads to the reports."""
    return demo_set("id") / "index.html"


@pytest.fixture(scope="session")
def payloads() -> Any:
    """The module of hostile texts: ``PAYLOADS``, and ``hostile`` that puts one into every text of a report."""
    return _module("hostile_texts", TESTS / "rendering" / "test_html.py")


@pytest.fixture(scope="session")
def report():
    """Bound report with one of each kind of content, `text` in every free text."""
    parts = _module("report_parts", TESTS / "rendering" / "conftest.py")

    def build(text: str = "", **changes: object) -> Any:
        return parts.bind([("situation", parts.full_chapter(text))], parts.make_meta(**changes))

    return build


def _module(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
