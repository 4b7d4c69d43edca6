// The protocol that every peer speaks with the benchmark runner: JSON lines, a question each way. A peer gives its cases as
// { name: { operations, run() → anything, digest() → string } }, made from the data that both sides work on.
import { createInterface } from "node:readline";

// Results are folded into this, so that no engine may drop the work that made them.
export let kept = 0;

function time({ operations, run }, milliseconds) {
  let calls = 0;
  const started = process.hrtime.bigint();
  const limit = BigInt(Math.round(milliseconds * 1e6));
  let elapsed;
  do {
    kept ^= run();
    calls++;
    elapsed = process.hrtime.bigint() - started;
  } while (elapsed < limit);
  return Number(elapsed) / (calls * operations);
}

export async function serve(makeCases) {
  let cases;
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const question = JSON.parse(line);
      if (question.data) {
        cases = await makeCases(question.data);
        answer = { runtime: `Node ${process.version}` };
      } else if (question.digest) {
        answer = { digest: cases[question.digest].digest() };
      } else {
        answer = { nanosecondsPerOperation: time(cases[question.time], question.milliseconds) };
      }
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
