import { categories, legend, shared, tooltip, values } from "./palette.js";

const HIDDEN = "\u0000";

/* facts: {labels, currency, past: {name, values}, expected: {name, values}, band: {name, low, high}};
 * all lists as long as labels, null where a series has nothing to say. */
export function forecast(facts, colours) {
  const line = { type: "line", symbol: "none", lineStyle: { opacity: 0 }, silent: true };
  const height = facts.band.high.map((high, at) => (high === null ? null : high - facts.band.low[at]));
  return {
    ...shared(colours, 2),
    legend: legend(colours, { data: [facts.past.name, facts.expected.name] }),
    tooltip: tooltip(colours, facts),
    xAxis: categories(colours, facts.labels),
    yAxis: values(colours, facts),
    series: [
      { name: facts.past.name, type: "bar", data: facts.past.values, barWidth: "50%", barMaxWidth: 30, itemStyle: { color: colours.brand, borderRadius: [3, 3, 0, 0] } },
      { ...line, name: `${HIDDEN}low`, stack: "band", data: facts.band.low },
      { ...line, name: `${HIDDEN}band`, stack: "band", data: height, areaStyle: { color: colours.brand, opacity: 0.15 } },
      { name: facts.expected.name, type: "line", data: facts.expected.values, symbolSize: 5, symbol: "circle", lineStyle: { color: colours.accent, width: 2, type: "dashed" }, itemStyle: { color: colours.accent } },
    ],
  };
}
