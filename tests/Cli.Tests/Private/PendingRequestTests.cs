using OpenGradient.Cli.Private;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Messages;

namespace OpenGradient.Cli.Tests.Private;

/// <summary>What is kept of a private request at the hub until its receipt was checked.</summary>
public sealed class PendingRequestTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly Address Someone = Address.Parse("0x00000000000000000000000000000000000000CC");

    private readonly string _folder = Directory.CreateTempSubdirectory("og-pending-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "request.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_read_as_it_was_written_before_and_after_its_id_is_known()
    {
        var sent = Sample();
        await sent.WriteAsync(Path, Stop);
        Same(sent, await PendingRequest.ReadAsync(Path, Stop));

        var told = sent with { RequestId = Keccak256.Hash("id"u8) };
        await told.ReplaceAsync(Path, Stop);
        Same(told, await PendingRequest.ReadAsync(Path, Stop));
        Assert.Equal(PrivateCommitment.Of(sent.InputSalt, sent.Input.Span), told.InputCommit);
    }

    [Fact]
    public async Task It_is_for_its_owner_alone_over_no_other_file_and_whole_or_not_there()
    {
        await Sample().WriteAsync(Path, Stop);
        await Assert.ThrowsAsync<ExpectedFailureException>(() => Sample().WriteAsync(Path, Stop));
        await Sample().ReplaceAsync(Path, Stop);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        // No draft is left beside it.
        Assert.Equal(Path, Assert.Single(Directory.GetFiles(_folder)));
    }

    [Fact]
    public async Task Its_name_is_brought_to_the_disk_as_its_bytes_are()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Folders are flushed on Linux alone.");
        using var watch = new FolderWatch(_folder);

        await Sample().WriteAsync(Path, Stop);
        AssertFlushed("request.json", watch.Read());
        await (Sample() with { RequestId = Keccak256.Hash("id"u8) }).ReplaceAsync(Path, Stop);
        AssertFlushed("request.json", watch.Read());
        PendingRequest.PathOf(_folder, Sample().InputCommit);
        AssertFlushed("private", watch.Read());
    }

    [Fact]
    public async Task The_longest_question_is_kept_and_read_again_and_what_would_not_be_read_is_not_kept()
    {
        var longest = Sample() with { Input = new byte[PrivateQuestion.MostInputBytes] };
        await longest.WriteAsync(Path, Stop);
        Same(longest, await PendingRequest.ReadAsync(Path, Stop));

        var tooLong = Sample() with { Input = new byte[25 << 20] };
        Assert.Contains("to keep", (await Assert.ThrowsAsync<ExpectedFailureException>(() => tooLong.WriteAsync(Path + "2", Stop))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ExpectedFailureException>(() => tooLong.ReplaceAsync(Path, Stop));
        Assert.Equal(Path, Assert.Single(Directory.GetFiles(_folder)));
        Same(longest, await PendingRequest.ReadAsync(Path, Stop));
    }

    [Fact]
    public void A_file_that_was_cut_off_or_says_something_else_is_none()
    {
        var bytes = Sample().ToUtf8();
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(PendingRequest.TryRead(bytes.AsSpan(0, length)));

        var text = System.Text.Encoding.UTF8.GetString(bytes);
        foreach (var (from, to) in ((string, string)[])
            [("\"schema\": 1", "\"schema\": 2"), ("\"inputSalt\": \"0x", "\"inputSalt\": \"0y"), ("\"fee\": \"7\"", "\"fee\": \"-7\""), ("\"hub\"", "\"hob\""), ("\"reference\": \"a/b@1.0\"", "\"reference\": null")])
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            Assert.Null(PendingRequest.TryRead(System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void Its_name_tells_nothing_but_a_part_of_what_the_chain_shows_and_nobody_else_looks_into_its_folder()
    {
        var path = PendingRequest.PathOf(_folder, Sample().InputCommit);

        Assert.Equal($"request-{Sample().InputCommit.ToString()[2..10]}.json", System.IO.Path.GetFileName(path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(path)!));
    }

    // A folder is flushed by opening it.
    private static void AssertFlushed(string name, IReadOnlyList<string> seen)
    {
        Assert.Contains(name, seen, StringComparer.Ordinal);
        Assert.Contains(FolderWatch.Opened, seen.Skip(seen.ToList().LastIndexOf(name)), StringComparer.Ordinal);
    }

    private static PendingRequest Sample() => new()
    {
        ChainId = new ChainId(31337),
        Hub = Someone,
        Node = Someone,
        VersionId = Keccak256.Hash("version"u8),
        Reference = "a/b@1.0",
        Fee = 7,
        Transaction = Keccak256.Hash("transaction"u8),
        InputSalt = Keccak256.Hash("salt"u8),
        Input = "what nobody else reads"u8.ToArray(),
    };

    private static void Same(PendingRequest one, PendingRequest other)
    {
        Assert.Equal(one with { Input = default }, other with { Input = default });
        Assert.Equal(one.Input.ToArray(), other.Input.ToArray());
    }
}
