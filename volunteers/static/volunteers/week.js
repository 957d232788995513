// What is typed in a week is kept on this device until the server has it, and leaves by itself once the network is back.
// Comfort only: without this file the week is sent as any form.
const week = document.querySelector("form[data-draft]");
const TOKENS = ["csrfmiddlewaretoken", "drawn"];
const PLACE = "relais-week:";
const AS_IT_WAS = ["seen", "days_seen", "undoes"];
const DAYS_KEPT = 14;
const A_TRY = 15_000;

const read = (key) => {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
};
const write = (key, draft) => {
  try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* a full or forbidden store: the form still works */ }
};
const forgetOld = () => {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PLACE))) {
    if (!(Date.now() - read(key)?.at < DAYS_KEPT * 86_400_000)) localStorage.removeItem(key);
  }
};

if (week) {
  const key = PLACE + week.dataset.draft;
  const [keptWords, waitingWords, foundWords] = week.dataset.said.split("|");
  const state = week.querySelector("[data-draft-state]");
  const say = (...words) => { state.replaceChildren(...words); };
  const version = week.dataset.saved ?? "";
  const typed = () => Object.fromEntries([...new FormData(week)].filter(([name]) => !TOKENS.includes(name)));
  const keep = (sent) => write(key, { at: Date.now(), version, sent, fields: typed() });

  const restore = ({ fields }) => {
    const found = Object.entries(fields).filter(([name, value]) => !AS_IT_WAS.includes(name) && typed()[name] !== value);
    for (const field of week.elements) {
      if (!(field.name in fields) && field.type !== "checkbox") continue;
      if (field.type === "radio") field.checked = fields[field.name] === field.value;
      else if (field.type === "checkbox") field.checked = field.name in fields;
      else if (!TOKENS.includes(field.name)) field.value = fields[field.name];
    }
    week.dispatchEvent(new Event("change", { bubbles: true }));
    if (!found.length) return;
    const folded = week.closest("details");
    if (folded) folded.open = true;
    say(foundWords);
  };

  forgetOld();
  const draft = read(key);
  if (draft?.sent && draft.version !== version) localStorage.removeItem(key);
  else if (draft) restore(draft);

  if (week.querySelector(".errors")) keep(false); // refused: it is saved nowhere

  week.addEventListener("input", () => { keep(false); say(keptWords); });

  let isReachable = false;
  let isWaiting = false;
  const isThere = async () => {
    try {
      return (await fetch(week.dataset.ping, { cache: "no-store", signal: AbortSignal.timeout(5_000) })).ok;
    } catch { return false; }
  };
  const send = async (button) => {
    isWaiting = true;
    if (await isThere()) {
      isReachable = true;
      await week.unsent?.drop(); // this one goes in its place
      week.requestSubmit(button);
      return;
    }
    if (await week.unsent?.store(button).catch(() => false)) {
      isWaiting = false;
      return;
    }
    say(waitingWords);
    const again = () => { clearTimeout(timer); removeEventListener("online", again); send(button); };
    const timer = setTimeout(again, A_TRY);
    addEventListener("online", again);
  };
  week.addEventListener("submit", (event) => {
    keep(true);
    if (isReachable) return;
    event.preventDefault();
    if (!isWaiting) send(event.submitter);
  });
  addEventListener("pageshow", () => { isReachable = isWaiting = false; });
  week.draft = { version, say, keep, restore, isThere, forget: () => localStorage.removeItem(key) }; // for offline.js
}
