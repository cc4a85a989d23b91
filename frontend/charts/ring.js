import { shared, tooltip } from "./palette.js";

/* facts: {currency?, parts: [{name, value, age, href?}]}; age picks the colour, 0 to 4. */
export function ring(facts, colours) {
  return {
    ...shared(colours),
    tooltip: tooltip(colours, facts, { trigger: "item" }),
    series: [
      {
        name: facts.name ?? "", type: "pie", radius: ["58%", "84%"], label: { show: false }, padAngle: 2, itemStyle: { borderRadius: 4 },
        data: facts.parts.map((part) => ({ name: part.name, value: part.value, href: part.href, itemStyle: { color: colours.ages[part.age] } })),
      },
    ],
  };
}
