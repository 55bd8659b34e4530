// Records: plain buttons beside an automatic save, printing.
"use strict";

// The form saves itself as one types (htmx); its own buttons send it as a page, so that handing in shows what came of it.
const daily = document.querySelector("[data-daily]");
daily?.addEventListener("htmx:confirm", (event) => {
  if (event.detail.triggeringEvent?.type === "submit") event.preventDefault();
});
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
