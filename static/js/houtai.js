// What every page shares: ticking countdowns, list keys (j k o e), the help (?), the search key (/), kept drafts.
"use strict";

const zh = document.documentElement.lang === "zh-CN";

function words(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const d = Math.floor(minutes / 1440), h = Math.floor((minutes % 1440) / 60), m = minutes % 60;
  if (zh) return d ? `${d} 天 ${h} 小时` : h ? `${h} 小时 ${m} 分` : `${m} 分`;
  return d ? `${d} d ${h} h` : h ? `${h} h ${m} min` : `${m} min`;
}

function tick() {
  for (const chip of document.querySelectorAll("[data-due]")) {
    const left = Math.floor((new Date(chip.dateTime) - Date.now() - skew) / 1000);
    const kind = left < 0 ? "late" : left < 4 * 3600 ? "soon" : "fine";
    chip.className = `chip chip-${kind}`;
    const text = zh ? (left < 0 ? `超时 ${words(left)}` : `剩 ${words(left)}`) : left < 0 ? `late ${words(left)}` : `${words(left)} left`;
    if (chip.textContent !== text) chip.textContent = text;
  }
}
// The server's clock may differ from this machine's: a page says when it was drawn.
const drawn = document.querySelector("[data-drawn-at]");
const skew = drawn ? new Date(drawn.dataset.drawnAt) - Date.now() : 0;
setInterval(tick, 15000);

function rows() { return [...document.querySelectorAll("[data-rows] [data-row]")]; }
function current() { return document.querySelector("[data-row].is-current"); }
function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  all.forEach((row) => row.classList.remove("is-current"));
  next.classList.add("is-current");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = {
    j: () => move(1),
    k: () => move(-1),
    o: () => current()?.querySelector("a[data-open]")?.click(),
    e: () => (current()?.querySelector("[data-edit]") ?? document.querySelector("[data-edit]:not([data-row] *)"))?.click(),
    n: () => document.querySelector("[data-next]")?.click(),
    "?": () => document.getElementById("keys")?.showModal(),
    "/": () => document.querySelector("[data-search]")?.focus(),
  }[event.key];
  if (act) { event.preventDefault(); act(); }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialog)?.showModal(); }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard?.writeText(copier.dataset.copy);
});
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-all]");  // one box ticks all of its name
  if (all) for (const box of all.form.elements) if (box.name === all.dataset.all) box.checked = all.checked;
  if (event.target.closest("[data-autosubmit]")) event.target.form.requestSubmit();
});

// Drafts: a text area with data-draft="key" is kept in this browser until its form is accepted, also in forms that are
// fetched later. A form that htmx sends is accepted when the answer says so.
const draftKey = (area) => `draft:${area.dataset.draft}`;
const drafts = (root) => root?.querySelectorAll?.("textarea[data-draft]") ?? [];
const forget = (form) => { for (const area of drafts(form)) sessionStorage.removeItem(draftKey(area)); };
function bringBack(root) {
  for (const area of drafts(root)) if (!area.value) area.value = sessionStorage.getItem(draftKey(area)) ?? "";
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-draft]")) sessionStorage.setItem(draftKey(event.target), event.target.value);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[hx-post]")) forget(event.target);
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.elt.matches("form") && event.detail.xhr.status < 400) forget(event.detail.elt);
});
document.addEventListener("htmx:afterSettle", (event) => bringBack(event.detail.elt));
bringBack(document);

// A live list swaps itself: keep the row that was current.
let kept = null;
document.addEventListener("htmx:beforeSwap", () => { kept = current()?.dataset.row; });
document.addEventListener("htmx:afterSettle", () => {
  tick();
  if (kept) document.querySelector(`[data-row="${CSS.escape(kept)}"]`)?.classList.add("is-current");
});
// A refused form (409, 422) is shown in place, with what was typed.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
tick();
