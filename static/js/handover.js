// One handover: space accepts the current item and goes on to the next one left, r gives it back, Print prints.
"use strict";

{
  const typing = "input, textarea, select, button, summary";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
    if (event.key === " " && current()) {
      event.preventDefault();
      current().querySelector("[data-accept]")?.click();
    }
    const opener = event.key === "r" ? current()?.querySelector("[data-give-back]") : null;
    if (opener) {
      event.preventDefault();
      opener.parentElement.open = true;
      opener.parentElement.querySelector("input[name=note]").focus();
    }
  });

  // After an answer the cursor stands on the next item that is neither accepted nor given back.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id !== "handover-items") return;
    const all = rows(), here = current();
    if (!here || document.querySelector("#handover-items [role=alert]")) return;
    const next = all.slice(all.indexOf(here)).find((row) => row.querySelector("[data-give-back]")) ?? here;
    here.classList.remove("is-current");
    next.classList.add("is-current");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a")?.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
}
