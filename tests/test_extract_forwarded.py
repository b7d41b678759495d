"""Forwarded mails and chat messages in, the text that was forwarded out."""

from __future__ import annotations

import pytest

from bot.extract.extract import extract_text
from bot.models import Article

TITLE = "Harbour wall will cost twice as much, council admits"
STORY = [
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the "
    "town council admitted on Tuesday.",
    "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief.",
    "She added that the wall would be finished by 2028, and that the quay would stay open.",
]
BODY = "\n\n".join(STORY)


def body(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.paragraphs if span != article.headline]


def dropped(article: Article) -> str:
    return " | ".join(f"{drop.reason}: {drop.text}" for drop in article.dropped)


MAILS = {
    "Gmail": "fyi, can you check this?\n\n---------- Forwarded message ---------\nFrom: Ida Quill <ida@post.example>\n"
    f"Date: Tue, Mar 17, 2026 at 9:30 AM\nSubject: Fwd: {TITLE}\nTo: <desk@post.example>\n\n\n{BODY}",
    "Outlook": f"From: Ida Quill\nSent: Tuesday, March 17, 2026 9:30 AM\nTo: Desk\nSubject: RE: FW: {TITLE}\n\n{BODY}"
    "\n\n-- \nIda Quill\nThe Ellery Post",
    "Apple Mail": f"Begin forwarded message:\n\n*From:* Ida Quill\n*Subject:* {TITLE}\n\n{BODY}\n\nSent from my iPhone",
    "quoted": "\n".join(
        f"> {line}" for line in f"From: Ida Quill\nSubject: {TITLE}\nDate: 17 March 2026\n\n{BODY}".split("\n")
    ),
    "original": "Please read.\n-----Original Message-----\nFrom: Ida\n"
    f"Subject: {TITLE}\n\n{BODY}\n\nGet Outlook for iOS",
    "twice": f"From: Tom\nSubject: look at this, please\n\nFrom: Ida\nSubject: {TITLE}\n\n{BODY}",
}


@pytest.mark.parametrize("program", MAILS)
def test_forwarded_mail_is_read_without_its_wrapping(program: str) -> None:
    article = extract_text(MAILS[program].replace("\n", "\r\n"))
    assert body(article) == STORY
    assert article.title == TITLE
    assert "message header: " in dropped(article)


def test_what_was_dropped_around_a_mail_is_listed_with_its_reasons() -> None:
    article = extract_text(MAILS["Gmail"])
    assert [drop.reason for drop in article.dropped] == [
        "note above what was forwarded",
        "forwarding line",
        "message header",
    ]
    assert "can you check this?" in dropped(article)
    assert "ida@post.example" in dropped(article)


def test_answered_mail_is_read_without_the_line_above_the_quotation() -> None:
    quoted = "\n".join(f"> {line}" for line in BODY.split("\n"))
    article = extract_text(f"On Tue, Mar 17, 2026 at 9:30 AM Ida Quill <ida@post.example> wrote:\n{quoted}")
    assert body(article) == STORY


CHATS = {
    "WhatsApp": "[12:01, 3/4/2026] Ida Quill: ",
    "WhatsApp on a phone": "[3/4/26, 12:01:33\u202fPM] Ida Quill: ",
    "WhatsApp export": "04/03/2026, 12:01 - Ida Quill: ",
    "Slack": "Ida Quill  9:41 AM\n",
    "Slack in a browser": "Ida Quill\n  9:41 AM\n",
    "Slack in brackets": "Ida Quill [9:41 AM]\n",
    "Teams": "[17:02] Ida Quill\n",
    "Teams with a day": "[Tuesday 17:02] Ida Quill\n",
    "Discord": "Ida Quill — Today at 9:41 AM\n",
    "Telegram": "Ida Quill, [17.03.2026 09:41]\n",
    "Forwarded": "Forwarded from Ida Quill\n",
}


@pytest.mark.parametrize("program", CHATS)
def test_forwarded_chat_message_is_read_without_stamp_and_name(program: str) -> None:
    article = extract_text(CHATS[program] + BODY)
    assert body(article) == STORY
    assert "Ida Quill" in dropped(article)


def test_one_persons_messages_one_after_the_other_are_read_as_one_text() -> None:
    article = extract_text("\n".join(f"[12:0{number}, 3/4/2026] Ida: {words}" for number, words in enumerate(STORY)))
    assert body(article) == STORY


def test_names_stay_where_several_people_write() -> None:
    """They tell who says what."""
    lines = [
        f"[12:0{number}, 3/4/2026] {'Ida' if number % 2 else 'Tom'}: {words}" for number, words in enumerate(STORY)
    ]
    assert body(extract_text("\n".join(lines)))[1] == f"Ida: {STORY[1]}"


@pytest.mark.parametrize(
    "line",
    [
        "From: the harbour to the hills, people are angry about the wall, she said.",
        "Subject: to approval, the wall will be finished by 2028.",
        "To: be or not to be, that is what the council asked on Tuesday.",
        "At 12:01 on 3/4/2026 the council met, and the harbour union stayed away.",
        "On Tuesday at 9:30 the finance chief wrote: “We got the numbers wrong.”",
        "Forwarded from the council to the union, the letter arrived on Friday and was read aloud.",
    ],
)
def test_sentence_of_the_story_is_no_wrapping(line: str) -> None:
    assert line in body(extract_text(f"{BODY}\n\n{line}\n\n{STORY[0]}"))


def test_long_text_above_a_mail_is_not_a_note() -> None:
    article = extract_text(f"{BODY}\n\n{BODY}\n\nFrom: Ida Quill\nSubject: the wall and its price\n\n{STORY[0]}")
    assert body(article)[:3] == STORY


def test_endless_stamps_are_told_in_time() -> None:
    extract_text(f"{BODY}\n" + "[12:01, " * 20_000 + "\n" + "a " * 20_000 + "\n" + "From: " * 20_000)
