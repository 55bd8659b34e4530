// Records: minutes are printed by a button.
"use strict";

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
