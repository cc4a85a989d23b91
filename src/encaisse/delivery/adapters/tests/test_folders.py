"""The sink and the letter folder: one file a key, whole, never changed."""

from dataclasses import replace
from pathlib import Path

from encaisse.delivery.adapters.channel import Outcome, Parcel
from encaisse.delivery.adapters.letter_folder import LetterFolder
from encaisse.delivery.adapters.sink import Sink

MAIL = Parcel("abc@moreau.example", "a@moreau.example", "b@client.example", b"Subject: x\r\n\r\n")


def test_a_message_is_one_file(tmp_path: Path) -> None:
    with Sink(tmp_path, "moreau") as sink:
        assert sink.deliver(MAIL).outcome is Outcome.ACCEPTED
    (file,) = (tmp_path / "outbox" / "moreau").iterdir()
    assert file.suffix == ".eml"
    assert file.read_bytes() == MAIL.content
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_same_message_again_changes_nothing_and_another_under_its_key_is_refused(
    tmp_path: Path,
) -> None:
    with Sink(tmp_path, "moreau") as sink:
        sink.deliver(MAIL)
        assert sink.deliver(MAIL).outcome is Outcome.ACCEPTED
        assert sink.deliver(replace(MAIL, content=b"other")).outcome is Outcome.REFUSED
        assert sink.path_of(MAIL.key).read_bytes() == MAIL.content


def test_a_folder_that_cannot_be_written_defers(tmp_path: Path) -> None:
    with Sink(tmp_path, "moreau") as sink:
        sink.folder.rmdir()
        assert sink.deliver(MAIL).outcome is Outcome.DEFERRED


def test_letters_lie_beside_the_mail_and_no_key_leaves_the_folder(tmp_path: Path) -> None:
    with LetterFolder(tmp_path, "moreau") as letters:
        letters.deliver(Parcel("../../etc/R-1", "", "", b"%PDF"))
    (file,) = (tmp_path / "outbox" / "moreau" / "letters").iterdir()
    assert file.suffix == ".pdf"
    assert file.name == "_.._etc_R-1.pdf"
