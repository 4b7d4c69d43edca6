using System.Text.Json;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.SmartAccounts;

/// <summary>The probe and the wallets of the tests, compiled from their sources as the probe was for the library.</summary>
internal static class CompiledWallets
{
    private const string Compile = """
        import { readFileSync } from "node:fs";
        import solc from "solc";
        const sources = {};
        for (const path of ["contracts/script/support/CounterfactualSignatureProbe.sol", "contracts/test/support/SmartWallets.sol"])
          sources[path] = { content: readFileSync(path, "utf8") };
        const settings = {
          evmVersion: "paris",
          optimizer: { enabled: true, runs: 200 },
          metadata: { appendCBOR: false, bytecodeHash: "none" },
          outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
        };
        const output = JSON.parse(solc.compile(
          JSON.stringify({ language: "Solidity", sources, settings }),
          { import: path => ({ contents: readFileSync("node_modules/" + path, "utf8") }) }));
        if ((output.errors ?? []).length > 0) throw new Error(output.errors.map(error => error.formattedMessage).join("\n"));
        const codes = {};
        for (const file of Object.values(output.contracts))
          for (const [name, contract] of Object.entries(file)) codes[name] = "0x" + contract.evm.bytecode.object;
        process.stdout.write(JSON.stringify(codes));
        """;

    /// <summary>Creation code by the contract's name.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> CompileAsync(CancellationToken cancellationToken)
    {
        using var codes = JsonDocument.Parse(await PeerProcess.RunNodeAsync(Compile, "", cancellationToken));
        return codes.RootElement.EnumerateObject().ToDictionary(code => code.Name, code => code.Value.GetString()!, StringComparer.Ordinal);
    }
}
