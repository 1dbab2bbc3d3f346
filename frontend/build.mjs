// Builds static/vendor from the pinned packages. The result is committed: nobody who only runs or tests the product needs Node.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { compile } from "sass";

const vendor = new URL("../static/vendor/", import.meta.url);
const modules = new URL("./node_modules/", import.meta.url);

async function version(name) {
  return JSON.parse(await readFile(new URL(`${name}/package.json`, modules), "utf8")).version;
}

// Manifest storage follows "sourceMappingURL" and fails on maps that are not there.
const withoutMap = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\n?/g, "\n");

await mkdir(vendor, { recursive: true });

const css = compile(new URL("./src/govuk.scss", import.meta.url).pathname, { style: "compressed", quietDeps: true, charset: false }).css;
await writeFile(new URL("govuk.css", vendor), css + "\n");

const govuk = await readFile(new URL("govuk-frontend/dist/govuk/govuk-frontend.min.js", modules), "utf8");
await writeFile(new URL("govuk-frontend.js", vendor), withoutMap(govuk));

const htmx = await readFile(new URL("htmx.org/dist/htmx.min.js", modules), "utf8");
await writeFile(new URL("htmx.js", vendor), withoutMap(htmx));

// Classic scripts, because the service worker takes them in too.
const idb = await readFile(new URL("idb/build/umd.js", modules), "utf8");
await writeFile(new URL("idb.js", vendor), withoutMap(idb));

const signature = await readFile(new URL("signature_pad/dist/signature_pad.umd.min.js", modules), "utf8");
await writeFile(new URL("signature_pad.js", vendor), withoutMap(signature));

const packages = { "govuk-frontend": "MIT", "htmx.org": "0BSD", idb: "ISC", signature_pad: "MIT" };
const lines = [];
for (const [name, licence] of Object.entries(packages)) lines.push(`${name} ${await version(name)} (${licence})`);
await writeFile(new URL("VERSIONS.txt", vendor), lines.join("\n") + "\n");
await copyFile(new URL("./src/LICENSES.txt", import.meta.url), new URL("LICENSES.txt", vendor));
console.log(lines.join("\n"));
