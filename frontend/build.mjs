/* Builds everything the browser needs into src/encaisse/web/static/dist.
 *
 *   node build.mjs            once, minified
 *   node build.mjs --watch    again on every change, with source maps
 *
 * Nothing built here is committed: the Python package's build hook runs this file.
 */
import { context, build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/encaisse/web/static/dist");
const watching = process.argv.includes("--watch");

const options = {
  absWorkingDir: here,
  entryPoints: [
    { in: "js/app.js", out: "app" },
    { in: "charts/charts.js", out: "charts" },
    { in: "css/app.css", out: "app" },
  ],
  outdir: out,
  bundle: true,
  minify: !watching,
  sourcemap: watching,
  format: "iife",
  target: ["chrome123", "firefox128", "safari17.5"],
  loader: { ".woff2": "file", ".svg": "file" },
  assetNames: "[ext]/[name]",
  legalComments: "linked",
  logLevel: "info",
};

/* Letters are set with static TrueType files: the typesetter reads neither woff2 nor variable fonts. */
const LETTER_FONTS = {
  "400Regular": "Regular",
  "400Regular_Italic": "Italic",
  "500Medium": "Medium",
  "600SemiBold": "SemiBold",
  "700Bold": "Bold",
};

async function letterFonts() {
  const from = join(here, "node_modules/@expo-google-fonts/inter");
  await mkdir(join(out, "fonts"), { recursive: true });
  for (const [folder, style] of Object.entries(LETTER_FONTS)) {
    await copyFile(join(from, folder, `Inter_${folder}.ttf`), join(out, "fonts", `Inter-${style}.ttf`));
  }
  await copyFile(join(from, "LICENSE_FONT"), join(out, "fonts", "OFL.txt"));
}

/* One sprite with only the icons that pages use: icons/names.json says which, under which name. */
async function iconSprite() {
  const names = JSON.parse(await readFile(join(here, "icons/names.json"), "utf8"));
  const symbols = [];
  for (const [ours, theirs] of Object.entries(names)) {
    const source = await readFile(join(here, `node_modules/heroicons/24/outline/${theirs}.svg`), "utf8");
    const inner = source.replace(/<svg[^>]*>|<\/svg>/g, "").replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${ours}" viewBox="0 0 24 24">${inner}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  await writeFile(join(out, "icons.svg"), sprite);
  await copyFile(join(here, "icons/mark.svg"), join(out, "mark.svg"));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
if (watching) {
  await (await context(options)).watch();
} else {
  await build(options);
}
await letterFonts();
await iconSprite();
