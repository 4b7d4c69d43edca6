// Powers of tau as snarkjs writes them: `node powers.mjs FILE POWER [prepared]`. One contribution from a fixed word: safe for nothing.
import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { curves, powersOfTau } from "snarkjs";

export async function makePowers(file, power, isPrepared, logger) {
  const curve = await curves.getCurveFromName("bn128");
  const first = `${file}.first`;
  const second = `${file}.second`;
  const third = `${file}.third`;
  await powersOfTau.newAccumulator(curve, power, first, logger);
  await powersOfTau.contribute(first, second, "benchmark", "a benchmark's powers", logger);
  if (isPrepared) await powersOfTau.preparePhase2(second, third, logger);
  // What was cut off never stands in the file's place.
  renameSync(isPrepared ? third : second, file);
  for (const name of [first, second]) rmSync(name, { force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, power, prepared] = process.argv.slice(2);
  const log = (text) => console.error(text);
  await makePowers(file, Number(power), prepared === "prepared", { debug: log, info: log, warn: log, error: log });
  // Its worker threads would keep the process alive.
  process.exit(0);
}
