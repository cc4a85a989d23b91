"""What messages say: complete in both languages, courteous before firm, never more than is true."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from importlib import resources

import pytest

from encaisse.delivery.core import wording
from encaisse.delivery.core.mail_html import mail_html
from encaisse.delivery.core.mail_text import mail_text
from encaisse.delivery.core.pages import letter_page
from encaisse.delivery.core.phrases import words_of
from encaisse.delivery.core.records import Line, Purpose
from encaisse.delivery.core.wording import BadWording, Facts, plain
from encaisse.delivery.tests import samples

BOTH = pytest.mark.parametrize("language", ["fr", "en"])
EVERY = pytest.mark.parametrize("purpose", list(Purpose))
GENTLE = [Purpose.PRE_REMINDER, Purpose.REMINDER_1, Purpose.REMINDER_2, Purpose.THANKS]
LEGAL = re.compile(
    r"tribunal|judiciaire|juridiction|huissier|commissaire de justice|contentieu|saisie|"
    r"court\b|legal action|lawsuit|bailiff|prosecut",
    re.IGNORECASE,
)


def squeezed(text: str) -> str:
    """Without the line breaks and the several kinds of blank."""
    return " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())


def told(purpose: Purpose, language: str = "fr") -> str:
    page = letter_page(samples.notice(purpose, language=language))
    return squeezed(f"{page['subject']}\n{mail_text(page)}")


@BOTH
@EVERY
def test_every_message_has_words_in_both_languages(purpose: Purpose, language: str) -> None:
    words = words_of(samples.notice(purpose, language=language))
    assert words.before
    for text in (words.subject, words.heading, *map(plain, (*words.before, *words.after))):
        assert not re.search(r"[{}\[\]|*]|\s{2,}", text), text
    assert len(words.version) == 16


def test_both_languages_have_the_same_labels() -> None:
    pages = [
        tomllib.loads(
            (resources.files("encaisse.delivery") / "wording" / language / "labels.toml")
            .read_text(encoding="utf-8")
        )
        for language in wording.LANGUAGES
    ]  # fmt: skip
    assert {name: set(part) for name, part in pages[0].items()} == {
        name: set(part) for name, part in pages[1].items()
    }


@BOTH
@pytest.mark.parametrize("purpose", [*GENTLE, Purpose.REMINDER_3])
def test_no_legal_threat_before_the_formal_notice(purpose: Purpose, language: str) -> None:
    assert not LEGAL.search(told(purpose, language))


@pytest.mark.parametrize("purpose", GENTLE)
def test_formal_notice_is_not_even_named_in_gentle_messages(purpose: Purpose) -> None:
    assert "mise en demeure" not in told(purpose).lower()


def test_the_formal_notice_says_what_one_must_say() -> None:
    text = told(Purpose.FORMAL_NOTICE)
    for part in (
        "mettons en demeure", "Créancier : Ateliers Moreau SAS", "SIREN 303 265 045",
        "Débiteur : Menuiserie Lefèvre & Fils, SIREN 552 100 554",
        "FA2026-0815", "01/09/2026", "82 j", "1 200,00 €", "12,40 %", "2 × 40,00 €",
        "2 décembre 2026", "FR76 3000 6000 0112 3456 7890 189", "procédure judiciaire",
        "Claire Moreau", "22 novembre 2026", "du 5 octobre 2026 et du 20 octobre 2026",
    ):  # fmt: skip
        assert part in text, part
    page = letter_page(samples.notice(Purpose.FORMAL_NOTICE))
    assert page["mention"] == "Lettre recommandée avec avis de réception"
    assert page["periods"]["rows"]


def test_the_claim_is_the_total_with_its_charges() -> None:
    notice = samples.notice(Purpose.FORMAL_NOTICE)
    assert notice.charges is not None
    due = notice.sections[0].total.minor + notice.charges.interest.minor + 8000
    assert f"{due / 100:.2f}".replace(".", ",") in told(Purpose.FORMAL_NOTICE).replace(" ", "")


@EVERY
def test_text_and_html_tell_the_same_figures(purpose: Purpose) -> None:
    page = letter_page(samples.notice(purpose))
    html = squeezed(re.sub(r"<[^>]+>", " ", mail_html(page)))
    figures = re.findall(r"\d[\d\s]*,\d\d(?: [€%])?", told(purpose))
    assert figures
    assert all(figure in html for figure in figures)


def test_credits_are_shown_and_netted() -> None:
    text = told(Purpose.REMINDER_1)
    assert "Avoir AV2026-0031 10/10/2026 -100,50 €" in text
    assert "Total net dû 1 900,00 €" in text


def test_one_invoice_reads_in_the_singular() -> None:
    page = letter_page(samples.notice(Purpose.REMINDER_1, lines=samples.LINES[:1]))
    assert "la facture ci-dessous est arrivée à échéance" in mail_text(page).replace("\n", " ")
    assert page["sections"][0]["total_label"] == "Total dû"


def test_a_paragraph_without_its_fact_is_left_out() -> None:
    notice = replace(samples.notice(Purpose.REMINDER_2), earlier=(), charges=None)
    text = mail_text(letter_page(notice))
    assert "Nous vous avons déjà écrit" not in text
    assert "L441-10" not in text


def test_consumers_are_never_told_of_a_forty_euro_fee() -> None:
    notice = samples.notice(Purpose.FORMAL_NOTICE)
    assert notice.charges is not None
    parts = tuple(replace(one, indemnity=0) for one in notice.charges.charges)
    charges = replace(notice.charges, rule="fr_consumer", charges=parts)
    text = mail_text(letter_page(replace(notice, charges=charges)))
    assert "40" not in re.sub(r"12,40|FR40303265045", "", text)


def test_what_customers_are_called_is_never_read_as_a_mark() -> None:
    name = "A*B {total} [x|y] <b>&"
    notice = samples.notice(Purpose.FORMAL_NOTICE)
    odd = replace(notice, addressee=replace(notice.addressee, name=name))
    page = letter_page(odd)
    assert name in squeezed(mail_text(page))
    assert "A*B {total} [x|y] &lt;b&gt;&amp;" in mail_html(page)


def test_a_line_of_one_part_shows_what_it_is_part_of() -> None:
    line = Line("F1", samples.TODAY, samples.TODAY, 0, 500, 1000)
    row = letter_page(samples.notice(Purpose.PRE_REMINDER, lines=(line,)))["sections"][0]["rows"][0]
    assert squeezed(row["note"]) == "sur 10,00 €"


def test_a_creditor_without_a_signatory_signs_once() -> None:
    notice = samples.notice(Purpose.REMINDER_1)
    bare = replace(notice.creditor, signatory="", signatory_role="")
    text = mail_text(letter_page(replace(notice, creditor=bare)))
    assert "Bien cordialement,\n\nAteliers Moreau\n04 72" in text


PAGE = """
subject = "S"
heading = "H"
greeting = "G"
greeting_contact = "G"
greeting_letter = "G"
before = ["{total}"]
after = []
closing_email = "C"
closing_letter = "C"
"""


def test_a_file_of_words_is_read_and_has_a_version() -> None:
    found = wording.read(Purpose.REMINDER_1, "fr", PAGE.encode())
    other = wording.read(Purpose.REMINDER_1, "fr", PAGE.replace('"S"', '"T"').encode())
    assert found.version != other.version
    words = found.render(Facts(total="1 €"), many=True)
    assert plain(words.before[0]) == "1 €"


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace("{total}", "{password}"),
        PAGE.replace("{total}", "{total"),
        PAGE.replace("{total}", "{total.__class__}"),
        PAGE.replace('heading = "H"', ""),
        PAGE.replace('after = []', 'after = "x"'),
        "not toml at all",
    ],
)  # fmt: skip
def test_a_wrong_file_of_words_is_refused(page: str) -> None:
    with pytest.raises(BadWording):
        wording.read(Purpose.REMINDER_1, "fr", page.encode())
