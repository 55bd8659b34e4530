// The patrol: a key puts the cursor into the remark.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-focus]");
  if (button) document.getElementById(button.dataset.focus)?.focus();
});
