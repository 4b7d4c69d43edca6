using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Finds answers as a relayer does, and holds them back for as long as a test wants.</summary>
internal sealed class GatedPreparer(IPreparer honest, Func<Task> gate) : IPreparer
{
    public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
    {
        var found = await honest.PrepareAsync(job, cancellationToken);
        await gate().WaitAsync(cancellationToken);
        return found;
    }
}
