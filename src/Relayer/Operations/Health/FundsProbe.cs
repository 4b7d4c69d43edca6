using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Claiming;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Operations;

/// <summary>Whether there is gas, stake and bonds enough, whether transactions come through, and whether claims pay.</summary>
public sealed class FundsProbe(
    ChainWatch watch, SendingMeter sending, Wei lowBalance, ClaimBudget budget, PriceBoard prices, TimeSpan? pricing, TimeProvider clock) : IHealthProbe
{
    private const uint FewPercent = 10;
    private const int LatePrices = 3;
    private const int ManyRounds = 5;

    public async Task<IReadOnlyList<HealthCheck>> LookAsync(CancellationToken cancellationToken)
    {
        List<HealthCheck> checks = [];
        if (watch.Age is not null)
            checks.AddRange([Key(), Stake(), Bonds()]);
        checks.Add(Transactions());
        checks.Add(await BreakerAsync(cancellationToken));
        if (pricing is { } every)
            checks.Add(Price(every));
        return checks;
    }

    private HealthCheck Key()
    {
        var balance = watch.KeyBalance;
        var ether = double.Parse(balance.ToEther());
        var details = $"{balance.ToEther()} of the chain's coin for gas";
        return sending.IsShortOfFunds
            ? HealthCheck.Bad("key", $"{details}: too little for what waits", "Send coin to the node's address: what waits is sent then.", ether)
            : balance < lowBalance ? HealthCheck.Warning("key", details, $"Send coin to the node's address: below {lowBalance.ToEther()} the alarm is given.", ether)
            : HealthCheck.Good("key", details, ether);
    }

    private HealthCheck Stake()
    {
        var standing = watch.Standing;
        var details = $"{standing.FreeStake} of {standing.Stake} free";
        var percent = standing.Stake.IsZero ? 0 : (double)(ulong)(standing.FreeStake * 100u / standing.Stake);
        return standing.Stake.IsZero ? HealthCheck.Bad("stake", "none", "Register the node and stake: `og node register`, `og node stake`.", 0)
            : percent < FewPercent ? HealthCheck.Warning("stake", details, "Answers lock stake until they are final: stake more to answer more.", percent)
            : HealthCheck.Good("stake", details, percent);
    }

    private HealthCheck Bonds() => watch.Standing.Balance is var balance && balance < budget.LeastBond
        ? HealthCheck.Warning(
            "bonds", balance.IsZero ? "no balance at the hub" : $"{balance} at the hub, less than the least bond of {budget.LeastBond}",
            "Nothing can be claimed without a bond: deposit tokens for the node at the hub.")
        : HealthCheck.Good("bonds", $"{balance} at the hub");

    private HealthCheck Transactions() =>
        sending.FailedRounds >= ManyRounds ? HealthCheck.Bad(
            "sending", $"the last {sending.FailedRounds} rounds failed", "Nothing is sent: the log says whether it is the endpoints, the signer or the database.",
            sending.FailedRounds)
        : sending.IsStuck ? HealthCheck.Warning("sending", "a transaction is stuck and is being replaced", "If this lasts, look at the endpoints' pools.")
        : sending.IsAtCap ? HealthCheck.Warning("sending", "a transaction waits at the fee cap", $"Gas costs more than the cap allows: wait, or raise {RelayerSettingNames.MaxFeeGwei}.")
        : HealthCheck.Good("sending", "transactions come through");

    private async Task<HealthCheck> BreakerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var verdict = await budget.JudgeAsync(cancellationToken);
            var details = $"{verdict.Failures} of the last {verdict.Claims} claims failed";
            return verdict.State == BreakerState.Closed
                ? HealthCheck.Good("breaker", $"closed: {details}", (double)verdict.State)
                : HealthCheck.Warning(
                    "breaker", verdict.State == BreakerState.Open ? $"open until {verdict.Until:u}: {details}" : $"half open: {details}",
                    "The jobs say why: lost to others, too late, or not taken. It closes by itself when claims succeed.", (double)verdict.State);
        }
        catch (DatabaseException failure)
        {
            return HealthCheck.Warning("breaker", failure.Message, "See the database's check.");
        }
    }

    private HealthCheck Price(TimeSpan every)
    {
        var age = prices.ToldAt is { } told ? clock.GetUtcNow() - told : (TimeSpan?)null;
        return age < every * LatePrices
            ? HealthCheck.Good("price", $"told {age.Value.TotalSeconds:0} s ago", age.Value.TotalSeconds)
            : HealthCheck.Warning(
                "price", age is null ? "never told; the one that was set counts" : $"told {age.Value.TotalMinutes:0} min ago",
                "Fees are weighed against an old price: look at its source.", age?.TotalSeconds);
    }
}
