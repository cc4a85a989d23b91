/* Keys for people who live in this program. Every key is also a link or a button on the page.
 *
 *   Ctrl-K, /   search          j k   next and previous row        x   mark the row
 *   ?           list of keys    g …   to a page (data-go="c")      .   first action of the page
 */

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent);

function step(by) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  const target = all[next].matches("a, button") ? all[next] : all[next].querySelector("a, button");
  target?.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function mark() {
  const row = document.activeElement?.closest("[data-row]");
  row?.querySelector("input[type=checkbox]")?.click();
}

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
}

let going = 0;

function follow(selector) {
  const target = document.querySelector(selector);
  target?.click();
  return Boolean(target);
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x: mark,
  "?": () => openDialog("keys"),
  "/": () => follow("[data-search]"),
  ".": () => follow("[data-first-action]"),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    follow("[data-search]");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (going && Date.now() - going < 1200) {
    going = 0;
    if (/^[a-z]$/.test(event.key) && follow(`[data-go="${event.key}"]`)) event.preventDefault();
    return;
  }
  if (event.key === "g") {
    going = Date.now();
    return;
  }
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

/* Buttons that open and close dialogs, so that no page needs a script of its own. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open]");
  if (opener && openDialog(opener.dataset.open)) event.preventDefault();
  const closer = event.target.closest?.("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});
