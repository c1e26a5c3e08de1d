// Charts (data_visualization blocks): a drawing with its legend, and the same figures as a table for whoever wants them.

import { h } from "./dom.js";

const SHADES = 6; // as many as there may be series; their colours are in charts.css
const WIDTH = 480;
const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;

/** One data_visualization block. */
export function chart({ title, chart: given }) {
  const parts = given.type === "pie" ? pieParts(given) : plotParts(given);
  const drawn = given.type === "pie" ? pie(given.segments) : plot(given);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title),
    h(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${given.type} chart`, class: given.type },
      drawn,
    ),
    h("ul", { class: "legend" }, parts.legend.map(legendEntry)),
    h("details", { class: "figures" }, h("summary", {}, "Figures"), figures(title, parts.head, parts.rows)),
  );
}

const legendEntry = (name, index) =>
  h("li", {}, h("span", { class: `swatch series-${index % SHADES}`, "aria-hidden": "true" }), name);

const shown = (value) => new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 }).format(value);

function figures(title, head, rows) {
  return h(
    "table",
    {},
    h("caption", { class: "visually-hidden" }, title),
    h("thead", {}, h("tr", {}, head.map((each) => h("th", { scope: "col" }, each)))),
    h(
      "tbody",
      {},
      rows.map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first), rest.map((each) => h("td", { class: "number" }, each))),
      ),
    ),
  );
}

function pieParts({ segments }) {
  const sum = total(segments);
  const share = (value) => `${Math.round((value / sum) * 100)} %`;
  return {
    legend: segments.map(({ label, value }) => `${label} (${share(value)})`),
    head: ["Segment", "Value", "Share"],
    rows: segments.map(({ label, value }) => [label, shown(value), share(value)]),
  };
}

function plotParts({ series, axis_config: axis }) {
  return {
    legend: series.map(({ name }) => name),
    head: [axis.x_label ?? "", ...series.map(({ name }) => name)],
    rows: axis.categories.map((category) => [category, ...series.map((each) => shown(valueAt(each, category)))]),
  };
}

const total = (segments) => segments.reduce((sum, { value }) => sum + value, 0);

const valueAt = (series, category) => series.data.find(({ label }) => label === category).value;

function pie(segments) {
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8];
  if (segments.length === 1) return h("circle", { cx: x, cy: y, r: radius, class: "series-0" });
  const sum = total(segments);
  let turned = 0;
  const edge = () => `${x + radius * Math.sin(turned * 2 * Math.PI)} ${y - radius * Math.cos(turned * 2 * Math.PI)}`;
  return segments.map(({ value }, index) => {
    const from = edge();
    turned += value / sum;
    const large = value / sum > 0.5 ? 1 : 0;
    return h("path", { class: `series-${index % SHADES}`, d: `M${x} ${y}L${from}A${radius} ${radius} 0 ${large} 1 ${edge()}Z` });
  });
}

function plot(given) {
  const values = given.series.flatMap(({ data }) => data.map(({ value }) => value));
  const scale = scaleOf(Math.min(0, ...values), Math.max(0, ...values));
  const categories = given.axis_config.categories;
  const step = (WIDTH - LEFT - RIGHT) / categories.length;
  const middle = (index) => LEFT + step * (index + 0.5);
  const grid = scale.ticks.map((tick) => [
    h("path", { class: tick === 0 ? "axis" : "grid", d: `M${LEFT} ${scale.y(tick)}H${WIDTH - RIGHT}` }),
    h("text", { x: LEFT - 6, y: scale.y(tick) + 4, class: "tick-y" }, shown(tick)),
  ]);
  return [grid, labels(categories, step, middle), titles(given.axis_config), marks(given, scale, step, middle)];
}

/** Round figures from low to high, and where they stand. */
function scaleOf(low, high) {
  const span = high - low || 1;
  const rough = span / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= rough);
  const [first, last] = [Math.floor(low / step), Math.ceil((low + span) / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const y = (value) => TOP + ((last * step - value) / ((last - first) * step)) * (HEIGHT - TOP - BOTTOM);
  return { ticks, y };
}

const LETTER = 7; // px, about

function labels(categories, step, middle) {
  const widest = Math.max(...categories.map((each) => each.length)) * LETTER;
  const every = Math.max(1, Math.ceil((widest + 6) / step));
  const said = categories.map((category, index) => ({ category, index })).filter(({ index }) => index % every === 0);
  return said.map(({ category, index }) => h("text", { x: middle(index), y: HEIGHT - BOTTOM + 15, class: "tick-x" }, category));
}

function titles({ x_label: x, y_label: y }) {
  return [
    x && h("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 3, class: "axis-title" }, x),
    y && h("text", { x: -(TOP + HEIGHT - BOTTOM) / 2, y: 10, class: "axis-title", transform: "rotate(-90)" }, y),
  ];
}

function marks({ type, series, axis_config: { categories } }, scale, step, middle) {
  const zero = scale.y(0);
  const width = (step * 0.7) / series.length;
  return series.map((each, number) => {
    const shade = `series-${number % SHADES}`;
    const heights = categories.map((category) => scale.y(valueAt(each, category)));
    if (type === "bar") {
      const bar = (y, index) => {
        const x = middle(index) - step * 0.35 + width * number;
        return `M${x} ${zero}V${y}h${Math.max(width - 1, 1)}V${zero}z`;
      };
      return h("path", { class: shade, d: heights.map(bar).join("") });
    }
    const line = heights.map((y, index) => `${index ? "L" : "M"}${middle(index)} ${y}`).join("");
    const filled = `${line}L${middle(categories.length - 1)} ${zero}L${middle(0)} ${zero}Z`;
    const dots = heights.map((y, index) => h("circle", { cx: middle(index), cy: y, r: 3, class: shade }));
    return [
      type === "area" && h("path", { class: `${shade} filled`, d: filled }),
      h("path", { class: `${shade} line`, d: line }),
      dots,
    ];
  });
}
