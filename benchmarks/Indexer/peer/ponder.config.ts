import { createConfig } from "ponder";
import { http, parseAbi } from "viem";

export const abi = parseAbi([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Approval(address indexed owner, address indexed spender, uint256 value)",
]);

export default createConfig({
  networks: {
    // A node on this machine: no limit of requests a second.
    canned: { chainId: 31337, transport: http(process.env.OG_BENCH_RPC), maxRequestsPerSecond: 100_000 },
  },
  contracts: {
    Token: {
      abi,
      network: "canned",
      address: "0x00000000000000000000000000000000000000aa",
      startBlock: 1,
      endBlock: Number(process.env.OG_BENCH_LAST_BLOCK),
    },
  },
});
