// Situations over any page: g opens them, the letter shows one (two keystrokes).
"use strict";

const drawer = document.getElementById("guides");

function showGuide(button) {
  for (const other of drawer.querySelectorAll("[data-guide]")) {
    const shown = other === button;
    other.setAttribute("aria-expanded", String(shown));
    const guide = document.getElementById(other.dataset.guide);
    guide.hidden = !shown;
    if (shown) { guide.focus({ preventScroll: true }); guide.scrollIntoView({ block: "nearest" }); }
  }
}

let wanted = "";  // a letter typed before the drawer's content had arrived
function openGuides() {
  wanted = "";
  drawer.showModal();
  if (!drawer.querySelector("#palette")) htmx.ajax("GET", drawer.dataset.source, { target: "#guides-body", swap: "innerHTML" });
}
function letter(key) {
  const button = drawer.querySelector(`[data-letter="${CSS.escape(key)}"]`);
  if (button) showGuide(button); else wanted = key;
}

if (drawer) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (drawer.open) { event.preventDefault(); event.stopPropagation(); letter(event.key.toLowerCase()); return; }
    if (event.key !== "g" || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    openGuides();
  }, true);
  drawer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-guide]");
    if (button) showGuide(button);
  });
  drawer.addEventListener("htmx:afterSettle", () => { if (wanted) letter(wanted); });
}
