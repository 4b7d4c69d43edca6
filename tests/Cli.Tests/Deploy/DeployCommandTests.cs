using System.Text.Json;
using OpenGradient.Cli.Up;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;

namespace OpenGradient.Cli.Tests.Deploy;

/// <summary><c>og deploy</c> from the command line to the file of addresses.</summary>
public sealed class DeployCommandTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private const string Sender = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_sends_nothing_and_a_deployment_leaves_nothing_to_plan()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        var file = $".og/deployments/{Path.GetRandomFileName()}.json";
        var config = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(config, $"OG_DEPLOY_SENDER={Sender}\nOG_DEPLOY_RPC_URL={anvil.HttpUrl}\nOG_DEPLOY_FILE={file}\n", Stop);

            using var plan = await RunAsync("deploy", "--development", "--config", config, "--plan");
            Assert.False(plan.RootElement.GetProperty("isDone").GetBoolean());
            Assert.Contains(plan.RootElement.GetProperty("missing").EnumerateArray(), line => line.GetString()!.StartsWith("InferenceHub at 0x", StringComparison.Ordinal));
            Assert.Equal(0ul, (await chain.GetBlockNumberAsync(Stop)).Value);

            using var done = await RunAsync("deploy", "--development", "--config", config, "--unlocked");
            Assert.Equal(file, done.RootElement.GetProperty("addressesFile").GetString());
            var deployment = await DeploymentFile.ReadAsync(Repository.PathOf(file), Stop);
            Assert.Equal(deployment.Contracts.Count, done.RootElement.GetProperty("contracts").GetArrayLength());

            using var again = await RunAsync("deploy", "--development", "--config", config, "--plan");
            Assert.True(again.RootElement.GetProperty("isDone").GetBoolean());
        }
        finally
        {
            File.Delete(config);
            File.Delete(Repository.PathOf(file));
        }
    }

    [Fact]
    public async Task What_an_og_up_that_runs_has_written_is_not_written_over()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        var folder = Path.Combine(".og", Path.GetRandomFileName());
        var config = Path.GetTempFileName();
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        try
        {
            await File.WriteAllTextAsync(config, $"OG_DEPLOY_SENDER={Sender}\nOG_DEPLOY_RPC_URL={anvil.HttpUrl}\nOG_DEPLOY_FILE={folder}/deployment.json\n", Stop);
            using var up = UpState.Take(new Checkout(Repository.Root), Repository.PathOf(folder));
            var before = await chain.GetBlockNumberAsync(Stop);

            Assert.Equal(ExitCode.Failed, await CommandLine.RunAsync(["deploy", "--development", "--config", config, "--unlocked"], output, errors));

            Assert.Contains("An og up, process ", errors.ToString(), StringComparison.Ordinal);
            Assert.Equal(before, await chain.GetBlockNumberAsync(Stop));
        }
        finally
        {
            File.Delete(config);
            Directory.Delete(Repository.PathOf(folder), recursive: true);
        }
    }

    [Theory]
    [InlineData("deploy", "--sender", Sender, "--unlocked")]
    [InlineData("deploy", "--rpc-url", "ftp://127.0.0.1", "--sender", Sender, "--unlocked")]
    [InlineData("deploy", "--rpc-url", "http://127.0.0.1:1", "--unlocked")]
    [InlineData("deploy", "--rpc-url", "http://127.0.0.1:1", "--sender", "0x12", "--unlocked")]
    [InlineData("deploy", "--rpc-url", "http://127.0.0.1:1", "--sender", Sender)]
    [InlineData("deploy", "--rpc-url", "http://127.0.0.1:1", "--sender", Sender, "--unlocked", "--ledger")]
    [InlineData("deploy", "--config", "no-such-file")]
    public async Task What_is_missing_or_too_much_is_said_before_anything_is_asked(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();

        Assert.Equal(ExitCode.Usage, await CommandLine.RunAsync(arguments, output, errors));
        Assert.Empty(output.ToString());
        Assert.StartsWith("og: ", errors.ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var exitCode = await CommandLine.RunAsync([.. arguments, "--json"], output, errors);
        Assert.True(exitCode == ExitCode.Success, errors.ToString());
        return JsonDocument.Parse(output.ToString());
    }
}
