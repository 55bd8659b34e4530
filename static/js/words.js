// Phrases: search as one types, copy in one stroke. The server checks first; what it answers is copied as it arrives.
"use strict";

function copyText(text, area) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text).catch(() => byHand(area));
  return Promise.resolve(byHand(area));
}
function byHand(area) {  // where the browser gives no clipboard: select, and ask it to copy
  area.focus();
  area.select();
  document.execCommand("copy");
}

document.addEventListener("htmx:afterSettle", () => {
  const copied = document.querySelector("#copied[data-copied]");
  if (!copied) return;
  copied.removeAttribute("data-copied");
  const area = copied.querySelector("textarea");
  copyText(area.value, area).then(() => copied.classList.add("is-copied"));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies-text]");
  if (!button) return;
  const area = document.getElementById(button.dataset.copiesText);
  copyText(area.value, area);
});
// A replacement taken over stands in the text one types in, too.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-mends]");
  const area = document.getElementById("id_text");
  if (form && area) area.value = form.elements.mended.value;
});

function fits(row, wordsWanted) {
  const text = row.textContent.toLowerCase();
  return wordsWanted.every((word) => text.includes(word));
}
function narrow(field) {
  const wordsWanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of document.querySelectorAll("[data-rows] tr[data-row], [data-rows] tr[data-away]")) {
    const fit = fits(row, wordsWanted);
    const key = row.dataset.row ?? row.dataset.away;
    if (fit) { row.dataset.row = key; delete row.dataset.away; shown += 1; } else { row.dataset.away = key; delete row.dataset.row; row.classList.remove("is-current"); }
    row.hidden = !fit;
  }
  const none = document.querySelector("[data-none]");
  if (none) none.hidden = shown > 0;
}
document.addEventListener("input", (event) => { if (event.target.matches("[data-instant]")) narrow(event.target); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("[data-instant]");
  if (field && event.key === "Enter") {
    event.preventDefault();
    document.querySelector("[data-rows] tr[data-row] [data-copies]")?.requestSubmit();
    return;
  }
  if (event.target.closest("input, textarea, select, button, [contenteditable]")) return;
  if (event.key !== "c" && event.key !== "Enter") return;
  const form = document.querySelector("[data-row].is-current [data-copies]");
  if (form) { event.preventDefault(); event.stopPropagation(); form.requestSubmit(); }
}, true);
