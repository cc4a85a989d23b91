/* <file-drop>: files dropped on it or chosen in it, shown by name and size before they are sent.
 * data-autosend sends the form at once; without a script the plain file field does the same. */
const size = (bytes, language) =>
  new Intl.NumberFormat(language, {
    style: "unit",
    unit: bytes < 1e6 ? "kilobyte" : "megabyte",
    maximumFractionDigits: 1,
  }).format(bytes < 1e6 ? Math.max(bytes / 1e3, 0.1) : bytes / 1e6);

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    this.list = this.querySelector(".dropped");
    for (const name of ["dragenter", "dragover"]) this.addEventListener(name, (event) => this.onOver(event));
    for (const name of ["dragleave", "drop"]) this.addEventListener(name, () => this.classList.remove("over"));
    this.addEventListener("drop", (event) => this.onDrop(event));
    this.field.addEventListener("change", () => this.show());
  }

  onOver(event) {
    event.preventDefault();
    this.classList.add("over");
  }

  onDrop(event) {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    this.field.files = event.dataTransfer.files;
    this.show();
  }

  show() {
    const language = document.documentElement.lang;
    this.list?.replaceChildren(
      ...[...this.field.files].map((file) => {
        const line = document.createElement("li");
        const weight = document.createElement("span");
        weight.className = "quiet";
        weight.textContent = size(file.size, language);
        line.append(file.name, weight);
        return line;
      }),
    );
    if (this.field.files.length && "autosend" in this.dataset) this.closest("form").requestSubmit();
  }
}

customElements.define("file-drop", FileDrop);
