"""Tags in the body (obsidian.md §4, §10.4)."""

import pytest


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#1984 #y1984", ["#y1984"]),
        ("(#a)", []),
        ('"#a"', []),
        (".#a", []),
        ("x—#a", []),
        ("a#b", []),
        ("#a#b", ["#a", "#b"]),
        ("#a/#b", ["#a", "#b"]),
        ("#a/b/", ["#a/b"]),
        ("#a.b #c++ #it's", ["#a", "#c", "#it"]),
        ("#日本語 #🎉 #naïve", ["#日本語", "#🎉", "#naïve"]),
        ("#Tag #TAG", ["#Tag", "#TAG"]),
        ("# x", []),
        ("#", []),
        ("\u3000#a \u00a0#b \t#c", ["#a", "#b", "#c"]),
        ("| a |\n|---|\n|#uo|", ["#uo"]),
        ("[Discord #tf](u)", ["#tf"]),
        ("[x #ph]", ["#ph"]),
        ("https://x/#a", []),
        ("[t](u#a)", []),
        ("[[N#a]]", []),
        ("%%#c%%", ["#c"]),
        ("%%\n- [ ] #task\n%%", ["#task"]),
        ("<!-- #c -->", []),
        ("<!-- a\n#c -->", []),
        ("<p>x #tr</p>", []),
        ("```\n#a\n```x \n#b", []),
        ("````\n```\n#a\n````", []),
        ("`#x` $#x$", []),
        ("$$\n#x\n$$", []),
        ("_#uc_ snake_case_#wc", ["#uc", "#wc"]),
        ("# Titre #h", ["#h"]),
        ("- [ ] #task\n> [!note] #t\n> #u", ["#task", "#t", "#u"]),
        ("> a\n>#b", ["#b"]),
        ("[^1]: #f", ["#f"]),
        ("[t: #v] [1]: x", ["#v"]),
        ('<a href="#x">y</a> z', []),
        ("---\nnote: 'see #todo'\n---\n#x", ["#x"]),
    ],
)
def test_tags(note, text, tags):
    parsed = note(text)
    assert [tag.tag for tag in parsed.tags] == tags
    assert all(tag.span.of(text) == tag.tag for tag in parsed.tags)
