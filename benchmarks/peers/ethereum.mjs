// viem and noble on the data that the Ethereum library is measured on.
import { secp256k1 } from "@noble/curves/secp256k1";
import { keccak_256 } from "@noble/hashes/sha3";
import { bytesToHex, concat, decodeEventLog, formatLog, fromRlp, hexToBytes, keccak256, parseTransaction, toRlp } from "viem";

import { serve } from "./peer.mjs";

const transferAbi = [
  {
    type: "event",
    name: "Transfer",
    inputs: [
      { name: "from", type: "address", indexed: true },
      { name: "to", type: "address", indexed: true },
      { name: "value", type: "uint256", indexed: false },
    ],
  },
];

const digestOf = (parts) => keccak256(concat(parts));
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, "0")}`;

function hashing(messages) {
  const inputs = messages.map((message) => hexToBytes(message));
  return {
    operations: inputs.length,
    run: () => inputs.reduce((kept, input) => kept ^ keccak_256(input)[0], 0),
    digest: () => digestOf(inputs.map((input) => bytesToHex(keccak_256(input)))),
  };
}

function decodingLogs(logs) {
  const decode = (log) => decodeEventLog({ abi: transferAbi, topics: log.topics, data: log.data }).args;
  return {
    operations: logs.length,
    run: () => logs.reduce((kept, log) => kept ^ decode(log).from.length, 0),
    digest: () => digestOf(logs.map(decode).flatMap(({ from, to, value }) => [from, to, word(value)])),
  };
}

function recovering(signatures) {
  const inputs = signatures.map(({ digest, r, s, yParity }) => ({
    digest: hexToBytes(digest),
    signature: new secp256k1.Signature(BigInt(r), BigInt(s)).addRecoveryBit(yParity),
  }));
  const recover = ({ digest, signature }) => signature.recoverPublicKey(digest).toRawBytes(false);
  return {
    operations: inputs.length,
    run: () => inputs.reduce((kept, input) => kept ^ recover(input)[1], 0),
    digest: () => digestOf(inputs.map((input) => bytesToHex(recover(input)))),
  };
}

function parsingTransactions(transactions) {
  return {
    operations: transactions.length,
    run: () => transactions.reduce((kept, raw) => kept ^ parseTransaction(raw).nonce, 0),
    digest: () =>
      digestOf(transactions.map((raw) => parseTransaction(raw)).flatMap(({ nonce, to, value, data }) => [word(nonce), to, word(value), data])),
  };
}

function decodingRlp(list) {
  const input = hexToBytes(list);
  return {
    operations: 1,
    run: () => fromRlp(input, "bytes").length,
    digest: () => digestOf(fromRlp(input, "bytes").map((item) => bytesToHex(item))),
  };
}

function encodingRlp(items) {
  const inputs = items.map((item) => hexToBytes(item));
  return {
    operations: 1,
    run: () => toRlp(inputs, "bytes").length,
    digest: () => digestOf([toRlp(inputs, "hex")]),
  };
}

function parsingBatch(text) {
  const parse = () => JSON.parse(text).flatMap(({ result }) => result.map((log) => formatLog(log)));
  return {
    operations: parse().length,
    run: () => parse().length,
    digest: () =>
      digestOf(parse().flatMap((log) => [log.address, ...log.topics, log.data, log.blockHash, word(log.blockNumber), word(log.logIndex)])),
  };
}

const makers = {
  "keccak 32 B": ["messages32", hashing],
  "keccak 64 B": ["messages64", hashing],
  "keccak 136 B": ["messages136", hashing],
  "keccak 1 KiB": ["messages1024", hashing],
  "secp256k1: recover a public key": ["signatures", recovering],
  "abi: decode a Transfer log": ["logs", decodingLogs],
  "transactions: parse a signed one": ["transactions", parsingTransactions],
  "rlp: decode a list of 1,000": ["rlpList", decodingRlp],
  "rlp: encode a list of 1,000": ["rlpItems", encodingRlp],
  "json-rpc: parse a batch, per log": ["batch", parsingBatch],
};

await serve((data) => Object.fromEntries(Object.entries(makers).filter(([, [field]]) => data[field]).map(([name, [field, make]]) => [name, make(data[field])])));
