using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Node;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Abi;
using static OpenGradient.Contracts.IHubContract;

namespace OpenGradient.Cli.Request;

/// <summary>What the hub means when it refuses, and what to do about it.</summary>
internal static class HubRefusals
{
    /// <param name="token">How amounts are shown.</param>
    public static RefusalWords For(StakeToken token) => reason => Of(reason, token);

    private static Chain.Refusal? Of(RevertReason reason, StakeToken token) => ErrorOf(reason) switch
    {
        RequestInvalidError(var what) => new($"The hub does not take the request's {Terminal.PlainText.Of(what)}.", "Change it: `og request --help` says what each option means."),
        VersionNotUsableError => new("The version takes no such requests: it was yanked, or it is not provable and a proof is asked for.", "`og model show` tells its status and semantics."),
        InputTooLongError(var length, var most) => new($"The input has {length} bytes, and {most} travel with a request.", "Shorten it."),
        InputMismatchError => new("The input is not what the request commits to.", "That is not meant to happen here: please report it."),
        BalanceTooSmallError(var balance, var amount) => new($"There are {token.Show(balance)} in the account at the hub, and {token.Show(amount)} are needed.", "Take out less, or wait until more has come back."),
        DeadlineNotPassedError(var deadline) => new($"A node may still answer until {Times.Show(Times.Of(deadline))}.", "Ask for the refund after that."),
        DeadlinePassedError(var deadline) => new($"The deadline, {Times.Show(Times.Of(deadline))}, has passed.", "Ask again with more time."),
        NotOpenError(_, var stage) => new($"The request is {(Stage)stage}.", "Only what nobody answered in time is refunded; `og receipt show` shows an answer."),
        TokenTookFeeError(var sent, var received) => new($"Of {token.Show(sent)} that were sent {token.Show(received)} arrived: the token takes a fee.", "Such a token cannot pay here; whoever deployed has to know."),
        IsPausedError => new("The hub is paused, for at most seven days.", "Ask again when it goes on; refunds and withdrawals work meanwhile."),
        { } other => new($"The hub refused with {other.GetType().Name}.", "That is not meant to happen here: please report it."),
        null => null,
    };
}
