using OpenGradient.Foundry;
using Xunit;

namespace OpenGradient.Support;

/// <summary>One local chain for all tests of a class: <c>IClassFixture&lt;AnvilFixture&gt;</c>.</summary>
public sealed class AnvilFixture : IAsyncLifetime
{
    private Anvil? _anvil;

    public Anvil Chain => _anvil ?? throw new InvalidOperationException("The chain has not started yet.");

    public Uri HttpUrl => Chain.HttpUrl;

    public async ValueTask InitializeAsync() =>
        _anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_anvil is not null)
            await _anvil.DisposeAsync();
    }
}
