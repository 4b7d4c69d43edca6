using OpenGradient.Relayer.Pipeline;

namespace OpenGradient.Relayer.Tests.Pipeline;

public sealed class PlacesInHandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takes_what_is_free_and_no_more_than_it_was_asked_for()
    {
        using var places = new PlacesInHand(5);

        Assert.Equal(3, await places.TakeAsync(3, Stop));
        Assert.Equal(2, await places.TakeAsync(3, Stop));
        Assert.Equal(5, places.Taken);
        places.GiveBack(4);
        Assert.Equal(1, places.Taken);
    }

    [Fact]
    public async Task Whoever_is_asked_to_stop_between_two_places_loses_none()
    {
        using var places = new PlacesInHand(3);
        Assert.Equal(3, await places.TakeAsync(3, Stop));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // One thing at a time: what waits for places goes on only after the stop that follows their return.
        var pair = new ConcurrentExclusiveSchedulerPair();
        var oneByOne = pair.ExclusiveScheduler;
        var waiting = await Task.Factory.StartNew(() => places.TakeAsync(3, stopping.Token), Stop, TaskCreationOptions.None, oneByOne);

        await Task.Factory.StartNew(
            () =>
            {
                places.GiveBack(3);
                stopping.Cancel();
            },
            Stop, TaskCreationOptions.None, oneByOne);

        Assert.Equal(3, await waiting);
        places.GiveBack(3);
        Assert.Equal(0, places.Taken);
    }

    [Fact]
    public async Task Whoever_waits_for_the_first_place_and_is_asked_to_stop_has_none()
    {
        using var places = new PlacesInHand(1);
        await places.TakeAsync(1, Stop);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = places.TakeAsync(1, stopping.Token);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        places.GiveBack();
        Assert.Equal(0, places.Taken);
    }
}
