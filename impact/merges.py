"""What becomes of fundings when two organisations are merged; frozen reports stay as they were handed over."""

from crm.domain.merging import moves

moves("impact.Funding.funder", owner="engagement__member")
