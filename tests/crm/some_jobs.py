"""Daily jobs of the tests."""


def half_done(*, at):
    return {"mails": 1, "failed": 1}
