using System.Text.Json;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Up;

namespace OpenGradient.Cli.Tests.Up;

/// <summary>Programs read the report of a network: they find the same fields in every request.</summary>
public sealed class UpReportTests
{
    [Fact]
    public void A_request_that_nobody_answered_has_the_fields_of_one_that_was()
    {
        var request = new UpRequest
        {
            RequestId = "0x01",
            Scene = "a fee that nobody works for",
            Model = "volatility",
            Assurance = "Signed",
            State = "Open",
            Came = "nobody took it",
            Gas = new UpGas(1, null, null, 0),
        };
        var report = new UpReport(true, "", "", "", new Dictionary<string, string>(StringComparer.Ordinal), "", "", [], [], [request], [], 1);

        using var document = JsonDocument.Parse(JsonSerializer.Serialize(report, CliJson.Default.UpReport));

        var told = document.RootElement.GetProperty("requests")[0];
        foreach (var field in new[] { "output", "answer", "node", "latencyMs" })
            Assert.Equal(JsonValueKind.Null, told.GetProperty(field).ValueKind);
        foreach (var field in new[] { "claim", "settle" })
            Assert.Equal(JsonValueKind.Null, told.GetProperty("gas").GetProperty(field).ValueKind);
    }
}
