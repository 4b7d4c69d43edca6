using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Relayer.Tests.Attesting.Platforms;

/// <summary>Whichever device a machine has.</summary>
public sealed class MachineDeviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("machine-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_machine_with_none_says_which_it_has_not()
    {
        var (tsm, nsm) = (Path.Combine(_folder, "tsm"), Path.Combine(_folder, "nsm"));

        var failure = await Assert.ThrowsAsync<EvidenceException>(() => MachineDevice.FetchAsync(default, default, Stop, tsm, nsm));

        Assert.True(failure.IsMissing);
        Assert.SkipWhen(File.Exists("/dev/tdx_guest") || File.Exists("/dev/sev-guest"), "This machine has an older device, and is told so.");
        Assert.Contains(tsm, failure.Problem, StringComparison.Ordinal);
        Assert.Contains(nsm, failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_without_a_place_for_a_nonce_are_not_asked_with_one()
    {
        var failure = await Assert.ThrowsAsync<EvidenceException>(() => MachineDevice.FetchAsync(default, new byte[] { 1 }, Stop, _folder, "/nowhere"));

        Assert.Contains("no place for a nonce", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_module_takes_no_request()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The module is Linux's.");
        var path = Path.Combine(_folder, "nsm");
        File.WriteAllBytes(path, []);

        var failure = Assert.Throws<EvidenceException>(() => NsmDevice.Fetch(path, new byte[64], new byte[32], default));

        Assert.Contains("does not take the request", failure.Problem, StringComparison.Ordinal);
        Assert.Throws<EvidenceException>(() => NsmDevice.Fetch(path, new byte[513], default, default));
    }
}
