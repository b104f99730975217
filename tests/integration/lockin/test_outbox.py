"""Messages: each comes once, and goes out as mail that a server takes."""

from lockin.outbox.models import Message
from lockin.outbox.sending import send_due, tell


def test_a_name_with_a_line_break_makes_no_second_header(owner, now, mailoutbox):
    tell(to=[owner], key="a", subject="To review: Claims\r\nBcc: everyone@halden.example", now=now)
    assert send_due(now=now) == 1
    assert mailoutbox[0].subject == "To review: Claims Bcc: everyone@halden.example"
    assert mailoutbox[0].bcc == []


def test_a_key_used_before_adds_nothing(owner, now):
    for subject in ("First", "Second"):
        tell(to=[owner], key="a", subject=subject, now=now)
    assert Message.objects.get().subject == "First"
