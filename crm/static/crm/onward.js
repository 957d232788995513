// Sends the one form of the page, which says by its button what comes next, without waiting for a click.
document.querySelector("form[data-onward]")?.requestSubmit();
