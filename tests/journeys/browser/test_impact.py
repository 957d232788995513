"""Figures, from the baseline that the lead agrees to, to the report that a board reads by a link."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.site import PHONE

pytestmark = pytest.mark.browser


class TestTheBaseline:
    def test_is_questioned_mended_and_agreed_to_as_a_sentence(self, site, open_page):
        page = open_page(language="en", viewport=PHONE)
        site.enter(page, "lead")
        page.get_by_role("link", name="Read and agree").click()
        expect(page.get_by_text("By hand, with a team of 3")).to_be_visible()
        address = page.url
        page.get_by_role("link", name="This is not how it was").click()
        page.get_by_label("What is to mend").fill("We were four 🙂")
        page.get_by_role("button", name="Ask for it to be mended").click()

        other = open_page(language="en")
        site.enter(other, "coordinator")
        other.goto(address)
        expect(other.get_by_text("The project lead asks: We were four 🙂")).to_be_visible()
        other.get_by_role("link", name="Change", exact=True).click()
        other.get_by_label("People who did the work").fill("4")
        other.get_by_role("button", name="Change the baseline").click()
        expect(other.get_by_text("Say what changes, and why.").first).to_be_visible()
        expect(other.get_by_label("People who did the work")).to_have_value("4")
        other.get_by_label("What changes, and why").fill("The lead counted again")
        other.get_by_role("button", name="Change the baseline").click()

        page.goto(f"{site.url}/")
        page.get_by_role("link", name="Read and agree").click()
        expect(page.get_by_text("By hand, with a team of 4")).to_be_visible()
        page.get_by_role("button", name="I agree: it was so").click()
        expect(page.get_by_text("the baseline stands as you read it")).to_be_visible()
        expect(page.get_by_role("button", name="I agree: it was so")).to_have_count(0)


class TestFigures:
    def test_a_table_is_looked_at_then_written_and_the_other_one_approves(self, site, open_page):
        page = open_page(language="en")
        site.enter(page, "lead")
        page.goto(f"{site.url}/impact/engagements/2/import/")
        table = "indicator\tfrom\tuntil\tcount\tsource\nwords-explained\t2026-01\t2026-01\t{}\tBase"
        page.get_by_role("textbox", name=re.compile("^Table")).fill(table.format("N/A"))
        page.get_by_role("button", name="Look at the table").click()
        expect(page.get_by_text("“N/A” is no whole number")).to_be_visible()

        page.get_by_role("textbox", name=re.compile("^Table")).fill(table.format("17"))
        page.get_by_role("button", name="Look at the table").click()
        page.get_by_role("button", name="Write 1 draft down").click()
        page.get_by_role("link", name="17").click()
        page.get_by_role("button", name="Submit for approval").click()
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        address = page.url

        other = open_page(language="en")
        site.enter(other, "coordinator")
        other.goto(address)
        other.get_by_role("button", name="Approve").click()
        other.get_by_role("button", name="Publish").click()
        expect(other.get_by_text("published").first).to_be_visible()

    def test_groups_and_net_are_written_by_the_lead_and_small_groups_stay_with_the_writers(
        self, site, open_page
    ):
        page = open_page(language="en", viewport=PHONE)
        site.enter(page, "lead")
        page.goto(f"{site.url}/impact/engagements/2/")
        page.get_by_role("link", name="Add a figure : Words").click()
        page.get_by_label("Count", exact=True).fill("200")
        page.get_by_label("From").fill("2026-02-01")
        page.get_by_label("Until").fill("2026-02-28")
        page.get_by_label("Source").fill("Database")
        page.get_by_text("By groups").click()
        page.get_by_label("Groups").fill(
            "gender ; Femmes / Women ; 120\ngender ; Hommes / Men ; 78\nshoe size ; 40 ; 2"
        )
        page.get_by_text("Would it have happened anyway?").click()
        page.get_by_label("People asked that").fill("60")
        page.get_by_label("How many answered").fill("40")
        page.get_by_label("How many said: yes, anyway").fill("12")
        page.get_by_role("button", name="Record as a draft").click()
        expect(page.get_by_text("Line 3: “shoe size” is none of")).to_be_visible()
        expect(page.get_by_label("How many answered")).to_have_value("40")
        page.get_by_label("Groups").fill(
            "gender ; Femmes / Women ; 120\ngender ; Hommes / Men ; 78\ngender ; Autres ; 2"
        )
        page.get_by_role("button", name="Record as a draft").click()
        page.get_by_role("link", name="200").click()
        page.get_by_role("button", name="Submit for approval").click()
        address = page.url

        other = open_page(language="en")
        site.enter(other, "coordinator")
        other.goto(address)
        other.get_by_role("button", name="Approve").click()
        other.get_by_role("button", name="Publish").click()

        reader = open_page(language="en", script=False)
        site.enter(reader, "funder")
        reader.goto(address)
        expect(reader.get_by_text("Net of that: about 140 of 200")).to_be_visible()
        expect(reader.get_by_role("row", name="Women 120")).to_be_visible()
        expect(reader.get_by_role("row", name="Men not shown")).to_be_visible()
        expect(reader.get_by_text("Groups of fewer than 5 people are not shown")).to_be_visible()


class TestAReport:
    def test_is_published_as_read_agreed_to_shared_and_read_without_an_account(
        self, site, open_page, nothing_found
    ):
        page = open_page(language="en")
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/impact/engagements/2/")
        page.get_by_role("link", name="Publish a report").click()
        expect(page.get_by_text("This is what it would say")).to_be_visible()
        page.get_by_role("button", name="Publish it as it stands").click()
        expect(page.get_by_text("will not change any more")).to_be_visible()
        number = page.get_by_role("heading", level=1).inner_text().split()[-1]
        address = page.url

        lead = open_page(language="en", viewport=PHONE)
        site.enter(lead, "lead")
        lead.get_by_role("link", name="Read and answer").click()
        expect(lead.get_by_role("heading", level=1, name=number)).to_be_visible()
        lead.get_by_role("link", name="Give my word").click()
        lead.get_by_label("I disagree").check()
        lead.get_by_role("button", name="Give my word").click()
        expect(lead.get_by_text("Say what you disagree with").first).to_be_visible()
        lead.get_by_label("Comment").fill("Nine of them came back 🙂")
        nothing_found(lead)
        lead.get_by_role("button", name="Give my word").click()
        expect(lead.get_by_text("The beneficiary disagrees.")).to_be_visible()

        page.goto(address)
        page.locator(".head").get_by_role("link", name="Share by a link").click()
        page.get_by_label("For whom").fill("The board")
        page.get_by_role("button", name="Make the link").click()
        told = page.get_by_text("Copy this address now").inner_text()

        reader = open_page(language="en", viewport=PHONE, script=False)
        reader.goto(told.rpartition(" ")[2])
        expect(reader.get_by_text("This report was shared with The board.")).to_be_visible()
        reader.get_by_role("button", name="Read the report").click()
        expect(reader.get_by_text("Nine of them came back 🙂")).to_be_visible()
        reader.get_by_role("link", name="Words explained in sign language").click()
        expect(reader.get_by_text("The rows behind it")).to_be_visible()

        page.reload()
        expect(page.get_by_text("read 1 time")).to_be_visible()
        page.get_by_role("button", name="Revoke : The board").click()
        expect(page.get_by_text("The link opens nothing any longer.")).to_be_visible()
        reader.reload()
        expect(
            reader.get_by_role("heading", level=1, name="This link opens nothing")
        ).to_be_visible()
