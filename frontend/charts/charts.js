/* <chart-figure kind="…">: draws the JSON of its <script type="application/json"> on a canvas.
 * The table beside it says the same in words; the canvas needs no inline style, so the CSP stays strict. */
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { bars } from "./bars.js";
import { forecast } from "./forecast.js";
import { ring } from "./ring.js";
import { stackedAges } from "./stacked-ages.js";
import { palette } from "./palette.js";

echarts.use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, MarkLineComponent, CanvasRenderer]);

const kinds = { "stacked-ages": stackedAges, bars, forecast, ring };

class ChartFigure extends HTMLElement {
  connectedCallback() {
    const source = this.querySelector("script[type='application/json']");
    this.canvas = this.querySelector(".canvas");
    if (!source || !this.canvas) return;
    this.facts = JSON.parse(source.textContent);
    this.chart = echarts.init(this.canvas, null, { renderer: "canvas" });
    this.draw = this.draw.bind(this);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.draw);
    this.watcher = new ResizeObserver(() => this.chart.resize());
    this.watcher.observe(this.canvas);
    document.fonts.ready.then(this.draw);
  }

  draw() {
    const option = kinds[this.getAttribute("kind")](this.facts, palette(this));
    this.chart.setOption(option, { notMerge: true });
    this.chart.off("click");
    this.chart.on("click", ({ data, dataIndex }) => {
      const target = data?.href ?? this.facts.links?.[dataIndex];
      if (target) location.assign(target);
    });
    this.dataset.drawn = "";
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.scheme?.removeEventListener("change", this.draw);
    this.chart?.dispose();
  }
}

customElements.define("chart-figure", ChartFigure);
