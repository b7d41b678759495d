import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import LinksInText, NothingToRead, NotWebLink
from bot.models import Wanted
from bot.wanted import find_links, find_wanted

STORY = "https://post.example/harbour"
PARAGRAPH = "The harbour wall of Port Ellery will cost twice as much as the voters were told in the spring. "


@pytest.mark.parametrize(
    "message",
    [
        f"please read {STORY}.",
        f"please read {STORY}, and soon",
        f"Seen {STORY}?",
        f"Wow: {STORY}!!!",
        f"Wow {STORY}…",
        f"({STORY})",
        f"(see {STORY}).",
        f"[{STORY}]",
        f"<{STORY}>",
        f"<{STORY}|post.example/harb…>",
        f"<{STORY}|www.post.example>",
        f"[the story]({STORY})",
        f"[the story]({STORY}).",
        f'[the story]({STORY} "Harbour")',
        f"[the story](<{STORY}>)",
        f"[{STORY}]({STORY})",
        f'"{STORY}"',
        f"'{STORY}'",
        f"“{STORY}”",
        f"‘{STORY}’",
        f"«{STORY}»",
        f"`{STORY}`",
        f"*{STORY}*",
        f"**{STORY}**",
        f"_{STORY}_",
        f"_see {STORY}_",
        f"~{STORY}~",
        f"||{STORY}||",
        f"> {STORY}\n> what do you make of it?",
        f"Link:{STORY}",
        f"out now.{STORY}",
        f"\u2068{STORY}\u2069",
        f"{STORY}\u200b",
        f"\ufeff{STORY}",
        f"{STORY} {STORY}",
        f"{STORY}, again: {STORY}.",
        "HTTPS://post.example/harbour",
        "post.example/harbour",
        "<post.example/harbour>",
        "Read post.example/harbour, please.",
        f"今日の記事（{STORY}）。",
    ],
)
def test_the_link_is_found_without_what_surrounds_it(message: str) -> None:
    assert find_wanted(message, max_links=10) == (Wanted(link=STORY),)


@pytest.mark.parametrize(
    "link",
    [
        "https://en.wiki.example/wiki/Harbour_(film)",
        "https://en.wiki.example/wiki/Harbour_(film)#Plot_(long)",
        "https://post.example/a?ids[]=1&ids[]=2",
        "https://post.example/watch?v=abc_",
        "https://post.example/a;b=1,2",
        "https://web.post.example/2020/https://post.example/harbour",
        "http://[2001:db8::1]/",
        "http://127.0.0.1:8080/x",
        "https://bücher.example/überschrift",
        "https://例え.example/記事",
        "https://post.example/what’s-on",
        "https://jane:secret@post.example/x",
        "https://post.example/a#:~:text=twice%20the%20sum,in%202024",
    ],
)
def test_an_unusual_address_stays_whole(link: str) -> None:
    assert find_links(f"Read {link}. Then [this]({link}), (or {link}).") == (link,)


def test_several_links_keep_their_order_and_each_is_read_once() -> None:
    message = "First www.post.example/b, then https://post.example/a; https://www.post.example/b again"
    assert find_links(message) == ("https://www.post.example/b", "https://post.example/a")


@pytest.mark.parametrize("glue", [",", ";", "|", "\n", " , "])
def test_a_list_without_blanks_is_taken_apart(glue: str) -> None:
    assert find_links(glue.join(["https://a.example/1", "https://b.example/2"])) == (
        "https://a.example/1",
        "https://b.example/2",
    )


def test_brackets_around_a_wikipedia_link_go_and_its_own_stay() -> None:
    assert find_links("(as in https://en.wiki.example/wiki/Harbour_(film))") == (
        "https://en.wiki.example/wiki/Harbour_(film)",
    )


@pytest.mark.parametrize(
    "link",
    ["ftp://post.example/a.txt", "file:///etc/passwd", "FTP://post.example/a", "hxxps://post.example/a"],
)
def test_an_address_off_the_web_is_named_and_the_rest_is_read(link: str) -> None:
    wanted = find_wanted(f"{link} and {STORY}", max_links=10)

    assert [one.problem for one in wanted] == [str(NotWebLink(wanted[0].link or "")), None]
    assert (wanted[0].link or "").lower() == link.lower()


@pytest.mark.parametrize("message", ["javascript:alert(1)", "mailto:jane@post.example", "data:text/html,<b>hi</b>"])
def test_a_message_that_is_only_an_address_off_the_web_is_told_so(message: str) -> None:
    assert find_wanted(message, max_links=10) == (Wanted(link=message, problem=str(NotWebLink(message))),)


@pytest.mark.parametrize(
    ("message", "link"),
    [
        ("post.example", "https://post.example"),
        ("post.example:8080", "https://post.example:8080"),
        ("  Post.Example\n", "https://Post.Example"),
        ("bücher.example", "https://bücher.example"),
    ],
)
def test_a_message_that_is_only_a_site_is_a_link(message: str, link: str) -> None:
    assert find_wanted(message, max_links=10) == (Wanted(link=link),)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   \n",
        "hello",
        "That's fine.Thanks for it",
        "Write to jane@post.example/desk or to mailto:jane@post.example",
        "https://",
        "http:// post",
        "www.",
        "and/or, a.m./p.m., 3.5/4.5, /var/log",
        "C:\\Users\\jane\\story.docx",
        "…",
        "://",
    ],
)
def test_a_message_without_a_link_is_told_what_to_send(message: str) -> None:
    assert find_wanted(message, max_links=10) == (Wanted(problem=str(NothingToRead())),)


def test_thirty_links_are_read_up_to_the_limit_and_the_rest_is_named() -> None:
    links = [f"https://post.example/{number}" for number in range(30)]
    wanted = find_wanted(" ".join(links), max_links=10)

    assert [one.link for one in wanted] == [*links[:10], None]
    assert "20 more were left out" in (wanted[-1].problem or "")
    assert links[10] in (wanted[-1].problem or "")


def test_pasted_text_is_read_as_it_is() -> None:
    text = PARAGRAPH * 3 + "\n\n“Nobody has pocketed a penny,” she said."
    assert find_wanted(text, max_links=10) == (Wanted(text=text),)


def test_pasted_text_in_a_script_without_blanks_is_text() -> None:
    text = "港の壁は当初の二倍の費用がかかる。" * 30
    assert find_wanted(text, max_links=10) == (Wanted(text=text),)


def test_a_pasted_article_is_read_and_its_links_are_counted() -> None:
    """Who pastes an article after its paywalled link wants the text read, not the link once more."""
    text = f"{STORY}\n\n" + PARAGRAPH * 12 + "Read more at https://post.example/more."
    links = (STORY, "https://post.example/more")
    assert find_wanted(text, max_links=10) == (Wanted(text=text), Wanted(problem=str(LinksInText(links))))


def test_a_long_request_for_a_link_is_still_a_request() -> None:
    assert find_wanted(PARAGRAPH * 5 + STORY, max_links=10) == (Wanted(link=STORY),)


def test_a_list_of_links_with_a_line_on_each_is_no_pasted_article() -> None:
    lines = [f"{PARAGRAPH} https://post.example/{number}" for number in range(10)]
    assert [one.link for one in find_wanted("\n".join(lines), max_links=10)] == [
        f"https://post.example/{number}" for number in range(10)
    ]


def test_what_no_database_takes_is_replaced_before_it_is_stored() -> None:
    (wanted,) = find_wanted(PARAGRAPH * 3 + "\ud800 \0 end", max_links=10)
    assert (wanted.text or "").endswith("\ufffd \ufffd end")


@given(st.text() | st.text(alphabet="htps:/.w<>()[]|_*, axé1@\\\n") | st.from_regex(r"(https?://|www\.)\S+ .*"))
def test_whatever_is_sent_something_is_wanted(message: str) -> None:
    wanted = find_wanted(message, max_links=3)

    assert wanted
    assert sum(one.problem is None for one in wanted) <= 3
    for one in wanted:
        assert one.link or one.text or one.problem
        assert one.link is None or one.link == one.link.strip()
