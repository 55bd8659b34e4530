// One order's page: an opened action gets the cursor at its first field.
"use strict";

for (const action of document.querySelectorAll(".actions > details")) {
  action.addEventListener("toggle", () => {
    if (action.open) action.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
  });
}
