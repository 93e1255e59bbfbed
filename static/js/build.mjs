/** Builds one script a screen and the style sheets into static/dist, with content-hashed names and a manifest. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { slim } from "./slim.mjs";

const JS = dirname(fileURLToPath(import.meta.url));
const STATIC = dirname(JS);
const DIST = join(STATIC, "dist");

/** Every file directly in static/js is a screen; what screens share lives in folders below. */
const screens = readdirSync(JS).filter((name) => name.endsWith(".js"));
const sheets = ["app.css", "room.css", "plan.css", "desk.css", "consent.css", "board.css"].map((name) =>
  join(STATIC, "css", name),
);

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

const { outputFiles } = await build({
  entryPoints: [...screens.map((name) => join(JS, name)), ...sheets],
  outdir: DIST,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2018",
  charset: "utf8",
  legalComments: "none",
  write: false,
  logLevel: "warning",
  plugins: [dedent, slim],
});

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const manifest = {};
for (const { path, text } of outputFiles) {
  const small = path.endsWith(".js") ? await smaller(text) : text;
  const name = hashed(basename(path), small);
  manifest[basename(path)] = name;
  writeFileSync(join(DIST, name), small);
  console.log(`${name}  ${(gzipSync(small, { level: 9 }).length / 1000).toFixed(1)} KB gzipped`);
}
writeFileSync(join(DIST, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

/** A second look at the whole bundle takes off what the first leaves: some 4 % when gzipped. */
async function smaller(script) {
  const { code } = await minify(script, {
    ecma: 2018,
    compress: { passes: 3, pure_getters: true, unsafe_arrows: true },
  });
  return code;
}

function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const ending = extname(name);
  return `${name.slice(0, -ending.length)}-${hash}${ending}`;
}
