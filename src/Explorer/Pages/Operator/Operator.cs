using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Pages.Operator;

/// <summary>What the relayers that the operator named tell of themselves.</summary>
public sealed record OperatorModel(IReadOnlyList<RelayerState> Relayers);

internal static class OperatorLoader
{
    public static async Task<Outcome> LoadAsync(Visit visit) =>
        new Outcome.Page("Operator", typeof(OperatorPage), new OperatorModel(await visit.Relayers.LookAsync(visit.Stop)));
}
