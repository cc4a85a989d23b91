/* <search-palette>: one field that finds any thing or page; arrows move, Enter opens.
 * The results are fragments of the server: links with role="option" inside role="listbox". */
class SearchPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.field = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("htmx:afterSwap", () => this.choose(0));
    this.list.addEventListener("pointermove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options().indexOf(option), false);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-search]")) return;
      event.preventDefault();
      this.open();
    });
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.field.select();
    this.field.dispatchEvent(new Event("search"));
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  choose(index, scroll = true) {
    const options = this.options();
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const chosen = options[index];
    if (chosen) this.field.setAttribute("aria-activedescendant", chosen.id);
    else this.field.removeAttribute("aria-activedescendant");
    if (scroll) chosen?.scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    const options = this.options();
    const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") this.choose((here + 1) % options.length);
    else if (event.key === "ArrowUp") this.choose((here - 1 + options.length) % options.length);
    else if (event.key === "Enter" && options[here]) {
      if (event.ctrlKey || event.metaKey) window.open(options[here].href, "_blank");
      else options[here].click();
    } else return;
    event.preventDefault();
  }
}

customElements.define("search-palette", SearchPalette);
