// The windows of a shift: one more row at a time. Without this script the form shows one empty row.
"use strict";

const box = document.querySelector("[data-windows]");
const more = box?.querySelector("[data-more]");
if (more) {
  const total = box.querySelector("[name$=TOTAL_FORMS]"), most = Number(box.querySelector("[name$=MAX_NUM_FORMS]").value);
  const fits = () => { more.hidden = Number(total.value) >= most; };
  more.addEventListener("click", () => {
    const rows = box.querySelectorAll("[data-window]"), copy = rows[rows.length - 1].cloneNode(true);
    const number = total.value;
    for (const part of copy.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(/-\d+-/, `-${number}-`));
      }
      if (part.matches("input")) part.value = "";
    }
    for (const errors of copy.querySelectorAll(".errorlist")) errors.remove();
    rows[rows.length - 1].after(copy);
    total.value = Number(number) + 1;
    copy.querySelector("input")?.focus();
    fits();
  });
  fits();
}
