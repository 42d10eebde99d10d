// Reads grey pictures with zxing-wasm, for benchscan; see python.py for how they
// talk. The folder with node_modules is the argument.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const home = `${process.argv[2]}/node_modules/zxing-wasm/dist`;
const { prepareZXingModule, readBarcodes } = await import(pathToFileURL(`${home}/es/reader/index.js`));
await prepareZXingModule({ overrides: { wasmBinary: readFileSync(`${home}/reader/zxing_reader.wasm`) }, fireImmediately: true });

for await (const name of createInterface({ input: process.stdin })) {
  const file = readFileSync(name);
  const head = file.subarray(0, 64).toString("latin1").split("\n");
  const [width, height] = head[1].split(" ").map(Number);
  const pixels = file.subarray(head[0].length + head[1].length + head[2].length + 3);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    data.fill(pixels[i], 4 * i, 4 * i + 3);
    data[4 * i + 3] = 255;
  }
  const before = process.cpuUsage();
  const found = await readBarcodes({ data, width, height }, { formats: ["QRCode"], textMode: "Plain" });
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({ ms: (used.user + used.system) / 1000, texts: found.filter((c) => c.isValid).map((c) => c.text) }));
}
