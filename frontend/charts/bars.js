import { categories, legend, shared, tooltip, values } from "./palette.js";

/* facts: {labels, currency?, series: [{name, values}], average?: {name, value}, links?} */
export function bars(facts, colours) {
  const many = facts.series.length > 1;
  return {
    ...shared(colours, many ? facts.series.length : 0),
    ...(many ? { legend: legend(colours) } : {}),
    tooltip: tooltip(colours, facts),
    xAxis: categories(colours, facts.labels),
    yAxis: values(colours, facts),
    series: facts.series.map((one, at) => ({
      name: one.name, type: "bar", data: one.values, barWidth: many ? undefined : "52%", barMaxWidth: 32, barGap: "15%",
      cursor: facts.links ? "pointer" : "default",
      itemStyle: { color: at ? colours.accent : colours.brand, borderRadius: [3, 3, 0, 0] },
      markLine: at === 0 && facts.average ? average(facts, colours) : undefined,
    })),
  };
}

function average(facts, colours) {
  return {
    silent: true, symbol: "none", lineStyle: { color: colours.ink3, type: "dashed", width: 1 },
    label: { formatter: facts.average.name, color: colours.ink3, fontSize: colours.small, position: "insideEndTop" },
    data: [{ yAxis: facts.average.value }],
  };
}
