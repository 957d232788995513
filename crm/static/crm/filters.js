// Comfort only: the button does the same.
// Filters apply as one chooses. With the keyboard a list is walked through choice by choice: there it is Enter, or leaving
// the field, that says that one has chosen. What had the focus has it again on the page that comes.
const filters = document.querySelector("form[data-applies]");
if (filters) {
  let byKey = false;
  let isChanged = false;
  const apply = () => {
    sessionStorage.setItem("relais-filter", document.activeElement.name ?? "");
    filters.requestSubmit();
  };
  filters.addEventListener("pointerdown", () => { byKey = false; });
  filters.addEventListener("keydown", (event) => {
    byKey = true;
    if (event.key === "Enter" && event.target.matches("select") && isChanged) apply();
  });
  filters.addEventListener("change", (event) => {
    if (!event.target.matches("select")) return;
    isChanged = true;
    if (!byKey) apply();
  });
  filters.addEventListener("focusout", () => { if (isChanged && byKey) apply(); });
  const last = sessionStorage.getItem("relais-filter");
  sessionStorage.removeItem("relais-filter");
  if (last) filters.querySelector(`[name="${CSS.escape(last)}"]`)?.focus({ preventScroll: true });
}
