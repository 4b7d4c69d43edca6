using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Cli.Node;

/// <summary><c>og node</c>: what an operator's cold key does for a node: registering, staking, leaving.</summary>
internal static class NodeCommand
{
    private const string All = "all";

    private static readonly string RoleNames = string.Join(", ", Enum.GetNames<NodeRoles>().Where(name => name != nameof(NodeRoles.None)));

    private static readonly Option<string?> Node =
        new("--node") { Description = $"The node's address; that of its key ({KeySettingNames.Node.Keystore}, …) unless told." };

    private static readonly Option<string[]> Roles =
        new("--role") { Description = $"What the node does, once for each role: {RoleNames}.", AllowMultipleArgumentsPerToken = true };

    private static readonly Option<string?> Endpoint = new("--endpoint") { Description = "Where the node can be reached; at most 256 bytes." };
    private static readonly Option<string?> Metadata = new("--metadata") { Description = "The uri of what else there is to say of it, such as blob:sha256:… for a description that indexers fetch by its hash; at most 256 bytes." };
    private static readonly Option<string?> Payee = new("--payee") { Description = "Who is paid for what the node does; the operator unless told." };
    private static readonly Argument<string> Amount = new("amount") { Description = "How many tokens, such as 2500 or 0.5." };
    private static readonly Argument<string> ExitAmount = new("amount") { Description = "How many tokens, or all.", DefaultValueFactory = _ => All };
    private static readonly Option<bool> Cancel = new("--cancel") { Description = "Put everything that is unbonding to use again." };
    private static readonly Option<bool> Restart = new("--restart") { Description = "Unbond more although some is unbonding already: the nine days start anew." };

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("node", "Register, stake, look at and leave with a node.");
        command.Add(Sending("register", "Register the node's key under the operator's.", [Roles, Endpoint, Metadata, Payee], RegisterAsync));
        command.Add(Sending("set", "Change what the node does and where it is found, or who is paid.", [Node, Roles, Endpoint, Metadata, Payee], SetAsync));
        command.Add(Sending("stake", "Add stake from the operator's tokens.", [Amount, Node], async (run, token) =>
            await run.Actions.StakeAsync(run.Node, run.Token.Parse(run.Context.Parsed.GetValue(Amount)!), token)));
        command.Add(Sending("exit", "Take stake out of use, to be withdrawn after nine days.", [ExitAmount, Node, Cancel, Restart], ExitAsync));
        command.Add(Sending("withdraw", "Pay out what has unbonded, to the operator.", [Node], (run, token) => run.Actions.WithdrawAsync(run.Node, token)));
        var status = new Command("status", "Show how a node stands: roles, stake, liens, and what is unbonding until when.") { Node }.WithChain();
        status.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => StatusAsync(context, chain, token), token)));
        command.Add(status);
        return command;

        Command Sending(string name, string description, Symbol[] symbols, Func<NodeRun, CancellationToken, Task> act)
        {
            var sending = new Command(name, description);
            foreach (var symbol in symbols)
            {
                if (symbol is Option option)
                    sending.Add(option);
                else
                    sending.Add((Argument)symbol);
            }

            sending.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => ActAsync(context, chain, act, token), token)));
            return sending.WithSender();
        }
    }

    private static async Task<int> ActAsync(
        CommandContext context, ChainSession chain, Func<NodeRun, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var token = await StakeToken.ReadAsync(chain, cancellationToken);
        var sender = await ChainOptions.OpenSenderAsync(context, chain, cancellationToken);
        var run = new NodeRun(context, chain, token, new NodeActions(chain, token, sender), await NodeKey.FindAsync(context, chain, Node, cancellationToken));
        await act(run, cancellationToken);
        await ReportAsync(context, chain, token, run.Node, run.Actions.Sent, cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<int> StatusAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var token = await StakeToken.ReadAsync(chain, cancellationToken);
        var node = await NodeKey.FindAsync(context, chain, Node, cancellationToken);
        return await ReportAsync(context, chain, token, node.Address, [], cancellationToken) ? ExitCode.Success : ExitCode.Failed;
    }

    private static Task RegisterAsync(NodeRun run, CancellationToken cancellationToken)
    {
        var node = run.Key.Signer ?? throw new ExpectedFailureException(
            ExitCode.Usage, "The node's own key has to sign its registration.", $"Set {KeySettingNames.Node.Keystore}, or {KeySettingNames.Node.RemoteUrl}.");
        var description = DescriptionIn(run.Context.Parsed) ?? throw new ExpectedFailureException(
            ExitCode.Usage, "A node has at least one role.", $"Give --role with one or more of {RoleNames}.");
        return run.Actions.RegisterAsync(node, description, PayeeIn(run.Context.Parsed), cancellationToken);
    }

    private static Task SetAsync(NodeRun run, CancellationToken cancellationToken)
    {
        var parsed = run.Context.Parsed;
        var (description, payee) = (DescriptionIn(parsed), PayeeIn(parsed));
        if (description is null && (parsed.GetValue(Endpoint) ?? parsed.GetValue(Metadata)) is not null)
            throw new ExpectedFailureException(ExitCode.Usage, "The register replaces roles, endpoint and metadata together.", "Give --role too.");
        if (description is null && payee is null)
            throw new ExpectedFailureException(ExitCode.Usage, "There is nothing to change.", "Give --role with --endpoint and --metadata, or --payee.");
        return run.Actions.SetAsync(run.Node, description, payee, cancellationToken);
    }

    private static Task ExitAsync(NodeRun run, CancellationToken cancellationToken)
    {
        var parsed = run.Context.Parsed;
        if (parsed.GetValue(Cancel))
            return run.Actions.CancelExitAsync(run.Node, cancellationToken);
        var amount = parsed.GetValue(ExitAmount)!;
        return run.Actions.ExitAsync(run.Node, amount == All ? null : run.Token.Parse(amount), parsed.GetValue(Restart), cancellationToken);
    }

    // Null where no role is named.
    private static NodeDescription? DescriptionIn(ParseResult parsed)
    {
        var roles = NodeRoles.None;
        foreach (var name in parsed.GetValue(Roles) ?? [])
        {
            if (!Enum.TryParse<NodeRoles>(name, ignoreCase: true, out var role) || !Enum.IsDefined(role) || role == NodeRoles.None || char.IsAsciiDigit(name[0]))
                throw new ExpectedFailureException(ExitCode.Usage, $"'{name}' is no role.", $"The roles are {RoleNames}.");
            roles |= role;
        }

        return roles == NodeRoles.None ? null : new NodeDescription(roles, parsed.GetValue(Endpoint) ?? string.Empty, parsed.GetValue(Metadata) ?? string.Empty);
    }

    private static Address? PayeeIn(ParseResult parsed) =>
        parsed.GetValue(Payee) is not { } text ? null
        : Address.TryParse(text, out var payee) ? payee
        : throw new ExpectedFailureException(ExitCode.Usage, "--payee is no address.", "Give 0x and 40 hexadecimal digits.");

    private static async Task<bool> ReportAsync(
        CommandContext context, ChainSession chain, StakeToken token, Address node, IReadOnlyList<SentTransaction> sent, CancellationToken cancellationToken)
    {
        var standing = await NodeStandings.ReadAsync(chain, token, node, cancellationToken);
        var now = await chain.NowAsync(cancellationToken);
        var report = new NodeReport(node.ToString(), sent, standing);
        context.Output.Report(report, CliJson.Default.NodeReport, screen => NodeScreen.Show(screen, report, now));
        return standing is not null;
    }
}

/// <summary>One run of a command that sends.</summary>
internal sealed record NodeRun(CommandContext Context, ChainSession Chain, StakeToken Token, NodeActions Actions, NodeKey Key)
{
    public Address Node => Key.Address;
}
