using OpenGradient.Support.Databases;

namespace OpenGradient.Explorer.Tests.Chain;

/// <summary>Pages over the whole story, for tests that only look.</summary>
public sealed class FilledPages : IAsyncLifetime
{
    private readonly SqliteFixture _databases = new();
    private ServedPages? _pages;

    internal ServedPages Pages => _pages ?? throw new InvalidOperationException("The pages are not served yet.");

    internal Story Story { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Story = await Story.TellAsync();
        _pages = await ServedPages.StartAsync(await _databases.CreateAsync(), blobs: true);
        await _pages.PublishAsync(Story.Description, Story.NodeDescription, Story.Evidence);
        await _pages.MineAsync(Story.Blocks);
        await _pages.FetchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_pages is not null)
            await _pages.DisposeAsync();
        _databases.Dispose();
    }
}
