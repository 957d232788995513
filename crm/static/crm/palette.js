// Comfort only: the search field at the top and the links of the page lead to the same places.
// Ctrl K (or ⌘ K) opens one field for any place, engagement, person or action by its name. What the page itself offers is
// matched here; the rest is what the search page finds, asked of that page, so that it has its checks.
const find = document.querySelector("form.find");
const OFF = "relais-no-single-keys"; // keys without Ctrl: somebody who speaks to the computer types them unawares
const isMac = /Mac|iP/.test(navigator.platform); // there Ctrl K deletes to the end of the line
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function palette() {
  const dialog = document.createElement("dialog");
  dialog.classList.add("palette");
  dialog.setAttribute("aria-label", find.dataset.title);
  const form = find.cloneNode(true);
  form.querySelector("label").htmlFor = "palette-q";
  const field = form.querySelector("input");
  Object.assign(field, { id: "palette-q", value: "", autocomplete: "off", placeholder: find.dataset.title });
  delete field.dataset.shortcut;
  const found = document.createElement("div");
  found.classList.add("found");
  const keys = document.querySelector("template.keys").content.cloneNode(true);
  if (isMac) keys.querySelector("kbd").textContent = "⌘ K";
  dialog.append(form, found, keys);
  document.body.append(dialog);

  const single = dialog.querySelector(".keys [type=checkbox]");
  single.checked = !localStorage.getItem(OFF);
  single.addEventListener("change", () => {
    if (single.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });

  const here = [...document.querySelectorAll("main .ask a, main > .ways .drop a, nav.rail a, .menu.me .drop a")]
    .filter((link, place, all) => all.findIndex((other) => other.href === link.href) === place)
    .map((link) => ({ href: link.href, words: link.textContent.trim().replace(/\s+/g, " ") }));
  const listOf = (links) => {
    const list = document.createElement("ul");
    list.classList.add("list");
    list.append(...links.map(({ href, words }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      Object.assign(link, { href, textContent: words });
      item.append(link);
      return item;
    }));
    return list;
  };

  let asked = 0;
  const show = async () => {
    const turn = asked += 1;
    const text = field.value.trim();
    const near = here.filter(({ words }) => plain(words).includes(plain(text)));
    found.replaceChildren(listOf(near));
    if (!text) return;
    await new Promise((done) => { setTimeout(done, 150); });
    if (turn !== asked) return;
    const answer = await fetch(`${find.action}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (turn !== asked || !answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.querySelectorAll("main section header a").forEach((link) => { link.remove(); });
    const sections = [...page.querySelectorAll("main section")].filter((each) => each.querySelector("ul a"));
    sections.forEach((section) => { // on the search page its own stand there already, by the same ids
      section.removeAttribute("id");
      section.removeAttribute("aria-labelledby");
      section.querySelectorAll("[id]").forEach((each) => { each.removeAttribute("id"); });
    });
    if (turn === asked) found.replaceChildren(listOf(near), ...sections);
  };
  field.addEventListener("input", show);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [field, ...found.querySelectorAll("a")];
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops.at(next % stops.length).focus();
  });
  form.addEventListener("submit", (event) => {
    const first = found.querySelector("a");
    if (!first) return; // the search page says that there is nothing
    event.preventDefault();
    first.click();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { asked += 1; dialog.remove(); });
  dialog.showModal();
  show();
}

const open = () => { if (!document.querySelector("dialog[open]")) palette(); };
document.addEventListener("keydown", (event) => {
  const isHeld = isMac ? event.metaKey : event.ctrlKey;
  if (isHeld && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  if (event.key === "?") open();
  if (event.key === "n") document.querySelector("main .ask a")?.click();
});
