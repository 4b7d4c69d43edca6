// Powers of tau as snarkjs writes them: `node powers.mjs FILE POWER [KIND] [CURVE]`. One contribution from a fixed word: safe for nothing.
// KIND is plain, prepared (for circuits), or a step on the way: new (nobody has contributed), challenge, response.
import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { curves, powersOfTau } from "snarkjs";

const WORD = "a benchmark's powers";

// Each step is made of the one before.
const steps = {
  new: (curve, power, from, to, logger) => powersOfTau.newAccumulator(curve, power, to, logger),
  plain: (curve, power, from, to, logger) => powersOfTau.contribute(from, to, "benchmark", WORD, logger),
  prepared: (curve, power, from, to, logger) => powersOfTau.preparePhase2(from, to, logger),
  challenge: (curve, power, from, to, logger) => powersOfTau.exportChallenge(from, to, logger),
  response: (curve, power, from, to, logger) => powersOfTau.challengeContribute(curve, from, to, WORD, logger),
};
const ways = {
  new: ["new"],
  plain: ["new", "plain"],
  prepared: ["new", "plain", "prepared"],
  challenge: ["new", "challenge"],
  response: ["new", "challenge", "response"],
};

export async function makePowers(file, power, kind, curveName = "bn128", logger = undefined) {
  const curve = await curves.getCurveFromName(curveName);
  let last;
  for (const step of ways[kind]) {
    const next = `${file}.${step}`;
    await steps[step](curve, power, last, next, logger);
    if (last) rmSync(last);
    last = next;
  }
  // What was cut off never stands in the file's place.
  renameSync(last, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, power, kind = "plain", curve] = process.argv.slice(2);
  const log = (text) => console.error(text);
  await makePowers(file, Number(power), kind, curve, { log, debug: log, info: log, warn: log, error: log });
  // Its worker threads would keep the process alive.
  process.exit(0);
}
