// Comfort only: a mark of the timeline moves by pointer or arrow keys, and sends the form that its row has anyway.
const svg = document.querySelector("svg[data-first]");
const said = document.querySelector("[data-said]");
const DAY = 86400000;
const first = Date.parse(svg?.dataset.first);
const width = Number(svg?.dataset.dayWidth);
const language = document.documentElement.lang;

const words = (day) => new Date(day).toLocaleDateString(language, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

function show(mark, day) {
  const days = Math.round((day - Number(mark.dataset.day)) / DAY);
  mark.dataset.to = day;
  mark.querySelector("[data-moves]").setAttribute("transform", `translate(${days * width} 0)`);
  mark.setAttribute("aria-valuetext", words(day));
  mark.setAttribute("aria-valuenow", Math.round((day - first) / DAY));
  said.textContent = words(day);
  const label = mark.querySelector("[data-date]");
  label.textContent = days ? words(day) : "";
}

function send(mark) {
  if (!mark.dataset.to || mark.dataset.to === mark.dataset.day) return;
  const form = document.getElementById(`move-${mark.dataset.mark}`);
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "planned_on";
  field.value = new Date(Number(mark.dataset.to)).toISOString().slice(0, 10);
  form.append(field);
  form.requestSubmit();
}

svg?.querySelectorAll("[data-mark]").forEach((mark) => {
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
    const scale = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const move = (moved) => show(mark, Number(mark.dataset.day) + Math.round(((moved.clientX - from) * scale) / width) * DAY);
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
