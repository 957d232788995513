"""What keeps the styles readable: browsers drop in silence what they do not understand, and keep what nobody uses."""

import re
from collections import Counter

import pytest
from django.conf import settings

OURS = ["crm", "engagements", "volunteers", "impact"]
STYLES = sorted((settings.BASE_DIR / "crm/static/crm/css").glob("*.css"))
BASE = settings.BASE_DIR / "crm/templates/base.html"

# Classes that a template writes as a value (`class="{{ week.level }}"`): what they are is said there.
NAMED_ELSEWHERE = {
    "crm/display/parts.py": {"good", "watch", "act", "unknown"},
    "engagements/display/lead_coverage_chart.py": {"full", "part", "gap"},
    "volunteers/domain/skill_coverage.py": {"free", "some", "nobody", "away"},
    "volunteers/selectors/capacity.py": {"free", "some", "full", "away"},
}


def files(pattern):
    return [path for app in OURS for path in (settings.BASE_DIR / app).glob(pattern)]


def rules_of(path):
    """Without comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def selectors_of(path):
    """What stands before a brace, of rules and not of `@media` and its like; what is quoted is no selector."""
    heads = re.findall(r"([^{};]+){", re.sub(r'"[^"]*"', '""', rules_of(path)))
    return [head.strip() for head in heads if not head.strip().startswith("@")]


def words_of(text):
    return set(re.findall(r"[\w-]+", text))


def classes_in_use():
    """What is written in a class of a template or of a display module, added by a script, or named elsewhere.

    The components take their classes as `look`, `title_look` and `kind`.
    """
    written = re.compile(
        r'class="([^"]*)"|{% block body_class %}([^{]*)|classList\.add\("([^"]*)"'
        r'|\b(?:look|title_look|kind)="([^"]*)"|"class": "([^"]*)"'
    )
    found = set().union(*NAMED_ELSEWHERE.values())
    for path in files("templates/**/*.html") + files("display/**/*.py") + files("static/**/*.js"):
        for values in written.findall(path.read_text()):
            found.update(*map(words_of, values))
    return found


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
class TestAFile:
    def test_can_be_read_and_compared_line_by_line(self, path):
        assert [line for line in path.read_text().splitlines() if len(line) > 120] == []
        assert [line for line in rules_of(path).splitlines() if line.count(";") > 1] == []

    def test_is_one_layer_of_its_name(self, path):
        """What stands in no layer beats all layers; `!important` turns their order round."""
        text = re.sub(r"@layer [\w, ]+;", "", rules_of(path)).strip()
        depth, closed = 0, []
        for place, sign in enumerate(text, start=1):
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if sign == "}" and not depth:
                closed.append(place)

        assert text.startswith(f"@layer {path.stem} {{")
        assert (depth, closed) == (0, [len(text)])
        assert "@layer" not in text[1:]
        assert "!important" not in text


def test_the_page_links_each_file_and_the_first_says_the_order():
    links = re.findall(r"<link\b[^>]*?static\('crm/css/(\w+)\.css'\)([^>]*)>", BASE.read_text())
    names = [name for name, _rest in links]
    orders = [
        (path.stem, order.split(", "))
        for path in STYLES
        for order in re.findall(r"@layer ([\w, ]+);", rules_of(path))
    ]

    assert orders == [("tokens", names)]
    assert sorted(names) == [path.stem for path in STYLES]
    assert [name for name, rest in links if 'media="print"' in rest] == ["print"] == names[-1:]


def test_each_class_is_used_somewhere():
    styled = set()
    for path in STYLES:
        styled |= {
            name for head in selectors_of(path) for name in re.findall(r"\.([a-zA-Z][\w-]*)", head)
        }

    assert len(styled) > 100
    assert sorted(styled - classes_in_use()) == []


@pytest.mark.parametrize("path", NAMED_ELSEWHERE)
def test_what_is_named_elsewhere_still_is(path):
    text = (settings.BASE_DIR / path).read_text()

    assert [name for name in NAMED_ELSEWHERE[path] if f'"{name}"' not in text] == []


def test_each_token_is_defined_once_and_used():
    rules = {path.stem: rules_of(path) for path in STYLES}
    defined = Counter(re.findall(r"(--[\w-]+):", "".join(rules.values())))
    used = set(re.findall(r"var\((--[\w-]+)\)", "".join(rules.values())))

    assert set(defined) == set(re.findall(r"(--[\w-]+):", rules["tokens"])) == used
    assert set(defined.values()) == {1}


@pytest.mark.django_db
def test_a_part_of_the_head_that_says_nothing_is_empty(client):
    """`:empty` hides it, and a space would keep its place open."""
    page = client.get("/login/").content.decode()

    assert '<p class="path"></p>' in page
    assert '<div class="state"></div>' in page
    assert '<div class="ask"></div>' in page
