/* Rows marked for an action on many: counts them, shows the bar that acts on them, marks a range with Shift. */
let last = null;

function refresh(form) {
  const boxes = [...form.querySelectorAll("[data-row] input[type=checkbox]")];
  const marked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("[data-row]").classList.toggle("marked", box.checked);
  for (const part of form.querySelectorAll("[data-when-marked]")) part.hidden = marked.length === 0;
  for (const part of form.querySelectorAll("[data-marked-count]")) part.textContent = String(marked.length);
  const all = form.querySelector("input[data-mark-all]");
  if (all) {
    all.checked = marked.length > 0 && marked.length === boxes.length;
    all.indeterminate = marked.length > 0 && marked.length < boxes.length;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target;
  const form = box.closest?.("form[data-selection]");
  if (!form || box.type !== "checkbox") return;
  const boxes = [...form.querySelectorAll("[data-row] input[type=checkbox]")];
  if ("markAll" in box.dataset) boxes.forEach((one) => (one.checked = box.checked));
  else {
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
    }
    last = box;
  }
  refresh(form);
});

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-selection]").forEach(refresh));
