/* Small conveniences that need no element of their own. */

/* A choice that takes effect at once: filters, language, theme. */
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-send-on-change]");
  if (form) form.requestSubmit();
});

/* Empty filters do not clutter the address. */
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

/* data-print prints; data-copy copies the text it carries. */
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
  const copier = event.target.closest?.("[data-copy]");
  if (copier) navigator.clipboard?.writeText(copier.dataset.copy);
});

/* A form is sent once, however often its button is pressed. */
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  const form = event.target;
  setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = true)));
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("button[type=submit][disabled]").forEach((button) => (button.disabled = false));
});
