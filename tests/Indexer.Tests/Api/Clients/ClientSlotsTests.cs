using Microsoft.AspNetCore.Http;
using OpenGradient.Indexer.Api.Clients;
using Visitor = OpenGradient.Indexer.Api.Clients.Client;

namespace OpenGradient.Indexer.Tests.Api.Clients;

/// <summary>Places that are few, and lines before them.</summary>
public sealed class ClientSlotsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void One_client_holds_its_part_and_all_together_no_more_than_there_are()
    {
        var slots = new ClientSlots(3, 2);

        var first = slots.TryTake(Of("a"));
        Assert.NotNull(slots.TryTake(Of("a")));
        Assert.Null(slots.TryTake(Of("a")));
        Assert.NotNull(slots.TryTake(Of("b")));
        Assert.Null(slots.TryTake(Of("c")));

        // However often it is given back, it is one place.
        first!.Dispose();
        first.Dispose();
        Assert.NotNull(slots.TryTake(Of("c")));
        Assert.Null(slots.TryTake(Of("c")));
    }

    [Fact]
    public async Task Whoever_waits_is_served_in_turn()
    {
        var slots = new ClientSlots(1, 1);
        var held = slots.TryTake(Of("a"))!;
        var waiting = Enumerable.Range(0, 5).Select(i => TakeAsync(slots, $"b{i}", Long)).ToList();

        foreach (var next in waiting)
        {
            Assert.All(waiting.Skip(waiting.IndexOf(next)), later => Assert.False(later.IsCompleted));
            held.Dispose();
            held = (await next.WaitAsync(Long, Stop))!;
        }

        held.Dispose();
        Assert.NotNull(slots.TryTake(Of("a")));
    }

    [Fact]
    public async Task Whoever_holds_its_part_and_waits_for_more_holds_up_nobody_else()
    {
        var slots = new ClientSlots(3, 2);
        var (one, _, other) = (slots.TryTake(Of("a"))!, slots.TryTake(Of("a")), slots.TryTake(Of("b"))!);
        var more = TakeAsync(slots, "a", Long);
        var stranger = TakeAsync(slots, "c", Long);

        other.Dispose();
        using var taken = await stranger.WaitAsync(Long, Stop);
        Assert.NotNull(taken);
        Assert.False(more.IsCompleted);
        one.Dispose();
        Assert.NotNull(await more.WaitAsync(Long, Stop));
    }

    [Fact]
    public async Task Whoever_leaves_the_line_leaves_no_place_behind_that_nobody_has()
    {
        var slots = new ClientSlots(1, 1);
        var held = slots.TryTake(Of("a"))!;
        using var gone = new CancellationTokenSource();
        var left = slots.TakeAsync(Of("b"), Long, TimeProvider.System, gone.Token);
        Assert.Null(await TakeAsync(slots, "c", TimeSpan.FromMilliseconds(20)));
        Assert.Null(await TakeAsync(slots, "c", TimeSpan.Zero));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        held.Dispose();
        Assert.NotNull(slots.TryTake(Of("d")));
    }

    [Fact]
    public async Task Places_are_neither_lost_nor_made_where_many_come_and_leave_at_once()
    {
        var slots = new ClientSlots(3, 2);
        int held = 0, most = 0, served = 0;
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(
            async () =>
            {
                using var slot = await TakeAsync(slots, $"{i % 5}", TimeSpan.FromMilliseconds(1 + (i % 40)));
                if (slot is null)
                    return;
                InterlockedMost(ref most, Interlocked.Increment(ref held));
                await Task.Delay(1, Stop);
                Interlocked.Decrement(ref held);
                Interlocked.Increment(ref served);
            },
            Stop)));

        Assert.InRange(most, 1, 3);
        Assert.InRange(served, 3, 300);
        var names = new[] { "x", "x", "y" };
        Assert.All(names, name => Assert.NotNull(slots.TryTake(Of(name))));
        Assert.Null(slots.TryTake(Of("z")));
    }

    [Fact]
    public async Task A_line_has_an_end()
    {
        var slots = new ClientSlots(1, 1);
        using var held = slots.TryTake(Of("a"));
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, ClientSlots.MaxWaitingOfOne).Select(_ => slots.TakeAsync(Of("b"), Long, TimeProvider.System, gone.Token)).ToList();

        Assert.Null(await TakeAsync(slots, "b", Long).WaitAsync(TimeSpan.FromSeconds(10), Stop));
        waiting.AddRange(Enumerable.Range(0, ClientSlots.MaxWaiting - ClientSlots.MaxWaitingOfOne).Select(i => slots.TakeAsync(Of($"c{i}"), Long, TimeProvider.System, gone.Token)));
        Assert.Null(await TakeAsync(slots, "d", Long).WaitAsync(TimeSpan.FromSeconds(10), Stop));

        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        await gone.CancelAsync();
        await Task.WhenAll(waiting.Select(task => Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)));
    }

    private static Task<IDisposable?> TakeAsync(ClientSlots slots, string name, TimeSpan patience) => slots.TakeAsync(Of(name), patience, TimeProvider.System, Stop);

    private static void InterlockedMost(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); known < value;)
            known = Interlocked.CompareExchange(ref most, value, known) is var found && found == known ? value : found;
    }

    private static DefaultHttpContext Of(string name)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(new Visitor(name, 5));
        return context;
    }
}
