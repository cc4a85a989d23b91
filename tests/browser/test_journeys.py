"""The main ways through the pages, in a real browser, each page checked by axe."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import AXE, Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["", "customers/", "customers/C001/", "items/", "bank/", "bank/?show=open",
         "bank/?show=all", "plans/", "imports/", "messages/", "settings/"]  # fmt: skip


def accessible(page: Any) -> None:
    """No axe violation on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    told = [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible(page: Any, site: Site, path: str) -> None:
    page.goto(f"{site.url}/c/ACME/{path}", wait_until="networkidle")
    accessible(page)


@pytest.mark.parametrize("path", ["", "customers/C001/", "bank/", "imports/", "plans/"])
def test_pages_fit_a_phone_in_the_dark(page: Any, site: Site, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}/c/ACME/{path}", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)


def test_pages_read_at_twice_the_size(page: Any, site: Site) -> None:
    page.set_viewport_size({"width": 720, "height": 500})
    page.goto(f"{site.url}/c/ACME/", wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("button[popovertarget=rail]")
    page.click("#rail >> text=Clients")
    page.wait_for_url("**/customers/")


def test_search_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("cedre")
    page.wait_for_selector("#palette-results [role=option][aria-selected=true] >> text=Cèdre")
    accessible(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/C002/")
    assert page.inner_text("h1") == "Cèdre & Fils"


def test_rows_and_pages_by_keyboard(page: Any) -> None:
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**/customers/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/C00*/")
    assert page.inner_text("h1") == second
    page.keyboard.press("?")
    page.wait_for_selector("dialog#keys[open]")
    accessible(page)


def test_a_note_and_a_promise(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/c/ACME/customers/C001/")
    page.click("[data-open=note]")
    page.fill("#note-text", "Rappeler mardi.")
    page.click("#note button[type=submit]")
    page.wait_for_selector(".toast >> text=Note écrite")
    page.click("[data-open=promise]")
    page.fill("#promise-date", "2026-11-27")
    page.check("#promise input[data-mark-all]")
    page.click("#promise button[type=submit]")
    page.wait_for_selector(".toast >> text=Promesse notée pour le 27/11/2026")
    page.wait_for_selector(".timeline >> text=Rappeler mardi.")


def test_a_dispute_names_its_reason(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/c/ACME/customers/C003/")
    page.click("[aria-label='Ouvrir un litige sur FA2601005']")
    accessible(page)
    page.select_option("select[name=reason]", "PRIX")
    page.fill("input[name=amount]", "500")
    page.click(".card form button[type=submit]")
    page.wait_for_selector(".toast >> text=Litige ouvert sur FA2601005")


def test_a_proposal_is_applied_and_taken_back(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/c/ACME/bank/")
    page.wait_for_selector(".proposal mark >> text=FA2601003")
    page.click(".proposal >> text=Appliquer")
    page.wait_for_selector(".toast >> text=affectés")
    page.click(".toast >> text=Annuler")
    page.wait_for_selector(".toast >> text=Affectation annulée")


def test_a_line_is_identified_by_a_person(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/c/ACME/bank/?show=open")
    page.click(".proposal >> text=Identifier")
    page.fill("#q", "bouleau")
    page.click("#found >> text=Bouleau")
    page.wait_for_selector("text=FA2601002")
    page.check("[aria-label=FA2601002]")
    accessible(page)
    page.click("text=Appliquer aux pièces cochées")
    page.wait_for_selector(".toast >> text=affectés")


def test_a_file_is_read_behind_the_page(page: Any, site: Site) -> None:
    fresh = site.folder / "nouvelles.csv"
    fresh.write_text(
        "client;numero;date;echeance;montant;devise\nC001;FA2601099;02/11/2026;02/12/2026;99,90;EUR\n"
    )
    page.goto(f"{site.url}/c/ACME/imports/")
    page.set_input_files("input[type=file]", str(fresh))
    page.wait_for_selector(".dropped >> text=nouvelles.csv")
    page.click("button[type=submit] >> text=Importer")
    page.wait_for_selector("text=Fichier pris en entier", timeout=60_000)
    accessible(page)


def test_a_bad_file_says_what_is_wrong_and_where(page: Any, site: Site) -> None:
    bad = site.folder / "fausse.csv"
    bad.write_text(
        "client;numero;date;echeance;montant;devise\nC001;FA1;30/02/2026;02/12/2026;1,00;EUR\n"
    )
    page.goto(f"{site.url}/c/ACME/imports/")
    page.set_input_files("input[type=file]", str(bad))
    page.click("button[type=submit] >> text=Importer")
    page.wait_for_selector("text=rien n’a été importé", timeout=60_000)
    assert page.locator(".table td.mono").count() >= 1
    accessible(page)


def test_a_plan_is_drafted_previewed_and_sent(page: Any, site: Site) -> None:
    page.goto(f"{site.url}/c/ACME/plans/")
    page.click("text=Préparer les relances du jour")
    page.wait_for_url("**/plans/*/")
    accessible(page)
    page.click("table a.name >> nth=0")
    frame = page.frame_locator("iframe")
    frame.locator("text=Acme Éclairage SAS").first.wait_for()
    page.go_back()
    page.click("[data-open=approve]")
    page.wait_for_selector("dialog#approve[open]")
    accessible(page)
    page.click("#approve button[type=submit]")
    page.wait_for_selector(".toast")
    for _ in range(60):
        page.goto(f"{site.url}/c/ACME/messages/")
        if page.locator(".mail-list li").count():
            break
        page.wait_for_timeout(1000)
    accessible(page)
    page.frame_locator("iframe").locator("text=Acme Éclairage SAS").first.wait_for()


def test_the_page_speaks_english_in_the_dark(page: Any) -> None:
    page.click("[popovertarget=user-menu]")
    page.click("#user-menu >> text=English")
    page.wait_for_selector("#rail >> text=Customers")
    page.click("[popovertarget=user-menu]")
    page.click("#user-menu >> text=Dark")
    page.wait_for_selector("html[data-theme=dark]")
    accessible(page)


def test_two_factor_and_password_pages(page: Any, site: Site) -> None:
    for path in ("/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/"):
        page.goto(site.url + path, wait_until="networkidle")
        accessible(page)


def test_the_door_is_accessible(browser: Any, site: Site) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        page.goto(site.url + path)
        accessible(page)
    context.close()
