using OpenGradient.Contracts.Deployments;

namespace OpenGradient.Relayer.Tests.Hosting;

/// <summary>The addresses of a deployment that is nowhere, as a file has them.</summary>
internal static class SampleDeploymentFile
{
    public static string Text { get; } =
        $$"""
        {
          "schema": 1, "chainId": 10, "isDevelopment": false, "deployer": "{{At(1)}}", "factory": "{{At(2)}}", "salt": "{{Zeros}}",
          "owners": { "token": "{{At(3)}}", "guardian": "{{At(4)}}", "proposers": ["{{At(5)}}"], "executors": ["{{At(6)}}"], "delay": 172800 },
          "hub": {
            "defaultWindow": 7200, "minWindow": 1800, "maxWindow": 604800, "attestedHold": 3600, "claimTime": 120, "provenClaimTime": 1800,
            "deliveryTime": 604800, "minBond": "1", "signedLienFees": 100, "attestedLienFees": 20, "failureShare": 2000
          },
          "court": { "phase": 900, "sealTime": 3600, "sealBond": "1", "memberFee": "1", "depositShare": 500, "silenceShare": 100 },
          "keys": { "vetoWindow": 600, "overlap": 3600, "maxLifetime": 7776000 },
          "contracts": { {{string.Join(", ", ContractNames.All.Select((name, i) =>
              $$"""
              "{{name}}": { "address": "{{At(10 + i)}}", "block": 7, "codeHash": "{{Zeros}}", "arguments": "0x" }
              """))}} }
        }
        """;

    private static string Zeros => "0x" + new string('0', 64);

    private static string At(int number) => $"0x{number:x40}";
}
