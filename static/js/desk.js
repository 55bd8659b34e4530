// The desk's dialog: it opens when htmx has filled it, and empties itself when it closes.
"use strict";

{
  const dialog = document.getElementById("clock-dialog");
  const box = document.getElementById("clock-box");
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === box && !dialog.open) {
      dialog.showModal();
      box.querySelector("input:not([type=hidden]), select, button")?.focus();
    }
  });
  dialog?.addEventListener("close", () => { box.replaceChildren(); });
}
