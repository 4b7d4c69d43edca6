using System.Text.Json;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Up;
using Spectre.Console;

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
        foreach (var field in new[] { "output", "answer", "node", "latencyMs", "verifyBy" })
            Assert.Equal(JsonValueKind.Null, told.GetProperty(field).ValueKind);
        foreach (var field in new[] { "claim", "settle" })
            Assert.Equal(JsonValueKind.Null, told.GetProperty("gas").GetProperty(field).ValueKind);
    }

    [Fact]
    public void The_command_that_verifies_a_receipt_is_one_line_on_a_narrow_screen()
    {
        var command = $"./og receipt verify bundle.json{string.Concat(Enumerable.Repeat($" --block-hash 0x{new string('a', 64)}", 2))}";
        var request = new UpRequest
        {
            RequestId = "0x01",
            Scene = "an attested node answers",
            Model = "volatility",
            Assurance = "Attested",
            State = "Settled",
            Came = "answered",
            Gas = new UpGas(1, null, null, 0),
            VerifyBy = command,
        };
        using var text = new StringWriter();
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        screen.Profile.Width = 40;

        UpScreen.Show(screen, new UpReport(true, "", "", "", new Dictionary<string, string>(StringComparer.Ordinal), "", "", [], [], [request], [], 1));

        Assert.Contains(command, text.ToString().Split('\n').Select(line => line.TrimEnd()), StringComparer.Ordinal);
    }
}
