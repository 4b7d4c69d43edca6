using OpenGradient.Attestation.Collateral;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Tests.Attesting.Archive;

/// <summary>Collateral in a folder: what is in use by name, and what ever was by hash.</summary>
public sealed class CollateralArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archive-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_that_was_in_use_is_written_over()
    {
        var archive = new CollateralArchive(_folder);
        byte[] first = [1], second = [2];
        await archive.AdoptAsync(Record("a.crl", first), first, Stop);
        await archive.AdoptAsync(Record("a.crl", second), second, Stop);

        Assert.Equal(second, (await archive.ReadCurrentAsync(Stop)).Single().Content.ToArray());
        Assert.Equal(first, await archive.FindAsync(CollateralArchive.HashOf(first), Stop));
        Assert.Equal(second, await archive.FindAsync(CollateralArchive.HashOf(second), Stop));
        Assert.Equal(2, (await archive.HistoryAsync(Stop)).Count);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.partial", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_an_operator_puts_there_by_hand_is_used_and_kept()
    {
        var archive = new CollateralArchive(_folder);
        await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, "by-hand.der"), [7], Stop);

        var listed = Assert.Single(await archive.ListAsync(Stop));

        Assert.Equal(("by-hand.der", null), (listed.Name, listed.Record));
        Assert.True(Hash32.TryParse(listed.Hash, out var hash));
        Assert.Equal([7], await archive.FindAsync(hash, Stop));
    }

    [Fact]
    public async Task What_an_operator_put_there_survives_being_replaced()
    {
        var archive = new CollateralArchive(_folder);
        await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, "a.der"), [7], Stop);
        await archive.AdoptAsync(Record("a.der", [8]), new byte[] { 8 }, Stop);

        Assert.Equal([7], await archive.FindAsync(CollateralArchive.HashOf(new byte[] { 7 }), Stop));
    }

    [Fact]
    public async Task A_history_that_a_crash_has_cut_goes_on()
    {
        var archive = new CollateralArchive(_folder);
        await archive.AdoptAsync(Record("a", [1]), new byte[] { 1 }, Stop);
        await File.AppendAllTextAsync(Path.Combine(_folder, "history.jsonl"), "{\"name\":\"b\",\"ha", Stop);

        await archive.AdoptAsync(Record("c", [2]), new byte[] { 2 }, Stop);

        Assert.Equal(["a", "c"], (await archive.HistoryAsync(Stop)).Select(record => record.Name), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_history_that_grows_long_is_set_aside_and_no_line_of_it_is_lost()
    {
        const int Adoptions = 40;
        var archive = new CollateralArchive(_folder, historyBytes: 2_000);
        for (byte i = 0; i < Adoptions; i++)
            await archive.AdoptAsync(Record($"{(char)('a' + (i % 2))}.crl", [i]), new byte[] { i }, Stop);

        var history = await archive.HistoryAsync(Stop);
        Assert.True(history.Count < Adoptions / 2, $"{history.Count} lines are read.");
        Assert.Equal(HashOf(Adoptions - 2), history.Last(record => record.Name == "a.crl").Hash);
        Assert.Equal(HashOf(Adoptions - 1), history.Last(record => record.Name == "b.crl").Hash);
        var everywhere = string.Concat(Directory.GetFiles(_folder, "history*.jsonl").Select(File.ReadAllText));
        Assert.All(Enumerable.Range(0, Adoptions), i => Assert.Contains(HashOf(i), everywhere, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.partial", SearchOption.AllDirectories));

        static string HashOf(int i) => CollateralArchive.HashOf(new[] { (byte)i }).ToString();
    }

    [Fact]
    public async Task A_history_that_somebody_else_made_too_long_is_read_from_its_end_and_goes_on()
    {
        var unbounded = new CollateralArchive(_folder);
        for (byte i = 0; i < 40; i++)
            await unbounded.AdoptAsync(Record("a.crl", [i]), new byte[] { i }, Stop);

        var archive = new CollateralArchive(_folder, historyBytes: 2_000);
        Assert.InRange((await archive.HistoryAsync(Stop)).Count, 1, 39);
        await archive.AdoptAsync(Record("b.crl", [99]), new byte[] { 99 }, Stop);

        Assert.Equal(["a.crl", "b.crl"], (await archive.HistoryAsync(Stop)).Select(record => record.Name), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_and_takes_nothing_from_the_others()
    {
        var archive = new CollateralArchive(_folder);
        var sound = CollateralScene.Signed(CollateralScene.Now).Collateral.Single(file => file.Name == "tcbinfo.json");
        foreach (var (name, content) in new[] { ("a.json", "{"u8.ToArray()), ("b.big", new byte[CollateralFile.MaxBytes + 1]), ("c.json", sound.Content.ToArray()) })
            await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, name), content, Stop);

        var reading = await archive.ReadSoundAsync(Stop);

        Assert.Equal("c.json", Assert.Single(reading.Files).Name);
        Assert.Equal(["a.json", "b.big"], reading.Skipped.Select(skipped => skipped.Name), StringComparer.Ordinal);
        Assert.All(reading.Skipped, skipped => Assert.NotEmpty(skipped.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData(".a")]
    public async Task A_name_that_leads_out_of_the_folder_is_none(string name)
    {
        Assert.False(CollateralArchive.IsName(name));
        await Assert.ThrowsAsync<ArgumentException>(() => new CollateralArchive(_folder).AdoptAsync(Record(name, [1]), new byte[] { 1 }, Stop));
    }

    [Theory]
    [InlineData("a=https://example.org/x?y=z", true)]
    [InlineData("a=http://127.0.0.1/", true)]
    [InlineData("a=file:///etc/passwd", false)]
    [InlineData("a=https://user:secret@example.org/", false)]
    [InlineData("=https://example.org/", false)]
    [InlineData("../a=https://example.org/", false)]
    [InlineData("a", false)]
    public void Sources_are_names_and_addresses(string text, bool isRead) => Assert.Equal(isRead, CollateralSource.TryParse(text, out _));

    [Fact]
    public async Task A_folder_with_more_than_collateral_is_not_read()
    {
        var archive = new CollateralArchive(_folder);
        await File.WriteAllBytesAsync(Path.Combine(archive.CurrentFolder, "big"), new byte[CollateralFile.MaxBytes + 1], Stop);

        await Assert.ThrowsAsync<IOException>(() => archive.ReadCurrentAsync(Stop));
    }

    private static CollateralRecord Record(string name, byte[] content) => new()
    {
        Name = name,
        Hash = CollateralArchive.HashOf(content).ToString(),
        Form = CollateralForm.RevocationList,
        Subject = "somebody",
        From = CollateralScene.Now,
        Until = CollateralScene.Now.AddDays(1),
        RootLabel = "emulated",
        Source = "http://localhost/",
        AdoptedAt = CollateralScene.Now,
    };
}
