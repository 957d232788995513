// Comfort only: a mark of the roadmap moves by pointer or arrow keys, and does what the menu of its row does anyway.
const axis = document.querySelector("table.roadmap [data-days]");
const said = document.querySelector("[data-said]");
const DAY = 86400000;
const first = Date.parse(axis?.dataset.first);
const days = Number(axis?.dataset.days);
const WHOLE = 0.92; // of the column, as engagements/display/roadmap.py leaves 4 % at each end
const language = document.documentElement.lang;

const words = (day) => new Date(day).toLocaleDateString(language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
const widthOfDay = (mark) => (mark.ownerSVGElement.getBoundingClientRect().width * WHOLE) / days;

function show(mark, day) {
  const moved = Math.round((day - Number(mark.dataset.day)) / DAY);
  mark.dataset.to = day;
  mark.querySelector("[data-moves]").setAttribute("transform", `translate(${moved * widthOfDay(mark)} 0)`);
  mark.setAttribute("aria-valuetext", words(day));
  mark.setAttribute("aria-valuenow", Math.round((day - first) / DAY));
  said.textContent = words(day);
  mark.querySelector("[data-date]").textContent = moved ? words(day) : "";
}

// The row has a form where nobody waits for it, and else a link to the page that shows who moves along.
function send(mark) {
  if (!mark.dataset.to || mark.dataset.to === mark.dataset.day) return;
  const day = new Date(Number(mark.dataset.to)).toISOString().slice(0, 10);
  const way = document.getElementById(`move-${mark.dataset.mark}`);
  if (way.href) {
    location = `${way.pathname}?planned_on=${day}`;
    return;
  }
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "planned_on";
  field.value = day;
  way.append(field);
  way.requestSubmit();
}

document.querySelectorAll("table.roadmap [data-mark]").forEach((mark) => {
  mark.dataset.day = Date.parse(mark.dataset.planned);
  const home = () => show(mark, Number(mark.dataset.day));
  mark.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step) show(mark, Number(mark.dataset.to || mark.dataset.day) + step * DAY * (event.shiftKey ? 7 : 1));
    else if (event.key === "Enter") send(mark);
    else if (event.key === "Escape") home();
    else return;
    event.preventDefault();
  });
  mark.addEventListener("pointerdown", (event) => {
    const from = event.clientX;
    const move = (moved) => show(mark, Number(mark.dataset.day) + Math.round((moved.clientX - from) / widthOfDay(mark)) * DAY);
    const stop = (cancelled) => {
      mark.removeEventListener("pointermove", move);
      mark.removeEventListener("pointerup", drop);
      mark.removeEventListener("pointercancel", leave);
      document.removeEventListener("keydown", escape);
      if (cancelled) home();
    };
    const drop = () => { stop(false); send(mark); };
    const leave = () => stop(true);
    const escape = (pressed) => { if (pressed.key === "Escape") stop(true); };
    mark.setPointerCapture(event.pointerId);
    mark.addEventListener("pointermove", move);
    mark.addEventListener("pointerup", drop);
    mark.addEventListener("pointercancel", leave);
    document.addEventListener("keydown", escape);
    mark.focus();
    event.preventDefault();
  });
});
