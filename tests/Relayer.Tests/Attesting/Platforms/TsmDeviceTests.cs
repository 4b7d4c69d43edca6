using System.Buffers.Binary;
using System.Text;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Tests.Attesting.Archive;

namespace OpenGradient.Relayer.Tests.Attesting.Platforms;

/// <summary>The kernel's device, as files of a folder.</summary>
public sealed class TsmDeviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tsm-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tdx_guest", EvidenceKind.Dcap)]
    [InlineData("sev_guest", EvidenceKind.Snp)]
    public async Task The_device_is_asked_with_the_report_data_and_its_answer_is_kept(string provider, EvidenceKind kind)
    {
        await FakeDeviceAsync(provider);

        var report = await TsmDevice.AskAsync(_folder, new byte[] { 1, 2 }, TestContext.Current.CancellationToken);

        Assert.Equal((kind, "evidence"), (report.Kind, Encoding.ASCII.GetString(report.Evidence.Span)));
        var asked = await File.ReadAllBytesAsync(Path.Combine(_folder, "inblob"), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, .. new byte[62]], asked);
    }

    [Fact]
    public async Task A_device_that_is_not_known_is_refused()
    {
        await FakeDeviceAsync("other_guest");

        await Assert.ThrowsAsync<EvidenceException>(() => TsmDevice.AskAsync(_folder, ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_machine_without_the_device_says_so()
    {
        var source = new TsmSource(collateralFolder: null, Path.Combine(_folder, "nowhere"));

        var failure = await Assert.ThrowsAsync<EvidenceException>(() => source.FetchAsync(new byte[64], new byte[32], new byte[65], TestContext.Current.CancellationToken));

        Assert.True(failure.IsMissing);
    }

    [Fact]
    public void More_collateral_than_attesters_read_is_told_before_they_are_asked()
    {
        var made = new MachineEvidence(EvidenceKind.Snp, new byte[1], [new CollateralFile("host-0.der", new byte[1])]);
        CollateralFile[] kept = [.. Enumerable.Range(0, ClaimMessage.MaxFiles).Select(i => new CollateralFile($"{i}", new byte[1]))];

        Assert.Equal(ClaimMessage.MaxFiles, TsmSource.Join(made, new CollateralReading(kept[1..], [])).Collateral.Count);
        Assert.Throws<EvidenceException>(() => TsmSource.Join(made, new CollateralReading(kept, [])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(CollateralFile.MaxBytes + 1)]
    public async Task Collateral_that_cannot_be_used_is_passed_over_and_told(int bytes)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "bad.json"), new byte[bytes], TestContext.Current.CancellationToken);
        var sound = CollateralScene.Signed(CollateralScene.Now).Collateral.Single(file => file.Name == "tcbinfo.json");
        await File.WriteAllBytesAsync(Path.Combine(_folder, "tcbinfo.json"), sound.Content, TestContext.Current.CancellationToken);

        // The folder stands in nothing's way: what is missing here is the device.
        var source = new TsmSource(_folder, Path.Combine(_folder, "nowhere"));
        Assert.True((await Assert.ThrowsAsync<EvidenceException>(() => source.FetchAsync(new byte[64], new byte[32], new byte[65], TestContext.Current.CancellationToken))).IsMissing);
        var kept = await source.ReadKeptAsync(TestContext.Current.CancellationToken);
        var joined = TsmSource.Join(new MachineEvidence(EvidenceKind.Dcap, new byte[1], []), kept);
        Assert.Equal("tcbinfo.json", Assert.Single(joined.Collateral).Name);
        Assert.Equal("bad.json", Assert.Single(joined.Skipped).Name);
    }

    [Fact]
    public void The_hosts_table_of_certificates_is_read_within_its_bounds()
    {
        var table = new byte[100];
        Entry(0, offset: 72, length: 4);
        Entry(24, offset: 98, length: 4);
        table[72] = 0x30;

        var files = SnpCertificates.Parse(table);

        Assert.Equal(new byte[] { 0x30, 0, 0, 0 }, Assert.Single(files).Content.ToArray());
        for (var length = 0; length < table.Length; length++)
            Assert.True(SnpCertificates.Parse(table.AsMemory(0, length)).Count <= 1);

        void Entry(int at, uint offset, uint length)
        {
            table.AsSpan(at, 16).Fill(1);
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at + 16), offset);
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at + 20), length);
        }
    }

    private async Task FakeDeviceAsync(string provider)
    {
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(_folder, "generation"), "1\n", token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "provider"), provider + "\n", token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "outblob"), "evidence", token);
    }
}
