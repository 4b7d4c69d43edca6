using System.Text.Json;

namespace OpenGradient.Cli.Tests.Support;

/// <summary>One run of <c>og</c> in this process.</summary>
internal sealed record OgRun(int ExitCode, string Output, string Errors)
{
    public static async Task<OgRun> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync(arguments, output, errors);
        return new OgRun(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Runs what must succeed, and gives its report.</summary>
    public static async Task<JsonElement> ReportAsync(params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.True(run.ExitCode == Cli.ExitCode.Success, run.Errors);
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    /// <summary>Runs what must fail, and gives what it says.</summary>
    public static async Task<string> RefusalAsync(int exitCode, params string[] arguments)
    {
        var run = await RunAsync([.. arguments, "--json"]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Empty(run.Output);
        return run.Errors;
    }
}
