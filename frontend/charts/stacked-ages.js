import { categories, legend, shared, tooltip, values } from "./palette.js";

/* facts: {labels, currency, series: [{name, values}] from not due to oldest, links?} */
export function stackedAges(facts, colours) {
  return {
    ...shared(colours, facts.series.length),
    legend: legend(colours),
    tooltip: tooltip(colours, facts),
    xAxis: categories(colours, facts.labels),
    yAxis: values(colours, facts),
    series: facts.series.map((one, age) => ({
      name: one.name, type: "bar", stack: "ages", data: one.values, barWidth: "58%", barMaxWidth: 36,
      cursor: facts.links ? "pointer" : "default",
      itemStyle: { color: colours.ages[age], borderColor: colours.surface, borderWidth: 1, borderRadius: age === 4 ? [3, 3, 0, 0] : 0 },
      emphasis: { focus: "series" }, blur: { itemStyle: { opacity: 0.35 } },
    })),
  };
}
