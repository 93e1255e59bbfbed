/** Builds one script a screen and the style sheets into static/dist, with content-hashed names and a manifest. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { slim } from "./slim.mjs";

const JS = dirname(fileURLToPath(import.meta.url));
const STATIC = dirname(JS);
const DIST = join(STATIC, "dist");

/** Every file directly in static/js is a screen; what screens share lives in folders below. */
const screens = readdirSync(JS).filter((name) => name.endsWith(".js"));

const sheets = ["app.css", "room.css"].map((name) => join(STATIC, "css", name));

/** Indentation means nothing in our scripts or in our HTML templates, and costs bytes in the latter. */
const dedent = {
  name: "dedent",
  setup(bundler) {
    bundler.onLoad({ filter: /static[\\/]js[\\/].*\.js$/ }, (args) => ({
      contents: readFileSync(args.path, "utf8").replace(/\n\s+/g, "\n").replace(/>\n</g, "><"),
      loader: "js",
    }));
  },
};

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const result = await build({
  entryPoints: [...screens.map((name) => join(JS, name)), ...sheets],
  outdir: DIST,
  outbase: STATIC,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2018",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  plugins: [dedent, slim],
});

const manifest = {};
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  if (!output.entryPoint) continue;
  const built = basename(path);
  manifest[basename(output.entryPoint)] = built;
  const gzipped_bytes = gzipSync(readFileSync(join(DIST, built)), { level: 9 }).length;
  console.log(`${built}  ${(gzipped_bytes / 1024).toFixed(1)} KB gzipped`);
}
writeFileSync(join(DIST, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
