#!/usr/bin/env node
// Are the contracts' tests any good? This flips conditions, swaps operators and deletes lines in contracts/src, one at a time, and says which of
// these mutants the tests let live. It works in a copy: the tree is not touched.
//
//     node eng/mutate.mjs                    a sample of 100, by a fixed seed
//     node eng/mutate.mjs --sample 0         all of them: many hours
//     node eng/mutate.mjs --only hub/ --seed 7 --jobs 2 --json survivors.json
//     node eng/mutate.mjs --patience 60      minutes that a mutant may take until it counts as running on and on: for a busy machine
//
// Exit code 0 where at least nine tenths were killed, 1 where fewer, 2 where it could not be found out.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, "contracts", "src");
const FORGE = join(ROOT, "node_modules", "@foundry-rs", "forge-linux-amd64", "bin", "forge");
const LEAST_KILLED = 0.9;
const KEPT_OUTPUT = 200_000;

/** Which tests have to notice a change: the first entry whose beginning fits. What fits none is held against all tests. */
const TESTS = [
  ["hub/", "{InferenceHub,HubExtension,Encodings}"],
  ["InferenceHub.sol", "{InferenceHub,HubExtension}"],
  ["HubExtension.sol", "{InferenceHub,HubExtension}"],
  ["ChallengeCourt.sol", "{ChallengeCourt,Agreement}"],
  ["court/", "{ChallengeCourt,Agreement}"],
  ["NodeRegistry.sol", "NodeRegistry"],
  ["nodes/NodeAccount.sol", "NodeRegistry"],
  ["nodes/Electorate.sol", "{NodeRegistry,SumTree}"],
  ["nodes/SumTree.sol", "{SumTree,NodeRegistry}"],
  ["nodes/LienRing.sol", "{LienRing,NodeRegistry}"],
  ["AttestedKeys.sol", "{AttestedKeys,KeyPolicy}"],
  ["KeyPolicy.sol", "{AttestedKeys,KeyPolicy}"],
  ["types/KeyRegistration.sol", "{KeyRegistration,AttestedKeys,AttestedVerifier}"],
  ["ModelRegistry.sol", "ModelRegistry"],
  ["VerifierRegistry.sol", "VerifierRegistry"],
  ["verifiers/", "{SignedEvidence,AttestedVerifier,SignerRecovery}"],
  ["types/Receipt.sol", "{Receipt,InferenceHub}"],
  ["proofs/", "ProofVerifier"],
  ["ProofVerifier.sol", "ProofVerifier"],
  ["sdk/examples/", "{ScoreGate,VolatilityFeeAmm}"],
  ["sdk/MockInferenceHub.sol", "{MockInferenceHub,InferenceConsumer}"],
  ["sdk/InferenceConsumer.sol", "{InferenceConsumer,ScoreGate,VolatilityFeeAmm}"],
  ["sdk/FeeToken.sol", "{InferenceConsumer,ScoreGate,VolatilityFeeAmm}"],
  ["sdk/", "{Tensors,Elements,Floats,Inference}"],
];

/** Each: what it is called, what it finds, what it puts there. Lookarounds keep `=` apart from `==`, `<` from `<<` and the like. */
const OPERATORS = [
  ["== to !=", /(?<![=!<>])==(?!=)/g, "!="],
  ["!= to ==", /!=(?!=)/g, "=="],
  ["<= to <", /(?<!<)<=/g, "<"],
  [">= to >", /(?<!>)>=/g, ">"],
  ["< to <=", / < /g, " <= "],
  ["> to >=", / > /g, " >= "],
  ["&& to ||", /&&/g, "||"],
  ["|| to &&", /\|\|/g, "&&"],
  ["+ to -", / \+ /g, " - "],
  ["- to +", / - /g, " + "],
  ["* to /", / \* /g, " / "],
  ["/ to *", / \/ /g, " * "],
  ["& to |", / & /g, " | "],
  ["| to &", / \| /g, " & "],
  ["<< to >>", / << /g, " >> "],
  [">> to <<", / >> /g, " << "],
  ["+= to -=", /\+=/g, "-="],
  ["-= to +=", /-=/g, "+="],
  ["true to false", /\btrue\b/g, "false"],
  ["false to true", /\bfalse\b/g, "true"],
  ["not dropped", /!(?=[a-z_(])/g, ""],
];

/** Statements of one line whose loss compiles: assignments, calls, emits, deletes. Declarations would not, nor would what a function returns. */
const STATEMENT = /^\s*(?:emit |delete |\+\+|--|[_a-z][\w.[\]()]*\s*(?:[-+|&]?=(?!=)|\+\+|--|\())[^;]*;\s*$/;

function main() {
  const { values } = parseArgs({
    options: {
      sample: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      only: { type: "string", default: "" },
      jobs: { type: "string", default: "1" },
      json: { type: "string" },
      patience: { type: "string", default: "15" },
      list: { type: "boolean", default: false },
    },
  });
  const all = solidityFiles(SOURCES)
    .filter((file) => file.includes(values.only))
    .flatMap(mutantsOf);
  const chosen = sample(all, Number(values.sample) || all.length, Number(values.seed));
  if (values.list) return chosen.forEach((mutant) => console.log(describe(mutant)));
  if (chosen.length === 0) return fail(`No mutant is in files whose path has '${values.only}'.`);
  console.log(`${all.length} mutants, ${chosen.length} of them are tried (seed ${values.seed}).`);
  return run(chosen, Number(values.jobs), values.json, Number(values.patience) * 60_000);
}

async function run(mutants, jobs, jsonFile, limit) {
  const results = [];
  const queue = [...mutants];
  const copies = Array.from({ length: Math.max(1, jobs) }, makeCopy);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      copies.forEach((copy) => rmSync(copy, { recursive: true, force: true }));
      report(results, jsonFile);
      process.exit(2);
    });
  }
  try {
    for (const tests of new Set(mutants.map((mutant) => testsFor(mutant.file)))) {
      const outcome = await test(copies[0], tests, limit);
      if (outcome.verdict !== "survived") return fail(`Without a mutant '${tests}' does not pass:\n${outcome.output.slice(-3000)}`);
    }
    await Promise.all(copies.map((copy) => work(copy, queue, results, mutants.length, limit)));
  } finally {
    copies.forEach((copy) => rmSync(copy, { recursive: true, force: true }));
  }
  return report(results, jsonFile);
}

async function work(copy, queue, results, total, limit) {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const path = join(copy, "contracts", "src", mutant.file);
    const original = readFileSync(path, "utf8");
    writeFileSync(path, mutant.apply(original));
    const { verdict } = await test(copy, testsFor(mutant.file), limit);
    writeFileSync(path, original);
    results.push({ verdict, mutant: describe(mutant) });
    console.log(`${String(results.length).padStart(4)}/${total}  ${verdict.padEnd(8)}  ${describe(mutant)}`);
  }
}

function report(results, jsonFile) {
  const count = (verdict) => results.filter((result) => result.verdict === verdict).length;
  const [killed, survived, invalid] = [count("killed"), count("survived"), count("invalid")];
  const survivors = results.filter((result) => result.verdict === "survived").map((result) => result.mutant).sort();
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify({ killed, survived, invalid, survivors }, null, 2)}\n`);
  console.log(`\n${killed} killed, ${survived} survived, ${invalid} did not compile.`);
  survivors.forEach((survivor) => console.log(`  ${survivor}`));
  if (killed + survived === 0) return fail("Nothing was tried.");
  const rate = killed / (killed + survived);
  console.log(`${(100 * rate).toFixed(1)} % killed; the goal is ${100 * LEAST_KILLED} %.`);
  process.exitCode = rate >= LEAST_KILLED ? 0 : 1;
}

/** A copy of all that the tests need, with what is compiled already, so that only what a mutant touches is compiled anew. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), "mutants-"));
  for (const part of ["contracts", "eng"]) cpSync(join(ROOT, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  // Not links: behind one, sources would have other names, and all would be compiled anew.
  for (const library of ["@layerzerolabs", "@openzeppelin", "solady"]) cpSync(join(ROOT, "node_modules", library), join(copy, "node_modules", library), { recursive: true });
  symlinkSync(join(ROOT, "node_modules", "solc"), join(copy, "node_modules", "solc"));
  // What a mutant leaves unused is a warning, which must not stop it.
  writeFileSync(join(copy, "foundry.toml"), readFileSync(join(ROOT, "foundry.toml"), "utf8").replace(/^deny = .*$/m, ""));
  mkdirSync(join(copy, "contracts", "out"), { recursive: true });
  return copy;
}

function test(copy, tests, limit) {
  const args = ["test", "--match-path", `contracts/test/${tests}/**`, "--fail-fast"];
  const env = { ...process.env, FOUNDRY_FUZZ_RUNS: "64", FOUNDRY_INVARIANT_RUNS: "8", FOUNDRY_INVARIANT_DEPTH: "50" };
  return new Promise((resolve) => {
    const forge = spawn(FORGE, args, { cwd: copy, env, timeout: limit, killSignal: "SIGKILL" });
    let output = "";
    const keep = (bytes) => (output = (output + bytes).slice(-KEPT_OUTPUT));
    forge.stdout.on("data", keep);
    forge.stderr.on("data", keep);
    forge.on("close", (code, signal) => resolve({ verdict: verdictOf(code, signal, output), output }));
  });
}

function verdictOf(code, signal, output) {
  // A mutant that runs on and on has been noticed.
  if (signal) return "killed";
  if (/Compiler run failed|Compilation failed/.test(output)) return "invalid";
  const ran = /(\d+) tests? passed, (\d+) failed/.exec(output);
  if (code === 0) return ran && Number(ran[1]) > 0 ? "survived" : fail(`Forge ran no test:\n${output.slice(-2000)}`);
  if (ran && Number(ran[2]) > 0) return "killed";
  return fail(`Forge ended with ${code} and no failed test:\n${output.slice(-2000)}`);
}

function testsFor(file) {
  return (TESTS.find(([beginning]) => file.startsWith(beginning)) ?? ["", "*"])[1];
}

function mutantsOf(file) {
  const text = readFileSync(join(SOURCES, file), "utf8");
  const code = blank(text);
  const mutants = [];
  for (const [name, pattern, replacement] of OPERATORS) {
    for (const match of code.matchAll(pattern)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (inSignature(code, start)) continue;
      mutants.push(mutant(file, text, start, name, (source) => source.slice(0, start) + replacement + source.slice(end)));
    }
  }
  for (const match of code.matchAll(/\brequire\(/g)) {
    const end = endOfArgument(code, match.index + match[0].length);
    const start = match.index + match[0].length;
    mutants.push(mutant(file, text, start, "require dropped", (source) => `${source.slice(0, start)}true${source.slice(end)}`));
  }
  let offset = 0;
  for (const line of code.split("\n")) {
    const start = offset;
    if (STATEMENT.test(line) && !/^\s*(?:require|return|import|using|revert|mapping)\b/.test(line)) {
      mutants.push(mutant(file, text, start, "line deleted", (source) => source.slice(0, start) + source.slice(start + line.length)));
    }
    offset += line.length + 1;
  }
  return mutants;
}

function mutant(file, text, offset, name, apply) {
  const line = text.slice(0, offset).split("\n").length;
  return { file, line, name, apply, text: text.split("\n")[line - 1].trim() };
}

function describe({ file, line, name, text }) {
  return `${file}:${line}  ${name}:  ${text}`;
}

/** The same text with comments, strings and imports blanked, offsets kept. */
function blank(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|^import [^;]*;|^pragma [^;]*;/gm, (found) =>
    found.replace(/[^\n]/g, " "),
  );
}

/** Whether an offset lies in the head of a declaration that holds no condition: `using {a, b} for C`, a type's list, a constant's name. */
function inSignature(code, offset) {
  const line = code.slice(code.lastIndexOf("\n", offset) + 1, offset);
  return /^\s*(?:using|type|error|event|enum)\b/.test(line);
}

function endOfArgument(code, start) {
  let depth = 0;
  for (let at = start; at < code.length; at++) {
    if ("([{".includes(code[at])) depth++;
    else if (")]}".includes(code[at])) depth--;
    if (depth < 0 || (depth === 0 && code[at] === ",")) return at;
  }
  return code.length;
}

/** So many of them, spread by a small generator with a seed, so that a run can be repeated. */
function sample(all, size, seed) {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const keyed = all.map((item) => [next(), item]);
  keyed.sort((left, right) => left[0] - right[0]);
  return keyed.slice(0, size).map(([, item]) => item);
}

function solidityFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sol"))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.startsWith("interfaces/"))
    .sort();
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

await main();
