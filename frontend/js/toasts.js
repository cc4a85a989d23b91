/* <toast-stack>: what was just done, with its undo. Toasts with an undo or a problem stay until closed. */
class ToastStack extends HTMLElement {
  connectedCallback() {
    this.dismissLater = this.dismissLater.bind(this);
    this.querySelectorAll(".toast").forEach(this.dismissLater);
    new MutationObserver((changes) => {
      for (const change of changes) change.addedNodes.forEach((node) => node.nodeType === 1 && this.dismissLater(node));
    }).observe(this, { childList: true });
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
    });
  }

  dismissLater(toast) {
    if (!toast.matches(".toast") || toast.matches(".bad, .warn")) return;
    const patience = toast.querySelector("form") ? 20000 : 7000;
    let timer = setTimeout(() => toast.remove(), patience);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("focusin", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), patience)));
  }
}

customElements.define("toast-stack", ToastStack);

/* A request that failed must not fail silently. The sentences come with the page, in its language. */
function complain(kind) {
  const stack = document.querySelector("toast-stack");
  const text = stack?.dataset[kind];
  const model = document.getElementById("toast-model");
  if (!text || !model) return;
  const toast = model.content.cloneNode(true);
  toast.querySelector("p").textContent = text;
  stack.append(toast);
}
document.addEventListener("htmx:responseError", () => complain("failed"));
document.addEventListener("htmx:sendError", () => complain("offline"));
