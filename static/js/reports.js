// The charts of the report page: data stands in the page as JSON, colours come from the design tokens.
"use strict";

const ink = getComputedStyle(document.documentElement);
const colour = (name) => ink.getPropertyValue(`--${name}`).trim();
const figures = JSON.parse(document.getElementById("chart-data").textContent);
Chart.defaults.font.family = ink.getPropertyValue("--font");
Chart.defaults.font.size = 12;
Chart.defaults.color = colour("ink-soft");
Chart.defaults.animation = false;

function stacked(id, chart, sideways) {
  const canvas = document.getElementById(id);
  if (!canvas) return;
  new Chart(canvas, {
    type: "bar",
    data: {
      labels: chart.labels,
      datasets: chart.sets.map((set) => ({ label: set.label, data: set.data, backgroundColor: colour(`chart-${set.kind}`), maxBarThickness: 26 })),
    },
    options: {
      indexAxis: sideways ? "y" : "x",
      maintainAspectRatio: false,
      scales: {
        x: { stacked: true, grid: { display: sideways }, ticks: { precision: 0, maxRotation: 0 } },
        y: { stacked: true, grid: { display: !sideways }, ticks: { precision: 0 } },
      },
      plugins: { legend: { position: "bottom", labels: { boxWidth: 12, boxHeight: 12 } } },
    },
  });
}
stacked("chart-policies", figures.policies, true);
stacked("chart-trend", figures.trend, false);
