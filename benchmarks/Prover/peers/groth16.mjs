// Proves one inference of a model with snarkjs' Groth16, from a setup of its own: `node groth16.mjs MODEL.json FOLDER ROUNDS` prints one line of JSON.
// The folder takes circuit, keys and powers of tau; powers that a run before left there are taken. They are safe for nothing.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { groth16, wtns, zKey } from "snarkjs";

import { circuitOf, packInput, packOutput } from "./circuit.mjs";
import { makePowers } from "./powers.mjs";

const [modelFile, folder, rounds] = process.argv.slice(2);
const model = JSON.parse(readFileSync(modelFile, "utf8"));
const inFolder = (name) => join(folder, name);

async function timed(action) {
  const started = performance.now();
  const result = await action();
  return { ms: performance.now() - started, result };
}

function compile() {
  writeFileSync(inFolder("dense.circom"), circuitOf(model));
  const compiler = createRequire(import.meta.url).resolve("circom2/cli.js");
  const run = spawnSync(process.execPath, [compiler, "dense.circom", "--r1cs", "--wasm", "--O1", "-o", "."], { cwd: folder, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`circom: ${run.stdout}${run.stderr}`);
  return run.stdout;
}

const compiled = await timed(compile);
const count = (kind) => Number(new RegExp(`(?<!\\S)${kind}: (\\d+)`).exec(compiled.result)[1]);
const constraints = count("non-linear constraints") + count("linear constraints");
const power = Math.ceil(Math.log2(constraints + 1 + packInput(model.input).length + packOutput(model.output).length));
const powersFile = inFolder(`powers-${power}.ptau`);
const powers = existsSync(powersFile) ? undefined : await timed(() => makePowers(powersFile, power, "prepared"));
const setup = await timed(async () => {
  await zKey.newZKey(inFolder("dense.r1cs"), powersFile, inFolder("dense_0.zkey"));
  await zKey.contribute(inFolder("dense_0.zkey"), inFolder("dense.zkey"), "benchmark", "a benchmark's setup");
  return zKey.exportVerificationKey(inFolder("dense.zkey"));
});

const times = { witness: [], prove: [], verify: [] };
const signals = { x: model.input, packedX: packInput(model.input).map(String) };
let last;
for (let round = 0; round < Number(rounds); round++) {
  times.witness.push((await timed(() => wtns.calculate(signals, inFolder("dense_js/dense.wasm"), inFolder("dense.wtns")))).ms);
  const proved = await timed(() => groth16.prove(inFolder("dense.zkey"), inFolder("dense.wtns")));
  times.prove.push(proved.ms);
  last = proved.result;
  const verified = await timed(() => groth16.verify(setup.result, last.publicSignals, last.proof));
  times.verify.push(verified.ms);
  if (!verified.result) throw new Error("snarkjs refused its own proof.");
}

const expected = [...packOutput(model.output), ...packInput(model.input)].map(String);
if (JSON.stringify(last.publicSignals) !== JSON.stringify(expected)) throw new Error("The circuit computes something else than the model.");
const answer = {
  runtime: `Node ${process.version}`,
  constraints,
  compileMs: compiled.ms,
  powersMs: powers?.ms ?? null,
  setupMs: setup.ms,
  keyBytes: statSync(inFolder("dense.zkey")).size,
  publicSignals: expected.length,
  ...times,
  peakMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(answer) + "\n");
// Its worker threads would keep the process alive.
process.exit(0);
