/* The colours of the page as the canvas understands them, and what all charts share. */

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/* A custom property may hold light-dark(oklch(…)): only a real pixel tells its colour. */
function colour(element, name) {
  const swatch = document.createElement("span");
  swatch.hidden = true;
  element.append(swatch);
  swatch.style.color = `var(${name})`;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = getComputedStyle(swatch).color;
  probe.fillRect(0, 0, 1, 1);
  swatch.remove();
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

export function palette(element) {
  const of = (name) => colour(element, name);
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    font: getComputedStyle(element).fontFamily,
    small: Math.round(root * 0.86),
    ink: of("--ink"), ink2: of("--ink-2"), ink3: of("--ink-3"),
    line: of("--line"), grid: of("--line-soft"), surface: of("--surface"),
    brand: of("--brand"), accent: of("--accent"),
    ages: [0, 1, 2, 3, 4].map((age) => of(`--age-${age}`)),
    width: element.clientWidth,
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

const language = document.documentElement.lang || "fr";

/* Amounts come in major units; facts.currency is absent for counts. */
export function amount(facts, value, compact = false) {
  if (value === null || value === undefined) return "–";
  const format = facts.currency
    ? { style: "currency", currency: facts.currency, maximumFractionDigits: compact ? 1 : 0 }
    : { maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, compact ? { ...format, notation: "compact", minimumFractionDigits: 0 } : format).format(value);
}

/* `keys` names stand in the legend above the drawing; on a narrow screen they take two lines. */
export function shared(colours, keys = 0) {
  return {
    animation: !colours.still,
    animationDuration: 320,
    textStyle: { fontFamily: colours.font, color: colours.ink2 },
    grid: { left: 4, right: 10, top: keys && colours.width < keys * 92 ? 58 : keys ? 36 : 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    aria: { enabled: true },
  };
}

export function legend(colours, extra = {}) {
  return { top: 0, left: 4, itemWidth: 10, itemHeight: 10, itemGap: 14, icon: "roundRect", textStyle: { color: colours.ink2, fontSize: colours.small }, inactiveColor: colours.line, ...extra };
}

export function categories(colours, labels) {
  return {
    type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.ink3, fontSize: colours.small, hideOverlap: true },
  };
}

export function values(colours, facts) {
  return {
    type: "value", splitNumber: 5, splitLine: { lineStyle: { color: colours.grid } },
    axisLabel: { color: colours.ink3, fontSize: colours.small, formatter: (value) => amount(facts, value, true) },
  };
}

/* The tooltip is built of elements, never of markup: no inline style, nothing to escape. */
export function tooltip(colours, facts, extra = {}) {
  return {
    trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { opacity: 0.06 } }, confine: true, transitionDuration: 0,
    backgroundColor: colours.surface, borderColor: colours.line, padding: [6, 10], textStyle: { color: colours.ink },
    formatter: (points) => tip(facts, [points].flat()),
    ...extra,
  };
}

function tip(facts, points) {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const title = document.createElement("b");
  title.textContent = points[0]?.axisValueLabel ?? points[0]?.name ?? "";
  box.append(title);
  for (const point of points) {
    if (point.value === null || point.value === undefined || point.seriesName.startsWith("\u0000")) continue;
    const line = document.createElement("div");
    line.append(swatch(point.color), text(point.seriesName), text(amount(facts, point.value)));
    box.append(line);
  }
  return box;
}

function text(words) {
  const span = document.createElement("span");
  span.textContent = words;
  return span;
}

function swatch(fill) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 10 10");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  shape.setAttribute("width", "10");
  shape.setAttribute("height", "10");
  shape.setAttribute("rx", "3");
  shape.setAttribute("fill", typeof fill === "string" ? fill : "currentColor");
  svg.append(shape);
  return svg;
}
