using System.CommandLine;
using OpenGradient.Cli.Terminal;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using Spectre.Console;

namespace OpenGradient.Cli.Prove;

/// <summary>Makes one proof in the form that was asked for, and tells how far it is. Nothing is kept: the long form's cache is filled for this proof alone.</summary>
internal static class FormProving
{
    /// <summary>A proof that takes longer in the short form is made in the long one, where that is quicker with the filling of its cache.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Option<string> CreateOption() => new("--form")
    {
        Description = "short: the cheapest on the chain. long: 69,000 gas more, and quicker for large models. auto: the short one, unless it would take more than a minute and the long one less.",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>The form that an option names; null for whichever suits.</summary>
    public static ProofForm? Read(string? text) => text?.ToUpperInvariant() switch
    {
        "SHORT" => ProofForm.Short,
        "LONG" => ProofForm.Long,
        "AUTO" => null,
        _ => throw new ExpectedFailureException(ExitCode.Usage, $"--form is '{PlainText.Of(text ?? string.Empty)}'.", "Give short, long or auto."),
    };

    /// <param name="committed">Whose answers.</param>
    /// <param name="context">Where it holds.</param>
    /// <param name="inferences">What is proven.</param>
    /// <param name="asked">The form; null for whichever suits.</param>
    /// <param name="longColumns">The most columns of long proofs that the verifier checks.</param>
    /// <param name="screen">Where it is told how far it is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<FormedProof> ProveAsync(
        CommittedModel committed, ProofContext context, IReadOnlyList<InferenceToProve> inferences, ProofForm? asked, int longColumns, IAnsiConsole screen, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var work = Work.OnAllCores(cancellationToken);
        var form = asked ?? Choose(committed, inferences.Count, longColumns, work.Threads);
        if (form == ProofForm.Long && committed.Layout.Columns > longColumns)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The model has {committed.Layout.Columns} columns, and long proofs {longColumns} at the most by this setup and verifier.", "Take --form short.");
        }

        var progress = new ProofScreen(screen, clock);
        var started = clock.GetTimestamp();
        var proof = await Task.Run(
            () =>
            {
                var prover = new InferenceProver(committed, context);
                return form == ProofForm.Long
                    ? prover.ProveLong(VersionCache.Fill(committed, progress, work), inferences, work, progress)
                    : prover.ProveShort(inferences, work, progress);
            },
            cancellationToken);
        return new FormedProof(proof, form, clock.GetElapsedTime(started));
    }

    private static ProofForm Choose(CommittedModel committed, int answers, int longColumns, int threads)
    {
        var (layout, descriptor) = (committed.Layout, committed.Model.Descriptor);
        return FormChoice.Of(new FormCase
        {
            Cache = layout.Columns <= longColumns ? CacheState.Ready : CacheState.Impossible,
            ShortTakes = ExpectedTime.OfShortProof(layout, threads),
            LongTakes = ExpectedTime.OfCache(layout, threads) + ExpectedTime.OfLongProof(layout, threads),
            Patience = Patience,
            LoneShare = ExpectedGas.ShareOfLongForm(descriptor, 1),
            Share = ExpectedGas.ShareOfLongForm(descriptor, answers),
            Limit = TimeSpan.MaxValue,
            TimeLeft = TimeSpan.MaxValue,
        }).Form ?? ProofForm.Short;
    }
}

/// <param name="Proof">The proof.</param>
/// <param name="Form">Its form.</param>
/// <param name="Took">How long it took, with the cache of a long one.</param>
internal sealed record FormedProof(Proof Proof, ProofForm Form, TimeSpan Took);
