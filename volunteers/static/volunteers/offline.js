// A week that is saved without a network stays on this device and is sent by the worker, even once the page is closed.
// The page says what is not sent yet. Comfort only: without this file the week waits as long as its page is open.
const unsentNote = document.querySelector("[data-unsent]");

const keepOffline = ({ serviceWorker }, note) => {
  const { draft } = week ?? {};
  const [leavesAlone, leavesHere, logInWords, keptWords] = note.dataset.said.split("|");
  const own = note.dataset.unsent;
  const scope = new URL("..", new URL(note.dataset.start, location)).pathname;
  const ready = serviceWorker.register(note.dataset.worker, { scope }).then(() => serviceWorker.ready);
  const tell = async (told) => (await ready).active?.postMessage(told);
  let isWatching = false;
  const watch = () => {
    if (isWatching) return;
    isWatching = true;
    addEventListener("online", () => tell("send"));
    setInterval(() => tell("send"), 15_000);
  };
  const sayNotSent = async () => {
    try {
      await (await ready).sync.register("weeks");
      draft?.say(leavesAlone);
    } catch { draft?.say(leavesHere); }
    watch();
  };
  const linkTo = (address, words) => Object.assign(document.createElement("a"), { href: address, textContent: words });

  // A refusal is shown by the page that gives it, with what was typed: the form is sent as it was. Once.
  const showRefusal = async (entry) => {
    await unsent.put({ ...entry, shown: true });
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: `${entry.page}?sent=${entry.id}`, hidden: true });
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const [name, value] of [...entry.fields, ["csrfmiddlewaretoken", token]]) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  };
  const showOwn = async (entry) => {
    const isKept = "kept" in document.documentElement.dataset;
    if (entry.state === "sent") {
      await unsent.drop(own);
      if (draft && entry.saved === draft.version) {
        draft.forget();
        location.replace(entry.to);
      }
      return;
    }
    draft?.restore({ fields: Object.fromEntries(entry.fields) });
    if (entry.shown) {
      await unsent.drop(own);
      draft?.keep(false);
    } else if (entry.state === "refused" && !isKept && await draft?.isThere() !== false) await showRefusal(entry);
    else if (entry.state === "login") {
      draft?.say("", linkTo(`${note.dataset.login}?${new URLSearchParams({ next: entry.page, unsent: 1 })}`, logInWords));
      watch();
    } else await sayNotSent();
  };
  const show = async () => {
    const entries = await unsent.all();
    const others = entries.filter(({ draft: of, state }) => of !== own && state !== "sent");
    note.hidden = !others.length;
    note.querySelector("span").replaceChildren(...others.flatMap(({ page, week: monday, label }, place) => (
      [place ? ", " : "", linkTo(`${page}?week=${monday}`, label)]
    )));
    if (others.length) watch();
    const entry = entries.find(({ draft: of }) => of === own);
    if (entry) await showOwn(entry);
  };

  if (week) {
    week.unsent = {
      drop: () => unsent.drop(own),
      store: async (button) => {
        if (!(await Promise.race([ready, new Promise((done) => { setTimeout(done, 1_000); })]))?.active) return false;
        const fields = [...new FormData(week)].filter(([name]) => name !== "csrfmiddlewaretoken");
        if (button?.name) fields.push([button.name, button.value]);
        const { pathname } = new URL(week.action);
        const { version: saved } = draft;
        const [id, monday] = [crypto.randomUUID(), own.slice(-10)];
        const { label } = note.dataset;
        await unsent.put({ draft: own, id, page: pathname, week: monday, label, saved, fields, state: "waiting" });
        await sayNotSent();
        return true;
      },
    };
  }
  const begin = async () => {
    if (!serviceWorker.controller) await tell({ keep: location.href });
    const keptAt = Number(document.documentElement.dataset.kept);
    if (keptAt) draft?.say(keptWords.replace("{when}", new Date(keptAt).toLocaleString(document.documentElement.lang)));
    if (week?.querySelector(".errors")) await unsent.drop(own);
    await show();
  };
  serviceWorker.addEventListener("message", show);
  begin().catch(() => { /* a forbidden store: the week is sent as any form */ });
};
if (unsentNote && "serviceWorker" in navigator && globalThis.indexedDB) keepOffline(navigator, unsentNote);
