// Cases: the keys of a page's buttons, x chooses a row, an opened form gets the cursor, text is copied with a sign.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
  if (event.key === "x") {
    const box = document.querySelector("[data-row].is-current input[name=case]");
    if (box) { event.preventDefault(); box.checked = !box.checked; }
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (wanted) { event.preventDefault(); wanted.click(); }
});

function firstField(root) {
  return root?.querySelector("input:not([type=hidden]):not([type=checkbox]), select, textarea, button");
}
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id === "doing") firstField(document.querySelector("#doing form"))?.focus();
});
if (new URLSearchParams(location.search).has("do")) firstField(document.querySelector("#doing form"))?.focus();

// A copied text says so on its button for a moment.
document.addEventListener("click", (event) => {
  const copier = event.target.closest("[data-copy][data-copied]");
  if (!copier) return;
  const words = copier.textContent;
  copier.textContent = copier.dataset.copied;
  setTimeout(() => { copier.textContent = words; }, 1500);
});
