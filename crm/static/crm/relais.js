// Comfort only: every page works without this file.
document.documentElement.classList.add("script");

// "/" goes to the search field, unless one is writing.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-shortcut='/']");
  const isWriting = event.target.matches("input, textarea, select") || document.querySelector("dialog[open]");
  if (event.key === "/" && field && !isWriting && !localStorage.getItem("relais-no-single-keys")) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
});

// On a phone the tabs are wider than the screen: the one that is open is in sight. scrollIntoView would do it, but in
// Chromium the next Tab then goes on from there instead of the top of the page.
const currentTab = document.querySelector(".tabs [aria-current]");
const tabs = currentTab?.closest("ul");
if (tabs) {
  const [inner, outer] = [currentTab.getBoundingClientRect(), tabs.getBoundingClientRect()];
  tabs.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}

// One open menu at a time; a click elsewhere closes it.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// A refused form: its first error is where one goes on.
document.querySelector(".errors")?.focus();

// A form is sent once, however often one clicks; the back button brings the buttons back.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Behind the back button the page comes anew, and the browser puts back what was typed: it is the form that was sent, so
// it keeps its key, by which the server knows that it has saved it (crm/web/once.py).
const key = document.querySelector("main form[method=post]:not([action]) [name=drawn]");
if (key) {
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type === "back_forward" && history.state?.drawn) key.value = history.state.drawn;
  else history.replaceState({ ...history.state, drawn: key.value }, "");
}

// Who logs out leaves nothing of theirs on the device.
document.querySelector("form[data-leaves]")?.addEventListener("submit", () => {
  Object.keys(localStorage).filter((key) => key.startsWith("relais-")).forEach((key) => localStorage.removeItem(key));
  globalThis.caches?.delete("relais-week");
  globalThis.indexedDB?.deleteDatabase("relais-unsent");
});

// The days of the week log add up while one taps.
const total = document.querySelector("[data-total-of]");
if (total) {
  const form = total.closest("form");
  const add = () => {
    let halves = 0;
    form.querySelectorAll(".days input:checked").forEach((input) => { halves += Number(input.value); });
    form.querySelectorAll(".days [data-halves]").forEach((day) => { halves += Number(day.dataset.halves); });
    total.textContent = (halves / 2).toLocaleString(document.documentElement.lang);
  };
  form.addEventListener("change", add);
  add();
}

// Which day it is where one works: a volunteer in Nouméa logs a day that has not begun in Paris.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone && !document.cookie.split("; ").includes(`zone=${timeZone}`)) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
