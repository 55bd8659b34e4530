// The return desk: whatever has the focus, what the scanner sends is a scan; the same number twice, or an empty Enter, confirms.
"use strict";

const field = document.getElementById("scan");
const form = document.getElementById("scan-form");
const answer = document.getElementById("answer");
const LONGEST_COUNT = 4;  // digits: a longer «count» is a parcel's number

function home() { field?.focus(); field?.select(); }

// What comes next has the focus: the first count or verdict, else the scanner's field.
function next() {
  const first = answer.querySelector("[data-count], .count select");
  if (first) first.focus(); else home();
}

form?.addEventListener("submit", (event) => {
  const confirm = answer.querySelector("form[data-confirm]");
  const shown = answer.querySelector("[data-number]")?.dataset.number;
  const typed = field.value.trim().toUpperCase();
  if (!confirm || (typed && typed !== shown)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  field.value = "";
  confirm.requestSubmit();
}, true);

document.addEventListener("keydown", (event) => {
  const count = event.target.closest?.("[data-count]");
  if (event.key === "Enter" && count && count.value.length > LONGEST_COUNT) {
    event.preventDefault();
    field.value = count.value;
    count.value = "";
    form.requestSubmit();
  }
  if (event.key === "Escape" && field) setTimeout(home);
  // A scan that begins while nothing has the focus, as before the page has given it to the field, loses no digit.
  const scans = /^[0-9A-Z]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (scans && document.activeElement === document.body) field?.focus();
});

// A scanner does not wait: what came while the answer was on its way stays, and only what was asked about goes.
let asked = "";
document.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) asked = field.value; });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== answer) return;
  if (field?.value.startsWith(asked)) field.value = field.value.slice(asked.length);
  asked = "";
  if (!field?.value) next();
});
if (answer?.querySelector("[data-count], .count select")) next();
