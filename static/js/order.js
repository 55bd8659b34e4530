// One order's page: an opened action gets the cursor at its first field.
"use strict";

for (const action of document.querySelectorAll(".actions > details")) {
  action.addEventListener("toggle", () => {
    if (action.open) action.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  });
}

// The phrases of this order open in a drawer, by their button or by p.
const drawerOfPhrases = document.getElementById("phrases");
const opener = document.querySelector("[data-phrases]");
function openPhrases() {
  drawerOfPhrases.showModal();
  htmx.ajax("GET", opener.href, { target: "#phrases-body", swap: "innerHTML" }).then(() => document.getElementById("phrase-search")?.focus());
}
if (opener && drawerOfPhrases) {
  opener.addEventListener("click", (event) => { event.preventDefault(); openPhrases(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "p" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    openPhrases();
  });
}
