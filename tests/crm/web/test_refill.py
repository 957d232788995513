"""What was typed is put into its form of a page: text in, text out."""

from crm.web.refill import refill


def filled(form, **fields):
    html = f'<main><form method="post" action="/here/">{form}</form></main>'
    return refill(html, "/here/", "/page/", fields, in_form="[in]", beside="[beside]")


class TestFields:
    def test_texts_ticks_and_choices_come_back(self):
        html = filled(
            '<input name="title" value="old"><textarea name="text">old</textarea>'
            '<input type="checkbox" name="a" value="1" checked><input type="checkbox" name="a" value="2">'
            '<input type="radio" name="r" value="x" checked><input type="radio" name="r" value="y">'
            '<select name="s"><option value="1" selected>A</option><option value="2">B</option></select>',
            title=['A "new" one'],
            text=["<b>words</b>"],
            a=["2"],
            r=["y"],
            s=["2"],
        )

        assert 'value="A &quot;new&quot; one"' in html
        assert '<textarea name="text">\n&lt;b&gt;words&lt;/b&gt;</textarea>' in html
        assert 'name="a" value="1">' in html
        assert 'name="a" value="2" checked>' in html
        assert 'name="r" value="x">' in html
        assert 'name="r" value="y" checked>' in html
        assert '<option value="1">A' in html
        assert '<option value="2" selected>B' in html

    def test_a_tick_that_was_taken_away_stays_away(self):
        assert "checked" not in filled(
            '<input type="checkbox" name="a" checked><input name="b">', b=["x"]
        )

    def test_passwords_files_and_the_guards_of_the_page_are_left_alone(self):
        form = (
            '<input type="password" name="secret"><input type="file" name="file">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="fresh"><input name="title">'
        )

        html = filled(
            form, secret=["CANARY"], file=["CANARY"], csrfmiddlewaretoken=["CANARY"], title=["x"]
        )

        assert "CANARY" not in html
        assert 'value="fresh"' in html

    def test_a_field_that_is_shut_keeps_what_the_page_says(self):
        html = filled(
            '<input name="day" value="page" disabled><input name="b">', day=["typed"], b=["x"]
        )

        assert 'value="page"' in html


class TestWhichForm:
    TWO = (
        '<main><form method="post" action="/note/"><input name="text"></form>'
        '<form method="post" action="/note/"><input name="title"><input name="day"></form></main>'
    )

    def test_is_the_one_with_the_most_of_its_fields(self):
        html = refill(
            self.TWO, "/note/", "/", {"title": ["a"], "day": ["b"]}, in_form="[in]", beside=""
        )

        assert '[in]<input name="title" value="a"><input name="day" value="b">' in html
        assert '<input name="text">' in html

    def test_leads_to_the_address_whatever_its_query(self):
        html = '<main><form method="post" action="/note/?back=1"><input name="text"></form></main>'

        assert "[in]" in refill(html, "/note/", "/", {"text": ["a"]}, in_form="[in]", beside="")

    def test_without_an_address_leads_to_its_own_page(self):
        html = '<main><form method="post"><input name="text"></form></main>'

        assert "[in]" in refill(html, "/own/", "/own/", {"text": ["a"]}, in_form="[in]", beside="")

    def test_that_only_looks_is_none(self):
        html = '<main><form action="/note/"><input name="text"></form></main>'

        assert refill(html, "/note/", "/", {"text": ["a"]}, in_form="[in]", beside="[beside]") == (
            html.replace("<main>", "<main>[beside]")
        )

    def test_is_none_where_nothing_of_what_was_typed_fits(self):
        html = refill(self.TWO, "/note/", "/", {"gone": ["a"]}, in_form="[in]", beside="[beside]")

        assert html == self.TWO.replace("<main>", "<main>[beside]")
