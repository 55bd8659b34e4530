// Evidence: files dropped on the panel or pasted anywhere on the page are sent at once.
"use strict";

function dropForm() { return document.querySelector("#evidence form.drop"); }

function send(files) {
  const form = dropForm();
  const input = form?.querySelector("input[type=file]");
  if (!input || !files.length) return;
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(file);
  input.files = carried.files;
  form.requestSubmit();
}

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !dropForm()) return;  // text is pasted as ever
  event.preventDefault();
  const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
  send(files.map((file, at) => new File([file], file.name && file.name !== "image.png" ? file.name : `${stamp}-${at + 1}.png`, { type: file.type })));
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const panel = event.target.closest?.("#evidence");
    if (!panel || !event.dataTransfer?.types.includes("Files") || !dropForm()) return;
    event.preventDefault();
    dropForm().classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") send([...event.dataTransfer.files]);
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest?.("form.drop")?.querySelector("[data-progress]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (event.detail.loaded / event.detail.total) * 100;
});

// What is next may be another thing once the evidence is there. What somebody types or opens meanwhile wins.
document.addEventListener("htmx:afterSwap", (event) => {
  const doing = document.getElementById("doing");
  if (event.detail.target.id !== "evidence" || !doing?.querySelector("form") || isBegun(doing)) return;
  const asked = doing.dataset.do ? `?do=${encodeURIComponent(doing.dataset.do)}` : "";
  htmx.ajax("GET", window.location.pathname + asked, { source: doing, target: doing, swap: "outerHTML" });
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (target.id === "doing" && requestConfig.elt === target && isBegun(target)) event.detail.shouldSwap = false;
});

function isBegun(doing) {
  const opening = doing.querySelector(".htmx-request");
  return opening !== null || [...(doing.querySelector("form")?.elements ?? [])].some((field) => isTyped(field));
}

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
}
