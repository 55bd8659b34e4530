// The rota by keyboard and mouse: arrows move, a shift's letter sets it, Del, l, u, c; dragging moves a shift.
"use strict";

let at = null;              // [person, day] of the cell one stands on
const undoable = [];        // what puts each earlier cell back, the latest last
let busy = false;

const board = () => document.getElementById("rota-board");
const grid = () => board()?.querySelector(".rota-grid");
const cells = () => [...(grid()?.querySelectorAll(".cell") ?? [])];
const find = (person, day) => grid()?.querySelector(`.cell[data-person="${person}"][data-day="${day}"]`);

function stand(cell, focus = true) {
  if (!cell) return;
  for (const other of cells()) other.tabIndex = -1;
  cell.tabIndex = 0;
  at = [cell.dataset.person, cell.dataset.day];
  if (focus) { cell.focus({ preventScroll: true }); cell.scrollIntoView({ block: "nearest", inline: "nearest" }); }
}

function settle(focus) {
  const cell = (at && find(...at)) || cells()[0];
  stand(cell, focus);
  const version = document.querySelector("#by-hand [name=version]");
  if (version && board()) version.value = board().dataset.version;
}

function state(cell) {
  const { shift, skill } = cell.dataset;
  return { shift: shift ?? "", skill: skill ?? "", locked: "locked" in cell.dataset };
}

async function send(values, { remember = true } = {}) {
  const url = board()?.dataset.editUrl;
  if (!url || busy) return;
  busy = true;
  const touched = [[values.person, values.day], values.to_person ? [values.to_person, values.to_day] : null]
    .filter(Boolean).map(([person, day]) => ({ person, day, was: state(find(person, day)) }));
  const before = board().dataset.version;
  try {
    await htmx.ajax("POST", url, { target: "#rota-board", swap: "outerHTML", values: { ...values, version: before } });
  } finally { busy = false; }
  if (remember && board()?.dataset.version !== before && !board()?.querySelector("[role=alert]")) undoable.push(touched);
  settle(true);
}

// Puts cells back as they were: first empties what stands there, then sets what stood there.
async function undo() {
  const last = undoable.pop();
  if (!last) return;
  for (const { person, day, was } of last) {
    const now = state(find(person, day));
    if (now.locked) await send({ do: "unlock", person, day }, { remember: false });
    if (!was.shift && now.shift) await send({ do: "remove", person, day }, { remember: false });
    if (was.shift && (was.shift !== now.shift || was.skill !== now.skill)) {
      await send({ do: "set", person, day, shift: was.shift, skill: was.skill }, { remember: false });
    }
    if (was.locked) await send({ do: "lock", person, day }, { remember: false });
  }
}

function walk(cell, key) {
  const row = cell.closest("tr"), column = cell.closest("td").cellIndex;
  const line = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[key] ?? row;
  const place = column + ({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0);
  const first = 1, last = line.querySelectorAll(".cell").length;
  const wanted = key === "Home" ? first : key === "End" ? last : Math.min(last, Math.max(first, place));
  stand(line.cells[wanted]?.querySelector(".cell"));
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".rota-grid .cell");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const { person, day } = cell.dataset;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const brush = [...document.querySelectorAll("[data-brush]")].find((one) => one.dataset.brush === key);
  const act = key.startsWith("Arrow") || key === "Home" || key === "End" ? () => walk(cell, key)
    : brush ? () => send({ do: "set", person, day, shift: brush.dataset.shift })
    : key === "Delete" || key === "Backspace" ? () => cell.dataset.shift && send({ do: "remove", person, day })
    : key === "l" ? () => cell.dataset.shift && send({ do: "locked" in cell.dataset ? "unlock" : "lock", person, day })
    : key === "c" ? () => cell.dataset.shift && send({ do: "skill", person, day })
    : key === "u" ? () => undo() : null;
  if (act) { event.preventDefault(); event.stopImmediatePropagation(); act(); }
}, true);

document.addEventListener("focusin", (event) => {
  const cell = event.target.closest?.(".rota-grid .cell");
  if (cell && (!at || at[0] !== cell.dataset.person || at[1] !== cell.dataset.day)) stand(cell, false);
});
document.addEventListener("click", (event) => {
  const cell = event.target.closest(".rota-grid .cell");
  if (cell) stand(cell);
  const link = event.target.closest("[data-cell]");
  const found = link && document.getElementById(link.dataset.cell);
  if (found) {
    event.preventDefault();
    for (const other of document.querySelectorAll(".is-found")) other.classList.remove("is-found");
    found.classList.add("is-found");
    found.scrollIntoView({ block: "nearest", inline: "center" });
    stand(found.querySelector(".cell"));
  }
});

let carried = null;
document.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.(".rota-grid .cell[draggable]");
  if (carried) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const cell = carried && event.target.closest?.(".rota-grid .cell");
  for (const other of document.querySelectorAll(".is-target")) other.classList.remove("is-target");
  if (cell && cell !== carried) { event.preventDefault(); cell.classList.add("is-target"); }
});
document.addEventListener("drop", (event) => {
  const cell = carried && event.target.closest?.(".rota-grid .cell");
  if (!cell || cell === carried) return;
  event.preventDefault();
  const from = carried.dataset, to = cell.dataset;
  at = [to.person, to.day];
  send({ do: "move", person: from.person, day: from.day, to_person: to.person, to_day: to.day });
});
document.addEventListener("dragend", () => {
  carried = null;
  for (const other of document.querySelectorAll(".is-target")) other.classList.remove("is-target");
});
document.addEventListener("htmx:afterSettle", () => settle(false));
settle(false);
